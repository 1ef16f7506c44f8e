"""Foliage, hair and cloth in the wind: spectral sway, pinned where each of them grows or hangs from.

After Li et al., "Generative Image Dynamics" (CVPR 2024): a few frequencies per place, here one coherent phase that
travels downwind, at 0.4 and 0.8 Hz, a slow gust, and half a pixel of detail.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.motion.organic.modal import JELLY, Modal, Wave, spectral
from stillreel.motion.organic.onset import Span
from stillreel.motion.organic.regions import FAR, Area, area_of, grid, scale_of, taper
from stillreel.motion.organic.wind import Wind, noise, wind_of
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.scene.values import Scene

__all__ = ["sway_in_wind"]


@dataclass(frozen=True)
class _Manner:
    """How one material takes the wind. Lengths in px at 1024."""

    reach: float  # px of the main swing
    detail: float  # px of the small one
    size: float  # px: how far apart places lie that show different detail
    pace: float  # of the frequencies, 1 = 0.4, 0.8 and 1.3 Hz
    across: float  # share of motion across the wind
    cap: float  # steepest allowed px per px
    slope: float  # how fast it may rise next to a pinned edge


_MANNERS = {
    "foliage": _Manner(4.5, 0.6, 60, 1.0, 0.30, JELLY, 0.045),
    # Strands lie side by side, so a steep change across them reads as strands and not as jelly: twice the cap.
    "hair": _Manner(6.0, 0.7, 50, 0.9, 0.25, 0.15, 0.13),
    "cloth": _Manner(3.0, 0.8, 70, 1.1, 0.45, JELLY, 0.05),
}


def sway_in_wind(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Modal | None:
    """Hair, foliage or cloth; None where the scene has none."""
    area = area_of(scene, item.kind, item.region, hold)
    if area is None or not item.amount:
        return None
    manner, scale = _MANNERS[item.kind], scale_of(scene)
    reach = manner.reach * scale
    if item.kind == "hair" and scene.faces:  # at most 5 % of the face's height, gust and all
        reach = 0.033 * (float(scene.faces[0].box[3]) - float(scene.faces[0].box[1]))
    swing = _freedom(scene, item.kind, area) * reach * item.amount
    waves = _waves(manner, wind_of(scene, plan, item, seed), np.random.default_rng([seed, 11, len(item.kind)]),
                   taper(area, swing, manner.slope), taper(area, manner.detail * scale * item.amount, 0.02),
                   manner.size * scale)  # fmt: skip
    return spectral(item.kind, area, waves, span, manner.cap)


def _waves(
    manner: _Manner, wind: Wind, rng: np.random.Generator, swing: np.ndarray, detail: np.ndarray, size: float
) -> list[Wave]:
    along, pace, phase = np.array(wind.direction, np.float32), manner.pace, wind.phase
    across = np.array((-along[1], along[0]), np.float32) * manner.across
    early, late = rng.uniform(0.0, 2 * np.pi, 2)
    flutter = phase * 2 + 1.2 * noise(rng, phase.shape, size / 2)
    lean = 0.55 if wind.steady else 0.0

    def push(share: float, vector: np.ndarray) -> np.ndarray:
        return (share * swing)[..., None] * vector

    return [
        Wave(0.0, push(lean, along)),
        Wave(0.13 * pace, push(0.30, along), 0.5 * phase + early),
        Wave(0.40 * pace, push(0.55, along) + push(0.4, across), phase),
        Wave(0.80 * pace, push(0.22, along) - push(0.5, across), 1.6 * phase + late),
        Wave(1.30 * pace, detail[..., None] * (along + across), flutter),
    ]


def _freedom(scene: Scene, kind: str, area: Area) -> np.ndarray:
    """(h, w) float32 0..1: 0 at the roots, 1 where the thing swings freely."""
    if kind == "hair" and scene.faces:
        return _hair(scene)
    if kind == "cloth":
        return 0.25 + 0.75 * (1 - _height_within(area))  # hangs from the shoulders or the rod
    if kind == "hair":
        return 1 - _height_within(area)
    return 0.3 + 0.7 * _height_within(area)  # stands on the ground


def _hair(scene: Scene) -> np.ndarray:
    """Hair is fixed to the scalp, an ellipse about each face, and freer the further it hangs from it."""
    x, y = grid(scene)
    distance = np.full(x.shape, FAR, np.float32)
    for face in scene.faces:
        x0, y0, x1, y1 = (float(value) for value in face.box)
        wide, high = x1 - x0, y1 - y0
        radius = np.hypot((x - (x0 + x1) / 2) / (0.52 * wide), (y - (y0 + 0.38 * high)) / (0.62 * high))
        hangs = np.clip((y - y0 + 0.3 * high) / high, 0.3, 1)
        distance = np.minimum(distance, 1.27 * np.clip(radius - 1, 0, None) * hangs)
    free = np.clip(distance, 0, 1)
    return (free * (2 - free)).astype(np.float32)


def _height_within(area: Area) -> np.ndarray:
    """(h, w) float32 0..1: height above the foot of each connected piece, as a share of that piece's own height."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(area.inside.astype(np.uint8))
    out = np.full(area.inside.shape, 0.5, np.float32)
    rows = np.arange(area.inside.shape[0], dtype=np.float32)[:, None]
    for index in range(1, count):
        top, high = stats[index, cv2.CC_STAT_TOP], stats[index, cv2.CC_STAT_HEIGHT]
        share = np.clip((top + high - rows) / max(high, 1), 0, 1)
        out = np.where(labels == index, np.broadcast_to(share, out.shape), out)
    return _spread(out, area.inside)


def _spread(values: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """`values` smoothed within `inside` and carried a little beyond it."""
    sigma = max(2.0, 0.02 * max(inside.shape))
    weight = inside.astype(np.float32) + 1e-4
    total = cv2.GaussianBlur(weight, (0, 0), sigma)
    return cv2.GaussianBlur(values * weight, (0, 0), sigma) / total
