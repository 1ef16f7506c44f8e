"""Key frames: which frames the denoiser sees, and their analytic render on its grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.frames.shapes import KeyRender
from stillreel.frames.timing import Timing
from stillreel.frames.warp import Rendered
from stillreel.motion.deformation import Deformation
from stillreel.motion.plan import MotionPlan

__all__ = ["Key", "activity", "grid_size", "key_frames", "key_of"]

GRID_AREA = 448 * 256
SPACING = 12  # frames between keys at most, but beside a brief motion
BRIEF = 0.6  # seconds: a motion as short as a blink gets a key at its height


def grid_size(size: tuple[int, int]) -> tuple[int, int]:
    """(width, height) of the denoiser's grid for a frame of `size`: multiples of 16 near 448 x 256 in area."""
    scale = (GRID_AREA / (size[0] * size[1])) ** 0.5
    width, height = (max(16, round(side * scale / 16) * 16) for side in size)
    return width, height


def key_frames(timing: Timing, plan: MotionPlan) -> tuple[int, ...]:
    """Frame numbers, ascending: the first, the last, and evenly between them at most SPACING apart; at the height of a
    brief motion the nearest of them is moved there, since every key more costs as much as ten frames."""
    last = timing.frames - 1
    count = max(1, -(-last // SPACING))
    keys = {round(last * i / count) for i in range(count + 1)}
    heights = {
        min(last, round((motion.start + motion.end) / 2 * float(timing.fps)))
        for motion in plan.motions
        if motion.end - motion.start <= BRIEF
    }
    for height in sorted(heights):
        keys -= {min(keys - heights - {0, last}, key=lambda key: abs(key - height), default=height)}
        keys.add(height)
    return tuple(sorted(keys))


def activity(motions: Sequence[Deformation], size: tuple[int, int]) -> np.ndarray:
    """(h, w) float32 0..1 on the flow grid, in photo coordinates: where any organic motion is planned."""
    h, w = ((side + 1) // 2 for side in reversed(size))
    fields = [motion.activity() for motion in motions]
    return np.maximum.reduce(fields).astype(np.float32) if fields else np.zeros((h, w), np.float32)


@dataclass(frozen=True)
class Key:
    """A key frame: all that is kept of its render."""

    number: int
    t: float  # seconds
    render: KeyRender  # of this one frame
    cells: tuple[np.ndarray, ...]  # (h, w) float32 0 or 1 on the denoiser's grid: what is generated for each layer


def key_of(number: int, t: float, frame: Rendered, active: np.ndarray, size: tuple[int, int]) -> Key:
    """The analytic `frame` at t seconds, shrunk to the denoiser's grid. `active` as from `activity`."""
    grid = grid_size(size)

    def shrink(values: np.ndarray) -> np.ndarray:
        return cv2.resize(values, grid, interpolation=cv2.INTER_AREA).astype(np.float32)

    scale = np.array((grid[0] / size[0], grid[1] / size[1]), np.float32)
    render = KeyRender(
        colour=(shrink(frame.colour) / np.float32(255))[None],
        valid=shrink(frame.valid)[None],
        backward=(shrink(frame.source - _places(frame.source.shape)) * scale)[None],
        disparity=shrink(frame.disparity)[None],
        motion=shrink(_carried(active, frame))[None],
        times=np.array([t], np.float32),
    )
    return Key(number, t, render, _own_cells([shrink(share) for share in frame.shares]))


def _own_cells(shares: Sequence[np.ndarray]) -> tuple[np.ndarray, ...]:
    """Which cells are each layer's, back to front: a cell that shows two layers belongs to the one behind, because
    holes open there, and what was generated for a hole must not stain the rim of what stands before it."""
    front, taken = np.zeros_like(shares[0]), np.zeros(shares[0].shape, bool)
    cells: list[np.ndarray] = []
    for share in reversed(shares):
        front = front + share
        mine = (front > 0.995) & ~taken
        taken |= mine
        cells.insert(0, mine.astype(np.float32))
    return tuple(cells)


def _places(shape: tuple[int, ...]) -> np.ndarray:
    """(h, w, 2): where the flow grid's cells stand in the frame."""
    rows, columns = np.indices(shape[:2], dtype=np.float32)
    return np.stack([2 * columns + 0.5, 2 * rows + 0.5], axis=-1)


def _carried(field: np.ndarray, frame: Rendered) -> np.ndarray:
    x, y = ((frame.source[..., axis] - 0.5) * 0.5 for axis in (0, 1))
    return cv2.remap(field, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
