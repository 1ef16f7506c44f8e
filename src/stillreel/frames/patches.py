"""Where a sparse picture is seen: boxes around the little that it holds, so that nothing else is worked on."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.motion.projection import Box, Places

__all__ = ["STEP", "patches", "spread"]

STEP = 4  # every so manieth place is looked at
REACH = 6  # cells by which marks grow, so that looking at every STEP-th place misses none of them
TILE = 32  # places a side of what a box is put together from


def spread(marks: np.ndarray) -> np.ndarray:
    """(h + 2 REACH, w + 2 REACH) uint8: `marks` (h, w) uint8, grown by REACH cells."""
    padded = cv2.copyMakeBorder(marks, REACH, REACH, REACH, REACH, cv2.BORDER_CONSTANT)
    return cv2.dilate(padded, np.ones((2 * REACH + 1,) * 2, np.uint8))


def patches(marks: np.ndarray, at: Places, shape: tuple[int, int]) -> list[Box]:
    """Boxes of an array of `shape` (rows, columns) that hold every place which looks at a mark; none overlap.

    `marks` as from `spread`; `at`: the cells of the unspread marks that every STEP-th place looks at.
    """
    x, y = (plane + np.float32(REACH) for plane in at)
    seen = cv2.remap(marks, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT)
    if not seen.any():
        return []
    rows, columns = seen.shape
    side = TILE // STEP
    padded = np.pad(seen, ((0, -rows % side), (0, -columns % side)))
    tiles: np.ndarray = padded.reshape(padded.shape[0] // side, side, -1, side).max(axis=(1, 3)) > 0
    return [box for row, line in enumerate(tiles) for box in _row(row, line, shape)]


def _row(row: int, line: np.ndarray, shape: tuple[int, int]) -> list[Box]:
    """The runs of tiles in one row of them, as boxes."""
    ends = np.flatnonzero(np.diff(line, prepend=False, append=False)) * TILE
    rows = slice(row * TILE, min((row + 1) * TILE, shape[0]))
    return [(rows, slice(int(start), min(int(stop), shape[1]))) for start, stop in ends.reshape(-1, 2)]
