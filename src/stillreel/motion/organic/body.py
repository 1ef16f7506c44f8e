"""Breathing and the shifting of weight, both pinned where the figure leaves the picture or stands."""

from __future__ import annotations

import numpy as np

from stillreel.motion.organic.figure import Figure, figure_of
from stillreel.motion.organic.modal import Modal, Wave, modal, spectral
from stillreel.motion.organic.onset import Span
from stillreel.motion.organic.regions import Area, area_of, grid, layer_maps, scale_of, taper
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.scene.values import Scene

__all__ = ["breathe", "sway"]

BREATH = 3.6  # seconds
RISE = 0.034  # of the head's height: 4-5 px for a half-length portrait 1024 px wide
_LIMIT = 6.0  # px at 1024


def breathe(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Modal | None:
    """The chest fills up- and outwards, the shoulders rise, the head a little; the photo is the end of a breath."""
    area = _body(scene, item, hold)
    if area is None or not item.amount:
        return None
    figure = figure_of(scene, area)
    size = min(RISE * figure.head, _LIMIT * scale_of(scene)) * item.amount
    field = _chest(scene, figure) * taper(area, size, 0.05)[..., None]
    rng = np.random.default_rng([seed, 41])
    rate = span.frequency(1 / BREATH * float(rng.uniform(0.94, 1.06)))
    late = float(rng.uniform(0.0, 0.2))
    return modal("breathe", area, [field], span.anchored(lambda t: np.array([_breath(t * rate + late)])), span)


def _breath(cycles: float) -> float:
    """0..1: in over 40 % of the cycle, out over 45 %, and a rest."""
    share = cycles % 1.0
    if share < 0.40:
        return 0.5 - 0.5 * np.cos(np.pi * share / 0.40)
    return 0.5 + 0.5 * np.cos(np.pi * min(1.0, (share - 0.40) / 0.45))


def _chest(scene: Scene, figure: Figure) -> np.ndarray:
    """(h, w, 2): forward displacement of a full breath, largest 1. Up above the waist, out at the chest."""
    x, y = grid(scene)
    chest = figure.shoulders + 0.7 * figure.head
    up = np.where(y < figure.shoulders, 0.55 + 0.45 * _bell(y - figure.shoulders, 0.45 * figure.head),
                  _bell(y - figure.shoulders, 1.1 * figure.head))  # fmt: skip
    across = np.clip((x - figure.x) / (1.1 * figure.head), -1, 1)
    out = 0.5 * np.sin(0.5 * np.pi * across) * _bell(y - chest, 0.6 * figure.head)
    foot = np.clip((figure.foot - y) / (0.6 * figure.head), 0, 1)
    return np.stack([out * foot, -up * foot], axis=-1).astype(np.float32)


def _bell(distance: np.ndarray, width: float) -> np.ndarray:
    return np.exp(-0.5 * np.square(distance / max(width, 1.0)))


def sway(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Modal | None:
    """The weight shifts from one side to the other: a lean that grows with height above the foot."""
    area = _body(scene, item, hold)
    if area is None or not item.amount:
        return None
    figure, (_, y) = figure_of(scene, area), grid(scene)
    tall = max(figure.foot - figure.top, 1.0)
    height = np.clip((figure.foot - y) / tall, 0, 1.1) ** 1.4
    size = min(0.016 * tall, 9 * scale_of(scene)) * item.amount
    lean = taper(area, size * height, 0.05)
    side = -1.0 if item.direction == "left" else 1.0
    across = np.stack([side * lean, 0.06 * lean], axis=-1)
    late = float(np.random.default_rng([seed, 43]).uniform(0, 2 * np.pi))
    waves = [Wave(0.22, 0.75 * across, np.pi / 2 - (0.3 if item.direction else late)), Wave(0.37, 0.35 * across, late)]
    return spectral("sway", area, waves, span)


def _body(scene: Scene, item: RegionMotion, hold: np.ndarray) -> Area | None:
    """The whole subject for a motion of any part of it: a chest does not rise alone. Else the named region."""
    person = item.region in ("person", "subject", "whole", "cloth", "skin", "face", "hair")
    if person and float(layer_maps(scene)["subject"].mean()) > 0.005:
        return area_of(scene, item.kind, "subject", hold, "subject")
    region = "person" if item.region in ("subject", "whole") else item.region
    return area_of(scene, item.kind, region, hold)
