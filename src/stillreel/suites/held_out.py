"""Real clips that no model saw: given the first frame and a person's words, how near to what really happened?

Tracks of a model: `prompt` (the caption and the camera's label), `camera` (the camera as read from the real clip, as a
plan). Baselines: a frozen copy; Ken Burns at the pace of usual clips; `carried`, the first frame moved by the real
measured motion, which is about as good as moving a photo can get. The real clip is measured too.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import cv2
import numpy as np

from stillreel.clip import decode
from stillreel.errors import StillreelError
from stillreel.evaluation import footage
from stillreel.evaluation.camera import CameraReading
from stillreel.evaluation.footage import Footage
from stillreel.evaluation.judge import judge
from stillreel.evaluation.observe import observe
from stillreel.motion.plan import CameraMove, MotionPlan
from stillreel.suites.making import Kept, animated, facts_of, first_picture, flat, known, verdict
from stillreel.suites.truth import Truth, carried, compared, looked_at
from stillreel.suites.values import Item, Row

__all__ = ["BASELINES", "PACE", "film_of", "rows"]

BASELINES = ("real", "frozen", "ken_burns", "carried")
PACE = 0.056
"""Of Ken Burns: how much larger the picture is after a second. It then moves by 2.9 % of its short side on the mean, as
163 training clips of 103 sources do (`benchmarks/usual_motion.py`)."""
LONGEST = 3.0
"""Seconds of a real clip that are looked at."""
LIKELY = 0.5
"""Confidence from which the camera read in a real clip is good enough to be a plan."""


def rows(item: Item, models: tuple[str, ...], kept: Kept, seed: int) -> Iterator[Row | tuple[str, str]]:
    """Every candidate's row of one clip; a candidate that failed as (candidate, error)."""
    try:
        film = film_of(item)
        truth, first = looked_at(film), first_picture(kept, item.digest, film)
        whole = {"suite": "held-out", "item": item.digest, "candidate": "real", "longest": LONGEST}
        real = kept.numbers(whole, lambda place: _real(item))
    except StillreelError as error:
        yield "real", f"{error.code}: {error.message}"
        return
    yield Row(item, "real", known(real), item.path)
    for name, frames in (
        ("frozen", _frozen(truth)),
        ("ken_burns", _zoomed(truth)),
        ("carried", carried(truth)),
    ):
        yield Row(item, name, compared(truth, frames))
    plan = None if real["plan"] is None else MotionPlan.model_validate(real["plan"])
    for model, track in itertools.product(models, ("prompt", "camera")):
        if track == "camera" and plan is None:
            yield f"{model}: {track}", "the real clip's camera was not read surely enough to be a plan"
            continue
        asked = {"prompt": item.prompt} if track == "prompt" else {"plan": plan}
        key = {"suite": "held-out", "item": item.digest, "model": facts_of(model), "track": track, "seed": seed,
               "longest": LONGEST, "asked": item.prompt if track == "prompt" else real["plan"]}  # fmt: skip
        try:
            found = kept.numbers(key, lambda place: _made(model, first, place, film, truth, asked, seed))  # noqa: B023
        except StillreelError as error:
            yield f"{model}: {track}", f"{error.code}: {error.message}"
            continue
        yield Row(item, f"{model}: {track}", known(found), kept.clip_of(key))


def film_of(item: Item) -> Footage:
    """The first seconds of a real clip."""
    rate = decode.rate(item.path)
    return footage.gather(itertools.islice(decode.frames(item.path), round(LONGEST * rate)), rate)


def _real(item: Item) -> Mapping[str, Any]:
    """The real clip's own numbers, and its camera as a plan."""
    seen, notes = observe(item.path)
    found = judge(seen, notes)
    plan = _as_plan(found.camera, min(LONGEST, seen.footage.seconds))
    return {**flat(found), "plan": plan.model_dump(mode="json") if plan else None}


def _as_plan(camera: CameraReading, seconds: float) -> MotionPlan | None:
    """None where the camera was not read surely enough, or does what no plan can say."""
    if camera.confidence < LIKELY or not camera.moves or seconds < 1:
        return None
    moves: list[CameraMove] = []
    for read in camera.moves:
        start, end = min(read.start, seconds), min(read.end, seconds)
        if end - start < 0.1 and read.move != "static":
            continue
        fields = {
            "move": read.move,
            "direction": read.direction,
            "start": round(start, 3),
            "end": round(end, 3),
        }
        try:
            moves.append(
                CameraMove.model_validate({**fields, "amount": round(read.amount, 4), "easing": "smooth"})
            )
        except ValueError:
            return None
    still = [CameraMove(move="static", end=seconds)]
    return MotionPlan(seconds=round(seconds, 4), camera=tuple(moves[:16] or still))


def _frozen(truth: Truth) -> np.ndarray:
    return np.repeat(truth.frames[:1], len(truth.frames), axis=0)


def _zoomed(truth: Truth) -> np.ndarray:
    height, width = truth.frames.shape[1:3]
    made = [truth.frames[0]]
    for time in truth.times:
        turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), 0, 1 + PACE * time)
        made.append(cv2.warpAffine(truth.frames[0], turn, (width, height), flags=cv2.INTER_CUBIC))
    return np.stack(made)


def _made(
    model: str, first: Any, place: Any, film: Footage, truth: Truth, asked: Mapping[str, Any], seed: int
) -> Mapping[str, Any]:
    """A model's clip at the real one's size, length and rate, beside it and by itself."""
    width, height = (side // 2 * 2 for side in film.size)
    seconds = min(15.0, max(1.0, len(film.frames) / film.fps))
    clip = animated(
        model, first, place, size=f"{width}x{height}", seconds=round(seconds, 3), fps=round(min(60.0, film.fps), 3),
        seed=seed, **asked,
    )  # fmt: skip
    made = footage.read(clip)
    keys = [0, *(min(len(made.frames) - 1, round(time * made.fps)) for time in truth.times)]
    shape = truth.frames.shape[2], truth.frames.shape[1]
    frames = np.stack([cv2.resize(made.frames[key], shape, interpolation=cv2.INTER_AREA) for key in keys])
    return {**verdict(clip, first), **compared(truth, frames)}
