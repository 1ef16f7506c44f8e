"""From what a user says to a wish: the prompt read, the photo looked at, the machine asked, numbers checked."""

from __future__ import annotations

import math
import re
from os import PathLike

import cv2

from stillreel.devices import gpu_memory
from stillreel.errors import UsageError
from stillreel.models.advice.values import Asked, Seen, Wish
from stillreel.models.catalog.values import RESOLUTIONS
from stillreel.motion.advice import advise_prompt
from stillreel.motion.grammar import read_prompt
from stillreel.photo import read
from stillreel.scene.canvas import canvas_of
from stillreel.scene.faces import find_faces
from stillreel.scene.style import find_style

__all__ = ["LONGEST", "asked_in", "look_at", "parse_pixels", "wish_for"]

LONGEST = 600.0  # seconds that may be asked for
LOOKED_AT = 640  # px, long side of the photo in which faces are looked for
DEEDS = ("dialogue", "transformation", "new_object", "unseen", "scenes", "action")
"""Kinds of what a still photo does not hold; the prompt's advice calls them `prompt.KIND`."""


def wish_for(
    *,
    photo: str | PathLike[str] | None = None,
    prompt: str | None = None,
    seconds: float = 5.0,
    sound: bool = False,
    size: str | None = None,
    budget: float | None = None,
    vram: float | None = None,
    machine: str = "auto",
    commercial: bool = False,
    offline: bool = False,
) -> Wish:
    """The wish as a value. `vram` is GB of GPU memory; without it `machine` "auto" asks this one and "any" does not.

    Raises UsageError `advise.seconds`, `advise.budget`, `advise.vram`, `advise.machine`, `advise.size`, PhotoError for
    the photo and PlanError `prompt.too_long`.
    """
    _check("seconds", seconds, 0.1, LONGEST, "seconds")
    _check("budget", budget, 0.0, 1e6, "US dollars for the clip")
    _check("vram", vram, 0.0, 1e4, "GB of GPU memory")
    if machine not in ("auto", "any"):
        raise UsageError("advise.machine", f"The machine is {machine!r}.", "Give auto, any, or --vram GB.")
    box = parse_pixels(size) if size is not None else None
    if vram is None and machine == "auto":
        vram = gpu_memory()
    return Wish(
        seconds=seconds,
        asked=asked_in(prompt, seconds) if prompt and prompt.strip() else None,
        photo=look_at(photo) if photo is not None else None,
        sound=sound,
        size=box,
        budget=budget,
        vram=vram,
        commercial=commercial,
        offline=offline,
    )


def asked_in(prompt: str, seconds: float = 5.0) -> Asked:
    """What the prompt asks for, by the grammar and by the prompt's advice."""
    lasting = min(max(seconds, 1.0), 60.0)
    plan = read_prompt(prompt, lasting).plan
    remarks = advise_prompt(prompt, lasting).remarks
    found = {remark.code.removeprefix("prompt."): ", ".join(remark.words) for remark in remarks}
    deeds = tuple((kind, found[kind]) for kind in DEEDS if kind in found)
    camera = tuple(dict.fromkeys(move.move for move in plan.camera if move.move != "static"))
    motions = tuple(dict.fromkeys(motion.kind for motion in plan.motions))
    understood = bool(plan.camera or motions or plan.hold or deeds)
    return Asked(prompt, camera, motions, deeds, understood)


def look_at(photo: str | PathLike[str]) -> Seen:
    """Size, faces and style of a photo; about a second. Raises PhotoError."""
    pixels = read(photo).pixels
    height, width = pixels.shape[:2]
    share = min(1.0, LOOKED_AT / max(height, width))
    size = max(16, round(width * share)), max(16, round(height * share))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return Seen((width, height), len(find_faces(small, None, None)), find_style(small, canvas_of(small)).kind)


def parse_pixels(text: str) -> tuple[int, int]:
    """WxH, 480p, 720p, 1080p or 4k as (width, height). Raises UsageError `advise.size`."""
    word = text.strip().lower()
    if word in RESOLUTIONS:
        return RESOLUTIONS[word]
    match = re.fullmatch(r"([0-9]{2,5})\s*[x×]\s*([0-9]{2,5})", word)
    if not match or not all(64 <= int(side) <= 8192 for side in match.groups()):
        names = ", ".join(RESOLUTIONS)
        raise UsageError(
            "advise.size", f"{text!r} is not a size.", f"Write {names} or WIDTHxHEIGHT of 64 to 8192 pixels."
        )
    return int(match[1]), int(match[2])


def _check(name: str, value: float | None, least: float, most: float, what: str) -> None:
    if value is not None and not (math.isfinite(value) and least <= value <= most):
        raise UsageError(f"advise.{name}", f"--{name} is {value:g}.", f"Give {least:g} to {most:g} {what}.")
