"""Flicker: what changes from frame to frame beyond what the motion explains, measured and damped.

The measure is the warping error of Lai et al., "Learning blind video temporal consistency" (2018), taken on what a
frame shows beyond the moved photo, so that the photo's own detail does not count as change.
"""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.consistency.colour import LIMIT, sure
from stillreel.consistency.grid import Grid, Seen, carried

__all__ = ["LocalDamper", "flicker_between"]

QUIET = 0.8  # levels in a block of 16x16 pixels
STRENGTH = 0.8
EDGES = 0.15  # of the photo's own deviation there
BLOCK = 2  # cells of the grid a side
_CREDIBLE = 40.0  # levels; more is another thing in view, not flicker


def flicker_between(grid: Grid, now: Seen, before: Seen) -> float:
    """Mean absolute change of luma in 8-bit levels between two frames, after motion, in cells of 8x8 pixels."""
    place = grid.earlier(now, before)
    old = carried(before.luma_residual, place)
    return float(np.abs(now.luma_residual - old).mean())


class LocalDamper:
    """Damps patches that shimmer: a running mean of the residual in blocks, carried along by the motion."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._size = (max(2, grid.size[0] // BLOCK), max(2, grid.size[1] // BLOCK))
        self._mean: np.ndarray | None = None

    def undo(self, now: Seen, before: Seen, cast: np.ndarray) -> np.ndarray:
        """(h', w', 3) float32 levels to take back in each block; `cast` (3,) is undone already."""
        patch = self._blocks(np.clip(now.residual - cast * now.visible[..., None], -_CREDIBLE, _CREDIBLE))
        moved = self._blocks(self._grid.earlier(now, before) - self._grid.here)
        if self._mean is None:
            self._mean = np.zeros_like(patch)
        mean = self._carried(self._mean, moved)
        # Motion explains some change: a residual that moves through a block, an edge that lies a little off.
        edges = self._blocks(
            self._grid.detail if now.place is None else carried(self._grid.detail, now.place)
        )
        explained = (QUIET + np.hypot(moved[..., 0], moved[..., 1]) + EDGES * edges)[..., None]
        undone = STRENGTH * sure(patch - mean, explained)
        self._mean = mean + 0.25 * (patch - mean)
        return np.clip(undone, -LIMIT, LIMIT)

    def _blocks(self, values: np.ndarray) -> np.ndarray:
        return cv2.resize(values, self._size, interpolation=cv2.INTER_AREA)

    def _carried(self, mean: np.ndarray, moved: np.ndarray) -> np.ndarray:
        columns, rows = np.meshgrid(*(np.arange(n, dtype=np.float32) for n in self._size))
        place = np.stack([columns, rows], -1) + moved / BLOCK
        return carried(mean, place.astype(np.float32))
