"""A limited turn of the subject about its own upright axis.

One photograph shows one side, so this is an orbit of up to 8 degrees over a rounded relief made from the outline,
out and back or to one side, and never a full rotation.
"""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.motion.organic.modal import Modal, modal
from stillreel.motion.organic.onset import Span
from stillreel.motion.organic.regions import Area, area_of, grid
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.scene.values import Scene

__all__ = ["rotate"]

DEGREES = 8.0
_STEEPEST = 0.15  # the relief is steep at its sides, where a real surface turns away too
_BULGE = 0.6  # depth of the relief as a share of its half width


def rotate(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Modal | None:
    """None where no subject is sure."""
    region = "subject" if item.region in ("whole", "background") else item.region
    area = area_of(scene, "rotate", region, hold)
    if area is None or not item.amount:
        return None
    turn = np.radians(DEGREES * item.amount * (0.92 + 0.08 * float(np.random.default_rng([seed, 47]).random())))
    side = -1.0 if item.direction in ("left", "clockwise") else 1.0
    field = np.zeros((*area.inside.shape, 2), np.float32)
    field[..., 0] = side * np.sin(turn) * _relief(scene, area)
    rise = max(0.8, 0.9 * (span.end - span.start))
    return modal("rotate", area, [field], lambda t: np.array([span.swing(t, rise)]), span, _STEEPEST, rounds=2)


def _relief(scene: Scene, area: Area) -> np.ndarray:
    """(h, w) float32 frame pixels toward the camera: a parabola across each row of the outline, 0 at its sides."""
    inside = area.inside
    filled = inside.any(axis=1)
    rows = np.where(filled)[0]
    first = np.argmax(inside, axis=1).astype(np.float32)
    last = inside.shape[1] - 1 - np.argmax(inside[:, ::-1], axis=1).astype(np.float32)
    everywhere = np.arange(inside.shape[0])
    sigma = max(1.0, 0.06 * len(rows))
    left, right = (_even(np.interp(everywhere, rows, side[rows]) * 2, sigma) for side in (first, last))
    half = np.maximum((right - left) / 2, 4.0)[:, None]
    share = np.clip((grid(scene)[0] - ((left + right) / 2)[:, None]) / half, -1, 1)
    deep = _BULGE * np.minimum(half, 0.35 * scene.size[0])
    return (deep * (1 - share * share)).astype(np.float32) * (1 - np.exp(-area.distance / 12)) * area.reach


def _even(side: np.ndarray, sigma: float) -> np.ndarray:
    return cv2.GaussianBlur(side.astype(np.float32)[:, None], (0, 0), sigma)[:, 0]
