"""Rain: streaks as long as a drop falls while the shutter is open, in four planes of depth."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.frames.effects.falling import Falling, Plane, planes_of, slant
from stillreel.motion.organic.onset import Span
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.scene.values import Scene

__all__ = ["rain"]

SHUTTER = 1 / 32  # seconds
# Disparity, drops at amount 1, heights a second, thickness in heights, opacity.
_PLANES = (
    (0.15, 520, 1.10, 0.0008, 0.27), (0.45, 400, 1.60, 0.0010, 0.34),
    (0.80, 240, 2.20, 0.0013, 0.40), (1.10, 60, 3.00, 0.0020, 0.34),
)  # fmt: skip
_COLOUR, _SHADE = (222.0, 227.0, 234.0), (104.0, 112.0, 124.0)
_SHARES = 255, 190, 130, 80  # of a plane's opacity: drops catch more or less light


def rain(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Falling:
    """Over the whole frame, wherever the plan says it rains."""
    rng = np.random.default_rng([seed, 83])
    lean = slant(item.direction, rng, 0.3)
    planes = planes_of(_PLANES, item, lean, rng, speeds=(0.92, 1.08), sizes=(1, 1))
    return Falling("rain", planes, span, 1.2, _COLOUR, _streaks, fine=True, shade=_SHADE)


def _streaks(canvas: np.ndarray, plane: Plane, at: np.ndarray, t: float) -> np.ndarray:
    """The plane's drops as fine antialiased lines, some fainter, some shorter, and no two quite alike in their fall."""
    rows, kinds = canvas.shape[0], len(_SHARES)
    way = plane.speed * SHUTTER * (0.6 + 0.6 * plane.start[:, :1])
    way[:, 0] += 0.05 * (plane.start[:, 1] - 0.5) * way[:, 1]
    ends = np.round(np.stack([at, at - way], axis=1) * (rows * 16)).astype(np.int32)
    thick = max(1, round(float(plane.size[0]) * rows))
    for kind, share in enumerate(_SHARES):
        cv2.polylines(canvas, list(ends[kind::kinds]), False, share, thick, cv2.LINE_AA, 4)
    return cv2.GaussianBlur(canvas, (0, 0), 0.0009 * rows) if plane.near else canvas
