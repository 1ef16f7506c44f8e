"""The training of the depth network: what a person is asked, what the loss rewards, where the network begins."""

from __future__ import annotations

import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from training.labels import depth as labels  # noqa: E402
from training.students.depth_data import Batch, Ordered  # noqa: E402
from training.students.depth_network import DepthNet, spread  # noqa: E402
from training.students.evaluate_depth import judged  # noqa: E402
from training.students.train_depth import loss_of  # noqa: E402


def batch(near: list[float]) -> Batch:
    points = np.full((1, 16, 2), 2.0, np.float32)
    known = np.full((1, 16), np.nan, np.float32)
    points[0, : len(near)] = np.linspace(-0.9, 0.9, len(near))[:, None] * (1, 0)
    known[0, : len(near)] = near
    return Batch(np.full((1, 4, 32, 32), 0.5, np.float32), points, known)


def ramp(sign: float) -> torch.Tensor:
    """A change that rises to the right, on the grid of a picture of 32 px."""
    return (sign * torch.tensor([-0.4, 0.4])).expand(1, 1, 2, 2).clone().requires_grad_()


def test_each_of_sixteen_points_lies_in_its_cell_and_stays_there() -> None:
    rgb = np.random.default_rng(3).integers(0, 255, (90, 140, 3), np.uint8)
    points = np.array(labels.points_of(rgb))
    assert points.shape == (16, 2)
    assert np.array_equal((points[:, 0] * 4).astype(int), np.arange(16) % 4)
    assert np.array_equal((points[:, 1] * 4).astype(int), np.arange(16) // 4)
    assert labels.points_of(rgb) == labels.points_of(rgb.copy())


def test_answers_that_are_no_sixteen_digits_are_refused() -> None:
    with pytest.raises(SystemExit, match="expected 16"):
        labels.gather("photos/a.jpg: 1 2 3")


def test_every_label_is_sixteen_points_of_one_photo() -> None:
    rows = [json.loads(line) for line in labels.LABELS.read_text().splitlines()]
    assert len({row["path"] for row in rows}) == len(rows) > 200
    assert all(len(row["points"]) == len(row["near"]) == 16 for row in rows)
    assert {row["split"] for row in rows} <= {"train", "withheld", "val"}


def test_the_loss_rewards_the_right_order_and_asks_nothing_of_unknown_points() -> None:
    order = [1.0, 3.0, 5.0, 9.0]
    right, wrong = (loss_of(ramp(sign), batch(order))[0].item() for sign in (1.0, -1.0))
    assert right < wrong
    flat = torch.zeros(1, 1, 2, 2)
    assert loss_of(flat, batch([4.0, 4.0, 4.0]))[0] < loss_of(ramp(1.0), batch([4.0, 4.0, 4.0]))[0]
    change = ramp(1.0)
    loss, notes = loss_of(change, batch([]))
    loss.backward()
    assert change.grad is not None
    assert bool(torch.isfinite(change.grad).all())
    assert notes["ranked"] == notes["tie"] == 0.0


def test_the_network_begins_as_the_prior() -> None:
    seen = torch.rand(1, 4, 64, 64)
    assert torch.equal(DepthNet().eval()(seen), torch.zeros(1, 1, 4, 4))


def test_a_change_is_spread_without_steps() -> None:
    change = torch.zeros(1, 1, 10, 10)
    change[0, 0, 4, 5] = 1.0
    wide = spread(change, 160)[0, 0]
    assert wide.shape == (160, 160)
    assert wide.diff(dim=1).abs().max() < 0.12
    assert wide.argmax().item() // 160 in range(64, 80)


def test_pairs_are_judged_by_their_nearness() -> None:
    one = Ordered("a", "train", np.array([[0.1, 0.5], [0.9, 0.5], [0.5, 0.5]]), np.array([9.0, 1.0, np.nan]))
    falling = np.linspace(1, 0, 50)[None].repeat(50, 0)
    assert judged(falling, one, 1) == (1, 1)
    assert judged(1 - falling, one, 2) == (0, 1)
    assert judged(np.full((50, 50), 0.5), one, 1) == (0, 1)
