"""The copies that measures are tried on, and the check of an order."""

from __future__ import annotations

import numpy as np
import pytest

from stillreel.evaluation.ladder import COPIES, holds, spoiled
from stillreel.evaluation.metric import Copy
from stillreel.evaluation.metrics import METRICS
from tests.fakes.scenes import texture


def clip(count: int = 6, width: int = 80, height: int = 48) -> np.ndarray:
    wide = texture((width + 40, height), 3)
    return np.stack([wide[:, index * 4 : index * 4 + width] for index in range(count)])


@pytest.mark.parametrize("kind", COPIES)
def test_a_copy_has_the_clip_s_shape_and_is_the_same_twice(kind):
    made = spoiled(clip(), kind, seed=4)
    assert (made.shape, made.dtype) == (clip().shape, np.uint8)
    assert np.array_equal(made, spoiled(clip(), kind, seed=4))


def test_copies_are_what_they_are_called():
    frames = clip()
    assert np.array_equal(spoiled(frames, "real"), frames)
    assert np.array_equal(spoiled(frames, "reversed"), frames[::-1])
    assert (spoiled(frames, "frozen") == frames[0]).all()
    shuffled = spoiled(frames, "shuffled")
    assert sorted(map(np.ndarray.tobytes, shuffled)) == sorted(map(np.ndarray.tobytes, frames))


def test_fading_takes_detail_and_colour_at_the_end():
    frames = clip(width=240, height=160)  # the blur at the end is a share of the short side
    faded = spoiled(frames, "faded")
    assert np.array_equal(faded[0], frames[0])
    rough = [np.abs(np.diff(each[-1].astype(int), axis=1)).mean() for each in (frames, faded)]
    assert rough[1] < rough[0]
    assert faded[-1, ..., 0].mean() > frames[-1, ..., 0].mean() + 2


@pytest.mark.parametrize(
    ("order", "verdict"),
    [("frozen < real", True), ("real < frozen", False), ("real = reversed", True), ("real = jitter", False),
     ("real <= reversed", True), ("reversed <= real", True), ("jitter <= real", False), ("real < faded", None)],
)  # fmt: skip
def test_orders_are_checked_with_what_is_equal_within_a_tenth(order, verdict):
    values: dict[Copy, float | None] = {"real": 2.0, "frozen": 0.0, "reversed": 2.02, "jitter": 8.0, "faded": None}
    assert holds(order, values) is verdict


@pytest.mark.parametrize("order", ["real > frozen", "real < someone"])
def test_an_order_that_says_nothing_is_an_error(order):
    with pytest.raises(ValueError, match=r"no copy|may"):
        holds(order, {"real": 1.0, "frozen": 0.0})


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_every_measure_declares_an_order_over_known_copies(metric):
    assert metric.order
    for order in metric.order:
        assert holds(order, dict.fromkeys(COPIES, 1.0)) is not None
