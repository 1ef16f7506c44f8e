"""Hold every model of the catalogue against a wish, and rank those that fit."""

from __future__ import annotations

from os import PathLike

from stillreel.models.advice.limits import obstacles, offer
from stillreel.models.advice.merits import reasons
from stillreel.models.advice.values import Choice, ModelAdvice, Wish
from stillreel.models.advice.wish import wish_for
from stillreel.models.catalog import Catalogue, Entry, catalogue
from stillreel.models.here import here

__all__ = ["advise", "rank"]


def advise(
    photo: str | PathLike[str] | None = None,
    prompt: str | None = None,
    *,
    seconds: float = 5.0,
    sound: bool = False,
    size: str | None = None,
    budget: float | None = None,
    vram: float | None = None,
    machine: str = "auto",
    commercial: bool = False,
    offline: bool = False,
) -> ModelAdvice:
    """Which models fit, the best first, and why not the others.

    `size` is WxH, 480p, 720p, 1080p or 4k; `budget` US dollars for this clip; `vram` GB of GPU memory, found out where
    `machine` is "auto" and not judged where it is "any". Raises what `wish_for` raises.
    """
    wish = wish_for(
        photo=photo, prompt=prompt, seconds=seconds, sound=sound, size=size, budget=budget, vram=vram,
        machine=machine, commercial=commercial, offline=offline,
    )  # fmt: skip
    return rank(wish)


def rank(wish: Wish, models: Catalogue | None = None) -> ModelAdvice:
    """The advice on a wish, the same for the same wish; among equals in the catalogue's order."""
    choices = [_choice(entry, wish) for entry in (models or catalogue()).entries]
    fits = sorted((one for one in choices if one.fits), key=lambda one: -one.points)
    excluded = sorted((one for one in choices if not one.fits), key=lambda one: (len(one.obstacles), -one.points))
    return ModelAdvice(wish, tuple(fits), tuple(excluded))


def _choice(entry: Entry, wish: Wish) -> Choice:
    made, now = offer(entry, wish), here(entry)
    return Choice(
        entry=entry,
        here=now,
        obstacles=obstacles(entry, wish, made),
        reasons=reasons(entry, wish, made, now),
        seconds=made.seconds,
        resolution=made.resolution,
        cost=made.cost,
    )
