"""Live progress on stderr: bars with the time left on a terminal, one plain line a stage elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stillreel.cli.plain import plain

if TYPE_CHECKING:
    from stillreel.events import Event, Listener, Stage

__all__ = ["progress"]

# What each stage is called while it runs.
TITLES: dict[Stage, str] = {
    "photo": "Reading the photo",
    "scene": "1 Analysing the scene",
    "motion": "2 Planning the motion",
    "frames": "3 Making the frames",
    "consistency": "4 Holding them together",
    "clip": "Writing the clip",
    "footage": "Reading the clip",
    "measures": "Measuring it",
    "pull": "Fetching the network",
}


@contextmanager
def progress() -> Generator[Listener]:
    """The listener to hand to the flow; the display closes with the block, however it ends."""
    if not sys.stderr.isatty():
        yield _plain
        return
    with _bars() as listen:
        yield listen


@contextmanager
def _bars() -> Generator[Listener]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    from stillreel.events import StageDone, StageStarted, StepDone, Warned

    columns = (
        TextColumn("{task.description:<26}"),
        BarColumn(bar_width=28),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    tasks: dict[Stage, tuple[TaskID, int]] = {}  # the bar of a stage, and how many steps it announced
    with Progress(*columns, console=Console(stderr=True)) as display:

        def listen(event: Event) -> None:
            match event:
                case StageStarted(stage, steps):
                    tasks[stage] = display.add_task(TITLES[stage], total=steps or None), steps
                case StepDone(stage, step, steps) if stage in tasks:
                    bar, announced = tasks[stage]
                    if steps == announced:
                        display.update(bar, completed=step, description=TITLES[stage])
                    else:  # steps of another kind, which come first: denoising before the frames
                        display.update(bar, description=f"{TITLES[stage]} {step}/{steps}")
                case StageDone(stage) if stage in tasks:
                    display.update(tasks[stage][0], total=1, completed=1)
                case Warned(_, message):
                    display.console.print(f"note: {plain(message)}", style="yellow", markup=False, highlight=False)
                case _:
                    pass

        yield listen


def _plain(event: Event) -> None:
    from stillreel.events import StageDone, Warned

    match event:
        case StageDone(stage, seconds):
            _say(f"{TITLES[stage]}: {seconds:.1f} s")
        case Warned(_, message):
            _say(f"note: {message}")
        case _:
            pass


def _say(text: str) -> None:
    print(plain(text), file=sys.stderr, flush=True)
