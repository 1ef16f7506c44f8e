"""Means that know when there is nothing to take a mean of."""

from __future__ import annotations

import numpy as np

from stillreel.evaluation.observation import Observation

__all__ = ["highest", "mean", "middle", "short_side"]


def mean(values: np.ndarray) -> float | None:
    """Of what is known; None where nothing is."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else None


def middle(values: np.ndarray) -> float | None:
    """The median of what is known."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else None


def highest(values: np.ndarray, share: float = 0.9) -> float | None:
    """The quantile `share` of what is known."""
    known = values[np.isfinite(values)]
    return float(np.quantile(known, share)) if known.size else None


def short_side(observation: Observation) -> int:
    """Pixels of the small frames."""
    return min(observation.footage.frames.shape[1:3])
