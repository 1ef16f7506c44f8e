"""`stillreel animate`: a photo and a prompt in, a clip out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from stillreel.cli.options import Json, Overwrite
from stillreel.cli.progress import progress
from stillreel.cli.show import as_dicts, as_json, line, read_plan
from stillreel.errors import UsageError

if TYPE_CHECKING:
    from stillreel.clip import Clip

__all__ = ["animate", "describe", "parse_options", "result"]


def animate(
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="The photograph.", show_default=False)],
    prompt: Annotated[
        str,
        typer.Argument(help="What shall move, in words; without it the scene decides.", show_default=False),
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where the clip goes. (Default: PHOTO's name with .mp4, here.)"),
    ] = None,
    model: Annotated[
        str, typer.Option("--model", "-m", help="The model's name or folder; see `models list`.")
    ] = ("embedded"),
    seconds: Annotated[
        float | None,
        typer.Option(help="Length, 1 to 15 seconds. (Default: 5, or the plan's.)", show_default=False),
    ] = None,
    fps: Annotated[float, typer.Option(help="Frames a second, 1 to 60.")] = 24,
    size: Annotated[
        str, typer.Option(help="auto (about the area of 1024x576), 720p, 1080p, or WxH such as 1280x720.")
    ] = "auto",
    fit: Annotated[
        Literal["crop", "pad", "keep"], typer.Option(help="How the photo fills the size; keep: its own size.")
    ] = "crop",
    seed: Annotated[int, typer.Option(help="The same seed gives the same clip.")] = 0,
    plan: Annotated[
        Path | None, typer.Option(help="A motion plan (JSON) instead of a prompt; see `stillreel plan`.")
    ] = None,
    loop: Annotated[
        bool, typer.Option("--loop", help="Close the clip so that it repeats without a seam.")
    ] = False,
    format: Annotated[  # noqa: A002 - the option's name
        Literal["mp4", "webm", "av1", "gif", "webp", "png"] | None,
        typer.Option(
            help="The format; png is a folder of frames. (Default: from the output's name, else mp4.)"
        ),
    ] = None,
    background: Annotated[str, typer.Option(help="Colour behind a photo with transparency.")] = "#ffffff",
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option", "-O", metavar="KEY=VALUE", help="A model's own option; see `models show`. Repeatable."
        ),
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write the full report to this file, as JSON.")] = None,
    keep_stages: Annotated[
        Path | None, typer.Option(help="Write what each stage found into this folder.")
    ] = None,
    watermark: Annotated[
        bool, typer.Option("--watermark", help="Draw a small AI mark into the corner of every frame.")
    ] = False,
    provenance: Annotated[
        bool, typer.Option(help="Sign into the clip (C2PA) what made it, and from which photo.")
    ] = True,
    sidecar: Annotated[
        bool, typer.Option("--sidecar", help="Write the signed manifest beside a WebM, which cannot hold it.")
    ] = False,
    signing_key: Annotated[
        Path | None, typer.Option(help="Private key that signs, as PEM. (Default: one made here once, self-signed.)")
    ] = None,
    signing_certificate: Annotated[
        Path | None, typer.Option(help="Its certificate chain, as PEM, where the key's file does not hold it.")
    ] = None,
    overwrite: Overwrite = False,
    json: Json = False,
) -> None:
    """Turn a photograph into a clip.

    stillreel animate portrait.jpg "slow push-in, soft natural blink, hair drifts" -o portrait.mp4
    """
    from stillreel.request import check_places, make_request

    given: dict[str, Any] = {} if seconds is None else {"seconds": seconds}
    request = make_request(
        photo=photo, prompt=prompt, plan=read_plan(plan), model=model, fps=fps, size=size, fit=fit, seed=seed,
        loop=loop, format=format, output=output, overwrite=overwrite, report=report, keep_stages=keep_stages,
        background=background, watermark=watermark, provenance=provenance, sidecar=sidecar,
        signing_key=signing_key, signing_certificate=signing_certificate, options=parse_options(option or []), **given,
    )  # fmt: skip
    check_places(request)
    from stillreel import flow  # after the checks: an off call need not wait for the heavy libraries

    with progress() as listen:
        clip = flow.animate(request, listen)
    if json:
        as_json(result(clip))
    else:
        describe(clip)


def parse_options(pairs: list[str]) -> dict[str, str | int | float | bool | None]:
    """KEY=VALUE pairs; a value is read as a number, true, false or null where it is one, else as a word."""
    options: dict[str, str | int | float | bool | None] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise UsageError(
                "usage.option", f"--option {pair!r} is not KEY=VALUE.", "Write for example -O steps=6."
            )
        options[key.strip()] = _scalar(value.strip())
    return options


def _scalar(text: str) -> str | int | float | bool | None:
    words: dict[str, bool | None] = {"true": True, "false": False, "null": None}
    if text.lower() in words:
        return words[text.lower()]
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


def result(clip: Clip) -> dict[str, Any]:
    """The clip as `--json` prints it."""
    return {
        "clip": str(clip.path),
        "size": list(clip.size),
        "frames": clip.frames,
        "fps": clip.fps,
        "seconds": clip.seconds,
        "warnings": as_dicts(clip.warnings),
        "report": clip.report,
    }


def describe(clip: Clip) -> None:
    """For people: where the clip lies and what was done."""
    from stillreel.motion import describe as in_words
    from stillreel.motion.plan import MotionPlan

    plan = MotionPlan.model_validate(clip.report["plan"])
    width, height = clip.size
    line(str(clip.path))
    line(f"  {width}x{height}, {clip.frames} frames at {clip.fps:g} a second, {clip.seconds:g} s")
    line(f"  {in_words(plan) or 'Nothing moves.'}")
    for title, words in (("not understood", plan.words.unknown), ("cannot be done", plan.words.impossible)):
        if words:
            line(f"  {title}: {'; '.join(words)}")
    share = clip.report["frames"].get("generated_share")
    if share is not None:
        line(f"  {share:.1%} of the picture was generated, the rest is the photo's own, moved")
    line(f"  {_signed(clip.report['clip'].get('provenance') or {})}")
    line(f"  {', '.join(f'{stage} {taken:.1f} s' for stage, taken in clip.report['seconds'].items())}")


def _signed(facts: dict[str, Any]) -> str:
    if facts.get("state", "none") == "none":
        return f"not signed ({facts.get('why', 'no seal')})"
    how = "self-signed by" if facts["self_signed"] else "signed by"
    return f"made by AI, {how} {facts['signer']!r}; see `stillreel verify`"
