"""A plan in plain English: what people read, and what models that take text are told.

Written in the grammar's own words, so that `parse_prompt(describe(plan))` finds the same moves, kinds and directions.
"""

from __future__ import annotations

from itertools import groupby

from stillreel.motion.plan import FOGGY, LIGHT_CHANGES, CameraMove, MotionPlan, RegionMotion

__all__ = ["describe"]

_VERBS = {
    "pan": "pans", "tilt": "tilts", "roll": "rolls", "zoom": "zooms", "orbit": "orbits", "push": "pushes",
    "truck": "trucks", "pedestal": "pedestals", "dolly_zoom": "does a dolly zoom", "handheld": "is handheld",
}  # fmt: skip
_MOTIONS = {
    "head_turn": "the head turns", "blink": "the eyes blink", "smile": "the face smiles", "breathe": "the chest moves",
    "sway": "the body sways", "hair": "the hair moves", "cloth": "the cloth moves", "water": "the water moves",
    "clouds": "the clouds move", "foliage": "the foliage moves", "fire": "the flame moves",
    "rain": "the rain falls", "snow": "the snow falls", "rotate": "the object rotates",
}  # fmt: skip
_LIGHT = {
    None: "the light plays", "flicker": "the light flickers", "pulse": "the light pulses", "flash": "lightning flashes",
}  # fmt: skip
_HELD = {"whole": "everything", "skin": "skin", "person": "person", "box": "area"}
_SIZES = {"gently": ("slightly",), "strongly": ("much",)}
_SUBTLE, _STRONG = 0.75, 1.4  # amounts at which a motion is called gentle or strong


def describe(plan: MotionPlan) -> str:
    """One or more English sentences: camera, motions, what stands still, mood. Empty for an empty plan."""
    sentences = [_camera(plan), *_motions(plan), *_stillness(plan)]
    if plan.mood:
        sentences.append(", ".join(plan.mood))
    return " ".join(f"{text[0].upper()}{text[1:]}." for text in sentences if text)


def _camera(plan: MotionPlan) -> str:
    if not plan.camera:
        return ""
    if plan.is_static:
        return "static camera"
    ordered = sorted(plan.camera, key=lambda move: move.start)
    steps = [list(moves) for _, moves in groupby(ordered, key=lambda move: move.start)]
    said = []
    for moves in steps:
        clauses = [f"{_move(move)}{_when(move, plan)}" for move in moves]
        said.append(" and ".join(clauses))
    return "the camera " + ", then ".join(said)


def _move(move: CameraMove) -> str:
    words = [_VERBS[move.move], move.direction or "", _amount(move)]
    return " ".join(word for word in words if word)


def _amount(move: CameraMove) -> str:
    if move.move == "handheld":
        return ""
    if move.unit == "degrees":
        return f"{_readable(move.amount)} degrees"
    if move.unit == "ratio":
        return f"{move.amount:.3g}x"
    return f"{_readable(100 * move.amount)} %"


def _readable(amount: float) -> str:
    """Two digits are all that an eye tells apart."""
    return f"{amount:.0f}" if amount >= 9.95 else f"{amount:.1f}".removesuffix(".0")


def _when(item: CameraMove | RegionMotion, plan: MotionPlan) -> str:
    if item.start <= 0 and item.end >= plan.seconds - 1e-6:
        return ""
    return f" from {item.start:g} to {item.end:g} seconds"


def _motions(plan: MotionPlan) -> list[str]:
    return [f"{_motion(motion, plan)}{_when(motion, plan)}" for motion in plan.motions]


def _light(motion: RegionMotion) -> str:
    """What the light does; a sweep and a change take their own verbs."""
    if motion.direction in LIGHT_CHANGES:
        return " ".join(("the light turns", *_SIZES.get(_size(motion.amount), ()), motion.direction))
    if motion.direction in _LIGHT:
        words = _LIGHT[motion.direction], _size(motion.amount)
        return " ".join(word for word in words if word)
    return f"the light sweeps {motion.direction}"


def _size(amount: float) -> str:
    return "gently" if amount <= _SUBTLE else "strongly" if amount >= _STRONG else ""


def _smoke(motion: RegionMotion, plan: MotionPlan) -> str:
    """Fog lies over the picture, smoke rises from something; by the prompt's own name for it."""
    where, said = motion.region.split()[0], " ".join(plan.words.understood).lower()
    if where in FOGGY:
        name = next((name for name in ("mist", "haze", "smoke", "steam", "dust") if name in said), "fog")
        fills = where == "whole" and name in ("smoke", "steam")  # alone they rise from something
        verb, place = ("fills", "the scene") if fills else ("drifts", "" if where == "whole" else f"over the {where}")
        words = [f"the {name} {verb}", "" if fills else motion.direction or "", place]
    else:
        words = ["steam rises" if "steam" in said else "smoke rises",
                 "" if motion.direction == "up" else motion.direction or "",
                 "from the " + where if where != "box" else ""]  # fmt: skip
    return " ".join(word for word in (*words, _size(motion.amount)) if word)


def _motion(motion: RegionMotion, plan: MotionPlan) -> str:
    if motion.kind in ("light", "smoke"):
        return _light(motion) if motion.kind == "light" else _smoke(motion, plan)
    words = [_MOTIONS[motion.kind]]
    if motion.direction == "camera":
        words.append("toward the camera")
    elif motion.direction:
        words.append(motion.direction)
    words.append(_size(motion.amount))
    return " ".join(word for word in words if word)


def _stillness(plan: MotionPlan) -> list[str]:
    held = [_HELD.get(region.split()[0], region) for region in plan.hold]
    return [f"the {region} stays still" for region in dict.fromkeys(held)]
