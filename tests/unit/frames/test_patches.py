"""Boxes around the little that a sparse picture holds."""

from __future__ import annotations

import numpy as np
import pytest

from stillreel.frames.patches import STEP, patches, spread
from stillreel.motion.projection import Places

SHAPE = (150, 201)


def seen(marks: np.ndarray, scale: float, shift: float) -> tuple[np.ndarray, np.ndarray]:
    """Which places of an array of SHAPE look at a mark, and which of them the boxes hold, counted."""
    y, x = (axis.astype(np.float32) * np.float32(scale) + np.float32(shift) for axis in np.indices(SHAPE))
    held = np.zeros(SHAPE, int)
    for box in patches(spread(marks), Places(x[::STEP, ::STEP], y[::STEP, ::STEP]), SHAPE):
        held[box] += 1
    rows, columns = np.rint(y).astype(int), np.rint(x).astype(int)
    inside = (rows >= 0) & (rows < marks.shape[0]) & (columns >= 0) & (columns < marks.shape[1])
    looks = np.zeros(SHAPE, bool)
    looks[inside] = marks[rows[inside], columns[inside]] > 0
    return looks, held


@pytest.mark.parametrize(("scale", "shift"), [(1.0, 0.0), (0.8, 5.3), (1.3, -20.0)])
def test_every_place_that_looks_at_a_mark_is_in_one_box_and_one_only(scale, shift):
    marks = np.zeros((140, 190), np.uint8)
    marks[np.random.default_rng(0).random(marks.shape) < 0.0006] = 1  # single cells, here and there
    marks[0, :3] = marks[-1, -2:] = 1  # and at the very corners
    looks, held = seen(marks, scale, shift)
    assert looks.any()
    assert (held[looks] == 1).all()
    assert held.max() == 1


def test_a_small_mark_costs_a_small_box_and_no_mark_none():
    marks = np.zeros((140, 190), np.uint8)
    assert not seen(marks, 1.0, 0.0)[1].any()
    marks[80, 80] = 1
    assert seen(marks, 1.0, 0.0)[1].mean() < 0.15
