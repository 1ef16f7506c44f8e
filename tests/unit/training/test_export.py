"""An exported network answers as the trained one does, from half the bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from training.students import export as exporting  # noqa: E402


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """A head network of random weights, in ONNX."""
    torch.manual_seed(1)
    net = exporting.PartsForUse(exporting.HeadNet().eval()).eval()
    return exporting.write(net, tmp_path / "head.onnx", (3, exporting.HEAD_SIDE), ["maps"])


def test_the_file_answers_as_the_network_does_and_is_half_as_large(exported: Path) -> None:
    torch.manual_seed(1)
    net = exporting.PartsForUse(exporting.HeadNet().eval()).eval()
    seen = exporting.pictures(3, exporting.HEAD_SIDE)
    assert exporting.differing(net, exported, seen) < 2e-4
    numbers = sum(each.numel() for each in net.parameters())
    assert exported.stat().st_size < 2.4 * numbers


def test_another_network_is_told_apart(exported: Path) -> None:
    torch.manual_seed(2)
    other = exporting.PartsForUse(exporting.HeadNet().eval()).eval()
    seen = exporting.pictures(3, exporting.HEAD_SIDE)
    assert exporting.differing(other, exported, seen) > exporting.EXACT


def test_the_pictures_are_as_bright_as_photos() -> None:
    seen = exporting.pictures(4, 64)
    assert seen.shape == (9, 4, 64, 64)
    assert 0 <= seen.min() < 0.1 < 0.9 < seen.max() <= 1
