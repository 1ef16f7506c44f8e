"""A finished clip."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stillreel.events import Warned

__all__ = ["Clip"]


@dataclass(frozen=True)
class Clip:
    """Where the clip lies and what is known of how it was made."""

    path: Path
    size: tuple[int, int]  # width, height
    frames: int
    fps: float
    seconds: float
    report: dict[str, Any] = field(default_factory=dict)  # the full report, JSON-ready
    warnings: tuple[Warned, ...] = ()
