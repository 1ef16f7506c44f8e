"""Stillreel: one photograph and a sentence in, a video clip out.

    clip = stillreel.animate("portrait.jpg", "slow push-in, soft natural blink", output="portrait.mp4")

Importing this module loads nothing else; each name is fetched at its first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillreel import models
    from stillreel.clip.values import Clip
    from stillreel.doors import animate, evaluate, look, plan, verify
    from stillreel.motion.plan import MotionPlan
    from stillreel.photo.values import Photo
    from stillreel.scene.values import Scene

__version__ = "0.1.0"

__all__ = ["Clip", "MotionPlan", "Photo", "Scene", "animate", "evaluate", "look", "models", "plan", "verify"]

_HOMES = {
    "Clip": "stillreel.clip.values",
    "MotionPlan": "stillreel.motion.plan",
    "Photo": "stillreel.photo.values",
    "Scene": "stillreel.scene.values",
    "animate": "stillreel.doors",
    "evaluate": "stillreel.doors",
    "look": "stillreel.doors",
    "plan": "stillreel.doors",
    "verify": "stillreel.doors",
}


def __getattr__(name: str) -> object:
    if name == "models":
        return import_module("stillreel.models")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
