"""A training run: it learns, it stops and goes on as if it had not, and its files are small."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from training import checkpoint  # noqa: E402
from training.run import Loss, Run, Settings, like  # noqa: E402

SIDES = ((0.5, 8), (2.0, 16))


@dataclass(frozen=True)
class Batch:
    rgb: np.ndarray
    mean: np.ndarray


class Greys:
    """Noise pictures, and the mean of each: what there is to learn."""

    def refresh(self) -> None: ...

    def draw(self, count: int, side: int, rng: np.random.Generator) -> Batch:
        level = rng.uniform(0, 1, (count, 1, 1, 1))
        rgb = np.clip(level + rng.normal(0, 0.1, (count, 3, side, side)), 0, 1).astype(np.float32)
        return Batch(rgb, rgb.mean((1, 2, 3)))


def network() -> torch.nn.Module:
    torch.manual_seed(0)
    nn = torch.nn
    return nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Dropout(0.2),
                         nn.Conv2d(8, 1, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten(0))  # fmt: skip


def loss_of(seen: torch.Tensor, batch: Batch) -> Loss:
    loss = (seen - like(batch.mean, seen)).square().mean()
    return loss, {"error": loss.item()}


def settings(folder: Path, **changes) -> Settings:
    return replace(Settings(cache=folder, steps=20, rate=1e-2, save_every=0.0), **changes)


def learn(given: Settings, loss=loss_of) -> Run:
    run = Run(network(), "greys", given)
    run.learn(Greys(), loss, SIDES, Greys())
    return run


def test_the_held_out_loss_falls_and_its_curve_is_drawn(tmp_path: Path) -> None:
    run = learn(settings(tmp_path, steps=200, save_every=0.2))
    held = [point[2] for point in run.curve]
    assert held[0] is not None
    assert held[-1] is not None
    assert held[-1] < 0.2 * held[0]
    assert (tmp_path / "greys.run" / "loss.png").read_bytes().startswith(b"\x89PNG")


def test_a_stopped_run_goes_on_as_if_it_had_not_been_stopped(tmp_path: Path) -> None:
    whole = learn(settings(tmp_path / "whole"))

    steps = iter(range(20))

    def stopped(seen: torch.Tensor, batch: Batch) -> Loss:
        if seen.requires_grad and next(steps) == 9:
            raise KeyboardInterrupt
        return loss_of(seen, batch)

    with pytest.raises(KeyboardInterrupt):
        learn(settings(tmp_path / "parts"), stopped)
    resumed = Run(network(), "greys", settings(tmp_path / "parts", resume=True))
    assert resumed.step == 9
    resumed.learn(Greys(), loss_of, SIDES, Greys())
    assert resumed.curve[-1] == whole.curve[-1]
    for name, tensor in whole.average.state_dict().items():
        assert torch.equal(tensor, resumed.average.state_dict()[name]), name
    assert resumed.step == whole.step == 20


def test_another_seed_is_another_run(tmp_path: Path) -> None:
    one, other = (learn(settings(tmp_path / str(seed), seed=seed, steps=8)) for seed in (0, 1))
    assert one.curve[-1][1] != other.curve[-1][1]


def test_no_file_of_a_checkpoint_reaches_sixteen_megabytes(tmp_path: Path) -> None:
    large = {f"average/{i}": torch.full((900, 1000), float(i)) for i in range(12)} | {"net/0": torch.zeros(3)}
    checkpoint.save(tmp_path / "a.run", {"step": 3}, large)
    assert max(file.stat().st_size for file in (tmp_path / "a.run").iterdir()) < 16e6
    values, tensors = checkpoint.load(tmp_path / "a.run")
    assert values == {"step": 3}
    assert all(torch.equal(tensors[name], large[name]) for name in large)
    assert set(checkpoint.averaged(tmp_path / "a.run")) == {str(i) for i in range(12)}


def test_a_save_that_was_cut_off_leaves_the_one_before(tmp_path: Path) -> None:
    folder = tmp_path / "a.run"
    checkpoint.save(folder, {"step": 1}, {"net/a": torch.ones(2)})
    folder.rename(folder.with_suffix(".old"))
    assert checkpoint.load(folder)[0] == {"step": 1}
    checkpoint.save(folder, {"step": 2}, {"net/a": torch.ones(2)})
    assert checkpoint.load(folder)[0] == {"step": 2}
    assert [path.name for path in tmp_path.iterdir()] == ["a.run"]


def test_tensors_are_read_without_running_code(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "ran",))

    folder = tmp_path / "a.run"
    folder.mkdir()
    (folder / "index.json").write_text(json.dumps({"values": {}, "tensors": {"net/a": 0}}))
    torch.save({"net/a": Evil()}, folder / "0000.pt")
    with pytest.raises(Exception, match=r"[Ww]eights.only"):
        checkpoint.load(folder)
    assert not (tmp_path / "ran").exists()
