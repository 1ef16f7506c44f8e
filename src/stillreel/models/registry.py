"""The models by name or folder. Built-in models come in through the same door as everybody's: an entry point.

A package offers a model with `[project.entry-points."stillreel.models"]  name = "package.module:Class"`.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from stillreel.errors import ModelError, UsageError
from stillreel.models.protocol import VideoModel

__all__ = ["get", "in_use", "names"]

GROUP = "stillreel.models"


def names() -> tuple[str, ...]:
    """Names of the installed models, sorted, the embedded one first."""
    return tuple(sorted(_found(), key=lambda name: (name != "embedded", name)))


def get(name: str) -> VideoModel:
    """The model `name`, or the one in the folder `name` (with a slash in it, or a folder that is there).

    UsageError `model.unknown`; ModelError `model.broken` where its package does not load, else as `open_folder`.
    """
    if name not in _found() and _is_place(name):
        from stillreel.models.folder import open_folder

        return open_folder(Path(name))
    return _installed(name)


def in_use(model: VideoModel) -> AbstractContextManager[None]:
    """A block within which the networks are the model's own; elsewhere they are the shipped ones."""
    from stillreel.models.embedded import networks
    from stillreel.models.folder import FolderModel

    return networks.using(model.sessions if isinstance(model, FolderModel) else networks.SHIPPED)


@cache
def _installed(name: str) -> VideoModel:
    found = _found()
    if name not in found:
        hint = f"Installed: {', '.join(names())}; or give a model's folder, such as ./my-model."
        raise UsageError("model.unknown", f"There is no model {name!r}.", hint)
    try:
        return found[name].load()()
    except Exception as error:  # a stranger's package may raise anything while it loads
        raise ModelError(
            "model.broken",
            f"The model {name!r} ({found[name].value}) does not load: {error}",
            "Reinstall it.",
        ) from error


def _is_place(name: str) -> bool:
    separators = {os.sep, "/", os.altsep or "/"}
    return any(mark in name for mark in separators) or os.path.isdir(name)


def _found() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}
