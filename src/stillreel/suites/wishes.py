"""Plain wishes with the plan that each means: does the model do what was asked, whatever it made of the words?"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from stillreel.motion.plan import MotionPlan
from stillreel.suites.making import Kept
from stillreel.suites.pictures import SECONDS, track
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
    """Every model's row of one wish, held against the plan that was meant."""
    for model in models:
        yield from track(item, model, kept, seed, "prompts", prompt=item.prompt)
