"""Rain: streaks as long as a drop falls while the shutter is open, in four planes of depth."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.frames.effects.falling import MARGIN, Plane, slant, veil
from stillreel.frames.effects.paint import lay_over
from stillreel.motion.deformation import FrameView
from stillreel.motion.organic.onset import Span
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.scene.values import Scene

__all__ = ["Rain", "rain"]

SHUTTER = 1 / 40  # seconds
# Disparity, drops at amount 1, heights a second, thickness in heights, opacity.
_PLANES = (
    (0.15, 300, 0.95, 0.0010, 0.22), (0.45, 220, 1.35, 0.0013, 0.28),
    (0.80, 130, 1.90, 0.0016, 0.32), (1.10, 48, 2.70, 0.0022, 0.34),
)  # fmt: skip
_COLOUR = (214.0, 220.0, 228.0)


@dataclass(frozen=True, eq=False)
class Rain:
    """A `PixelEffect`."""

    planes: tuple[Plane, ...]
    span: Span
    kind: str = "rain"

    def apply(self, frame: np.ndarray, view: FrameView) -> np.ndarray:
        strength = self.span.envelope(view.t, rise=1.2)
        if strength <= 0:
            return frame
        drawn = [(plane, _streaks(plane, view, frame.shape)) for plane in self.planes]
        return lay_over(frame, _COLOUR, veil(view, frame, drawn, strength))


def rain(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Rain:
    """Over the whole frame, wherever the plan says it rains."""
    rng = np.random.default_rng([seed, 83])
    lean, planes = slant(item.direction, rng, 0.3), []
    for disparity, count, speed, thick, opacity in _PLANES:
        number = max(1, round(count * item.amount))
        fall = speed * rng.uniform(0.92, 1.08, number)
        planes.append(Plane(disparity, rng.random((number, 2)), np.stack([lean * fall, fall], axis=1),
                            np.full(number, thick), opacity))  # fmt: skip
    return Rain(tuple(planes), span)


def _streaks(plane: Plane, view: FrameView, shape: tuple[int, ...]) -> np.ndarray:
    """uint8: the plane's drops as antialiased lines; near ones at the frame's size, far ones on the flow grid."""
    near = plane.disparity > 1
    rows, columns = shape[:2] if near else view.disparity.shape
    canvas = np.zeros((rows, columns), np.uint8)
    head = plane.at(view.t, shape[1] / shape[0])
    ends = np.stack([head, head - plane.speed * SHUTTER], axis=1) * rows
    thick = max(1, round(float(plane.size[0]) * rows))
    cv2.polylines(canvas, list(np.round(ends * 16).astype(np.int32)), False, 255, thick, cv2.LINE_AA, 4)
    return cv2.GaussianBlur(canvas, (0, 0), MARGIN * 0.01 * rows) if near else canvas
