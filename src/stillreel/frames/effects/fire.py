"""The glow of a fire: its own flicker, and the warm light that it throws on what is near."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.frames.effects.paint import brighten
from stillreel.motion.deformation import FrameView
from stillreel.motion.organic.onset import Course, Span
from stillreel.motion.organic.regions import region_map, scale_of, shrink
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.scene.values import Scene

__all__ = ["Glow", "glow"]

SIZE, MOST = 0.2, 0.34  # gain at amount 1, and the limit
_WARM = np.array((1.0, 0.72, 0.42), np.float32)


@dataclass(frozen=True, eq=False)
class Glow:
    """A `PixelEffect`: a warm gain around the fire."""

    near: np.ndarray  # (h, w) float32 0..1 on the flow grid
    strength: Course
    kind: str = "fire"

    def apply(self, frame: np.ndarray, view: FrameView) -> np.ndarray:
        strength = np.float32(self.strength(view.t)[0])
        if abs(strength) < 1e-3:
            return frame
        gain = 1 + strength * view.carry(self.near)[..., None] * _WARM
        return brighten(frame, gain)


def glow(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Glow | None:
    """Around the region; on the whole picture around what is bright and warm in it."""
    found = region_map(scene, item.region)
    if item.region in ("whole", "background"):
        found = found * _burning(scene)
    if found.mean() < 1e-5:
        return None
    wide = cv2.GaussianBlur(found, (0, 0), 70 * scale_of(scene))
    core = cv2.GaussianBlur(found, (0, 0), 12 * scale_of(scene))  # a box must not show its edges
    near = np.clip(0.6 * core + 1.6 * wide, 0, 1) * ~hold
    return Glow(near.astype(np.float32), _tremble(span, min(SIZE * item.amount, MOST), seed))


def _burning(scene: Scene) -> np.ndarray:
    """(h, w) float32 0..1: bright, and redder than it is blue."""
    red, blue = (shrink(scene, scene.pixels[..., channel]) / 255 for channel in (0, 2))
    return np.clip((red - 0.6) / 0.25, 0, 1) * np.clip((red - blue - 0.2) / 0.2, 0, 1)


def _tremble(span: Span, size: float, seed: int) -> Course:
    """Fire flickers at 1 to 10 Hz, less the faster."""
    rng = np.random.default_rng([seed, 73])
    hertz = np.array([span.frequency(value) for value in (0.7, 1.3, 2.1, 3.7, 6.1)])
    late, share = rng.uniform(0, 2 * np.pi, 5), np.array((0.3, 0.3, 0.25, 0.2, 0.1))
    return span.anchored(lambda t: np.array([size * float((share * np.sin(2 * np.pi * hertz * t + late)).sum())]))
