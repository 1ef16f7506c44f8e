"""The models by name. Built-in models come in through the same door as everybody's: an entry point.

A package offers a model with `[project.entry-points."stillreel.models"]  name = "package.module:Class"`.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points

from stillreel.errors import ModelError, UsageError
from stillreel.models.protocol import VideoModel

__all__ = ["get", "names"]

GROUP = "stillreel.models"


def names() -> tuple[str, ...]:
    """Names of the installed models, sorted, the embedded one first."""
    return tuple(sorted(_found(), key=lambda name: (name != "embedded", name)))


@cache
def get(name: str) -> VideoModel:
    """The model `name`. UsageError `model.unknown`; ModelError `model.broken` where its package fails to load."""
    found = _found()
    if name not in found:
        raise UsageError("model.unknown", f"There is no model {name!r}.", f"Installed: {', '.join(names())}.")
    try:
        return found[name].load()()
    except Exception as error:  # a stranger's package may raise anything while it loads
        raise ModelError(
            "model.broken",
            f"The model {name!r} ({found[name].value}) does not load: {error}",
            "Reinstall it.",
        ) from error


def _found() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}
