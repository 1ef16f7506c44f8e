"""Neighbouring frames compared along the motion: what changes that motion does not explain.

A frame is also compared with what its two neighbours say it should be: each moved half way, by the mean of the motion
from the one and to the other (as VBench's motion smoothness does with AMT). A place that only one neighbour shows is
compared with that one alone, which spares what is uncovered and what goes out of view.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stillreel.evaluation.flow import sampled

if TYPE_CHECKING:
    from stillreel.evaluation.observation import Steps

__all__ = ["Along", "compared", "similarity"]

_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
LEAST = 0.02
"""Share of a picture that must be trusted for a mean over it to be one."""
PATCH = 8
"""Cells of the grid; a repeated frame changes in none of its patches."""


@dataclass(frozen=True)
class Along:
    """Levels are of 8-bit luma on the grid of `steps`; NaN where too little could be followed."""

    warping: np.ndarray  # (n - 1,) levels: mean absolute change along the motion, where it is trusted
    similar: np.ndarray  # (n - 1, h', w') float16: similarity of each frame's places to the next, -1..1
    trusted: np.ndarray  # (n - 1,) share of the picture
    stirred: np.ndarray  # (n - 1,) levels: largest mean absolute change of any patch, without motion
    flicker: np.ndarray  # (n,) levels: mean absolute difference from what the neighbours say
    unlike: np.ndarray  # (n,) levels: the same, without sparing what only one neighbour shows
    jerk: np.ndarray  # (n,) pixels of the small frames: mean change of the motion from one step to the next


def compared(luma: np.ndarray, steps: Steps, grown: np.ndarray) -> Along:
    """`luma` (n, h', w') uint8 on the grid of `steps`; `grown` (2,): pixels of the small frames in one of its cells."""
    pairs = [_pair(luma, steps, grown, at) for at in range(len(luma) - 1)]
    warping, similar, trusted, stirred = zip(*pairs, strict=True)
    middles = [_middle(luma, steps, grown, at) for at in range(1, len(luma) - 1)]
    unknown = (np.nan,) * 3
    flicker, unlike, jerk = zip(unknown, *middles, unknown, strict=True)
    return Along(np.array(warping), np.stack(similar), np.array(trusted), np.array(stirred),
                 np.array(flicker), np.array(unlike), np.array(jerk))  # fmt: skip


def similarity(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """SSIM (Wang et al., 2004) of two (h, w) float32 luma pictures at every place, windows of 7x7; -1..1."""

    def mean(values: np.ndarray) -> np.ndarray:
        return cv2.blur(values, (7, 7))

    a, b = mean(one), mean(other)
    variance = mean(one * one) - a * a + mean(other * other) - b * b
    covariance = mean(one * other) - a * b
    return (2 * a * b + _C1) * (2 * covariance + _C2) / ((a * a + b * b + _C1) * (np.maximum(variance, 0) + _C2))


def _pair(luma: np.ndarray, steps: Steps, grown: np.ndarray, at: int) -> tuple[float, np.ndarray, float, float]:
    one, later = luma[at].astype(np.float32), luma[at + 1].astype(np.float32)
    moved = sampled(later, steps.forward[at].astype(np.float32) / grown)
    trusted = steps.trusted[at]
    warping = float(np.abs(moved - one)[trusted].mean()) if trusted.mean() > LEAST else float("nan")
    stirred = cv2.blur(np.abs(later - one), (PATCH, PATCH)).max()
    return warping, similarity(one, moved).astype("f2"), float(trusted.mean()), float(stirred)


def _middle(luma: np.ndarray, steps: Steps, grown: np.ndarray, at: int) -> tuple[float, float, float]:
    before, here, after = luma[at - 1 : at + 2].astype(np.float32)
    onward = steps.forward[at].astype(np.float32) / grown
    back = steps.backward[at - 1].astype(np.float32) / grown
    even = (onward - back) / 2
    from_before, from_after = sampled(before, -even), sampled(after, even)
    seen_before, seen_after = steps.trusted_back[at - 1], steps.trusted[at]
    off = np.abs((from_before + from_after) / 2 - here)
    nearer = np.minimum(np.abs(from_before - here), np.abs(from_after - here))
    both = seen_before & seen_after
    change = np.linalg.norm((onward + back) * grown, axis=-1)[both]
    jerk = float(change.mean()) if both.mean() > LEAST else float("nan")
    return float(np.where(both, off, np.minimum(off, nearer)).mean()), float(off.mean()), jerk
