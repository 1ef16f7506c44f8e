"""Bars and frames around a picture: letterboxes, paper margins, strips of text, the screen of a phone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

__all__ = ["LEAST", "SIDES", "bars", "listed"]

SIDES: tuple[str, ...] = ("top", "bottom", "left", "right")
EVEN, STEP = 6, 14  # levels of the channel that differs most: within a bar, and from a bar to the picture
WHOLE = 0.98  # share of a row that is of the bar's tone where nothing is written in it
CROSSED = 0.6  # share of a bar's length along which the picture must begin at once
LEAST, MOST = 0.012, 0.6  # share of a side
REST = 0.006  # share of a side that is empty before the picture begins
BEYOND = (2, 5, 9)  # rows from the bar's end: a JPEG rings over its block of 8


def bars(pixels: np.ndarray) -> Mapping[str, float]:
    """side -> the share of the height or width that an even bar takes there; only the sides that have one.

    A bar has one tone but for what is written in it, and the picture begins along one straight line. A white ground
    behind a product is none, nor is a sky. (H, W, 3) uint8.
    """
    upright = pixels.transpose(1, 0, 2)
    views = (pixels, pixels[::-1], upright, upright[::-1])
    depths = {side: max(_ends(view), default=0.0) for side, view in zip(SIDES, views, strict=True)}
    return {side: depth for side, depth in depths.items() if depth > 0}


def listed(sides: Iterable[str]) -> str:
    """For people: "top", "top and left", "top, left and right"."""
    *first, last = sides
    return f"{', '.join(first)} and {last}" if first else last


def _ends(pixels: np.ndarray) -> Iterator[float]:
    """Where a bar at the top may end, as shares of the height."""
    some = pixels[:, :: max(1, pixels.shape[1] // 256)]
    height, tone = len(some), np.median(some[0], axis=0)
    if (np.abs(some[0] - tone).max(axis=1) < EVEN).mean() <= WHOLE:  # as in nearly every photo
        return
    off = np.abs(some.astype(np.int16) - tone).max(axis=2)
    even = (off < EVEN).mean(axis=1) > WHOLE
    if even.all():
        return
    rest = max(2, int(REST * height))
    for end in np.flatnonzero(even[:-1] & ~even[1:]) + 1:
        if not LEAST * height <= end <= MOST * height or not even[max(0, end - rest) : end].all():
            continue
        if max((off[min(end + rows, height - 1)] > STEP).mean() for rows in BEYOND) > CROSSED:
            yield float(end / height)
