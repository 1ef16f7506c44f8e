"""Water: travelling ripples in perspective, a rolling swell, and the velocity of a stream.

A wave on a level surface seen in perspective: at `rows` below the horizon the ground lies at a distance of about
1 / rows, so that wavelength and height shrink toward the horizon and crests draw together there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from stillreel.motion.organic.modal import Modal, Wave, spectral
from stillreel.motion.organic.onset import Span
from stillreel.motion.organic.regions import Area, area_of, grid, scale_of, taper
from stillreel.motion.organic.wind import TOWARD, noise
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.scene.values import Scene

__all__ = ["Manner", "Sea", "manner_of", "sea", "stream", "waves_on_water"]

Manner = Literal["ripple", "swell", "flow"]
# Water bends light as well as moving, so it bears twice the steepness of a solid and more.
STEEPEST = {"ripple": 0.22, "swell": 0.22}
_FLOOR = 0.25  # how far the surface shrinks toward the horizon at most
_SLANT = 1.5  # how much closer crests lie in depth than across, at the frame's bottom
_SWELL = re.compile(r"\b(waves?|roll\w*|surf|swell\w*|crash\w*|tide|sea|ocean)\b", re.IGNORECASE)
_FLOW = re.compile(r"\b(flow\w*|rivers?|streams?|current|brook|creek|waterfalls?|cascad\w*|rapids)\b", re.IGNORECASE)
# Heading off the main direction (radians), wavelength near the shore (px at 1024), share of the height, Hz.
_RIPPLES = ((0.0, 64.0, 0.5, 0.62), (0.55, 47.0, 0.4, 0.78), (-0.7, 38.0, 0.35, 0.95), (1.3, 84.0, 0.35, 0.45))
_ROLLERS = ((0.0, 330.0, 0.8, 0.24), (0.35, 190.0, 0.4, 0.33), (-0.45, 135.0, 0.2, 0.45))


@dataclass(frozen=True, eq=False)
class Sea:
    """One train of waves: its height and phase at every place, before the span and the edges are applied."""

    frequency: float
    height: np.ndarray  # (h, w) float32 frame pixels
    phase: np.ndarray  # (h, w) float32 radians


def manner_of(scene: Scene, plan: MotionPlan, item: RegionMotion) -> Manner:
    """Words the plan understood decide; a painted sea rolls; anything else ripples."""
    words = " ".join(plan.words.understood)
    if _FLOW.search(words):
        return "flow"
    if _SWELL.search(words) or item.amount >= 1.5 or scene.style.kind in ("painting", "drawing"):
        return "swell"
    return "ripple"


def sea(scene: Scene, area: Area, manner: Manner, direction: str | None, seed: int) -> list[Sea]:
    """The trains of waves on an area, for the ripples' displacement and for their glints alike."""
    scale, level, (x, y) = scale_of(scene), _level(scene, area), grid(scene)
    rng = np.random.default_rng([seed, 23])
    heading = TOWARD.get(direction or "camera", (0.0, 1.0))
    base = np.arctan2(heading[1], heading[0]) + rng.uniform(-0.15, 0.15)
    tall = max(scene.size[1] - level, 1.0)
    near = np.clip((y - level) / tall, 0.0, 1.0)
    trains = _RIPPLES if manner == "ripple" else _ROLLERS
    strength = (0.35 + 2.0 * near) if manner == "ripple" else (1.5 + 7.0 * near)
    ground = _ground(x - scene.size[0] / 2, near, tall)
    return [
        _train(ground, base + turn, length * scale, strength * share * scale, hertz, rng)
        for turn, length, share, hertz in trains
    ]


def _level(scene: Scene, area: Area) -> float:
    """The row (frame pixels) where the water's surface vanishes: the horizon, or the water's own top above it."""
    top = float(np.where(area.inside.any(axis=1))[0][0] * 2)
    return min(scene.horizon * scene.size[1], top)


def _ground(x: np.ndarray, near: np.ndarray, tall: float) -> tuple[np.ndarray, np.ndarray]:
    """Places on the level surface, across and toward the camera, in px as they measure at the frame's bottom.

    Across, the picture shrinks in proportion to the rows below the horizon; in depth with their square, and the
    bottom itself is seen at a slant. The floor keeps the surface from vanishing at the horizon.
    """
    squeeze = _FLOOR + (1 - _FLOOR) * near
    return x / squeeze, _SLANT * tall / (1 - _FLOOR) * (1 - 1 / squeeze)


def _train(
    ground: tuple[np.ndarray, np.ndarray], heading: float, length: float, height: np.ndarray, hertz: float,
    rng: np.random.Generator,
) -> Sea:  # fmt: skip
    """One train of crests; where they draw together too finely for the flow grid it fades out."""
    along = np.cos(heading) * ground[0] + np.sin(heading) * ground[1]
    bent = 1.1 * noise(rng, along.shape, length)  # no crest is straight, and no two trains make a lattice
    phase = 2 * np.pi / length * along + bent + rng.uniform(0, 2 * np.pi)
    resolved = np.clip((2 * np.pi / _rate(phase) - 7) / 10, 0, 1)
    hertz *= float(rng.uniform(0.93, 1.07))
    return Sea(hertz, (height * resolved).astype(np.float32), phase.astype(np.float32))


def _rate(phase: np.ndarray) -> np.ndarray:
    """Radians per frame pixel, place by place."""
    return np.hypot(*np.gradient(phase)) / 2 + 1e-6


def waves_on_water(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Modal | None:
    """Ripples or swell; a stream only ripples here, its flow is an effect."""
    area = area_of(scene, "water", item.region, hold)
    if area is None or not item.amount:
        return None
    manner = manner_of(scene, plan, item)
    manner = "ripple" if manner == "flow" else manner
    waves: list[Wave] = []
    for train in sea(scene, area, manner, item.direction, seed):
        height = _held_below(train, taper(area, train.height * item.amount, 0.05), 0.7 * STEEPEST[manner])
        waves += _orbit(train, height, 0.75 if manner == "swell" else 0.35)
    return spectral("water", area, waves, span, STEEPEST[manner])


def _orbit(train: Sea, height: np.ndarray, flat: float) -> list[Wave]:
    """Water goes round: up on the crest, and a quarter of a wave later forward (Gerstner, 1802)."""
    up, along = np.zeros((*height.shape, 2), np.float32), np.zeros((*height.shape, 2), np.float32)
    up[..., 1], along[..., 0] = -height, flat * height
    return [Wave(train.frequency, up, train.phase), Wave(train.frequency, along, train.phase + np.pi / 2)]


def _held_below(train: Sea, height: np.ndarray, steepest: float) -> np.ndarray:
    """A wave's height limited by its length, place by place: short waves near the horizon are low."""
    return np.minimum(height, steepest / _rate(train.phase)).astype(np.float32)


def stream(scene: Scene, item: RegionMotion, hold: np.ndarray) -> tuple[Area, np.ndarray] | None:
    """The area of a stream and its velocity (h, w, 2) in frame pixels a second, at rest on the banks."""
    area = area_of(scene, "water", item.region, hold)
    if area is None or not item.amount:
        return None
    toward = np.array(TOWARD.get(item.direction or "camera", (0.0, 1.0)), np.float32)
    level = _level(scene, area)
    near = np.clip((grid(scene)[1] - level) / max(scene.size[1] - level, 1.0), 0, 1)
    speed = (12 + 38 * near) * scale_of(scene) * item.amount
    banks = 1 - np.exp(-area.distance / (14 * scale_of(scene)))
    return area, ((speed * banks * area.reach)[..., None] * toward).astype(np.float32)
