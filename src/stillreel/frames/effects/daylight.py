"""Another time of day: the whole picture turns warmer, cooler, brighter or darker, the sky more than the ground.

Exposure acts in linear light and white balance along the black-body line. A low sun tints lights more than shadows
and reddens the sky toward the horizon; lamps that burn keep burning when it grows dark.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.frames.effects.paint import expose
from stillreel.motion.deformation import FrameView
from stillreel.motion.organic.onset import Span
from stillreel.motion.organic.regions import region_map, scale_of, shrink
from stillreel.motion.plan import RegionMotion
from stillreel.scene.values import Scene

__all__ = ["Daylight", "black_body", "daylight", "overcast"]

STOPS = 1.15  # darker or brighter, at amount 1
MIREDS = 95.0  # warmer, at amount 1: from 5900 K to 3800 K; cooler goes 0.6 of the way
NEUTRAL = 170.0  # mireds of the light that a photo was balanced for
OVERCAST = 0.65  # of a stop and a little more, at amount 1
GLOW = 0.42  # how far the horizon takes the colour of a low sun, at amount 1
SURE_SKY = 0.5
_LOW_SUN = np.array((255.0, 158.0, 84.0), np.float32)


@dataclass(frozen=True, eq=False)
class Change:
    """One item of the plan: `stops` (h, w, 3) float32 when it is done, and the horizon's glow (h, w) with it."""

    stops: np.ndarray
    glow: np.ndarray | None
    warmth: float  # > 0: lights take more of the tint than shadows
    span: Span
    passing: bool = False  # soon there, and gone with the end of its span

    def done(self, t: float) -> float:
        """0..1: evenly from start to end, and held; in a loop there and back."""
        if self.passing:
            return self.span.envelope(t, rise=1.8)
        share = min(max((t - self.span.start) / (self.span.end - self.span.start), 0.0), 1.0)
        if self.span.loop:
            return 0.5 - 0.5 * math.cos(2 * math.pi * share)
        return share * share * (3 - 2 * share)


@dataclass(frozen=True, eq=False)
class Daylight:
    """A `PixelEffect`: all changes of a plan at once, so that the frame is rounded once."""

    changes: tuple[Change, ...]
    kind: str = "light"

    def apply(self, frame: np.ndarray, view: FrameView) -> np.ndarray:
        done = [change.done(view.t) for change in self.changes]
        if max(done) < 1e-4:
            return frame
        stops = sum(np.float32(share) * one.stops for share, one in zip(done, self.changes, strict=True))
        stops = view.carry(np.asarray(stops, np.float32))
        tint = sum(share * one.warmth for share, one in zip(done, self.changes, strict=True))
        if tint:
            stops = stops + _split(frame, stops, float(tint))
        glow = sum(np.float32(share) * one.glow
                   for share, one in zip(done, self.changes, strict=True) if one.glow is not None)  # fmt: skip
        if not isinstance(glow, np.ndarray):
            return expose(frame, stops)
        cover = np.clip(view.carry(glow), 0, 0.75)[..., None]
        lit = cover * _LOW_SUN * cv2.exp(stops.mean(axis=2, keepdims=True) * 0.2)[..., None]
        return expose(frame, stops + np.log2(1 - cover) * 2.2, lit.astype(np.float32))


def daylight(scene: Scene, items: list[tuple[RegionMotion, Span]], hold: np.ndarray) -> Daylight | None:
    """The changes that `items` ask for; None where their regions are empty or held."""
    changes = [_change(scene, item, span, hold) for item, span in items]
    found = tuple(change for change in changes if change is not None)
    return Daylight(found) if found else None


def overcast(scene: Scene, item: RegionMotion, span: Span, hold: np.ndarray) -> Daylight | None:
    """The light that rain brings: a bright scene turns darker and cooler while it falls; a dark one has it already."""
    bright = min(max((float(scene.pixels.mean()) / 255 - 0.25) / 0.2, 0.0), 1.0)
    if not bright:
        return None
    size = bright * OVERCAST * min(item.amount, 1.5) * (~hold).astype(np.float32)
    tint = np.log2(black_body(NEUTRAL - 30) / black_body(NEUTRAL)) - 0.9
    share = size * (1 + 0.3 * shrink(scene, scene.parts["sky"]))
    return Daylight((Change((share[..., None] * tint).astype(np.float32), None, 0.0, span, passing=True),))


