"""One wind for the whole picture, so that hair, leaves and cloth sway together."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.motion.organic.regions import grid, scale_of
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.scene.values import Scene

__all__ = ["TOWARD", "Wind", "noise", "wind_of"]

TOWARD: dict[str, tuple[float, float]] = {
    "left": (-1.0, 0.0), "right": (1.0, 0.0), "up": (0.0, -1.0), "down": (0.0, 1.0), "camera": (0.0, 1.0),
}  # fmt: skip
"""Directions in the picture, x right and y down. Toward the camera is down, as on water or a road."""
_WAVELENGTH = 1500.0  # px at 1024: long, because a short phase field shreds leaves
_COHERENCE = 400.0  # px at 1024 over which neighbours sway alike
_WINDY = ("hair", "foliage", "cloth")


@dataclass(frozen=True, eq=False)
class Wind:
    direction: tuple[float, float]  # unit vector in the picture
    steady: bool  # asked for by the plan: things lean with it, and do not only swing about rest
    phase: np.ndarray  # (h, w) float32 radians, growing downwind


def noise(rng: np.random.Generator, shape: tuple[int, int], spacing: float) -> np.ndarray:
    """Smooth noise (h, w) float32 of about unit spread, with bumps of `spacing` cells."""
    rows, columns = (max(2, round(side / spacing) + 3) for side in shape)
    coarse = rng.standard_normal((rows, columns)).astype(np.float32)
    large = cv2.resize(coarse, None, fx=spacing, fy=spacing, interpolation=cv2.INTER_CUBIC)
    large = cv2.GaussianBlur(large, (0, 0), max(0.6, spacing / 3))
    y, x = ((big - small) // 2 for big, small in zip(large.shape, shape, strict=True))
    return large[y : y + shape[0], x : x + shape[1]] * 1.6


def wind_of(scene: Scene, plan: MotionPlan, item: RegionMotion, seed: int) -> Wind:
    """The wind on one motion: its own direction, else that of another motion in the wind, else the seed's."""
    rng = np.random.default_rng([seed, 7])
    free = (1.0 if rng.random() < 0.5 else -1.0, 0.0)
    asked = [other.direction for other in (item, *plan.motions) if other is item or other.kind in _WINDY]
    named = next((TOWARD[word] for word in asked if word in TOWARD), None)
    direction, scale, (x, y) = named or free, scale_of(scene), grid(scene)
    downwind = (x * direction[0] + y * direction[1]) * (2 * np.pi / (_WAVELENGTH * scale))
    wander = noise(rng, x.shape, _COHERENCE * scale / 2)
    phase = downwind + 0.7 * wander + 2 * np.pi * rng.random()
    return Wind(direction, named is not None, phase.astype(np.float32))
