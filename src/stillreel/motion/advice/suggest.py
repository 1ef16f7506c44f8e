"""What a photo carries: the template that fits it, and a modest plan of what is surely in it."""

from __future__ import annotations

from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.motion.scene_fit import SURE_FACE, SURE_STYLE, fit_to_scene
from stillreel.scene.values import Scene

__all__ = ["carried", "kind_of"]

_SURE = {"hair": 0.4, "cloth": 0.4, "foliage": 0.4, "water": 0.5, "sky": 0.5}
_MOTION = {"water": "water", "foliage": "foliage", "hair": "hair", "cloth": "cloth"}
_SHARE = {"water": 0.03, "foliage": 0.05, "hair": 0.01, "cloth": 0.02, "sky": 0.05}
_MOST = 2


def kind_of(scene: Scene) -> str | None:
    """The name of the template that fits the photo; None where the analysis is sure of nothing."""
    style, sure = scene.style, scene.style.confidence >= SURE_STYLE
    if style.kind in ("painting", "drawing") and sure:
        return "artwork"
    face = bool(scene.faces) and scene.confidence.get("faces", 0.0) >= SURE_FACE
    if style.kind == "monochrome" and sure and face:
        return "old-photograph"
    if face or _has(scene, "person", 0.4, 0.05):
        return "portrait"
    if any(_has(scene, part, _SURE[part], _SHARE[part]) for part in ("sky", "water", "foliage")):
        built = scene.confidence.get("verticals", 0.0) >= 0.5 and not _has(scene, "water", 0.5, 0.1)
        return "street" if built and not _has(scene, "foliage", 0.4, 0.3) else "landscape"
    subject = scene.confidence.get("subject", 0.0) >= 0.4 and float(scene.subject.mean()) >= 0.01
    if subject:
        return "product"
    return "street" if scene.confidence.get("verticals", 0.0) >= 0.5 else None


def carried(scene: Scene, seconds: float) -> MotionPlan:
    """The move that suits the scene, with at most two motions that it surely carries."""
    plan, _ = fit_to_scene(MotionPlan(seconds=seconds), scene)
    motions = list(dict.fromkeys(motion.kind for motion in plan.motions))
    motions += [kind for part, kind in _MOTION.items() if _has(scene, part, _SURE[part], _SHARE[part])]
    chosen = list(dict.fromkeys(motions))[:_MOST]
    told = tuple(
        RegionMotion.model_validate({"kind": kind, "region": _region(kind), "amount": 0.6, "end": seconds})
        if kind != "blink"
        else RegionMotion(kind="blink", region="face", end=min(seconds, 1.0))
        for kind in chosen
    )
    hold = ("background",) if plan.camera and plan.is_static else ()
    return MotionPlan(seconds=seconds, camera=plan.camera, motions=told, hold=hold)


def _region(kind: str) -> str:
    return {"clouds": "sky", "breathe": "person", "light": "whole"}.get(kind, kind)


def _has(scene: Scene, part: str, sure: float, share: float) -> bool:
    return scene.confidence.get(part, 0.0) >= sure and float(scene.parts[part].mean()) >= share
