"""What a suite works on and what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stillreel.motion.plan import MotionPlan

__all__ = ["Item", "Numbers", "Report", "Row"]

Numbers = Mapping[str, float | None]


@dataclass(frozen=True)
class Item:
    """One clip or photo of a data folder, or one photo with a prompt."""

    name: str  # of the item, without folders
    path: Path
    source: str  # what it was taken from: items of one source are no independent evidence
    digest: str  # SHA-256 of the file
    prompt: str = ""
    kinds: tuple[str, ...] = ()  # what is in it, as far as the manifest says
    plan: MotionPlan | None = None  # the plan that a clip shall follow, where the suite expects one


@dataclass(frozen=True)
class Row:
    """One item under one candidate: a model's track, or a baseline."""

    item: Item
    candidate: str
    numbers: Numbers
    clip: Path | None = None  # where there is one to look at
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """All rows of a suite, and where they were written."""

    suite: str
    models: Mapping[str, Mapping[str, Any]]  # name -> version, licence, weights
    rows: tuple[Row, ...]
    settings: Mapping[str, Any]
    failed: tuple[tuple[str, str], ...] = ()  # item and candidate, and the error
    extra: Mapping[str, Any] = field(default_factory=dict)  # measures of a whole suite, such as prompt flips
    files: tuple[Path, ...] = ()

    def of(self, candidate: str, name: str) -> dict[Item, float]:
        """The known values of one measure under one candidate."""
        rows = [row for row in self.rows if row.candidate == candidate]
        found = {row.item: row.numbers.get(name) for row in rows}
        return {item: value for item, value in found.items() if value is not None}
