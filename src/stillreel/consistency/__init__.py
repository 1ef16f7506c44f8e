"""Stage 4: the clip held to its photo, and measured."""

from __future__ import annotations

from stillreel.consistency.keeper import Keeper
from stillreel.consistency.report import ConsistencyReport

__all__ = ["ConsistencyReport", "Keeper"]
