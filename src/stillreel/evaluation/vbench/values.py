"""What VBench's measures say of one clip, and what could not be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np

__all__ = ["Embed", "Flow", "Middle", "Missing", "Rate", "Unavailable", "VBench"]


class Unavailable(Exception):
    """A network cannot be had: why, and how to get it."""

    def __init__(self, why: str, fix: str) -> None:
        super().__init__(why)
        self.why, self.fix = why, fix


@dataclass(frozen=True)
class Missing:
    """A measure without a value."""

    name: str
    why: str
    fix: str


@dataclass(frozen=True)
class VBench:
    """All measures by name, 0..1; None stands in `missing` with its reason."""

    values: Mapping[str, float | None]
    missing: tuple[Missing, ...]

    def as_dict(self) -> dict[str, Any]:
        return {"values": dict(self.values), "missing": [asdict(one) for one in self.missing]}


class Embed(Protocol):
    """One vector a frame."""

    def __call__(self, frames: np.ndarray, crop: bool) -> np.ndarray:
        """(n, H, W, 3) uint8 -> (n, d) float; `crop`: only the middle square is looked at."""
        ...


class Rate(Protocol):
    """One score a frame, in the network's own scale."""

    def __call__(self, frames: np.ndarray) -> np.ndarray:
        """(n, H, W, 3) uint8 -> (n,) float."""
        ...


class Flow(Protocol):
    """The motion from one frame to another."""

    def __call__(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Two (H, W, 3) uint8 -> (H, W, 2) float in pixels."""
        ...


class Middle(Protocol):
    """The frame between two."""

    def __call__(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Two (H, W, 3) uint8 -> (H, W, 3) uint8."""
        ...
