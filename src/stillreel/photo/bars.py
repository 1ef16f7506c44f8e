"""Bars and frames around a picture: letterboxes, scans with their paper, screenshots with their margins."""

from __future__ import annotations

import numpy as np

__all__ = ["bars"]

EVEN, STEP = 4.0, 10.0  # luma levels: within a bar, and from a bar to the picture
CROSSED = 0.6  # share of a bar's length along which the picture must begin at once
LEAST = 0.012  # share of a side


def bars(grey: np.ndarray) -> float:
    """The share of the height or width, whichever is larger, that even bars on two opposite sides take; 0 without.

    A white ground behind a product is none: there the picture does not begin along one straight line.
    """
    return max(_pair(grey), _pair(grey.T))


def _pair(grey: np.ndarray) -> float:
    some = grey[:, :: max(1, grey.shape[1] // 256)]
    ends = [_depth(one) / grey.shape[0] for one in (some, some[::-1])]
    return float(sum(ends)) if min(ends) >= LEAST else 0.0


def _depth(grey: np.ndarray) -> int:
    """Rows of an even bar at the top."""
    tone = float(np.median(grey[0]))
    even = (np.abs(grey - tone) < EVEN).mean(axis=1) > 0.98
    if not even[0] or even.all():
        return 0
    depth = int(np.argmin(even))
    beyond = grey[min(depth + 2, len(grey) - 1)]
    return depth if (np.abs(beyond - tone) > STEP).mean() > CROSSED else 0
