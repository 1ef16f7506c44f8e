"""Plain wishes with the plan that each means: does the model do what was asked, whatever it made of the words?"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from stillreel import photo as photos
from stillreel import scene as scenes
from stillreel.errors import StillreelError
from stillreel.evaluation import footage
from stillreel.evaluation.judge import judge
from stillreel.evaluation.observation import Observation
from stillreel.motion.plan import MotionPlan
from stillreel.suites.held_out import PACE
from stillreel.suites.making import Kept, flat, known
from stillreel.suites.pictures import FPS, SECONDS, track
from stillreel.suites.values import Item, Row

__all__ = ["Wish", "paired", "rows", "wishes"]


@dataclass(frozen=True)
class Wish:
    """A prompt in a plain voice, what a photo must show for it, and the plan that a person means by it."""

    prompt: str
    needs: str  # a category of the manifest, or "any"
    plan: MotionPlan


@cache
def wishes() -> tuple[Wish, ...]:
    """The suite that ships with the package."""
    text = resources.files("stillreel.suites").joinpath("wishes.toml").read_text("utf-8")
    return tuple(_wish(entry) for entry in tomllib.loads(text)["wish"])


def _wish(entry: dict[str, Any]) -> Wish:
    plan = {"seconds": SECONDS, "camera": entry.get("camera", []), "motions": entry.get("motions", []),
            "hold": entry.get("hold", [])}  # fmt: skip
    return Wish(entry["prompt"], entry.get("needs", "any"), MotionPlan.model_validate(plan))


def paired(photos: Sequence[Item]) -> tuple[Item, ...]:
    """Each wish with a photo that shows what it needs, each photo as seldom as can be.

    Where no photo says what it shows (a folder without a manifest), any will do.
    """
    used = dict.fromkeys((photo.digest for photo in photos), 0)
    items: list[Item] = []
    for wish in wishes():
        fitting = [photo for photo in photos if wish.needs == "any" or wish.needs in photo.kinds]
        if not fitting and any(photo.kinds for photo in photos):
            continue
        photo = min(fitting or photos, key=lambda photo: used[photo.digest])
        used[photo.digest] += 1
        name = f"{photo.name}: {wish.prompt}"
        items.append(Item(name, photo.path, photo.source, photo.digest, wish.prompt, photo.kinds, wish.plan))
    return tuple(items)


def rows(item: Item, models: tuple[str, ...], kept: Kept, seed: int) -> Iterator[Row | tuple[str, str]]:
    """Every model's row of one wish, held against the plan that was meant; and those of the two baselines."""
    for model in models:
        yield from track(item, model, kept, seed, "prompts", prompt=item.prompt)
    for name, zoom in (("frozen", 0.0), ("ken_burns", PACE)):
        try:
            yield Row(item, name, known(_still(item, zoom, kept)))
        except StillreelError as error:
            yield name, f"{error.code}: {error.message}"


def _still(item: Item, zoom: float, kept: Kept) -> dict[str, Any]:
    """What a photo that only grows, by `zoom` a second, makes of a wish."""
    plan = item.plan.model_dump(mode="json") if item.plan else None
    key = {"suite": "prompts", "item": item.digest, "zoom": zoom, "plan": plan, "how": [SECONDS, FPS]}

    def work(place: Path) -> dict[str, Any]:
        photo = photos.read(item.path)
        first = photos.fit(photo, photos.parse_size("auto")).frame
        frames = (_grown(first, 1 + zoom * at / FPS) for at in range(round(SECONDS * FPS)))
        film = footage.gather(frames, FPS)
        scene = scenes.analyse(first, photo.focal_35mm)
        return flat(judge(Observation(film, first, item.plan, scene)))

    return kept.numbers(key, work)


def _grown(frame: np.ndarray, ratio: float) -> np.ndarray:
    height, width = frame.shape[:2]
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), 0, ratio)
    return frame if ratio == 1 else cv2.warpAffine(frame, turn, (width, height), flags=cv2.INTER_CUBIC)
