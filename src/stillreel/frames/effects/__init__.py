"""Pixel effects: every planned motion that is light, weather or focus rather than displacement.

In the order in which light meets them: the scene's own surfaces, its lights, the air before it, and the lens last but
for what falls close to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stillreel.frames.effects.daylight import overcast
from stillreel.frames.effects.eyelid import eyelids
from stillreel.frames.effects.fire import glow
from stillreel.frames.effects.focus import shallow_focus
from stillreel.frames.effects.haze import haze
from stillreel.frames.effects.light import light
from stillreel.frames.effects.rain import rain
from stillreel.frames.effects.snow import snow
from stillreel.frames.effects.water import water
from stillreel.motion.deformation import PixelEffect
from stillreel.motion.organic.onset import Span
from stillreel.motion.organic.regions import held
from stillreel.motion.plan import MotionPlan
from stillreel.scene.values import Scene

__all__ = ["MAKERS", "effects"]

MAKERS: dict[str, Callable[..., Any]] = {
    "water": water,
    "blink": eyelids,
    "fire": glow,
    "light": light,
    "smoke": haze,
    "snow": snow,
    "rain": rain,
}
_BEFORE_THE_LENS = ("snow", "rain")


def effects(scene: Scene, plan: MotionPlan, seed: int, loop: bool) -> tuple[PixelEffect, ...]:
    """The effects of a plan, in the order to apply them. None changes anything at t = 0.

    Regions in `plan.hold` keep their light and stay clear of smoke; rain and snow fall through the air before them.
    """
    hold, focus = held(scene, plan.hold), shallow_focus(scene, plan, loop)
    found: list[PixelEffect] = []
    for kind, make in MAKERS.items():
        if kind in _BEFORE_THE_LENS and focus is not None:
            found, focus = [*found, focus], None
        for item in (motion for motion in plan.motions if motion.kind == kind and motion.amount > 0):
            span = Span.of(item, plan.seconds, loop)
            under = overcast(scene, item, span, hold) if kind == "rain" else None
            found += [one for one in (under, make(scene, plan, item, span, hold, seed)) if one is not None]
    return tuple(found if focus is None else [*found, focus])  # pyright: ignore[reportReturnType]
