"""Moves that join the asked ones: so that they are seen, keep the subject in view and stay inside the photo.

A companion has the times of the move it joins, stands in the plan like any other, and is said in a note.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stillreel.events import Warned
from stillreel.motion.borders import NAMES, Borders
from stillreel.motion.plan import UNITS, CameraMove, MotionPlan
from stillreel.motion.view import View
from stillreel.scene.values import Scene

__all__ = ["VISIBLE", "aimed", "inside", "seen"]

VISIBLE = 0.03  # of the long side: content that travels less over a clip is hardly seen to move
ENOUGH = 0.03  # what a move that the border limits must keep, or a companion makes room for it
OFF = 0.02  # of the long side: how far a push must carry the subject aside before the camera follows it
_ZOOMS = (1.03, 1.05, 1.08, 1.12)  # to stay inside the photo; more costs sharpness
_WIDEST = {"pan": 3.0, "tilt": 3.0, "zoom": 1.08}  # of a move that makes another one seen
_TURNING = ("pan", "tilt", "roll", "truck", "pedestal", "orbit")
_MARGIN = (*_TURNING, "handheld", "dolly_zoom")  # what a zoom in makes room for
_LEAST = 0.1  # degrees: a smaller turn is not worth saying
_SLACK = 5e-4  # of the long side, so that a plan which was limited once is not limited again


def seen(plan: MotionPlan, asked: MotionPlan, view: View) -> tuple[MotionPlan, Warned | None]:
    """The plan joined by a pan, tilt or zoom where what was asked would hardly be seen in this scene."""
    travelling = [move for move in asked.camera if move.move in ("truck", "pedestal", "push", "orbit")]
    lead = max(travelling, key=lambda move: _nominal(move, view), default=None)
    if lead is None or _nominal(lead, view) < VISIBLE or view.travel(plan) >= 0.8 * VISIBLE:
        return plan, None
    verb = {"truck": "pan", "pedestal": "tilt"}.get(lead.move, "zoom")
    if any(move.move == verb for move in plan.camera):
        return plan, None
    side = "in" if lead.move == "orbit" else lead.direction

    def joined(share: float) -> MotionPlan:
        most = _WIDEST[verb]
        return _plus(plan, lead, verb, side, most**share if verb == "zoom" else most * share)

    share = 1.0 - _largest(lambda one: view.travel(joined(1.0 - one)) >= VISIBLE)
    plan = joined(share)
    text = f"{_said(plan.camera[-1]).capitalize()} joins the {lead.move} {lead.direction}"
    return plan, Warned("camera.joined.visible", f"{text}, which alone would hardly be seen here.")


def aimed(plan: MotionPlan, scene: Scene, view: View, borders: Borders) -> tuple[MotionPlan, Warned | None]:
    """A push or zoom in that goes toward the subject: a small pan and tilt keep it where it stands in the frame."""
    lead = next((move for move in plan.camera if move.move in ("push", "zoom") and move.direction == "in"), None)
    target = _target(scene)
    if lead is None or target is None or any(move.move in _TURNING for move in plan.camera):
        return plan, None
    x, y, near = target
    grown = lead.amount if lead.move == "zoom" else 1 / max(0.5, 1 - lead.amount * near)
    lens, long = view.lens, max(view.size)
    turns = []
    for verb, offset, sides in (("pan", x - lens.cx, ("left", "right")), ("tilt", lens.cy - y, ("down", "up"))):
        aside = (grown - 1) * offset
        if abs(aside) >= OFF * long:
            zoom = lead.amount if lead.move == "zoom" else 1.0
            turns.append((verb, sides[offset > 0], float(np.degrees(np.arctan(abs(aside) / (lens.focal * zoom))))))
    if not turns:
        return plan, None

    def joined(share: float) -> MotionPlan:
        out = plan
        for verb, side, degrees in turns:
            out = _plus(out, lead, verb, side, degrees * share)
        return out

    before = [max(0.0, far) for far in view.over(plan, borders)]
    share = _largest(lambda one: all(
        far <= was + _SLACK for far, was in zip(view.over(joined(one), borders), before, strict=True)
    ))  # fmt: skip
    if share < 0.3:
        return plan, None
    plan = joined(share)
    names = " and ".join(_said(move) for move in plan.camera[-len(turns) :])
    return plan, Warned("camera.aimed", f"The {lead.move} in goes toward the subject: {names} keeps it in view.")


def inside(plan: MotionPlan, view: View, borders: Borders, *, join: bool) -> tuple[MotionPlan, Warned | None]:
    """The plan whose path looks no farther beyond each side than `room`: reduced, or joined by what makes room."""
    if _fits(plan, view, borders):
        return plan, None
    over = [i for i, far in enumerate(view.over(plan, borders)) if far > _SLACK]
    share = _largest(lambda one: _fits(_scaled(plan, one), view, borders))
    reduced = _scaled(plan, share)
    kept, whole = view.travel(reduced), view.travel(plan)
    if join and kept < min(ENOUGH, 0.6 * whole):
        better = _in_zoom(plan, view, borders) or _turned_out(plan, view, borders)
        if better is not None and (view.travel(better[0]) > kept + 0.2 * ENOUGH):
            return better[0], _joined_note(plan, better, over, borders)
    why = _why(over, borders)
    return reduced, Warned("camera.limited.border", f"{why} The camera's moves were reduced to {share:.0%}.")


def _in_zoom(plan: MotionPlan, view: View, borders: Borders) -> tuple[MotionPlan, float, int] | None:
    """Sideways moves inside a zoom in, whose margin they use up: (plan, share kept, companions)."""
    lateral = [move for move in plan.camera if move.move in _MARGIN]
    if not lateral or any(move.direction == "out" for move in plan.camera):
        return None
    span = lateral[0].model_copy(
        update={"start": min(move.start for move in lateral), "end": max(move.end for move in lateral)}
    )
    best = None
    for zoom in _ZOOMS:

        def joined(share: float, zoom: float = zoom) -> MotionPlan:
            return _plus(_scaled(plan, share), span, "zoom", "in", zoom)

        share = _largest(lambda one, joined=joined: _fits(joined(one), view, borders))
        best = (joined(share), share, 1)
        if share >= 0.6 and view.travel(_scaled(plan, share)) >= min(ENOUGH, 0.8 * view.travel(plan)):
            break
    return best if best is not None and best[1] > 0.1 else None


def _turned_out(plan: MotionPlan, view: View, borders: Borders) -> tuple[MotionPlan, float, int] | None:
    """A pull or zoom out that turns away from the side that must not be seen: (plan, share kept, companions)."""
    lead = next((move for move in plan.camera if move.direction == "out"), None)
    if lead is None or any(move.move in _TURNING for move in plan.camera):
        return None

    def joined(share: float) -> MotionPlan:
        out = _scaled(plan, share)
        left, top, right, bottom = view.over(out, borders)
        for verb, low, high, sides in (
            ("tilt", top, bottom, ("down", "up")), ("pan", left, right, ("right", "left")),
        ):  # fmt: skip
            if max(low, high) > 0 > min(low, high):  # one side looks too far, the other has room
                degrees = float(np.degrees(np.arctan(max(low, high) * max(view.size) / view.lens.focal)))
                out = _plus(out, lead, verb, sides[high > low], degrees) if degrees >= _LEAST else out
        return out

    share = _largest(lambda one: _fits(joined(one), view, borders))
    made = joined(share)
    return (made, share, len(made.camera) - len(plan.camera)) if share > 0.1 else None


def _joined_note(plan: MotionPlan, better: tuple[MotionPlan, float, int], over: list[int], borders: Borders) -> Warned:
    made, share, count = better
    asked = " and ".join(f"{move.move} {move.direction or ''}".strip() for move in plan.camera[:2]).replace("_", " ")
    names = " and ".join(_said(move) for move in made.camera[len(made.camera) - count :])
    less = f", reduced to {share:.0%}" if share < 0.97 else ""
    return Warned("camera.joined.border", f"{_why(over, borders)} So the {asked} goes with {names}{less}.")


def _why(over: list[int], borders: Borders) -> str:
    """The reason in words, for the sides that the path looks beyond."""
    cut = [NAMES[i] for i in over if NAMES[i] in borders.names]
    if cut:
        sides = " and ".join(cut) + (" borders" if len(cut) > 1 else " border")
        return f"The subject is cut by the photo's {sides}, and what it lacks is not made up."
    least = min((borders.room[i] for i in over), default=0.0)
    return (
        "The camera would look beyond the photo's border, where at most"
        f" {least:.0%} of the long side is invented here."
    )


def _target(scene: Scene) -> tuple[float, float, float] | None:
    """(x, y, disparity) of the largest face, or of the subject; None where neither is sure."""
    h, w = scene.subject.shape
    if scene.faces and scene.confidence.get("faces", 0.0) >= 0.5:
        x0, y0, x1, y1 = (float(value) for value in scene.faces[0].box)
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        row, column = min(h - 1, max(0, round(y))), min(w - 1, max(0, round(x)))
        return x, y, float(scene.disparity[row, column])
    weight = scene.subject * (scene.subject > 0.5)
    if scene.confidence.get("subject", 0.0) < 0.4 or weight.mean() < 0.002:
        return None
    rows, columns = np.indices(weight.shape)
    total = float(weight.sum())
    x, y, near = (float((what * weight).sum()) / total for what in (columns, rows, scene.disparity))
    return x, y, near


def _nominal(move: CameraMove, view: View) -> float:
    """What the move does to near content, as a share of the long side."""
    angle = move.amount * (np.pi / 180 if UNITS[move.move] == "degrees" else 1.0)
    spread = 0.4 if move.move == "push" else view.lens.focal / max(view.size)
    return float(spread * angle)


def _plus(plan: MotionPlan, lead: CameraMove, verb: str, side: str | None, amount: float) -> MotionPlan:
    data = {"move": verb, "direction": side, "amount": round(amount, 4), "start": lead.start, "end": lead.end}
    move = CameraMove.model_validate({**data, "easing": lead.easing})
    return plan.model_copy(update={"camera": (*plan.camera, move)})


def _scaled(plan: MotionPlan, share: float) -> MotionPlan:
    def scale(move: CameraMove) -> CameraMove:
        ratio = move.unit == "ratio" and move.move != "handheld"
        amount = float(move.amount**share) if ratio else move.amount * share
        return move.model_copy(update={"amount": round(amount, 5)})

    return plan if share == 1 else plan.model_copy(update={"camera": tuple(scale(move) for move in plan.camera)})


def _fits(plan: MotionPlan, view: View, borders: Borders) -> bool:
    return max(view.over(plan, borders)) <= _SLACK


def _largest(holds: Callable[[float], bool]) -> float:
    """The largest share 0..1 that holds, where smaller ones hold too."""
    if holds(1.0):
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(8):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _said(move: CameraMove) -> str:
    amount = f"{move.amount:.1f} degrees" if move.unit == "degrees" else f"{move.amount:.2f}x"
    return f"a {move.move} {move.direction} of {amount}"
