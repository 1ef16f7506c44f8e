"""`stillreel evaluate`: measure a clip of any origin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stillreel.cli.options import Json, Overwrite
from stillreel.cli.progress import progress
from stillreel.cli.show import as_json, line, notes, read_plan, refuse_existing

if TYPE_CHECKING:
    from stillreel.evaluation.adherence import Adherence
    from stillreel.evaluation.camera import CameraReading, Read
    from stillreel.evaluation.judge import Evaluation

__all__ = ["evaluate"]


def evaluate(
    clip: Annotated[Path, typer.Argument(metavar="CLIP", help="A clip of any origin.", show_default=False)],
    photo: Annotated[Path | None, typer.Option(help="The photo that the clip was made from.")] = None,
    prompt: Annotated[str | None, typer.Option(help="The words that it was asked for with.")] = None,
    plan: Annotated[Path | None, typer.Option(help="The motion plan (JSON) that it shall follow.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page with pictures and curves to this file.")] = None,
    overwrite: Overwrite = False,
    json: Json = False,
) -> None:
    """Measure a clip: fidelity, flicker, motion, camera, and how well it follows its plan.

    Without --plan and --prompt the plan that a clip of Stillreel carries is taken; a bare clip is judged too.

    stillreel evaluate portrait.mp4 --photo portrait.jpg --html portrait.html
    """
    refuse_existing(html, "--html", overwrite)
    asked = read_plan(plan)
    from stillreel.evaluation import judge

    with progress() as listen:
        verdict, observation = judge.evaluate(clip, photo=photo, prompt=prompt, plan=asked, listen=listen)
    if html is not None:
        from stillreel.evaluation import page

        page.write(html, verdict, observation, clip.name)
    if json:
        as_json({"clip": str(clip), **verdict.as_dict()})
        return
    _describe(clip.name, verdict)
    if html is not None:
        line(f"written: {html}")


def _describe(name: str, verdict: Evaluation) -> None:
    from stillreel.evaluation.metrics import METRICS

    width, height = verdict.size
    line(f"{name}: {width}x{height}, {verdict.frames} frames at {verdict.fps:g}/s, {verdict.seconds:.2f} s")
    got = verdict.score
    line(f"  score        {got.total:.0f} of 100 (its frozen copy {got.frozen:.0f}, Ken Burns {got.ken_burns:.0f})")
    _camera(verdict.camera)
    if verdict.adherence is not None:
        _adherence(verdict.adherence)
    for metric in METRICS:
        value = verdict.numbers.get(metric.name)
        if value is not None:
            arrow = {"lower": "lower is better", "higher": "higher is better", "neither": ""}[metric.better]
            line(f"  {metric.name:<28} {value:>9.4g} {metric.unit:<10} {arrow}".rstrip())
    notes(verdict.notes)


def _camera(camera: CameraReading) -> None:
    said = "; ".join(_move(move) for move in camera.moves) or "could not be read"
    line(f"  camera       {said} ({camera.confidence:.0%} sure)")


def _move(move: Read) -> str:
    words = [move.move.replace("_", " "), move.direction or ""]
    if move.unit != "none":
        words.append(f"{move.amount:.3g} {move.unit}")
    if move.alike:
        words.append(f"or {move.alike}")
    return f"{' '.join(word for word in words if word)}, {move.start:.1f}-{move.end:.1f} s"


def _adherence(followed: Adherence) -> None:
    total = "not measurable" if followed.score is None else f"{followed.score:.2f} of 1"
    line(f"  adherence    {total}")
    for item in followed.items:
        mark = " --" if item.score is None else f"{item.score:.2f}"
        line(f"    {mark}  {item.what}: {item.note}")
