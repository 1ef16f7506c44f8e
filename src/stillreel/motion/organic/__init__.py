"""Organic motion: how wind, water, sky, bodies and faces move, as deformations of the scene's layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stillreel.motion.organic.makers import MAKERS, deformations

__all__ = ["MAKERS", "deformations"]


def __getattr__(name: str) -> Any:
    # On demand, because the rigs, which the makers use, stand on this room's own onset and regions.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from stillreel.motion.organic import makers

    return getattr(makers, name)
