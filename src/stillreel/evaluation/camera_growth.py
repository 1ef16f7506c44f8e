"""How much larger what stands at the centre of the picture becomes: told by the tracks alone, whatever depth they have.

The growth from a first frame to a later one is the median, over all pairs of tracked places in the middle of the
picture, of their distance in the later frame over that in the first. On a plane that a camera approaches by z of its
distance it is 1 / (1 - z), for a zoom it is the ratio of focal lengths; a turn leaves it alone but for perspective.
"""

from __future__ import annotations

import numpy as np

from stillreel.evaluation.tracks import FEWEST, Tracks

__all__ = ["growth", "median_growth"]

MIDDLE = 0.25  # of width and height, to each side of the centre
SHORTEST = 0.06  # of the width: nearer pairs say little
MOST = 90  # places, whose pairs are enough


def growth(parts: list[Tracks], inlier: list[np.ndarray], size: tuple[int, int]) -> np.ndarray:
    """(k,) one for each key of the path, the first frame's excluded; `inlier` (n,) bool for each part says which places
    the camera explains."""
    path = np.ones(0)
    for part, good in zip(parts, inlier, strict=True):
        before = path[part.base - 1] if part.base else 1.0
        path = np.append(path[: part.base], before * _within(part, good, size))
    return path


def _within(part: Tracks, good: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    away = np.abs(part.points / np.array(size) - 0.5).max(1)
    near = good & (away < MIDDLE)
    chosen = np.flatnonzero(near if near.sum() >= FEWEST else good)
    chosen = chosen[:: max(1, -(-len(chosen) // MOST))]
    if len(chosen) < 2:
        return np.ones(len(part.moved))
    return median_growth(part.points[chosen], part.moved[:, chosen], part.trusted[:, chosen], SHORTEST * size[0])


def median_growth(points: np.ndarray, moved: np.ndarray, trusted: np.ndarray, shortest: float) -> np.ndarray:
    """(k,) the median growth of the distances of `points` (n, 2) that are at least `shortest`, in `moved` (k, n, 2); of
    places that are `trusted` (k, n). 1 where no pair is left."""
    one, other = np.triu_indices(len(points), 1)
    first = np.linalg.norm(points[one] - points[other], axis=-1)
    one, other, first = (each[first >= shortest] for each in (one, other, first))
    ratio = np.linalg.norm(moved[:, one] - moved[:, other], axis=-1) / first
    seen = trusted[:, one] & trusted[:, other]
    return np.array([np.median(row[here]) if here.any() else 1.0 for row, here in zip(ratio, seen, strict=True)])
