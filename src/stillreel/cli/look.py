"""`stillreel look`: what the analysis sees in a photo, and advice about it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stillreel.cli.options import Json
from stillreel.cli.progress import progress
from stillreel.cli.show import as_json, line, notes
from stillreel.errors import UsageError

if TYPE_CHECKING:
    from stillreel.motion.abilities import Ability
    from stillreel.photo import Advice, Photo
    from stillreel.scene import Scene

__all__ = ["look"]

LABELS = {"info": "note", "warn": "advice", "bad": "trouble"}
SHOWN = 0.002  # a part that covers less of the picture is not worth a line


def look(
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="The photograph.", show_default=False)],
    save: Annotated[
        Path | None, typer.Option(help="Write the scene's maps into this folder, as pictures and scene.json.")
    ] = None,
    depth: Annotated[
        str, typer.Option(metavar="NETWORK", help="Depth network: ours, or one that was pulled.")
    ] = "ours",
    json: Json = False,
) -> None:
    """Look at a photo: depth, subject, parts, faces, light, style, and what would make a better clip.

    stillreel look portrait.jpg --save scene
    """
    if save is not None and save.exists() and not save.is_dir():
        raise UsageError("output.exists", f"--save {save} is a file, not a folder.", "Name a folder.")
    from stillreel import flow

    with progress() as listen:
        picture, seen, advice = flow.look(photo, listen, depth)
    if save is not None:
        from stillreel import scene

        save.mkdir(parents=True, exist_ok=True)
        scene.save(seen, save, advice)
    if json:
        as_json(_facts(picture, seen, advice))
        return
    _describe(picture, seen, advice)
    if save is not None:
        line(f"written: {save}")


def _abilities(seen: Scene) -> tuple[Ability, ...]:
    from stillreel.motion.abilities import abilities

    return abilities(seen)


def _in_words(found: tuple[Ability, ...]) -> tuple[str, ...]:
    from stillreel.motion.abilities import in_words

    return in_words(found)


def _parts(seen: Scene) -> dict[str, float]:
    """The share of the picture that each part covers, where it covers any."""
    shares = {name: float(part.mean()) for name, part in seen.parts.items()}
    return {name: round(share, 4) for name, share in shares.items() if share >= SHOWN}


def _facts(picture: Photo, seen: Scene, advice: tuple[Advice, ...]) -> dict[str, Any]:
    return {
        "photo": {
            "name": picture.name,
            "format": picture.format,
            "size": list(picture.size),
            "sha256": picture.sha256,
            "notes": [{"code": note.code, "message": note.message} for note in picture.notes],
        },
        "clip_size": list(seen.size),
        "subject": round(float(seen.subject.mean()), 4),
        "parts": _parts(seen),
        "faces": len(seen.faces),
        "horizon": seen.horizon,
        "light": {
            "direction": list(seen.light.direction),
            "colour": list(seen.light.colour),
            "contrast": seen.light.contrast,
        },
        "style": {"kind": seen.style.kind, "confidence": seen.style.confidence},
        "depth_network": seen.depth_network,
        "confidence": dict(seen.confidence),
        "advice": [asdict(item) for item in advice],
        "abilities": [asdict(item) for item in _abilities(seen)],
    }


def _describe(picture: Photo, seen: Scene, advice: tuple[Advice, ...]) -> None:
    width, height = picture.size
    line(
        f"{picture.name}: {picture.format}, {width}x{height}; a clip would have {seen.size[0]}x{seen.size[1]}"
    )
    line(f"  style    {seen.style.kind} ({seen.style.confidence:.0%} sure)")
    line(f"  depth    {seen.confidence.get('disparity', 0.0):.0%} sure (network: {seen.depth_network})")
    line(
        f"  subject  {float(seen.subject.mean()):.0%} of the picture ({seen.confidence.get('subject', 0.0):.0%} sure)"
    )
    line(f"  faces    {len(seen.faces)}")
    for name, share in _parts(seen).items():
        line(f"  {name:<8} {share:.0%} of the picture ({seen.confidence.get(name, 0.0):.0%} sure)")
    notes(picture.notes)
    for item in advice:
        line(f"  {LABELS[item.severity]}: {item.message} {item.cost}")
        if item.severity != "info":
            line(f"           {item.fix}")
    for words in _in_words(_abilities(seen)):
        line(f"  {words}")
