"""Photos that no model saw, with no words: what does the model make of them by itself?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stillreel.errors import StillreelError
from stillreel.suites.making import Kept, animated, facts_of, known, verdict
from stillreel.suites.values import Item, Row

__all__ = ["FPS", "SECONDS", "rows", "track"]

SECONDS, FPS = 3.0, 12


def rows(item: Item, models: tuple[str, ...], kept: Kept, seed: int) -> Iterator[Row | tuple[str, str]]:
    """Every model's row of one photo; a model that failed as (candidate, error)."""
    for model in models:
        yield from track(item, model, kept, seed, "photos", prompt="")


def track(
    item: Item, model: str, kept: Kept, seed: int, suite: str, *, prompt: str
) -> Iterator[Row | tuple[str, str]]:
    """One clip of one model, judged against the photo and the item's plan (else the one that the clip carries)."""
    meant = item.plan.model_dump(mode="json") if item.plan else None
    key = {"suite": suite, "item": item.digest, "model": facts_of(model), "prompt": prompt, "plan": meant,
           "seed": seed, "how": [SECONDS, FPS]}  # fmt: skip

    def work(place: Any) -> dict[str, Any]:
        clip = animated(model, item.path, place, prompt=prompt, seconds=SECONDS, fps=FPS, seed=seed)
        return verdict(clip, item.path, item.plan)

    try:
        found = kept.numbers(key, work)
    except StillreelError as error:
        yield model, f"{error.code}: {error.message}"
        return
    yield Row(item, model, known(found), kept.clip_of(key))
