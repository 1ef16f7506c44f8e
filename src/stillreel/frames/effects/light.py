"""Light that changes: it sweeps across, flickers, pulses, flashes, plays softly, or turns to another time of day."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.frames.effects.daylight import Daylight, daylight
from stillreel.frames.effects.paint import expose
from stillreel.motion.deformation import FrameView
from stillreel.motion.organic.onset import Course, Span, smooth
from stillreel.motion.organic.regions import grid, region_map, scale_of, shrink
from stillreel.motion.organic.wind import TOWARD
from stillreel.motion.plan import LIGHT_CHANGES, MotionPlan, RegionMotion
from stillreel.scene.values import Scene

__all__ = ["Light", "Sweep", "light"]

PLAY, FLICKER, PULSE, FLASH, SWEEP = 0.4, 0.9, 0.8, 1.5, 0.85  # stops at amount 1
SHEEN = 22.0  # 0-255
WIDE, FINE = 0.22, 0.11  # of the band's way: how wide it lies on what is matte, and on what shines
_NEON = np.array((1.0, 1.0, 1.0), np.float32)
_STORM = np.array((0.93, 1.0, 1.12), np.float32)


@dataclass(frozen=True, eq=False)
class Light:
    """A `PixelEffect`: stops = sum of weights(t)[k] * maps[k], the maps carried with the picture."""

    maps: tuple[np.ndarray, ...]  # (h, w) float32 on the flow grid, photo coordinates
    weights: Course
    colour: np.ndarray  # (3,) float32: how the stops are shared out
    kind: str = "light"

    def apply(self, frame: np.ndarray, view: FrameView) -> np.ndarray:
        weights = self.weights(view.t)
        if np.abs(weights).max() < 1e-3:
            return frame
        total = sum(np.float32(weight) * one for weight, one in zip(weights, self.maps, strict=True))
        stops = view.carry(np.asarray(total, np.float32))
        return expose(frame, stops[..., None] * self.colour)


@dataclass(frozen=True, eq=False)
class Sweep:
    """A `PixelEffect`: a wide band of light crosses once; it adds light and takes none away."""

    place: (
        np.ndarray
    )  # (h, w) float32: 0..1 along the way; less where a surface faces the light before it comes
    matte: np.ndarray  # (h, w) float32 stops under the middle of the band
    gloss: np.ndarray  # (h, w) float32 more stops where it is mirrored
    sheen: np.ndarray  # (h, w) float32 0-255 of light laid over what has no room to grow brighter by a factor
    span: Span
    kind: str = "light"

    def apply(self, frame: np.ndarray, view: FrameView) -> np.ndarray:
        share = (view.t - self.span.start) / (self.span.end - self.span.start)
        if not 0 < share < 1:
            return frame
        at = -0.3 + 1.6 * share
        near = np.square(self.place - np.float32(at))
        wide, fine = (cv2.exp(near * np.float32(-0.5 / size**2)) for size in (WIDE, FINE))
        stops = cv2.merge([view.carry(self.matte * wide + self.gloss * fine)] * 3)
        return expose(frame, stops, cv2.merge([view.carry(self.sheen * fine)] * 3))


def light(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Light | Sweep | Daylight | None:
    """What the item's direction says; all changes of the time of day are one effect, made for the first of them."""
    if item.direction in LIGHT_CHANGES:
        changes = [one for one in plan.motions if one.kind == "light" and one.direction in LIGHT_CHANGES]
        spans = [(one, Span.of(one, plan.seconds, span.loop)) for one in changes]
        return daylight(scene, spans, hold) if item is changes[0] else None
    where = region_map(scene, item.region) * ~hold
    if where.max() <= 0:
        return None
    soft = cv2.GaussianBlur(where, (0, 0), 6 * scale_of(scene)) if where.min() < 1 else where
    if item.direction in TOWARD:
        return _sweep(scene, item, soft, span)
    rng = np.random.default_rng([seed, 71])
    if item.direction == "flicker":
        return Light((FLICKER * item.amount * soft * _lamps(scene),), _flicker(span, rng), _NEON)
    if item.direction == "pulse":
        return Light((PULSE * item.amount * soft * _lamps(scene),), _pulse(span), _NEON)
    if item.direction == "flash":
        sky, room = 0.75 + 0.5 * shrink(scene, scene.parts["sky"]), _room(scene)
        storm = item.amount * soft * (0.3 + 0.9 * room)  # by day lightning is seen under a dark sky
        return Light(
            (FLASH * item.amount * soft * sky, storm.astype(np.float32)), _flashes(span, rng), _STORM
        )
    maps = tuple(PLAY * item.amount * soft * pattern for pattern in _wander(scene))
    return Light(maps, _slow(span, rng), _NEON)


def _lamps(scene: Scene) -> np.ndarray:
    """(h, w) float32 0..1: what shines itself, and a glow around it; the rest changes a little with it."""
    bright = shrink(scene, scene.pixels.max(axis=2)) / 255
    core = np.clip((bright - 0.55) / 0.3, 0, 1) * (1 - shrink(scene, scene.parts["sky"]))
    halo = cv2.GaussianBlur(core, (0, 0), 20 * scale_of(scene))
    return np.clip(np.maximum(core, 1.5 * halo), 0.28, 1).astype(np.float32)


