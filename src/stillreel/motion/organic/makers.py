"""Every planned motion of a region as deformations of the scene's layers: one maker a kind.

Each maker takes (scene, plan, item, span, hold, seed) and gives deformations, or none where the scene does not carry
the motion: what is not sure of its guess does not move. Weather, smoke and light are effects (frames/effects).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stillreel.motion.deformation import Deformation
from stillreel.motion.organic.body import breathe, sway
from stillreel.motion.organic.carried import Carried
from stillreel.motion.organic.flame import flames
from stillreel.motion.organic.onset import Span
from stillreel.motion.organic.regions import held
from stillreel.motion.organic.rotate import rotate
from stillreel.motion.organic.sky import drift
from stillreel.motion.organic.spectral import sway_in_wind
from stillreel.motion.organic.water import waves_on_water
from stillreel.motion.plan import MotionPlan
from stillreel.motion.rigs.blink import blink
from stillreel.motion.rigs.head_turn import head_turn
from stillreel.motion.rigs.smile import smile
from stillreel.scene.values import Scene

__all__ = ["MAKERS", "deformations"]

# In this order: what carries comes before what is carried.
MAKERS: dict[str, Callable[..., Any]] = {
    "clouds": drift,
    "water": waves_on_water,
    "fire": flames,
    "foliage": sway_in_wind,
    "rotate": rotate,
    "sway": sway,
    "breathe": breathe,
    "cloth": sway_in_wind,
    "head_turn": head_turn,
    "hair": sway_in_wind,
    "smile": smile,
    "blink": blink,
}
_CARRIERS = ("rotate", "sway", "breathe", "head_turn")
_FINE = ("smile", "blink")


def deformations(scene: Scene, plan: MotionPlan, seed: int, loop: bool) -> tuple[Deformation, ...]:
    """The deformations of a plan, to be added up layer by layer. Zero at t = 0, and in a loop at t = seconds too.

    `seed` sets phases and pauses: the same seed gives the same motion. Regions in `plan.hold` stand still.
    """
    hold, found = held(scene, plan.hold), list[Deformation]()
    for kind in MAKERS:
        for item in (motion for motion in plan.motions if motion.kind == kind):
            made = MAKERS[kind](scene, plan, item, Span.of(item, plan.seconds, loop), hold, seed)
            found += made if isinstance(made, tuple) else [made] if made is not None else []
    made = (_carried(one, found) if one.kind in _FINE else one for one in found)
    return tuple(made)  # pyright: ignore[reportReturnType] # frozen values against a protocol of attributes


def _carried(fine: Deformation, others: list[Deformation]) -> Deformation | Carried:
    carriers = tuple(other for other in others if other.kind in _CARRIERS and other.layer == fine.layer)
    return Carried(fine, carriers) if carriers else fine