def black_body(mireds: float) -> np.ndarray:
    """(3,) linear sRGB of a black body of 1e6 / `mireds` kelvin, of luminance 1 (Kim et al., US patent 7024034)."""
    t = 1e6 / float(np.clip(mireds, 60, 500))
    if t < 4000:
        x = -0.2661239e9 / t**3 - 0.2343589e6 / t**2 + 0.8776956e3 / t + 0.179910
    else:
        x = -3.0258469e9 / t**3 + 2.1070379e6 / t**2 + 0.2226347e3 / t + 0.240390
    if t < 2222:
        y = -1.1063814 * x**3 - 1.34811020 * x**2 + 2.18555832 * x - 0.20219683
    elif t < 4000:
        y = -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    else:
        y = 3.0817580 * x**3 - 5.87338670 * x**2 + 3.75112997 * x - 0.37001483
    xyz = np.array((x / y, 1.0, (1 - x - y) / y))
    matrix = np.array(((3.2406, -1.5372, -0.4986), (-0.9689, 1.8758, 0.0415), (0.0557, -0.2040, 1.0570)))
    return np.maximum(matrix @ xyz, 0.02)


def _change(scene: Scene, item: RegionMotion, span: Span, hold: np.ndarray) -> Change | None:
    where = region_map(scene, item.region) * ~hold
    if where.max() <= 0:
        return None
    where = cv2.GaussianBlur(where, (0, 0), 6 * scale_of(scene)) if where.min() < 1 else where
    sky, low = _sky(scene)
    amount, word = item.amount, item.direction
    if word in ("brighter", "darker"):
        size = STOPS * amount * (1 if word == "brighter" else -1)
        share = 1 + sky * (0.35 - 0.6 * low) if word == "darker" else 1 - 0.3 * sky
        share = share * (1 - 0.8 * _lamps(scene)) if word == "darker" else share
        return Change((size * where * share)[..., None].repeat(3, axis=2).astype(np.float32), None, 0.0, span)
    toward = MIREDS * amount * (1.0 if word == "warmer" else -0.6)
    tint = np.log2(black_body(NEUTRAL + toward) / black_body(NEUTRAL))
    share = where * (1 + sky * (1.1 * low - 0.5)) if word == "warmer" else where * (1 + 0.25 * sky)
    wide = min(1.0, float(sky.mean()) / 0.25)  # over roofs and in gaps no sun sets
    wide *= min(max((amount - 0.45) / 0.4, 0.0), 1.0)  # nor for a little warmth
    glow = (GLOW * amount * wide * where * sky * low).astype(np.float32) if word == "warmer" and sky.any() else None
    return Change((share[..., None] * tint).astype(np.float32), glow, 1.0 if word == "warmer" else 0.0, span)


def _split(frame: np.ndarray, stops: np.ndarray, tint: float) -> np.ndarray:
    """What lights get of the tint beyond its share, and shadows less: a low sun does not reach them."""
    small = cv2.resize(frame, stops.shape[1::-1], interpolation=cv2.INTER_AREA)
    level = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    colour = stops - stops.mean(axis=2, keepdims=True)
    return colour * (min(tint, 1.0) * (0.9 * level - 0.42))[..., None].astype(np.float32)


def _sky(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    """(h, w) float32 each: the sky where it is sure, and 0..1 toward its lower edge."""
    sky = shrink(scene, scene.parts["sky"])
    if scene.confidence.get("sky", 0.0) < SURE_SKY or not (sky > 0.5).any():
        return np.zeros_like(sky), np.zeros_like(sky)
    rows = np.arange(sky.shape[0], dtype=np.float32)[:, None]
    lowest = np.where(sky > 0.5, rows, -1).max(axis=0)
    known = np.where(lowest >= 0)[0]
    edge = np.interp(np.arange(sky.shape[1]), known, lowest[known]).astype(np.float32)[None]
    edge = cv2.GaussianBlur(edge, (0, 0), 0.06 * sky.shape[1])
    high = np.clip((edge - rows) / (0.3 * sky.shape[0]), 0, None)
    return sky, np.exp(-1.3 * high).astype(np.float32)


def _lamps(scene: Scene) -> np.ndarray:
    """(h, w) float32 0..1: what burns in a picture that is dark already, with a little of its surroundings."""
    bright = shrink(scene, scene.pixels.max(axis=2)) / 255
    dark = float(np.clip((0.42 - bright.mean()) / 0.15, 0, 1))
    around = cv2.GaussianBlur(bright, (0, 0), 25 * scale_of(scene))
    core = np.clip((bright - 0.75) / 0.2, 0, 1) * np.clip((bright - around - 0.2) / 0.2, 0, 1)
    return dark * np.clip(np.maximum(core, 1.5 * cv2.GaussianBlur(core, (0, 0), 8 * scale_of(scene))), 0, 1)
