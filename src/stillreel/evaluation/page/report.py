"""A page of any report in the same clothes: sections of words, charts, tables and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stillreel.evaluation.page import render
from stillreel.evaluation.page.pictures import Figure

__all__ = ["Chart", "Section", "Table", "report", "write_report"]


@dataclass(frozen=True)
class Chart:
    """A chart with its heading, unit, and the names of its curves where there is more than one."""

    name: str
    unit: str
    drawing: str  # SVG of `svg`; empty where nothing changes
    legend: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Table:
    """Columns whose every cell but the first is a number, or None, stand to the right; None is a dash."""

    caption: str
    head: tuple[str, ...]
    rows: Sequence[Sequence[str | float | None]]

    def is_number(self, column: int) -> bool:
        """Whether a column holds nothing but numbers."""
        return all(not isinstance(row[column], str) for row in self.rows)


@dataclass(frozen=True)
class Section:
    """Shown in this order, each part where there is one."""

    heading: str
    lead: str = ""
    words: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()


def write_report(
    place: Path, title: str, facts: Sequence[str], sections: Sequence[Section], over: str = ""
) -> None:
    """Write a report to `place`, whole or not at all, over what is there; `over` stands small above the title.

    Raises UsageError `clip.no_folder`, `clip.unwritable`; ResourceError `clip.disk_full`.
    """
    render.place(place, report(title, facts, sections, over))


def report(title: str, facts: Sequence[str], sections: Sequence[Section], over: str = "") -> str:
    """The same as text. Every text is escaped."""
    return render.rendered(
        "report.html", title=title, facts=facts, sections=sections, over=over or "Stillreel report"
    )
