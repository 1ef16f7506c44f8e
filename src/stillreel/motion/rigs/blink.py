"""Blinking: which eyes blink and when, and how the face around them takes part.

The lid itself hides the eye and shows skin that was folded away: it is painted (frames/effects/eyelid.py). What is
around it only shifts: the brow dips and the lower lid rises.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stillreel.motion.deformation import LayerName
from stillreel.motion.organic.onset import Span, smooth
from stillreel.motion.organic.regions import grid
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.motion.rigs.anatomy import Eye, eyes_of, faces_in, layer_at
from stillreel.scene.eyes import OPEN
from stillreel.scene.values import Face, Scene

__all__ = ["Blink", "Blinks", "blink", "blinking", "blinks_of", "open_eyes"]

CLOSING, HELD, OPENING = 0.08, 0.04, 0.18  # seconds
LENGTH = CLOSING + HELD + OPENING
DIP = 0.07  # of the eye's opening: how far the brow comes down
RISE = 0.09  # of the opening: how far the lower lid comes up


@dataclass(frozen=True)
class Blinks:
    """When the eyes blink: the seconds at which each blink begins."""

    starts: tuple[float, ...]

    def closure(self, t: float) -> float:
        """0 open .. 1 closed."""
        return max((_closure(t - start) for start in self.starts), default=0.0)


def _closure(t: float) -> float:
    if t <= 0 or t >= LENGTH:
        return 0.0
    if t < CLOSING:
        return smooth(t / CLOSING)
    return 1 - smooth((t - CLOSING - HELD) / OPENING)


def blinks_of(item: RegionMotion, seed: int) -> Blinks:
    """One blink for a short item; for a long one the first after about 0.4 s, then one every 2.5 to 4 s."""
    if item.end - item.start < 0.6:
        return Blinks((item.start + max(0.0, (item.end - item.start - LENGTH) / 2),))
    rng = np.random.default_rng([seed, 67, round(item.start * 1000)])
    starts, t = [], item.start + min(0.35 + 0.1 * float(rng.random()), item.end - item.start - LENGTH)
    while t + LENGTH <= item.end + 1e-6:
        starts.append(round(t, 3))
        t += float(rng.uniform(2.5, 4.0)) / min(max(item.amount, 0.5), 1.5)
    return Blinks(tuple(starts))


@dataclass(frozen=True, eq=False)
class Squeeze:
    """One eye's surroundings over a window of the flow grid: the brow dips and the lower lid rises, each a little."""

    eye: Eye
    window: tuple[slice, slice]
    along: np.ndarray  # (rows, columns) float32 frame pixels along b, in backward form, when the eye is shut

    @classmethod
    def of(cls, eye: Eye, x: np.ndarray, y: np.ndarray) -> Squeeze:
        reach = 1.2 * max(eye.width, -1.6 * eye.brow)
        near = (np.abs(x - eye.origin[0]) < reach) & (np.abs(y - eye.origin[1]) < reach)
        rows, columns = np.where(near.any(axis=1))[0], np.where(near.any(axis=0))[0]
        window = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
        a, b = eye.frame(x[window], y[window])
        side = np.exp(-0.5 * np.square(a / (0.42 * eye.width)))
        brow = DIP * eye.opening * np.exp(-0.5 * np.square((b - 1.15 * eye.brow) / (-0.5 * eye.brow)))
        lower = eye.lids(a)[1]
        lift = (
            RISE * eye.opening * np.exp(-0.5 * np.square((b - lower - 0.05 * eye.width) / (0.16 * eye.width)))
        )
        inside = np.clip((0.95 * reach - np.maximum(np.abs(a), np.abs(b))) / (0.3 * reach), 0, 1)
        return cls(eye, window, (side * (lift - brow) * inside).astype(np.float32))


@dataclass(frozen=True, eq=False)
class Blink:
    """A `Deformation`: the eyes of one face."""

    blinks: Blinks
    eyes: tuple[Squeeze, ...]
    shape: tuple[int, int]
    layer: LayerName
    kind: str = "blink"

    def backward(self, t: float) -> np.ndarray:
        out, closure = np.zeros((*self.shape, 2), np.float32), self.blinks.closure(t)
        if closure > 0:
            for one in self.eyes:
                out[one.window] += np.float32(closure) * one.along[..., None] * one.eye.down
        return out

    def activity(self) -> np.ndarray:
        out = np.zeros(self.shape, np.float32)
        for one in self.eyes:
            out[one.window] = np.maximum(out[one.window], np.clip(np.abs(one.along), 0, 1))
        return out


def blinking(
    scene: Scene, plan: MotionPlan, item: RegionMotion, hold: np.ndarray, seed: int
) -> list[tuple[Blinks, list[Eye]]]:
    """Every face of the region, each at its own time; eyes that are not surely open are left alone."""
    found = []
    for index, face in enumerate(faces_in(scene, item.region, hold)):
        eyes = [eye for eye in open_eyes(face) if _visible(eye, scene)]
        if eyes and item.amount:
            found.append((_apart(blinks_of(item, seed + index), index, plan.seconds, seed), eyes))
    return found


def open_eyes(face: Face) -> list[Eye]:
    """The eyes that can blink: surely open, and large enough for lids to be seen."""
    return [eye for eye in eyes_of(face) if eye.openness > OPEN and eye.opening > 1.0]


def _apart(blinks: Blinks, index: int, seconds: float, seed: int) -> Blinks:
    """The same blinks later, so that two people do not blink in one instant; earlier where the clip ends first."""
    if not index:
        return blinks
    late = index * float(np.random.default_rng([seed, 79, index]).uniform(0.35, 0.75))
    starts = [
        (start + late if start + late + LENGTH < seconds else max(0.0, start - late))
        for start in blinks.starts
    ]
    return Blinks(tuple(round(start, 3) for start in starts))


def blink(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> tuple[Blink, ...]:
    """One deformation per face, of what moves with the lids; they are an effect (frames/effects/eyelid.py)."""
    x, y = grid(scene)
    return tuple(
        Blink(when, tuple(Squeeze.of(eye, x, y) for eye in eyes), x.shape, layer_at(scene, eyes[0].origin))
        for when, eyes in blinking(scene, plan, item, hold, seed)
    )


def _visible(eye: Eye, scene: Scene) -> bool:
    (x, y), (w, h) = eye.origin, scene.size
    return bool(0 <= x < w and 0 <= y < h)
