"""Light that changes: a slow breath of sun over the whole, the shimmer that wanders across it, a tube's flicker."""

from __future__ import annotations

import re
from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.frames.effects.paint import brighten
from stillreel.motion.deformation import FrameView
from stillreel.motion.organic.onset import Course, Span
from stillreel.motion.organic.regions import grid, region_map, scale_of, shrink
from stillreel.motion.organic.wind import TOWARD
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.scene.values import Scene

__all__ = ["Light", "light"]

SLOW, FLICKER, MOST = 0.08, 0.12, 0.15  # gain at amount 1, and the limit of what stays believable by default
_FLICKER = re.compile(r"\b(flicker\w*|neon\w*|strobe|buzz\w*|twinkl\w*|sparkl\w*|candle\w*|puls\w*)\b", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Light:
    """A `PixelEffect`: gain = 1 + sum of weights(t)[k] * maps[k], the maps carried with the picture."""

    maps: tuple[np.ndarray, ...]  # (h, w) float32 on the flow grid, photo coordinates
    weights: Course
    kind: str = "light"

    def apply(self, frame: np.ndarray, view: FrameView) -> np.ndarray:
        weights = self.weights(view.t)
        if np.abs(weights).max() < 1e-3:
            return frame
        total = sum(np.float32(weight) * one for weight, one in zip(weights, self.maps, strict=True))
        return brighten(frame, 1 + view.carry(np.asarray(total, np.float32)))


def light(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Light | None:
    """Flicker where the plan's words speak of one, else a slow change that wanders in the item's direction."""
    where = region_map(scene, item.region) * ~hold
    if where.max() <= 0:
        return None
    soft = cv2.GaussianBlur(where, (0, 0), 6 * scale_of(scene)) if where.min() < 1 else where
    rng = np.random.default_rng([seed, 71])
    if _FLICKER.search(" ".join(plan.words.understood)):
        size = min(FLICKER * item.amount, 2 * MOST)
        lit = soft * _lamps(scene)
        return Light((size * lit,), _flicker(span, rng))
    size = min(SLOW * item.amount, MOST)
    return Light(tuple(size * soft * pattern for pattern in _wander(scene, item)), _slow(span, rng))


def _lamps(scene: Scene) -> np.ndarray:
    """(h, w) float32 0..1: what shines itself, and a glow around it; the rest changes a little with it."""
    bright = shrink(scene, scene.pixels.max(axis=2)) / 255
    core = np.clip((bright - 0.55) / 0.3, 0, 1)
    halo = cv2.GaussianBlur(core, (0, 0), 20 * scale_of(scene))
    return np.clip(np.maximum(core, 1.5 * halo), 0.12, 1).astype(np.float32)


def _flicker(span: Span, rng: np.random.Generator) -> Course:
    """Mostly steady, with quick shallow trembling and now and then a dip."""
    hertz = np.array([span.frequency(value) for value in (2.3, 5.1, 7.7, 0.9, 1.7)])
    late = rng.uniform(0, 2 * np.pi, 5)

    def course(t: float) -> np.ndarray:
        waves = np.sin(2 * np.pi * hertz * t + late)
        dip = max(0.0, waves[3] * waves[4] - 0.35) * (0.6 + 0.4 * waves[2])
        return np.array([0.35 * waves[0] + 0.2 * waves[1] + 0.15 * waves[2] - 1.6 * dip])

    return span.anchored(course)


def _slow(span: Span, rng: np.random.Generator) -> Course:
    """The whole a little brighter, and a wide patch that travels across."""
    first, second = span.frequency(0.16), span.frequency(0.22)
    late = float(rng.uniform(-0.4, 0.4))
    return span.anchored(lambda t: np.array([
        0.5 * np.sin(2 * np.pi * first * t + late),
        np.cos(2 * np.pi * second * t - late), np.sin(2 * np.pi * second * t - late),
    ]), rise=1.2)  # fmt: skip


def _wander(scene: Scene, item: RegionMotion) -> tuple[np.ndarray, ...]:
    """Maps of the slow change: everywhere, and the cosine and sine of a wide wave along the direction."""
    x, y = grid(scene)
    toward = TOWARD.get(item.direction or "", scene.light.direction)
    toward = toward if any(toward) else (1.0, 0.0)
    phase = (x * toward[0] + y * toward[1]) * (2 * np.pi / (1.4 * max(scene.size)))
    wave = 0.6 * np.stack([np.cos(phase), np.sin(phase)]).astype(np.float32)
    return np.ones_like(x), wave[0], wave[1]
