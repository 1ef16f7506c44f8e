"""`stillreel plan`: see, save and draw the motion before any frame is made."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stillreel.cli.options import Json, Overwrite
from stillreel.cli.progress import progress
from stillreel.cli.show import as_json, line, notes, refuse_existing
from stillreel.errors import UsageError

if TYPE_CHECKING:
    from stillreel.events import Warned
    from stillreel.motion.plan import CameraMove, MotionPlan, RegionMotion
    from stillreel.scene import Scene

__all__ = ["plan"]

PICTURES = (".png", ".jpg", ".jpeg")
TOLD_BY_ADVICE = ("prompt.vague", "prompt.impossible", "prompt.contradictory", "prompt.unknown_words")


def plan(
    photo: Annotated[
        str, typer.Argument(help="The photograph; - reads the words alone.", show_default=False)
    ],
    prompt: Annotated[
        str,
        typer.Argument(help="What shall move, in words; without it the scene decides.", show_default=False),
    ] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the plan to this file, as JSON.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Draw the plan over the photo, into this picture (PNG or JPEG).")
    ] = None,
    seconds: Annotated[float, typer.Option(help="Length, 1 to 15 seconds.")] = 5,
    overwrite: Overwrite = False,
    json: Json = False,
) -> None:
    """Read a prompt as a motion plan: which way the camera goes, what moves, what was not understood.

    stillreel plan lake.jpg "slow push-in, water ripples" -o lake.json --picture lake.png
    """
    refuse_existing(output, "--output", overwrite)
    refuse_existing(picture, "--picture", overwrite)
    if picture is not None:
        _refuse_picture(picture, photo)
    made, seen, remarks = _make(photo, prompt, seconds)
    if picture is not None and seen is not None:
        _draw(made, seen, picture)
    if output is not None:
        from stillreel.keepsake import write_text

        write_text(output, made.model_dump_json(indent=1) + "\n")
    if json:
        as_json(made.model_dump(mode="json"))
    else:
        from stillreel.cli.prompts import show_advice
        from stillreel.motion.advice import advise_prompt

        advice = advise_prompt(prompt, made.seconds, scene=seen)
        told = TOLD_BY_ADVICE if advice.flags else ()
        _describe(made, [remark for remark in remarks if remark.code not in told])
        show_advice(advice, suggestions=False)
        for place in (output, picture):
            if place is not None:
                line(f"written: {place}")


def _make(photo: str, prompt: str, seconds: float) -> tuple[MotionPlan, Scene | None, tuple[Warned, ...]]:
    from stillreel.request import make_request

    request = make_request(photo=photo, prompt=prompt, seconds=seconds)  # the same limits as for a clip
    if photo == "-":
        from stillreel.motion import read_prompt

        reading = read_prompt(prompt, request.seconds)
        return reading.plan, None, tuple(reading.notes)
    from stillreel import flow

    with progress() as listen:
        return flow.make_plan(Path(photo), prompt, request.seconds, listen)


def _refuse_picture(picture: Path, photo: str) -> None:
    if photo == "-":
        raise UsageError("usage.picture", "--picture needs a photo to draw on, got -.", "Name the photo.")
    if picture.suffix.lower() not in PICTURES:
        raise UsageError(
            "usage.picture", f"{picture} is not a PNG or JPEG.", f"End it in {' or '.join(PICTURES)}."
        )


def _draw(made: MotionPlan, seen: Scene, picture: Path) -> None:
    """The plan drawn over the photo, written whole or not at all."""
    from PIL import Image

    from stillreel.motion import draw

    part = picture.with_name(f".{os.getpid()}.{picture.name}")
    try:
        Image.fromarray(draw(made, seen.pixels, seen)).save(part)
        part.replace(picture)
    finally:
        part.unlink(missing_ok=True)


def _describe(made: MotionPlan, remarks: Iterable[Warned]) -> None:
    from stillreel.motion import describe

    line(f"{made.seconds:g} s. {describe(made)}")
    for move in made.camera or ():
        line(f"  camera   {_camera(move)}")
    if not made.camera:
        line("  camera   not said")
    for motion in made.motions:
        line(f"  moves    {_motion(motion)}")
    for title, words in (
        ("holds", made.hold), ("mood", made.mood), ("unknown", made.words.unknown), ("cannot", made.words.impossible)
    ):  # fmt: skip
        if words:
            line(f"  {title:<8} {', '.join(words)}")
    notes(remarks)


def _camera(move: CameraMove) -> str:
    words = [move.move.replace("_", " "), move.direction or ""]
    if move.unit != "none":
        words.append(f"{move.amount:g} {move.unit}")
    return f"{' '.join(word for word in words if word)}, {move.start:g}-{move.end:g} s"


def _motion(motion: RegionMotion) -> str:
    words = [
        motion.kind.replace("_", " "),
        f"({motion.region})",
        motion.direction or "",
        f"{motion.amount:g}",
    ]
    return f"{' '.join(word for word in words if word)}, {motion.start:g}-{motion.end:g} s"
