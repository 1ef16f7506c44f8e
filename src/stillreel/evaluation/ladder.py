"""The copies of a real clip over which a measure must show its declared order, and the check that it does.

A measure that ranks a spoiled copy above the real clip says nothing about quality; one whose order breaks is not
shipped. The copies spoil one thing each, as weak generators do; `benchmarks/metric_ladder.py` prints the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

import cv2
import numpy as np

from stillreel.evaluation.metric import Copy

__all__ = ["COPIES", "holds", "spoiled"]

COPIES: tuple[Copy, ...] = get_args(Copy)
SHIFT, TURN, FLASH = 0.003, 0.15, 0.015
"""Standard deviations of a shaken frame: of the short side, degrees, and share of the brightness."""
BEND, CELLS, LASTING = 0.004, 5, 0.6
"""Soft warps: deviation in short sides, cells along the short side, what is left of each in the next frame."""
BLUR, CAST = 0.006, (6.0, -4.0, -8.0)
"""At the end of a clip that fades: blur in short sides, and levels added to red, green and blue."""
SAME, BELOW = 0.1, 0.02
"""Of the larger value, or of the range of the copies' values, whichever is less: "=" may be off by SAME of it, "<=" by
BELOW."""
_NOTHING = 1e-6


def spoiled(frames: np.ndarray, kind: Copy, seed: int = 0) -> np.ndarray:
    """The copy `kind` of (n, H, W, 3) uint8 `frames`, of the same shape; the same seed gives the same copy."""
    rng = np.random.default_rng(seed)
    made = {
        "real": lambda: frames,
        "frozen": lambda: np.repeat(frames[:1], len(frames), axis=0),
        "reversed": lambda: frames[::-1],
        "jitter": lambda: np.stack([_shaken(frame, rng) for frame in frames]),
        "shuffled": lambda: frames[rng.permutation(len(frames))],
        "wobble": lambda: _bent(frames, rng),
        "faded": lambda: np.stack([_faded(frame, at / len(frames)) for at, frame in enumerate(frames)]),
    }
    return made[kind]()


def holds(order: str, values: Mapping[Copy, float | None]) -> bool | None:
    """Whether "a < b", "a <= b" or "a = b" holds for the copies' values; None where one of the two is not known."""
    left, sign, right = order.split()
    one, other = (values.get(_copy(name)) for name in (left, right))
    if one is None or other is None:
        return None
    known = [value for value in values.values() if value is not None]
    unit = min(max(abs(one), abs(other)), max(known) - min(known)) + _NOTHING
    if sign == "<":
        return one < other
    if sign == "<=":
        return one <= other + BELOW * unit
    if sign == "=":
        return abs(one - other) <= SAME * unit
    raise ValueError(f"{sign!r} stands between two copies; <, <= and = may")


def _copy(name: str) -> Copy:
    for copy in COPIES:
        if copy == name:
            return copy
    raise ValueError(f"{name!r} is no copy; there are {', '.join(COPIES)}")


def _shaken(frame: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    height, width = frame.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.normal(0, TURN)), 1.0)
    turn[:, 2] += rng.normal(0, SHIFT * min(height, width), 2)
    moved = cv2.warpAffine(frame, turn, (width, height), borderMode=cv2.BORDER_REFLECT)
    return cv2.convertScaleAbs(moved, alpha=1 + float(rng.normal(0, FLASH)))


def _bent(frames: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    height, width = frames.shape[1:3]
    short = min(height, width)
    cells = max(2, round(CELLS * height / short)), max(2, round(CELLS * width / short))
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bend, made = np.zeros((*cells, 2), np.float32), []
    for frame in frames:
        fresh = rng.normal(0, BEND * short, bend.shape).astype(np.float32)
        bend = LASTING * bend + np.sqrt(1 - LASTING**2).astype(np.float32) * fresh
        way = cv2.resize(bend, (width, height), interpolation=cv2.INTER_CUBIC)
        made.append(cv2.remap(frame, x + way[..., 0], y + way[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT))
    return np.stack(made)


def _faded(frame: np.ndarray, share: float) -> np.ndarray:
    width = share * BLUR * min(frame.shape[:2])
    soft = cv2.GaussianBlur(frame, (0, 0), width) if width > 0.1 else frame
    return np.clip(soft + share * np.array(CAST), 0, 255).astype(np.uint8)
