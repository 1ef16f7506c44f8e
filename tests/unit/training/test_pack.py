"""What is packed for another machine comes back with its shapes and types, small enough, and never outside."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from training.pack import LADDER, pack, unpack


def picture(planes: int, seed: int = 0, side: int = 200) -> np.ndarray:
    """Smooth blobs, as photos and mattes have."""
    coarse = np.random.default_rng(seed).random((9, 9, planes))
    return (cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC).clip(0, 1) * 255).astype(np.uint8).reshape(
        side, side, planes
    )


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    (folder / "more").mkdir(parents=True)
    np.save(folder / "a.npy", picture(9))
    np.savez(folder / "more" / "b.npz", rgb=picture(3, 1), depth=picture(1, 2)[..., 0] / np.float16(255),
             points=np.arange(32.0).reshape(16, 2))  # fmt: skip
    (folder / "index.jsonl").write_text('{"name": "a"}\n')
    return folder


def test_what_fits_comes_back_as_it_was(cache: Path, tmp_path: Path) -> None:
    assert pack(cache, tmp_path / "packed") == LADDER[0]
    assert unpack(tmp_path / "packed", tmp_path / "again") == 3
    assert (tmp_path / "again" / "index.jsonl").read_text() == '{"name": "a"}\n'
    assert np.array_equal(np.load(tmp_path / "again" / "a.npy"), np.load(cache / "a.npy"))
    with np.load(cache / "more" / "b.npz") as before, np.load(tmp_path / "again" / "more" / "b.npz") as after:
        assert np.array_equal(before["points"], after["points"])
        assert np.array_equal(before["rgb"], after["rgb"])
        assert after["depth"].dtype == np.float16
        assert np.abs(before["depth"] - after["depth"]).max() < 1 / 255


def test_what_does_not_fit_becomes_coarser_but_stays_alike(cache: Path, tmp_path: Path) -> None:
    grade = pack(cache, tmp_path / "packed", most=0.02)
    assert LADDER.index(grade) > 0
    assert sum(path.stat().st_size for path in (tmp_path / "packed").glob("*.zip")) < 25_000
    unpack(tmp_path / "packed", tmp_path / "again")
    before, after = np.load(cache / "a.npy").astype(int), np.load(tmp_path / "again" / "a.npy")
    assert after.shape == before.shape
    assert np.abs(before - after).mean() < 6


def test_zips_stay_small(cache: Path, tmp_path: Path) -> None:
    for number in range(8):
        np.save(cache / f"n{number}.npy", picture(3, number))
    pack(cache, tmp_path / "packed", full=40_000)
    sizes = [path.stat().st_size for path in (tmp_path / "packed").glob("*.zip")]
    assert len(sizes) > 1
    assert max(sizes) < 80_000
    assert unpack(tmp_path / "packed", tmp_path / "again") == 11


def test_too_much_is_said(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Take fewer"):
        pack(cache, tmp_path / "packed", most=1e-4)


def test_a_name_that_leads_outside_is_refused(tmp_path: Path) -> None:
    (tmp_path / "packed").mkdir()
    with zipfile.ZipFile(tmp_path / "packed" / "0000.zip", "w") as shard:
        shard.writestr("../x.txt/0", b"evil")
        shard.writestr("../x.txt/index.json", json.dumps({"kind": "file"}))
    with pytest.raises(ValueError, match="leads out"):
        unpack(tmp_path / "packed", tmp_path / "again")
    assert not (tmp_path / "x.txt").exists()
