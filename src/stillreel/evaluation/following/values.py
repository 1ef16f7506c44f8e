"""What became of each item of a plan, and the few curves by which all of them are scored."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

__all__ = ["Followed", "amount_score", "overlap", "ramp", "together"]

ENOUGH, NOTHING, WILD = 0.6, 0.1, 12.0
"""Of what was asked: enough for a full score, nothing at all, and so much that half of the score is gone."""
GENEROUS = 1.8


@dataclass(frozen=True)
class Followed:
    """One item of a plan, and what was seen of it."""

    what: str  # "push in", "hair right (hair)"
    kind: Literal["camera", "motion", "hold"]
    score: float | None  # 0..1; None: it could not be judged
    asked: float | None  # in `unit`
    seen: float | None
    unit: str
    direction_right: bool | None = None  # None: no direction asked, or none to be told
    where: float | None = None  # 0..1: share of the change that lies where it was asked for
    when: float | None = None  # 0..1: how far its course in time is the planned one
    note: str = ""

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def ramp(value: float, zero: float, one: float) -> float:
    """0 at `zero`, 1 at `one`, straight between them; what is no number counts as 0."""
    if not math.isfinite(value):
        return 0.0
    return min(1.0, max(0.0, (value - zero) / (one - zero)))


def amount_score(seen: float, asked: float, enough: float = ENOUGH, generous: float = GENEROUS) -> float:
    """1 near what was asked, falling evenly in its logarithm to 0 for a tenth of it and to 0.5 for the twelvefold."""
    if asked <= 0 or seen <= 0 or not math.isfinite(seen):
        return 0.0
    share = seen / asked
    if share < enough:
        return ramp(math.log(share), math.log(NOTHING), math.log(enough))
    return 1.0 - 0.5 * ramp(math.log(share), math.log(generous), math.log(WILD))


def overlap(seen: np.ndarray, planned: np.ndarray) -> float | None:
    """What two courses of one motion's strength along a clip have in common, 0..1 (histogram intersection)."""
    seen, planned = np.maximum(np.nan_to_num(seen), 0), np.maximum(np.nan_to_num(planned), 0)
    if seen.sum() <= 0 or planned.sum() <= 0:
        return None
    return float(np.minimum(seen / seen.sum(), planned / planned.sum()).sum())


def together(parts: list[tuple[float | None, float]]) -> float | None:
    """The mean of (value, weight) pairs over those that are known."""
    known = [(value, weight) for value, weight in parts if value is not None and weight > 0]
    return (
        sum(value * weight for value, weight in known) / sum(weight for _, weight in known) if known else None
    )
