"""A suite from its items to its report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args

from stillreel.errors import StillreelError, UsageError
from stillreel.events import Listener, StageDone, StageStarted, StepDone, ignore
from stillreel.suites import data, flips, held_out, pictures, wishes
from stillreel.suites.making import Kept, facts_of, first_picture
from stillreel.suites.report import write
from stillreel.suites.values import Item, Report, Row

__all__ = ["SUITES", "Suite", "run"]

Suite = Literal["held-out", "prompts", "photos"]
SUITES: tuple[str, ...] = get_args(Suite)
Found = Iterator[Row | tuple[str, str]]


def run(
    name: str,
    model: str,
    folder: Path,
    out: Path,
    *,
    against: str | None = None,
    limit: int | None = None,
    seed: int = 0,
    listen: Listener = ignore,
) -> Report:
    """Run a suite with `model` (and `against`, to compare the two) over `folder`; writes report.md and report.html.

    What is made lies under `out` and is taken from there when the same is asked for again. `limit` takes the first
    items only. Raises UsageError `suite.unknown`, `suite.no_data`, `suite.manifest`, `model.unknown`; what a single
    clip raises stands in the report.
    """
    if name not in SUITES:
        raise UsageError("suite.unknown", f"There is no suite {name!r}.", f"Use {', '.join(SUITES)}.")
    models = (model, against) if against and against != model else (model,)
    facts = {one: facts_of(one) for one in models}
    kept = Kept(out)
    items = _items(name, folder)[:limit]
    work = {"held-out": held_out.rows, "prompts": wishes.rows, "photos": pictures.rows}[name]
    rows, failed = _gathered(items, lambda item: work(item, models, kept, seed), listen)
    extra = _flips(items, models, kept, seed) if name == "held-out" else {}
    settings = {"limit": limit, "seed": seed, "items": len(items)}
    return write(Report(name, facts, tuple(rows), settings, tuple(failed), extra), out)


def _items(name: str, folder: Path) -> tuple[Item, ...]:
    if name == "held-out":
        return data.find(folder, "video")
    photos = data.find(folder, "photo")
    return wishes.paired(photos) if name == "prompts" else photos


def _gathered(
    items: Iterable[Item], work: Callable[[Item], Found], listen: Listener
) -> tuple[list[Row], list[tuple[str, str]]]:
    rows: list[Row] = []
    failed: list[tuple[str, str]] = []
    whole = list(items)
    listen(StageStarted("measures", len(whole)))
    for step, item in enumerate(whole, 1):
        for found in work(item):
            if isinstance(found, Row):
                rows.append(found)
            else:
                failed.append((f"{item.name}, {found[0]}", found[1]))
        listen(StepDone("measures", step, len(whole)))
    listen(StageDone("measures", 0.0))
    return rows, failed


def _flips(items: Iterable[Item], models: Iterable[str], kept: Kept, seed: int) -> dict[str, Any]:
    """Prompt-flip accuracy: one first frame a source, all pairs."""
    chosen = {item.source: item for item in items}.values()
    found: dict[str, Any] = {}
    for model in models:
        results: dict[str, list[bool]] = {}
        for item in chosen:
            try:
                photo = first_picture(kept, item.digest, held_out.film_of(item))
            except StillreelError:
                continue  # told where its rows are missing
            for pair, right in flips.flipped(photo, item.digest, model, kept, seed):
                results.setdefault(pair, []).append(right)
        found[model] = {pair: [sum(right), len(right)] for pair, right in results.items()}
    return {"flips": found}
