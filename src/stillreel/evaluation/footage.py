"""A clip as evaluation looks at it: every frame, small; what only full size shows is measured on the way in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from stillreel.clip import decode
from stillreel.errors import UsageError

__all__ = ["LONG_SIDE", "MOST", "Footage", "gather", "read", "sharpness", "shrunk"]

LONG_SIDE = 512
"""Pixels, of the frames that are kept."""
MOST = 900
"""Frames that are looked at: half a minute at 30 a second. Later ones are left out, and counted."""
FEWEST = 2
SMALLEST = 16
"""Pixels: the least side in which motion can be followed."""


@dataclass(frozen=True)
class Footage:
    """The frames of a clip in time, for measures that need all of them."""

    frames: np.ndarray  # (n, h, w, 3) uint8 sRGB, long side at most LONG_SIDE
    first: np.ndarray  # (H, W, 3) uint8, the first frame at its own size
    detail: np.ndarray  # (n,) float32: mean absolute Laplacian of luma at the clip's own size, in 8-bit levels
    changed: np.ndarray  # (n - 1,) float32: mean absolute change to the next frame at that size, in 8-bit levels
    fps: float
    left_out: int = 0  # frames after the last one that was looked at

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the clip."""
        return self.first.shape[1], self.first.shape[0]

    @property
    def scale(self) -> float:
        """Clip pixels in one pixel of `frames`."""
        return self.first.shape[1] / self.frames.shape[2]

    @property
    def seconds(self) -> float:
        return len(self.frames) / self.fps

    @cached_property
    def luma(self) -> np.ndarray:
        """(n, h, w) uint8, BT.601 weights."""
        return np.stack([cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in self.frames])


def read(path: Path, seen: Callable[[int], None] = lambda count: None) -> Footage:
    """The footage of a clip of any format; `seen(count)` is called after every frame.

    Raises UsageError `clip.unreadable`, `clip.too_large`, `evaluate.too_short` (fewer than two frames),
    `evaluate.too_small` (a side under 16 pixels).
    """
    return gather(decode.frames(path), decode.rate(path), seen)


def gather(
    frames: Iterable[np.ndarray], fps: float, seen: Callable[[int], None] = lambda count: None, *, most: int = MOST
) -> Footage:
    """The footage of (H, W, 3) uint8 `frames` as they come; no more than `most` are kept. Raises what `read` does."""
    coming = iter(frames)
    small, detail, changed, first, before = [], [], [], None, None
    for count, frame in enumerate(islice(coming, most), 1):
        if first is None:
            first = _large_enough(frame).copy()
        frame = frame if frame.shape == first.shape else cv2.resize(frame, (first.shape[1], first.shape[0]))
        small.append(shrunk(frame))
        detail.append(sharpness(frame))
        if before is not None:
            changed.append(float(np.mean(cv2.mean(cv2.absdiff(frame, before))[:3])))
        before = frame.copy()
        seen(count)
    if first is None or len(small) < FEWEST:
        raise UsageError(
            "evaluate.too_short", f"The clip has {len(small)} frame(s); motion needs {FEWEST}.", "Name a longer clip."
        )
    amounts = np.array(detail, np.float32), np.array(changed, np.float32)
    return Footage(np.stack(small), first, *amounts, fps, _count(coming))


def _large_enough(frame: np.ndarray) -> np.ndarray:
    height, width = frame.shape[:2]
    if min(height, width) < SMALLEST:
        text = f"The clip has {width}x{height} pixels; motion needs {SMALLEST} on the short side."
        raise UsageError("evaluate.too_small", text, "Name a larger clip.")
    return frame


def shrunk(frame: np.ndarray) -> np.ndarray:
    """`frame` with a long side of LONG_SIDE, never enlarged; a very thin one keeps SMALLEST pixels across."""
    height, width = frame.shape[:2]
    share = min(1.0, LONG_SIDE / max(height, width))
    size = max(min(SMALLEST, width), round(width * share)), max(min(SMALLEST, height), round(height * share))
    return cv2.resize(frame, size, interpolation=cv2.INTER_AREA)


def sharpness(frame: np.ndarray) -> float:
    """Mean absolute Laplacian of the luma of (H, W, 3) uint8, in 8-bit levels."""
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    return float(cv2.mean(cv2.convertScaleAbs(cv2.Laplacian(grey, cv2.CV_16S)))[0])


def _count(frames: Iterator[np.ndarray]) -> int:
    return sum(1 for _ in frames)
