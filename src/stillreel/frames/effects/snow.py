"""Snow: flakes that drift and swing as they fall, small and slow far away, soft and large close to the lens."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.frames.effects.falling import Plane, slant, veil
from stillreel.frames.effects.paint import lay_over
from stillreel.motion.deformation import FrameView
from stillreel.motion.organic.onset import Span
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.scene.values import Scene

__all__ = ["Snow", "snow"]

# Disparity, flakes at amount 1, heights a second, radius in heights, opacity.
_PLANES = (
    (0.15, 420, 0.10, 0.0016, 0.75), (0.45, 260, 0.15, 0.0024, 0.80),
    (0.80, 130, 0.22, 0.0036, 0.80), (1.10, 30, 0.34, 0.0075, 0.55),
)  # fmt: skip
_COLOUR = (246.0, 248.0, 252.0)


@dataclass(frozen=True, eq=False)
class Snow:
    """A `PixelEffect`."""

    planes: tuple[Plane, ...]
    span: Span
    late: float
    kind: str = "snow"

    def apply(self, frame: np.ndarray, view: FrameView) -> np.ndarray:
        strength = self.span.envelope(view.t, rise=1.6)
        if strength <= 0:
            return frame
        drawn = [(plane, self._flakes(plane, view, frame.shape)) for plane in self.planes]
        return lay_over(frame, _COLOUR, veil(view, frame, drawn, strength))

    def _flakes(self, plane: Plane, view: FrameView, shape: tuple[int, ...]) -> np.ndarray:
        """uint8: soft discs, each swinging a little in its own time."""
        near = plane.disparity > 1
        rows, columns = shape[:2] if near else view.disparity.shape
        canvas = np.zeros((rows, columns), np.uint8)
        at = plane.at(view.t, shape[1] / shape[0])
        turn = 2 * np.pi * (plane.start[:, 0] * 7 + view.t * (0.25 + 0.35 * plane.start[:, 1])) + self.late
        at = at + np.stack([np.sin(turn), 0.35 * np.cos(turn)], axis=1) * (6 * plane.size[:, None])
        spots = np.round(at * rows * 16).astype(int)
        sizes = np.maximum(np.round(plane.size * rows * 16).astype(int), 10)
        for (x, y), radius in zip(spots.tolist(), sizes.tolist(), strict=True):
            cv2.circle(canvas, (x, y), radius, 255, -1, cv2.LINE_AA, 4)
        return cv2.GaussianBlur(canvas, (0, 0), max(0.5, (0.5 if near else 0.3) * float(plane.size.mean()) * rows))


def snow(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Snow:
    """Over the whole frame, wherever the plan says it snows."""
    rng = np.random.default_rng([seed, 89])
    lean, planes = slant(item.direction, rng, 0.7), []
    for disparity, count, speed, radius, opacity in _PLANES:
        number = max(1, round(count * item.amount))
        fall = speed * rng.uniform(0.75, 1.25, number)
        planes.append(Plane(disparity, rng.random((number, 2)), np.stack([lean * fall, fall], axis=1),
                            radius * rng.uniform(0.7, 1.35, number), opacity))  # fmt: skip
    return Snow(tuple(planes), span, float(rng.uniform(0, 2 * np.pi)))
