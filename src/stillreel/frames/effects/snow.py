"""Snow: flakes that drift and swing as they fall, small and slow far away, soft and large close to the lens."""

from __future__ import annotations

from functools import partial

import cv2
import numpy as np

from stillreel.frames.effects.falling import Falling, Plane, planes_of, slant
from stillreel.motion.organic.onset import Span
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.scene.values import Scene

__all__ = ["snow"]

# Disparity, flakes at amount 1, heights a second, radius in heights, opacity.
_PLANES = (
    (0.15, 420, 0.10, 0.0016, 0.75), (0.45, 260, 0.15, 0.0024, 0.80),
    (0.80, 130, 0.22, 0.0036, 0.80), (1.10, 30, 0.34, 0.0075, 0.55),
)  # fmt: skip
_COLOUR = (246.0, 248.0, 252.0)


def snow(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Falling:
    """Over the whole frame, wherever the plan says it snows."""
    rng = np.random.default_rng([seed, 89])
    lean = slant(item.direction, rng, 0.7)
    planes = planes_of(_PLANES, item, lean, rng, speeds=(0.75, 1.25), sizes=(0.7, 1.35))
    late = float(rng.uniform(0, 2 * np.pi))
    return Falling("snow", planes, span, 1.6, _COLOUR, partial(_flakes, late=late))


def _flakes(canvas: np.ndarray, plane: Plane, at: np.ndarray, t: float, late: float) -> np.ndarray:
    """Soft discs, each swinging a little in its own time."""
    rows = canvas.shape[0]
    turn = 2 * np.pi * (plane.start[:, 0] * 7 + t * (0.25 + 0.35 * plane.start[:, 1])) + late
    at = at + np.stack([np.sin(turn), 0.35 * np.cos(turn)], axis=1) * (6 * plane.size[:, None])
    spots = np.round(at * rows * 16).astype(int)
    sizes = np.maximum(np.round(plane.size * rows * 16).astype(int), 10)
    for (x, y), radius in zip(spots.tolist(), sizes.tolist(), strict=True):
        cv2.circle(canvas, (x, y), radius, 255, -1, cv2.LINE_AA, 4)
    return cv2.GaussianBlur(canvas, (0, 0), max(0.5, (0.5 if plane.near else 0.3) * float(plane.size.mean()) * rows))
