"""Key frames: which frames the denoiser sees, and their analytic render on its grid."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from stillreel.frames.shapes import KeyRender
from stillreel.frames.timing import Timing
from stillreel.frames.warp import Rendered
from stillreel.motion.deformation import Deformation
from stillreel.motion.plan import MotionPlan

__all__ = ["activity", "grid_size", "key_frames", "key_render"]

GRID_AREA = 448 * 256
SPACING = 8  # frames between keys at most
BRIEF = 0.6  # seconds: a motion as short as a blink gets a key at its height


def grid_size(size: tuple[int, int]) -> tuple[int, int]:
    """(width, height) of the denoiser's grid for a frame of `size`: multiples of 16 near 448 x 256 in area."""
    scale = (GRID_AREA / (size[0] * size[1])) ** 0.5
    width, height = (max(16, round(side * scale / 16) * 16) for side in size)
    return width, height


def key_frames(timing: Timing, plan: MotionPlan) -> tuple[int, ...]:
    """Frame numbers, ascending: the first, the last, at most SPACING apart, and the height of brief motions."""
    last = timing.frames - 1
    count = max(1, -(-last // SPACING))
    keys = {round(last * i / count) for i in range(count + 1)}
    brief = (m for m in plan.motions if m.end - m.start <= BRIEF)
    keys |= {min(last, round((m.start + m.end) / 2 * float(timing.fps))) for m in brief}
    return tuple(sorted(keys))


def activity(motions: Sequence[Deformation], size: tuple[int, int]) -> np.ndarray:
    """(h, w) float32 0..1 on the flow grid, in photo coordinates: where any organic motion is planned."""
    h, w = ((side + 1) // 2 for side in reversed(size))
    fields = [motion.activity() for motion in motions]
    return np.maximum.reduce(fields).astype(np.float32) if fields else np.zeros((h, w), np.float32)


def key_render(
    frames: Sequence[Rendered], times: Sequence[float], active: np.ndarray, size: tuple[int, int]
) -> KeyRender:
    """The analytic `frames` at `times`, shrunk to the denoiser's grid. `active` as from `activity`."""
    grid = grid_size(size)

    def shrink(values: np.ndarray) -> np.ndarray:
        return cv2.resize(values, grid, interpolation=cv2.INTER_AREA).astype(np.float32)

    scale = np.array((grid[0] / size[0], grid[1] / size[1]), np.float32)
    return KeyRender(
        colour=np.stack([shrink(frame.colour) / np.float32(255) for frame in frames]),
        valid=np.stack([shrink(frame.valid) for frame in frames]),
        backward=np.stack([shrink(frame.source - _places(frame.source.shape)) * scale for frame in frames]),
        disparity=np.stack([shrink(frame.disparity) for frame in frames]),
        motion=np.stack([shrink(_carried(active, frame)) for frame in frames]),
        times=np.asarray(times, np.float32),
    )


def _places(shape: tuple[int, ...]) -> np.ndarray:
    """(h, w, 2): where the flow grid's cells stand in the frame."""
    rows, columns = np.indices(shape[:2], dtype=np.float32)
    return np.stack([2 * columns + 0.5, 2 * rows + 0.5], axis=-1)


def _carried(field: np.ndarray, frame: Rendered) -> np.ndarray:
    x, y = ((frame.source[..., axis] - 0.5) * 0.5 for axis in (0, 1))
    return cv2.remap(field, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
