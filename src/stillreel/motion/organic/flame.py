"""Flames lick upward: short waves that run up through the fire, most at its tips. Its glow is an effect."""

from __future__ import annotations

import numpy as np

from stillreel.motion.organic.modal import Modal, Wave, spectral
from stillreel.motion.organic.onset import Span
from stillreel.motion.organic.regions import area_of, grid, scale_of, taper
from stillreel.motion.organic.wind import noise
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.scene.values import Scene

__all__ = ["flames"]

_STEEPEST = 0.2  # a flame is no solid


def flames(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Modal | None:
    """None where the region is the whole picture: nobody knows which of it burns."""
    if item.region in ("whole", "background"):
        return None
    area = area_of(scene, "fire", item.region, hold)
    if area is None or not item.amount:
        return None
    rng, scale, (_, y) = np.random.default_rng([seed, 53]), scale_of(scene), grid(scene)
    rows = np.where(area.inside.any(axis=1))[0] * 2.0
    height = np.clip((rows[-1] - y) / max(rows[-1] - rows[0], 1.0), 0, 1)
    size = taper(area, 3.2 * scale * item.amount * (0.25 + 0.75 * height), 0.10)[..., None]
    waves = []
    for hertz, length, share in ((1.7, 90.0, 0.5), (2.6, 60.0, 0.3), (3.9, 42.0, 0.2)):
        length *= scale
        rising = -y * (2 * np.pi / length) + 1.3 * noise(rng, y.shape, length / 2)
        waves.append(Wave(hertz, share * size * np.array((0.6, 0.0), np.float32), rising))
        waves.append(Wave(hertz * 0.8, share * size * np.array((0.0, -1.0), np.float32), rising + 1.0))
    return spectral("fire", area, waves, span, _STEEPEST)
