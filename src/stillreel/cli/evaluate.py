"""`stillreel evaluate`: measure a clip of any origin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stillreel.cli.options import Json, Overwrite
from stillreel.cli.progress import progress
from stillreel.cli.show import as_json, line, notes, read_plan, refuse_existing
from stillreel.errors import UsageError

if TYPE_CHECKING:
    from stillreel.evaluation.adherence import Adherence
    from stillreel.evaluation.camera import CameraReading, Read
    from stillreel.evaluation.judge import Evaluation
    from stillreel.evaluation.observation import Observation
    from stillreel.evaluation.vbench import VBench

__all__ = ["evaluate"]


def evaluate(
    clip: Annotated[
        Path | None, typer.Argument(metavar="CLIP", help="A clip of any origin.", show_default=False)
    ] = None,
    photo: Annotated[Path | None, typer.Option(help="The photo that the clip was made from.")] = None,
    prompt: Annotated[str | None, typer.Option(help="The words that it was asked for with.")] = None,
    plan: Annotated[Path | None, typer.Option(help="The motion plan (JSON) that it shall follow.")] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write a page with pictures and curves to this file.")
    ] = None,
    vbench: Annotated[
        bool, typer.Option("--vbench", help="VBench's own measures too: the extra `vbench`, large downloads.")
    ] = False,
    suite: Annotated[
        str | None, typer.Option(help="Instead of CLIP: held-out, prompts or photos, with a model.")
    ] = None,
    model: Annotated[str, typer.Option(help="The model of a suite.")] = "embedded",
    against: Annotated[str | None, typer.Option(help="A second model, to compare the two.")] = None,
    data: Annotated[
        Path | None, typer.Option(help="A suite's folder of clips or photos; else STILLREEL_DATA.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Where a suite keeps its clips and writes its report.")] = Path(
        "suite"
    ),
    limit: Annotated[int | None, typer.Option(min=1, help="Only a suite's first items.")] = None,
    overwrite: Overwrite = False,
    json: Json = False,
) -> None:
    """Measure a clip: fidelity, flicker, motion, camera, and how well it follows its plan. Or a model, by a suite.

    Without --plan and --prompt the plan that a clip of Stillreel carries is taken; a bare clip is judged too.

    stillreel evaluate portrait.mp4 --photo portrait.jpg --html portrait.html
    """
    if suite is not None:
        _refuse_beside_suite(clip, photo, prompt, plan, html)
        _suite(suite, model, data, out, against, limit, json)
        return
    if clip is None:
        raise UsageError("usage", "Neither CLIP nor --suite was given.", "See --help.")
    refuse_existing(html, "--html", overwrite)
    asked = read_plan(plan)
    from stillreel.evaluation import judge

    with progress() as listen:
        verdict, observation = judge.evaluate(clip, photo=photo, prompt=prompt, plan=asked, listen=listen)
    if html is not None:
        from stillreel.evaluation import page

        page.write(html, verdict, observation, clip.name)
    original = _originals(observation) if vbench else None
    if json:
        as_json(
            {"clip": str(clip), **verdict.as_dict(), **({"vbench": original.as_dict()} if original else {})}
        )
        return
    _describe(clip.name, verdict)
    if original is not None:
        _vbench(original)
    if html is not None:
        line(f"written: {html}")


def _originals(observation: Observation) -> VBench:
    from stillreel.evaluation import vbench

    return vbench.measure(observation.footage, observation.photo)


def _vbench(original: VBench) -> None:
    for name, value in original.values.items():
        if value is not None:
            line(f"  vbench {name:<21} {value:>9.4f}")
    for missing in original.missing:
        line(f"  vbench {missing.name}: {missing.why}. {missing.fix}")


def _refuse_beside_suite(*given: object) -> None:
    if any(one is not None for one in given):
        text = "A suite takes no CLIP, --photo, --prompt, --plan or --html."
        raise UsageError(
            "usage", text, "Give --suite alone, with --model, --against, --data, --out, --limit."
        )


def _suite(
    name: str, model: str, data: Path | None, out: Path, against: str | None, limit: int | None, json: bool
) -> None:
    from stillreel import suites
    from stillreel.settings import settings

    folder = data or settings().data
    if folder is None:
        raise UsageError(
            "suite.no_data", "No folder was named.", "Name it with --data, or set STILLREEL_DATA."
        )
    with progress() as listen:
        found = suites.run(name, model, folder, out, against=against, limit=limit, listen=listen)
    if json:
        as_json({"suite": name, "files": [str(file) for file in found.files], "means": suites.means(found),
                 "failed": [list(one) for one in found.failed], **found.extra})  # fmt: skip
        return
    for candidate, values in suites.means(found).items():
        line(f"{candidate}")
        for title, told in values.items():
            line(f"  {title:<36} {told['mean']:>9.3g}  [{told['low']:.3g}, {told['high']:.3g}]")
    for what, why in found.failed:
        line(f"failed: {what}: {why}")
    for file in found.files:
        line(f"written: {file}")


def _describe(name: str, verdict: Evaluation) -> None:
    from stillreel.evaluation.metrics import METRICS

    width, height = verdict.size
    line(f"{name}: {width}x{height}, {verdict.frames} frames at {verdict.fps:g}/s, {verdict.seconds:.2f} s")
    got = verdict.score
    line(
        f"  score        {got.total:.0f} of 100 (its frozen copy {got.frozen:.0f}, Ken Burns {got.ken_burns:.0f})"
    )
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
