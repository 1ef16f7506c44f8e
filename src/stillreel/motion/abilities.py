"""What a photo can do: every kind of motion and camera move, tried on its scene before anyone asks for it.

Nothing is judged here. Each one is asked for in an ordinary amount and goes through the same limits that a prompt goes
through (scene_fit, limits), so that the list and the clip never disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np

from stillreel.events import Warned
from stillreel.motion.limits import limit_camera
from stillreel.motion.plan import UNITS, CameraMove, MotionPlan
from stillreel.motion.scene_fit import fit_to_scene
from stillreel.scene.values import Scene

__all__ = ["Ability", "abilities", "in_words"]

# What a prompt without an amount gives, or nearly so.
MOVES = (
    ("push", "in", 0.2), ("push", "out", 0.12), ("pan", "right", 3.0), ("tilt", "up", 3.0), ("truck", "right", 0.06),
    ("orbit", "right", 6.0),
)  # fmt: skip
MOTIONS = ("head_turn", "blink", "smile", "breathe", "hair", "cloth", "water", "clouds", "foliage", "rotate")
LESS = 0.85  # of the amount asked: what keeps more is not worth a word
GRID = 256  # px, long side of the scene that camera moves are tried on; their amounts are shares and angles
FLAT = ("painting", "drawing")


@dataclass(frozen=True)
class Ability:
    """One motion or camera move in this photo."""

    name: str  # "orbit", "push out", "blink"
    verdict: Literal["yes", "limited", "no"]
    asked: float  # in the plan's unit; 1 is natural for a motion
    given: float  # what the photo carries of it
    unit: str
    why: str  # empty for a plain yes


def abilities(scene: Scene) -> tuple[Ability, ...]:
    """Camera moves, then motions; 0.1 to 0.4 s of one core. Weather, light and smoke go anywhere and are not listed."""
    small = _reduced(scene)
    return (*(_move(small, *move) for move in MOVES), *(_motion(scene, kind) for kind in MOTIONS))


def in_words(found: Sequence[Ability]) -> tuple[str, ...]:
    """At most three lines: what it carries, what only in part, what not. What is simply not there needs no reason."""
    sure = [one.name for one in found if one.verdict == "yes"]
    partly = [f"{one.name} ({one.why})" for one in found if one.verdict == "limited"]
    never = [one.name + f" ({one.why})" * (not one.why.endswith("is sure")) for one in found if one.verdict == "no"]
    named = (("carries", sure, ", "), ("in part", partly, "; "), ("not", never, ", "))
    return tuple(f"{what}: {joint.join(items)}" for what, items, joint in named if items)


def _move(scene: Scene, verb: str, direction: str, amount: float) -> Ability:
    name = f"{verb} {direction}" if verb in ("push", "zoom") else verb
    asked = CameraMove.model_validate({"move": verb, "direction": direction, "amount": amount})
    plan, notes = limit_camera(MotionPlan(camera=(asked,)), scene)
    given = plan.camera[0].amount
    if scene.style.kind in FLAT and scene.style.confidence >= 0.5 and verb in ("orbit", "truck"):
        why = f"a {scene.style.kind} is flat: its depth is made up"
        return Ability(name, "limited", amount, given, UNITS[verb], why)
    if given >= LESS * amount:
        return Ability(name, "yes", amount, given, UNITS[verb], "")
    unit = "degrees" if UNITS[verb] == "degrees" else "of the near depth"
    return Ability(name, "limited", amount, given, UNITS[verb], f"{given:.2g} {unit}: {_reason(notes)}")


def _reason(notes: Sequence[Warned]) -> str:
    codes = {note.code for note in notes}
    if "camera.limited.depth" in codes and len(codes) == 1:
        return "the depth is not sure"
    cut = next((note.message for note in notes if "is cut by" in note.message), None)
    return "the border cuts the subject" if cut else "little can be shown beyond the border"


def _motion(scene: Scene, kind: str) -> Ability:
    plan = MotionPlan.model_validate(
        {"camera": ({"move": "static"},), "motions": ({"kind": kind, "region": "whole"},)}
    )
    fitted, _ = fit_to_scene(plan, scene)
    if not fitted.motions:
        return Ability(kind, "no", 1.0, 0.0, "natural", _why_not(kind, scene))
    given = fitted.motions[0].amount
    if given < 1:
        return Ability(kind, "limited", 1.0, given, "natural", "its place is a guess, so gently")
    return Ability(kind, "yes", 1.0, given, "natural", "")


def _why_not(kind: str, scene: Scene) -> str:
    """The reason in a word or two; the plan's own note has the numbers."""
    if kind == "blink" and scene.faces:
        return "no eye is surely open"
    part = {"clouds": "sky", "rotate": "subject", "breathe": "person"}.get(kind, kind)
    return f"no {'human face' if kind in ('head_turn', 'blink', 'smile') else part} is sure"


def _scaled(box: tuple[float, float, float, float], share: float) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = box
    return x0 * share, y0 * share, x1 * share, y1 * share


def _reduced(scene: Scene) -> Scene:
    """The scene at a size that is enough to try a camera on."""
    share = GRID / max(scene.size)
    if share >= 1:
        return scene
    size = max(16, round(scene.size[0] * share)), max(16, round(scene.size[1] * share))

    def fit(plane: np.ndarray) -> np.ndarray:
        return cv2.resize(plane, size, interpolation=cv2.INTER_AREA)

    faces = tuple(
        replace(face, box=_scaled(face.box, share), landmarks=face.landmarks * np.float32(share))
        for face in scene.faces
    )
    parts = {name: fit(plane) for name, plane in scene.parts.items()}
    return replace(
        scene, pixels=fit(scene.pixels), disparity=fit(scene.disparity), subject=fit(scene.subject), parts=parts,
        faces=faces, focal=scene.focal * share, latent=None,
    )  # fmt: skip
