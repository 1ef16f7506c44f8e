"""Motion measured in a clip's pixels: from frame to frame, and from the first frame to chosen later ones.

Dense optical flow by DIS (Kroeger et al., Fast Optical Flow using Dense Inverse Search, ECCV 2016) on the small frames,
both ways; a place counts where forward and backward agree (Sundaram et al., ECCV 2010).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

__all__ = ["Motion", "between", "both_ways", "chained", "sampled"]

AGREE, SHARE = 0.5, 0.03
"""Pixels by which forward and backward may differ, and the share of the motion that is added to them."""

PRESET = cv2.DISOPTICAL_FLOW_PRESET_MEDIUM
"""Half the error of "fast" at two and a half times its cost: 0.11 against 0.20 px, `benchmarks/flow_accuracy.py`."""


@dataclass(frozen=True)
class Motion:
    """From one frame to another, in pixels of the small frames."""

    forward: np.ndarray  # (h, w, 2) float32, x then y: place in the later frame = place here + forward
    trusted: np.ndarray  # (h, w) bool: inside the later frame, and the way back agrees


def between(luma: np.ndarray, later: np.ndarray, start: Motion | None = None) -> Motion:
    """The motion from (h, w) uint8 `luma` to `later`; `start` is a guess of it, where the way is long."""
    return both_ways(luma, later, start)[0]


def both_ways(
    luma: np.ndarray, later: np.ndarray, start: Motion | None = None, back: np.ndarray | None = None
) -> tuple[Motion, Motion]:
    """The motion from (h, w) uint8 `luma` to `later`, and from there back; `start` as in `between`, `back` (h, w, 2) a
    guess of the way back."""
    forward = _flow(luma, later, None if start is None else start.forward)
    if back is None and start is not None:
        back = _reversed(start.forward)
    backward = _flow(later, luma, back)
    return Motion(forward, _agree(forward, backward)), Motion(backward, _agree(backward, forward))


def chained(luma: np.ndarray, keys: Sequence[int], since: Callable[[int, int], np.ndarray]) -> list[Motion]:
    """The motion from frame 0 to each frame of `keys` (rising) of (n, h, w) uint8 `luma`.

    Each is guessed from the one before and what happened `since`, as (h, w, 2) from one frame to another, then measured
    anew against frame 0, so that errors do not add up along the clip.
    """
    found: list[Motion] = []
    for before, key in zip((0, *keys), keys, strict=False):
        if found:
            guess = found[-1].forward + sampled(since(before, key), found[-1].forward)
            found.append(between(luma[0], luma[key], Motion(guess, found[-1].trusted)))
        else:
            found.append(between(luma[0], luma[key], Motion(since(0, key), np.ones(luma.shape[1:], bool))))
    return found


def sampled(values: np.ndarray, displacement: np.ndarray) -> np.ndarray:
    """`values` (h, w[, c]) looked up where `displacement` (h, w, 2) leads; edges are repeated."""
    height, width = displacement.shape[:2]
    x = displacement[..., 0] + np.arange(width, dtype=np.float32)
    y = displacement[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    return cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _flow(one: np.ndarray, other: np.ndarray, guess: np.ndarray | None) -> np.ndarray:
    search = cv2.DISOpticalFlow.create(PRESET)
    if guess is None:
        return search.calc(one, other, None)  # type: ignore[call-overload]
    return search.calc(one, other, np.ascontiguousarray(guess, np.float32))


def _reversed(forward: np.ndarray) -> np.ndarray:
    """A first guess of the way back: the way there, looked up where it leads from."""
    return -sampled(forward, -forward)


def _agree(forward: np.ndarray, backward: np.ndarray) -> np.ndarray:
    height, width = forward.shape[:2]
    missed = np.linalg.norm(forward + sampled(backward, forward), axis=-1)
    close = missed < AGREE + SHARE * np.linalg.norm(forward, axis=-1)
    x = forward[..., 0] + np.arange(width, dtype=np.float32)
    y = forward[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    return close & (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
