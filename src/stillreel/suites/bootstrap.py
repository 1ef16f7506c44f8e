"""Means with intervals, and differences of two candidates, by resampling sources.

The paired percentile bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993) over sources, not over
clips: clips of one source resemble each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from stillreel.suites.values import Item

__all__ = ["Interval", "difference", "mean", "ratio"]

ROUNDS = 4000


@dataclass(frozen=True)
class Interval:
    """A mean and the ends of its 95 % interval; `sources` are what was resampled."""

    mean: float
    low: float
    high: float
    count: int
    sources: int

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero; never with one source, which has no spread."""
        return self.sources > 1 and (self.low > 0 or self.high < 0)


def mean(values: Mapping[Item, float], seed: int = 0) -> Interval | None:
    """The mean over items; None without any. With one source the interval is the mean itself and says nothing."""
    return ratio(values, dict.fromkeys(values, 1.0), seed)


def difference(one: Mapping[Item, float], other: Mapping[Item, float], seed: int = 0) -> Interval | None:
    """The mean of one minus other over the items that both know."""
    return mean({item: value - other[item] for item, value in one.items() if item in other}, seed)


def ratio(one: Mapping[Item, float], other: Mapping[Item, float], seed: int = 0) -> Interval | None:
    """The sum of one over the sum of other, over the items that both know; None where other sums to nothing."""
    groups: dict[str, list[tuple[float, float]]] = {}
    for item, value in one.items():
        if item in other:
            groups.setdefault(item.source, []).append((value, other[item]))
    sums = np.array([np.sum(group, axis=0) for group in groups.values()]).reshape(-1, 2)
    whole = sums.sum(0)
    if whole[1] <= 0:
        return None
    drawn = sums[np.random.default_rng(seed).integers(0, len(sums), (ROUNDS, len(sums)))].sum(1)
    low, high = np.quantile(drawn[:, 0] / np.maximum(drawn[:, 1], 1e-12), [0.025, 0.975])
    count = sum(len(group) for group in groups.values())
    return Interval(float(whole[0] / whole[1]), float(low), float(high), count, len(sums))
