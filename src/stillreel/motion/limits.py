"""Amounts limited to what the scene carries, and said so.

Two limits: what the depth supports (a translation over a wrong depth bends the world) and what the border holds (the
photo shows nothing beyond it). Figures by eye at 1024 px; see docs/explanation/camera-limits.md.
"""

from __future__ import annotations

import numpy as np

from stillreel.events import Warned
from stillreel.motion.camera import Camera, Intrinsics
from stillreel.motion.plan import CameraMove, MotionPlan
from stillreel.motion.projection import Places, unproject
from stillreel.scene.values import Scene

__all__ = ["camera_of", "limit_camera"]

EXPOSURE = 0.07  # of the long side: how far beyond the border a frame may look before the fill shows
FLOOR, CEILING = 0.35, 0.8  # disparity confidence from which depth carries little, and all


def camera_of(scene: Scene, plan: MotionPlan, *, seed: int = 0, loop: bool = False) -> Camera:
    """The plan's camera in this scene: orbits and dolly zooms turn about the subject, or the middle's depth."""
    lens = Intrinsics.of(scene.size, scene.focal)
    weight = scene.subject * (scene.subject > 0.5)
    if weight.sum() < 0.005 * weight.size:
        weight = _middle(scene.size)
    rows, columns = np.indices(weight.shape)
    total = float(weight.sum())
    x = float((columns * weight).sum()) / total
    y = float((rows * weight).sum()) / total
    disparity = float((scene.disparity * weight).sum()) / total
    pivot = ((x - lens.cx) / lens.focal, (y - lens.cy) / lens.focal)
    return Camera(plan, pivot=pivot, pivot_disparity=max(0.15, disparity), seed=seed, loop=loop)


def _middle(size: tuple[int, int]) -> np.ndarray:
    w, h = size
    mask = np.zeros((h, w), np.float32)
    mask[h // 3 : h - h // 3, w // 3 : w - w // 3] = 1
    return mask


def limit_camera(
    plan: MotionPlan, scene: Scene, *, seed: int = 0, loop: bool = False
) -> tuple[MotionPlan, tuple[Warned, ...]]:
    """The plan with amounts that hold in `scene`, and a note for every limit that was applied."""
    depth_limited = [_within_depth(move, scene) for move in plan.camera]
    notes = [note for _, note in depth_limited if note is not None]
    plan = plan.model_copy(update={"camera": tuple(move for move, _ in depth_limited)})
    share = _largest_share(plan, scene, seed, loop)
    if share < 1:
        plan = _scaled(plan, share)
        notes.append(
            Warned(
                "camera.limited.border",
                f"The camera would look beyond the photo's border; its moves were reduced to {share:.0%}"
                f" so that at most {EXPOSURE:.0%} of the long side is invented.",
            )
        )
    return plan, tuple(notes)


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
    upright = 1 - 0.7 * scene.confidence.get("verticals", 0.0) * (1 - trust)  # leaning walls show first
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
    lateral = move.move in ("truck", "pedestal", "orbit")
    return (low + (high - low) * trust) * (upright if lateral else 1.0)


def _largest_share(plan: MotionPlan, scene: Scene, seed: int, loop: bool) -> float:
    """The largest share 0..1 of the plan's amounts whose path stays within EXPOSURE."""
    if _exposure(plan, scene, seed, loop) <= EXPOSURE:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(8):
        middle = (low + high) / 2
        if _exposure(_scaled(plan, middle), scene, seed, loop) <= EXPOSURE:
            low = middle
        else:
            high = middle
    return low


def _scaled(plan: MotionPlan, share: float) -> MotionPlan:
    def scale(move: CameraMove) -> CameraMove:
        ratio = move.unit == "ratio" and move.move != "handheld"
        amount = float(move.amount**share) if ratio else move.amount * share
        return move.model_copy(update={"amount": round(amount, 5)})

    return plan.model_copy(update={"camera": tuple(scale(move) for move in plan.camera)})


def _exposure(plan: MotionPlan, scene: Scene, seed: int, loop: bool) -> float:
    """How far beyond the photo the path looks at most, as a share of the long side."""
    camera = camera_of(scene, plan, seed=seed, loop=loop)
    lens = Intrinsics.of(scene.size, scene.focal)
    w, h = scene.size
    x = np.array([[0, w / 2, w - 1, w - 1, w - 1, w / 2, 0, 0]], np.float32)
    y = np.array([[0, 0, 0, h / 2, h - 1, h - 1, h - 1, h / 2]], np.float32)
    grid = np.ascontiguousarray(scene.disparity[::2, ::2])
    worst = 0.0
    for t in np.linspace(0, plan.seconds, 25 if loop else 13):
        p = unproject(Places(x, y), camera.at(float(t)), lens, grid, None)
        outside = max(-p.x.min(), p.x.max() - (w - 1), -p.y.min(), p.y.max() - (h - 1))
        worst = max(worst, float(outside) / max(w, h))
    return worst
