"""A plan in plain English: what people read, and what models that take text are told.

Written in the grammar's own words, so that `parse_prompt(describe(plan))` finds the same moves, kinds and directions.
"""

from __future__ import annotations

from itertools import groupby

from stillreel.motion.plan import CameraMove, MotionPlan, RegionMotion

__all__ = ["describe"]

_VERBS = {
    "pan": "pans", "tilt": "tilts", "roll": "rolls", "zoom": "zooms", "orbit": "orbits", "push": "pushes",
    "truck": "trucks", "pedestal": "pedestals", "dolly_zoom": "does a dolly zoom", "handheld": "is handheld",
}  # fmt: skip
_MOTIONS = {
    "head_turn": "the head turns", "blink": "the eyes blink", "smile": "the face smiles", "breathe": "the chest moves",
    "sway": "the body sways", "hair": "the hair moves", "cloth": "the cloth moves", "water": "the water moves",
    "clouds": "the clouds move", "foliage": "the foliage moves", "smoke": "the smoke moves", "fire": "the flame moves",
    "rain": "the rain falls", "snow": "the snow falls", "light": "the light flickers", "rotate": "the object rotates",
}  # fmt: skip
_HELD = {"whole": "everything", "skin": "skin", "person": "person", "box": "area"}
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
        return f"{move.amount:g} degrees"
    if move.unit == "ratio":
        return f"{move.amount:g}x"
    return f"{100 * move.amount:g}%"


def _when(item: CameraMove | RegionMotion, plan: MotionPlan) -> str:
    if item.start <= 0 and item.end >= plan.seconds - 1e-6:
        return ""
    return f" from {item.start:g} to {item.end:g} seconds"


def _motions(plan: MotionPlan) -> list[str]:
    return [f"{_motion(motion)}{_when(motion, plan)}" for motion in plan.motions]


def _motion(motion: RegionMotion) -> str:
    words = [_MOTIONS[motion.kind]]
    if motion.direction == "camera":
        words.append("toward the camera")
    elif motion.direction:
        words.append(motion.direction)
    if motion.amount <= _SUBTLE:
        words.append("gently")
    elif motion.amount >= _STRONG:
        words.append("strongly")
    return " ".join(words)


def _stillness(plan: MotionPlan) -> list[str]:
    held = [_HELD.get(region.split()[0], region) for region in plan.hold]
    return [f"the {region} stays still" for region in dict.fromkeys(held)]
