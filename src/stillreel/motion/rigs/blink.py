"""Blinking: the upper lid comes down over the eye, as a strip of the lid's own skin.

In backward form the strip above the lash line is unrolled downward and the eye beneath it is simply not looked at.
The strip may take at most 0.72 of the way to the brow, or the brow is dragged along.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stillreel.motion.deformation import LayerName
from stillreel.motion.organic.onset import Span, smooth
from stillreel.motion.organic.regions import grid
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.motion.rigs.anatomy import Eye, eyes_of, faces_in, layer_at
from stillreel.scene.values import Scene

__all__ = ["Blink", "Blinks", "blink", "blinking", "blinks_of"]

CLOSING, HELD, OPENING = 0.08, 0.04, 0.18  # seconds
LENGTH = CLOSING + HELD + OPENING
STRIP = 0.72  # of the gap between lid and brow
LASH = 0.10  # of the eye's opening: the lash line's thickness, which comes down unstretched
RISE = 0.08  # of the opening: how far the lower lid comes up
OPEN = 0.5  # openness that an eye must exceed: shut ones have nothing to close, and of unsure ones nothing is known


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
class Lid:
    """One eye's lids over a window of the flow grid; every map is (rows, columns) in frame pixels along b."""

    eye: Eye
    window: tuple[slice, slice]
    b: np.ndarray
    upper: np.ndarray
    lower: np.ndarray
    strip: np.ndarray  # length of the skin that unrolls, above the lash line

    @classmethod
    def of(cls, eye: Eye, x: np.ndarray, y: np.ndarray) -> Lid:
        reach = 1.2 * max(eye.width / 2, -eye.brow)
        near = (np.abs(x - eye.origin[0]) < reach) & (np.abs(y - eye.origin[1]) < reach)
        rows, columns = np.where(near.any(axis=1))[0], np.where(near.any(axis=0))[0]
        window = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
        a, b = eye.frame(x[window], y[window])
        upper, lower = eye.lids(a)
        strip = np.maximum(STRIP * (upper - eye.brow), 0.45 * (lower - upper))
        return cls(eye, window, b, upper, lower, strip)

    def travel(self, closure: float) -> np.ndarray:
        """How far the upper lid's edge comes down."""
        way = (1 - RISE) * (self.lower - self.upper) - LASH * self.eye.opening
        return closure * np.clip(way, 0, None)

    def unrolled(self, closure: float) -> np.ndarray:
        """Displacement along b from what is seen back to where it lies in the photo."""
        down = self.travel(closure)
        top = self.upper - self.strip
        edge = self.upper + LASH * self.eye.opening + down
        share = np.clip((self.b - top) / np.maximum(edge - top, 1e-3), 0, 1)
        lid = -down * share * share * (3 - 2 * share)
        up = closure * RISE * (self.lower - self.upper)
        below = np.clip((self.b - self.lower + up) / (0.6 * self.eye.width), 0, 1)
        return np.where(self.b <= edge, lid, np.where(self.b >= self.lower - up, up * (1 - below) ** 2, 0.0))


@dataclass(frozen=True, eq=False)
class Blink:
    """A `Deformation`: the eyes of one face."""

    blinks: Blinks
    lids: tuple[Lid, ...]
    shape: tuple[int, int]
    layer: LayerName
    kind: str = "blink"

    def backward(self, t: float) -> np.ndarray:
        out, closure = np.zeros((*self.shape, 2), np.float32), self.blinks.closure(t)
        if closure > 0:
            for lid in self.lids:
                out[lid.window] += lid.unrolled(closure)[..., None] * lid.eye.down
        return out

    def activity(self) -> np.ndarray:
        out = np.zeros(self.shape, np.float32)
        for lid in self.lids:
            moved = np.maximum(np.abs(lid.unrolled(1.0)), np.abs(lid.unrolled(0.5)))
            out[lid.window] = np.maximum(out[lid.window], np.clip(moved, 0, 1))
        return out


def blinking(scene: Scene, item: RegionMotion, hold: np.ndarray, seed: int) -> list[tuple[Blinks, list[Eye]]]:
    """Every face of the region, each a moment after the other; eyes that are shut already are left alone."""
    found = []
    for index, face in enumerate(faces_in(scene, item.region, hold)):
        eyes = [eye for eye in eyes_of(face) if eye.openness > OPEN and eye.opening > 1.0 and _visible(eye, scene)]
        if eyes and item.amount:
            found.append((blinks_of(item, seed + index), eyes))
    return found


def blink(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> tuple[Blink, ...]:
    """One deformation per face; the lids' colour is an effect (frames/effects/eyelid.py)."""
    x, y = grid(scene)
    return tuple(
        Blink(when, tuple(Lid.of(eye, x, y) for eye in eyes), x.shape, layer_at(scene, eyes[0].origin))
        for when, eyes in blinking(scene, item, hold, seed)
    )


def _visible(eye: Eye, scene: Scene) -> bool:
    (x, y), (w, h) = eye.origin, scene.size
    return bool(0 <= x < w and 0 <= y < h)