def _flicker(span: Span, rng: np.random.Generator) -> Course:
    """Mostly steady, with quick shallow trembling and now and then a dip, as a tube that is about to fail."""
    hertz = np.array([span.frequency(value) for value in (2.3, 5.1, 7.7, 0.9, 1.7)])
    late = rng.uniform(0, 2 * np.pi, 5)

    def course(t: float) -> np.ndarray:
        waves = np.sin(2 * np.pi * hertz * t + late)
        dip = max(0.0, waves[3] * waves[4] - 0.25) * (0.6 + 0.4 * waves[2])
        return np.array([0.35 * waves[0] + 0.2 * waves[1] + 0.15 * waves[2] - 2.4 * dip])

    return span.anchored(course)


def _pulse(span: Span) -> Course:
    """Slowly up and down about where it was."""
    hertz = span.frequency(0.6)
    return span.anchored(lambda t: np.array([np.sin(2 * np.pi * hertz * t)]))


def _flashes(span: Span, rng: np.random.Generator) -> Course:
    """Lightning: one strike in about two seconds, each of two or three strokes that fade within a quarter second."""
    length = span.end - span.start
    count = max(1, round(length / 2.2))
    first = span.start + length * (np.arange(count) + rng.uniform(0.35, 0.65, count)) / count
    strokes = [(at + gap, size) for at in first
               for gap, size in ((0.0, 0.6), (float(rng.uniform(0.09, 0.16)), 1.0))]  # fmt: skip

    def course(t: float) -> np.ndarray:
        since = [(t - at, size) for at, size in strokes if at <= t <= at + 0.6]
        ends = smooth((span.end - t) / 0.1)
        flash = ends * max((size * np.exp(-gap / 0.13) for gap, size in since), default=0.0)
        return np.array([1.3 * flash, -span.envelope(t, rise=1.2)])

    return course


def _slow(span: Span, rng: np.random.Generator) -> Course:
    """The whole a little brighter, and a wide patch that travels across."""
    first, second = span.frequency(0.16), span.frequency(0.22)
    late = float(rng.uniform(-0.4, 0.4))
    return span.anchored(lambda t: np.array([
        0.5 * np.sin(2 * np.pi * first * t + late),
        np.cos(2 * np.pi * second * t - late), np.sin(2 * np.pi * second * t - late),
    ]), rise=1.2)  # fmt: skip


def _wander(scene: Scene) -> tuple[np.ndarray, ...]:
    """Maps of the slow play: everywhere, and the cosine and sine of a wide wave away from the light."""
    x, y = grid(scene)
    toward = scene.light.direction if any(scene.light.direction) else (1.0, 0.0)
    phase = (x * toward[0] + y * toward[1]) * (2 * np.pi / (1.4 * max(scene.size)))
    wave = 0.6 * np.stack([np.cos(phase), np.sin(phase)]).astype(np.float32)
    return np.ones_like(x), wave[0], wave[1]


def _sweep(scene: Scene, item: RegionMotion, where: np.ndarray, span: Span) -> Sweep:
    """The band tilts a little, meets surfaces that face it first, and shines on what is smooth and bright."""
    x, y = grid(scene)
    toward = np.array(TOWARD[item.direction or ""])
    across = np.array((-toward[1], toward[0]))
    half = np.array(scene.size) / 2
    along = ((x - half[0]) * toward[0] + (y - half[1]) * toward[1]) / (2 * float(np.abs(toward) @ half))
    slant = ((x - half[0]) * across[0] + (y - half[1]) * across[1]) / (2 * float(np.abs(across) @ half))
    facing = _facing(scene, toward)
    level = shrink(scene, scene.pixels.max(axis=2)) / 255
    shine = np.clip((level - 0.45) / 0.45, 0, 1) * np.clip(
        cv2.Laplacian(-level, cv2.CV_32F, ksize=5) * 0.4 + 0.6, 0, 1
    )
    size = SWEEP * item.amount
    return Sweep(
        (0.5 + along + 0.16 * slant - 0.07 * facing).astype(np.float32),
        (where * size * (1.0 + 0.25 * facing)).astype(np.float32),
        (where * size * 0.9 * shine).astype(np.float32),
        (where * item.amount * SHEEN * np.clip(level * 1.6, 0, 1)).astype(np.float32),
        span,
    )


def _room(scene: Scene) -> float:
    """0..1: how little room a picture has above its light."""
    return float(np.clip((scene.pixels.max(axis=2).mean() / 255 - 0.3) / 0.4, 0, 1))


def _facing(scene: Scene, toward: np.ndarray) -> np.ndarray:
    """(h, w) -1..1: how far a surface turns to where light comes from; 0 on edges of depth, which are no surface."""
    depth = cv2.GaussianBlur(shrink(scene, scene.disparity), (0, 0), 2.5 * scale_of(scene))
    slope = np.gradient(depth, axis=1) * toward[0] + np.gradient(depth, axis=0) * toward[1]
    steep = slope * (max(scene.size) / 6)
    return cv2.GaussianBlur(np.tanh(steep) * np.exp(-np.square(steep / 1.2)), (0, 0), 4 * scale_of(scene))
