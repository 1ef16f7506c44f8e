"""The models: what each is (`catalog`), which fits (`advise`), which are installed (`registry`), how one is called.

    stillreel.models.advise(prompt="slow push-in", seconds=5).fits[0].name
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillreel.models.advice import advise
    from stillreel.models.catalog import catalogue

__all__ = ["advise", "catalogue"]

_HOMES = {"advise": "stillreel.models.advice", "catalogue": "stillreel.models.catalog"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
