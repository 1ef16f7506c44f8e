"""Means with intervals, and differences of two candidates, by resampling sources.

The paired percentile bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993) over sources, not over
clips: clips of one source resemble each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from stillreel.suites.values import Item

__all__ = ["Interval", "difference", "mean"]

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
    groups: dict[str, list[float]] = {}
    for item, value in values.items():
        groups.setdefault(item.source, []).append(value)
    if not groups:
        return None
    sums = np.array([sum(group) for group in groups.values()])
    counts = np.array([len(group) for group in groups.values()])
    drawn = np.random.default_rng(seed).integers(0, len(sums), (ROUNDS, len(sums)))
    means = sums[drawn].sum(1) / counts[drawn].sum(1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Interval(float(sums.sum() / counts.sum()), float(low), float(high), int(counts.sum()), len(sums))


def difference(one: Mapping[Item, float], other: Mapping[Item, float], seed: int = 0) -> Interval | None:
    """The mean of one minus other over the items that both know."""
    return mean({item: value - other[item] for item, value in one.items() if item in other}, seed)
