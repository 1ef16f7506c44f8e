"""Amounts limited to what the scene carries, and said so.

Two limits: what the depth supports (a translation over a wrong depth bends the world) and what the border holds (the
photo shows nothing beyond it). What they leave must still be seen: a move too small for that is joined by another one
that the photo can show. Figures by eye at 1024 px; see docs/explanation/camera-limits.md.
"""

from __future__ import annotations

import numpy as np

from stillreel.events import Warned
from stillreel.motion.borders import Borders
from stillreel.motion.camera import Camera
from stillreel.motion.companions import aimed, inside, seen
from stillreel.motion.plan import CameraMove, MotionPlan
from stillreel.motion.view import View
from stillreel.scene.values import Scene

__all__ = ["camera_of", "limit_camera"]

FLOOR, CEILING = 0.62, 0.9  # disparity confidence from which depth carries little, and all
LATERAL, BENDS = ("truck", "pedestal", "orbit"), 0.4  # walls show first where a depth is wrong
_MOST = 13  # moves of a plan that leave places for three companions


def camera_of(scene: Scene, plan: MotionPlan, *, seed: int = 0, loop: bool = False) -> Camera:
    """The plan's camera in this scene: orbits and dolly zooms turn about the subject, or the middle's depth."""
    return View.of(scene, seed=seed, loop=loop).camera(plan)


def limit_camera(
    plan: MotionPlan, scene: Scene, *, seed: int = 0, loop: bool = False
) -> tuple[MotionPlan, tuple[Warned, ...]]:
    """The plan with amounts that hold in `scene`, and a note for every change. Limiting twice changes nothing."""
    view = View.of(scene, seed=seed, loop=loop)
    depth_limited = [_within_depth(move, scene) for move in plan.camera]
    notes = [note for _, note in depth_limited]
    limited = plan.model_copy(update={"camera": tuple(move for move, _ in depth_limited)})
    borders = Borders.of(scene)
    if len(plan.camera) <= _MOST:
        limited, note = seen(limited, plan, view)
        notes.append(note)
        limited, note = aimed(limited, scene, view, borders)
        notes.append(note)
    limited, note = inside(limited, view, borders, join=len(plan.camera) <= _MOST)
    return limited, tuple(one for one in (*notes, note) if one is not None)


def _within_depth(move: CameraMove, scene: Scene) -> tuple[CameraMove, Warned | None]:
    limit = _depth_limit(move, scene)
    amount = (1 + limit) if move.move == "dolly_zoom" else limit
    if limit == float("inf") or move.amount <= amount + 1e-9:
        return move, None
    text = f"{move.move} {move.direction} {move.amount:g} was limited to {amount:.3g} {move.unit}: "
    why = "the depth of this photo is not sure enough for more."
    return move.model_copy(update={"amount": round(amount, 4)}), Warned("camera.limited.depth", text + why)


def _depth_limit(move: CameraMove, scene: Scene) -> float:
    """The largest amount that the depth supports (for a dolly zoom, over 1)."""
    sure = scene.confidence.get("disparity", 0.0)
    trust = float(np.clip((sure - FLOOR) / (CEILING - FLOOR), 0, 1))
    if scene.confidence.get("subject", 0.0) > 0.5 and scene.subject.mean() > 0.02:
        trust = max(trust, 0.6)  # a sure matte carries parallax whatever the background's depth
    low_high = {
        "push": (0.15 if move.direction == "in" else 0.08, 0.40 if move.direction == "in" else 0.14),
        "truck": (0.025, 0.10),
        "pedestal": (0.025, 0.10),
        "orbit": (3.0, 12.0),
        "dolly_zoom": (0.12, 0.40),
    }.get(move.move)
    if low_high is None:
        return float("inf")
    low, high = low_high
    upright = 1 - BENDS * scene.confidence.get("verticals", 0.0) if move.move in LATERAL else 1.0
    return (low + (high - low) * trust) * upright
