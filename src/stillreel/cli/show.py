"""What the commands share: JSON on stdout, words for people, and the warnings of a run."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stillreel.cli.plain import plain
from stillreel.errors import UsageError

if TYPE_CHECKING:
    from stillreel.events import Warned
    from stillreel.motion.plan import MotionPlan

__all__ = ["as_dicts", "as_json", "help_alone", "line", "notes", "read_plan", "refuse_existing"]


def as_json(value: object) -> None:
    """Print the one JSON object that --json promises."""
    sys.stdout.write(json.dumps(value) + "\n")  # ASCII: no terminal and no file name can spoil it


def line(text: str = "") -> None:
    """Print one line for people."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(plain(text).encode(encoding, "replace").decode(encoding) + "\n")


def notes(warnings: Iterable[Warned]) -> None:
    for warning in warnings:
        line(f"  note: {warning.message}")


def as_dicts(warnings: Iterable[Warned]) -> list[dict[str, str]]:
    return [{"code": warning.code, "message": warning.message} for warning in warnings]


def refuse_existing(place: Path | None, option: str, overwrite: bool) -> None:
    """UsageError `output.exists` or `output.no_folder`, before any work is done."""
    if place is None:
        return
    if not place.parent.is_dir():
        raise UsageError(
            "output.no_folder", f"The folder {place.parent} of {option} does not exist.", "Create it first."
        )
    if place.exists() and not overwrite:
        raise UsageError(
            "output.exists", f"{place} exists already.", f"Pass --overwrite, or another name with {option}."
        )


def help_alone(context: typer.Context) -> None:
    """A group called without a command shows its help and leaves with 2, for nothing was done."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(2)


def read_plan(path: Path | None) -> MotionPlan | None:
    """The motion plan in a file; UsageError `plan.unreadable`, PlanError `plan.invalid` or `plan.too_large`."""
    if path is None:
        return None
    from stillreel.motion.plan import parse_plan

    try:
        with path.open("rb") as file:
            return parse_plan(file.read(262_145))
    except OSError as error:
        raise UsageError(
            "plan.unreadable", f"The plan {path} cannot be read: {error.strerror}.", "Check the name."
        ) from None
