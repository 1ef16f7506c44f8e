"""Prompts to fill in, one for each kind of photo, and which one fits a prompt or a scene."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from stillreel.errors import UsageError
from stillreel.motion.advice.lexicon import Phrases
from stillreel.motion.words import Token

__all__ = ["Template", "fitting", "template", "templates"]


@dataclass(frozen=True)
class Template:
    name: str
    text: str  # with {placeholders}
    example: str  # filled in; the grammar understands all of it
    plan: str  # what is offered where a prompt names no motion
    why: str
    cues: Phrases  # words of prompts about such a photo

    def as_dict(self) -> dict[str, str]:
        return {"name": self.name, "text": self.text, "example": self.example, "why": self.why}


@cache
def templates() -> Mapping[str, Template]:
    """By name, in the order of the file."""
    text = resources.files("stillreel.motion.advice").joinpath("templates.toml").read_text("utf-8")
    return MappingProxyType(
        {name: Template(name=name, **{**data, "cues": Phrases(data["cues"])})
         for name, data in tomllib.loads(text).items()}
    )  # fmt: skip


def template(name: str) -> Template:
    """Raises UsageError `prompt.no_template`."""
    try:
        return templates()[name]
    except KeyError:
        names = ", ".join(templates())
        raise UsageError(
            "prompt.no_template", f"There is no template {name[:40]!r}.", f"Names: {names}."
        ) from None


_SURER = ("two-frame-transition", "old-photograph", "artwork")  # what a photo is outweighs what it shows


def fitting(tokens: tuple[Token, ...]) -> Template | None:
    """The template whose words a prompt uses most; None where it uses none."""
    counts = {name: len(one.cues.found(tokens)) for name, one in templates().items()}
    for name in _SURER:
        if counts[name]:
            return templates()[name]
    best = max(counts, key=lambda name: counts[name])
    return templates()[best] if counts[best] else None
