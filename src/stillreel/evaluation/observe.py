"""From files to an Observation: the clip's frames, the photo at the clip's size, the plan that it is held against."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from stillreel import photo as photos
from stillreel import scene as scenes
from stillreel.clip import metadata
from stillreel.errors import StillreelError
from stillreel.evaluation import footage as footages
from stillreel.evaluation.footage import Footage
from stillreel.evaluation.observation import Observation
from stillreel.events import Warned
from stillreel.motion import read_prompt
from stillreel.motion.plan import MotionPlan, parse_plan
from stillreel.motion.retime import retimed
from stillreel.photo.size import AUTO_AREA, SHORTEST, SizeRequest
from stillreel.scene.values import Scene

__all__ = ["observe"]

SAME_LENGTH = 0.1
"""Seconds by which a plan may be made for another length, before its times are scaled: models round their lengths."""
Notes = list[Warned]


def observe(
    clip: Path,
    *,
    photo: Path | None = None,
    prompt: str | None = None,
    plan: MotionPlan | None = None,
    seen: Callable[[int], None] = lambda count: None,
) -> tuple[Observation, tuple[Warned, ...]]:
    """What is known of `clip`, a clip of any program; and what had to be assumed.

    Without `plan` and `prompt` the plan that a clip of Stillreel carries is taken. Without `photo` the scene is that of
    the first frame. `seen(count)` is called after every frame. Raises what `footage.read`, `photo.read` and
    `read_prompt` raise.
    """
    notes: Notes = []
    shown = None if photo is None else photos.read(photo)
    film = footages.read(clip, seen)
    if film.left_out:
        notes.append(
            Warned(
                "evaluate.cut",
                f"Only the first {len(film.frames)} frames were judged, {film.left_out} more were not.",
            )
        )
    fitted = None if shown is None else _fitted(shown, film, notes)
    asked = _plan(clip, film, prompt, plan, notes)
    scene = _scene(film.first if fitted is None else fitted, shown.focal_35mm if shown else None, notes)
    return Observation(film, fitted, asked, scene), tuple(notes)


def _fitted(shown: photos.Photo, film: Footage, notes: Notes) -> np.ndarray:
    """The photo at the clip's size, cut or between bars: whichever the first frame looks more like."""
    size = SizeRequest(box=film.size)
    cut, padded = (photos.fit(shown, size, way).frame for way in ("crop", "pad"))
    if _apart(padded, film.first) < _apart(cut, film.first):
        notes.append(
            Warned("evaluate.padded", "The clip shows the photo between bars, and is compared with it so.")
        )
        return padded
    return cut


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    small = [footages.shrunk(each).astype(np.float32) for each in (one, other)]
    return float(np.abs(small[0] - small[1]).mean())


def _plan(
    clip: Path, film: Footage, prompt: str | None, plan: MotionPlan | None, notes: Notes
) -> MotionPlan | None:
    """As given, else as the prompt says, else as the clip itself says; over the clip's length."""
    if plan is None and prompt is not None:
        reading = read_prompt(prompt, _sayable(film.seconds))
        notes += reading.notes
        plan = reading.plan
    if plan is None:
        return _own_plan(clip, film, notes)
    if _as_long(plan, film):
        return plan
    plan, scaled = retimed(plan, _sayable(film.seconds))
    notes += scaled
    return plan


def _own_plan(clip: Path, film: Footage, notes: Notes) -> MotionPlan | None:
    try:
        plan = parse_plan(json.dumps(metadata.read_document(clip)["plan"]))
    except (StillreelError, KeyError):
        return None
    if not _as_long(plan, film):  # cut or slowed since: nobody knows which part this is
        text = f"The clip carries a plan of {plan.seconds:g} s, but {film.seconds:.2f} s were seen: it was not used."
        notes.append(Warned("evaluate.other_length", text))
        return None
    notes.append(Warned("evaluate.own_plan", "The plan is the one that the clip carries."))
    return plan


def _as_long(plan: MotionPlan, film: Footage) -> bool:
    return abs(plan.seconds - film.seconds) <= SAME_LENGTH


def _sayable(seconds: float) -> float:
    """A length that a plan may have."""
    return min(60.0, max(1.0, round(seconds, 4)))


def _scene(frame: np.ndarray, focal_35mm: float | None, notes: Notes) -> Scene | None:
    """Of a frame brought to the size of a usual clip, which is what the analysis is made for."""
    height, width = frame.shape[:2]
    if min(width, height) < SHORTEST:
        text = f"The clip has only {width}x{height} pixels: its scene was not analysed."
        notes.append(Warned("evaluate.small", text))
        return None
    share = math.sqrt(AUTO_AREA / (width * height))
    if share < 1:
        size = max(SHORTEST, round(width * share)), max(SHORTEST, round(height * share))
        frame = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    return scenes.analyse(np.ascontiguousarray(frame), focal_35mm)
