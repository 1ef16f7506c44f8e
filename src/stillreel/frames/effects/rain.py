"""Rain: streaks as long as a drop falls while the shutter is open, in four planes of depth."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.frames.effects.falling import MARGIN, Falling, Plane, planes_of, slant
from stillreel.motion.organic.onset import Span
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.scene.values import Scene

__all__ = ["rain"]

SHUTTER = 1 / 40  # seconds
# Disparity, drops at amount 1, heights a second, thickness in heights, opacity.
_PLANES = (
    (0.15, 300, 0.95, 0.0010, 0.22), (0.45, 220, 1.35, 0.0013, 0.28),
    (0.80, 130, 1.90, 0.0016, 0.32), (1.10, 48, 2.70, 0.0022, 0.34),
)  # fmt: skip
_COLOUR = (214.0, 220.0, 228.0)


def rain(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Falling:
    """Over the whole frame, wherever the plan says it rains."""
    rng = np.random.default_rng([seed, 83])
    lean = slant(item.direction, rng, 0.3)
    planes = planes_of(_PLANES, item, lean, rng, speeds=(0.92, 1.08), sizes=(1, 1))
    return Falling("rain", planes, span, 1.2, _COLOUR, _streaks)


def _streaks(canvas: np.ndarray, plane: Plane, at: np.ndarray, t: float) -> np.ndarray:
    """The plane's drops as antialiased lines."""
    rows = canvas.shape[0]
    ends = np.stack([at, at - plane.speed * SHUTTER], axis=1) * rows
    thick = max(1, round(float(plane.size[0]) * rows))
    cv2.polylines(canvas, list(np.round(ends * 16).astype(np.int32)), False, 255, thick, cv2.LINE_AA, 4)
    return cv2.GaussianBlur(canvas, (0, 0), MARGIN * 0.01 * rows) if plane.near else canvas
