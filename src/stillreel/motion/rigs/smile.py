"""A slight smile: the corners of the mouth go up and out, and the cheeks with them. Closed lips stay closed."""

from __future__ import annotations

import numpy as np

from stillreel.motion.organic.modal import Modal, modal
from stillreel.motion.organic.onset import Span
from stillreel.motion.organic.regions import area_from, grid
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.motion.rigs.anatomy import Head, faces_in, head_of
from stillreel.scene import landmarks as points
from stillreel.scene.values import Face, Scene

__all__ = ["smile"]

UP, OUT, CHEEK = 0.115, 0.075, 0.04  # of the mouth's width
_STEEPEST = 0.2  # lips are soft


def smile(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> tuple[Modal, ...]:
    """One deformation per face of the region."""
    found = []
    pace = 1.1 * float(np.random.default_rng([seed, 71]).uniform(0.8, 1.2))  # seconds
    for face in faces_in(scene, item.region, hold):
        head, rise = head_of(face), min(pace, 0.45 * (span.end - span.start))
        field = _field(scene, face, head) * item.amount * (~hold)[..., None]
        area = area_from(scene, (np.abs(field).max(axis=-1) > 0.05).astype(np.float32), hold)
        if area is None:
            continue
        found.append(modal("smile", area, [field], lambda t: np.array([span.swing(t, rise)]), span, _STEEPEST))  # noqa: B023
    return tuple(made for made in found if made is not None)


def _field(scene: Scene, face: Face, head: Head) -> np.ndarray:
    """(h, w, 2) float32 forward displacement of a full smile, zero outside the face."""
    x, y = grid(scene)
    at = np.asarray(face.landmarks, np.float64)[:, :2]
    corners = at[list(points.MOUTH_CORNERS)]
    wide = max(float(np.hypot(*(corners[1] - corners[0]))), 1.0)
    field = np.zeros((*x.shape, 2), np.float32)
    for corner, side in zip(corners, (-1.0, 1.0), strict=True):
        pull = wide * (side * OUT * head.across - UP * head.down)
        field += _bell(x, y, corner, 0.22 * wide)[..., None] * pull
        cheek = corner - 0.24 * head.height * head.down + side * 0.10 * wide * head.across
        field -= _bell(x, y, cheek, 0.30 * wide)[..., None] * (CHEEK * wide * head.down)
    dx, dy = x - head.centre[0], y - head.centre[1]
    a, b = dx * head.across[0] + dy * head.across[1], dx * head.down[0] + dy * head.down[1]
    inside = np.clip((1.0 - np.hypot(a / (0.5 * head.width), b / (0.52 * head.height))) / 0.25, 0, 1)
    return (field * (inside * inside * (3 - 2 * inside))[..., None]).astype(np.float32)


def _bell(x: np.ndarray, y: np.ndarray, at: np.ndarray, sigma: float) -> np.ndarray:
    return np.exp(-0.5 * (np.square(x - at[0]) + np.square(y - at[1])) / sigma**2)
