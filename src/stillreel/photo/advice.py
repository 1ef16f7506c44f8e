"""Advice about a photo before anything is made of it: what was measured, what it will cost, what to do.

Measured at the size of a clip (1024x576 in area), except for enlargement, blocks and bars. The thresholds come from 150
to 700 photos of the training set, those whose SHA-256 starts with a number that four does not divide, and from spoiled
copies of them (`benchmarks/photo_advice.py` tests on others):
- sharpness in the blurrier direction, percentiles 1 / 5 / 50 of untouched photos: 0.34 / 0.38 / 0.53; percentiles
  50 / 95 / 99 of blurred ones (Gauss, lens, motion): 0.16 / 0.22 / 0.25, of enlarged ones 50 / 95: 0.28 / 0.38. The
  crisper direction is over 1.5 times as crisp in 1% of untouched photos, and in nearly every shaken one.
- luma noise that counts as such: one of 150 photos above 3.6 (pine needles), 96% of the noisy ones. Colour noise,
  percentile 99: 0.8, with sigma 10 to 20 in colour from 1.7 on.
- light: 1% of 700 untouched photos have a 98th percentile of the strongest channel under 0.45, exposed too short by
  2.5 stops and more nearly all have. Mean luma under 0.155: 3%, nights and low keys among them.
- contrast, percentiles 1 / 5 / 50: 0.26 / 0.42 / 0.73. White pixels, percentile 99: 0.21.
- blocks, percentiles 50 / 99: 0.4 / 1.1; see `grain.blocks`. Enlargement: see `detail`.
- bars: of 1297 untouched photos one has real ones and two a black floor that passes for one; 98% of 250 framed ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from stillreel.photo import detail, grain, measures
from stillreel.photo.bars import LEAST, bars, listed
from stillreel.photo.size import AUTO_AREA
from stillreel.photo.values import Photo

__all__ = ["Advice", "advise"]

SHORT, TINY, MINUTE = 720, 400, 240  # pixels on the short side: as much as a clip uses, and hardly any
SOFT, BLURRED, SHAKEN = 0.29, 0.18, 0.6  # the last: blurrier over crisper direction
PERHAPS, HARDLY, BEND = 0.2, 0.17, -1.15  # sharpness, twice; `detail.knee`
PULSE, FAINTLY_FINE = 5.2, -2.5  # `detail.repeats` and `detail.fineness`
NOISY, VERY_NOISY = 3.6, 7.0  # luma levels of 255
COLOURED, VERY_COLOURED = 1.2, 4.5
BLOCKY = 1.3
UNLIT, DARK, LIT = 0.45, 0.155, 0.28  # strongest channel's 98th percentile; mean luma; mean of the strongest channel
BRIGHT, WHITE = 0.82, 0.2  # mean luma; share of all pixels
LONG, VERY_LONG = 2.4, 4.0  # long side over short side
FLAT, VERY_FLAT = 0.25, 0.12  # luma between the 2nd and 98th percentile

Severity = Literal["info", "warn", "bad"]


@dataclass(frozen=True)
class Advice:
    """One thing about the photo that the clip will show."""

    code: str
    severity: Severity
    message: str
    value: float
    threshold: float  # the one that was passed
    cost: str  # what it will cost in the clip
    fix: str  # what to do


def advise(photo: Photo) -> tuple[Advice, ...]:
    """What to know about `photo`; empty for a good one. Takes about 0.2 s of one core for 2 megapixels."""
    grey = measures.luma(photo.pixels)
    share = min(1.0, math.sqrt(AUTO_AREA / grey.size))
    seen = measures.shrunk(grey, share)
    small = photo.pixels
    if share < 1:
        small = cv2.resize(small, seen.shape[::-1], interpolation=cv2.INTER_AREA)
    pixels = (*_light(seen, small), *_bars(photo.pixels))
    return (*_size(photo.size), *_crispness(grey, seen), *_added(grey, seen, small), *pixels)


def _size(size: tuple[int, int]) -> Iterator[Advice]:
    short, aspect = min(size), max(size) / min(size)
    if short < SHORT:
        severity, passed = ("info", SHORT) if short >= TINY else ("warn", TINY) if short >= MINUTE else ("bad", MINUTE)
        text = f"The short side has {short} pixels."
        cost = "The clip is small, or soft where it is enlarged; a zoom or push in softens it more."
        fix = f"Use a photo with {SHORT} or more; 1080 for a clip of 1080p."
        yield Advice("advice.small", severity, text, short, passed, cost, fix)
    if aspect > LONG:
        severity, passed = ("warn", VERY_LONG) if aspect > VERY_LONG else ("info", LONG)
        shape = ("long", "high") if size[0] >= size[1] else ("high", "wide")
        text = f"The photo is {aspect:.1f} times as {shape[0]} as it is {shape[1]}."
        cost = "A video size cuts most of it off; at its own shape few pixels are left on the short side."
        yield Advice(
            "advice.aspect", severity, text, round(aspect, 2), passed, cost, "Cut out the part that matters."
        )


def _crispness(grey: np.ndarray, seen: np.ndarray) -> Iterator[Advice]:
    """Blurred, shaken or enlarged: one complaint, by what the loss of detail looks like."""
    softer, crisper = measures.sharpness(seen)
    soft = not math.isnan(softer) and softer < SOFT
    shaken = soft and softer < SHAKEN * crisper
    if not shaken and min(grey.shape) >= detail.PATCH and _enlarged(grey, softer, soft):
        yield from _upscaled(grey)
    elif soft:
        yield _blur(softer, shaken)


def _enlarged(grey: np.ndarray, softer: float, soft: bool) -> bool:
    fine = detail.fineness(grey)
    if fine >= FAINTLY_FINE:
        return False
    if (not soft or softer >= HARDLY) and detail.repeats(grey) > PULSE:
        return True
    return fine < detail.FINE and (not soft or (softer >= PERHAPS and detail.knee(grey) > BEND))


def _upscaled(grey: np.ndarray) -> Iterator[Advice]:
    short = min(grey.shape)
    real = round(short * min(detail.real_detail(grey), 0.7))
    if real < SHORT:
        text = f"It looks enlarged: its detail would fit on a short side of about {real} of its {short} pixels."
        cost = "The clip looks as soft as that smaller photo; depth and matte find blurred edges."
        yield Advice(
            "advice.upscaled", "warn", text, real, SHORT, cost, "Use the original instead of an enlarged copy."
        )


def _blur(sharp: float, shaken: bool) -> Advice:
    severity, passed = ("bad", BLURRED) if sharp < BLURRED else ("warn", SOFT)
    what = "Even its sharpest edges are blurred at the clip's size"
    if shaken:
        what = "Its edges are blurred in one direction, as when the camera or the subject moved"
    cost = "Every frame is blurred; depth and matte follow edges that are not there, so rims may smear."
    fix = "Use a sharper shot, or a smaller size."
    return Advice("advice.blur", severity, f"{what} (sharpness {sharp:.2f}).", round(sharp, 3), passed, cost, fix)


def _added(grey: np.ndarray, seen: np.ndarray, small: np.ndarray) -> Iterator[Advice]:
    """Noise and the blocks of a strong JPEG."""
    luma, colour = grain.noise(seen), grain.colour_noise(small)
    if luma > NOISY or colour > COLOURED:
        in_colour = luma <= NOISY
        level, limits = (colour, (COLOURED, VERY_COLOURED)) if in_colour else (luma, (NOISY, VERY_NOISY))
        severity, passed = ("bad", limits[1]) if level > limits[1] else ("warn", limits[0])
        text = f"It is noisy (standard deviation {level:.1f} of 255 in calm places{', in colour' * in_colour})."
        cost = "The grain sticks to what moves and crawls; it costs bits and looks like flicker."
        yield Advice("advice.noise", severity, text, round(level, 2), passed, cost, "Denoise it first.")
    found = grain.blocks(grey)
    if found > BLOCKY:
        text = f"It was compressed strongly: the blocks of its JPEG show (steps of {found:.1f} levels)."
        cost = "Blocks stay where they are on the things that move, and swim in smooth places."
        fix = "Use the original file instead of a copy that a messenger or website made."
        yield Advice("advice.blocks", "warn", text, round(found, 2), BLOCKY, cost, fix)


def _light(grey: np.ndarray, pixels: np.ndarray) -> Iterator[Advice]:
    mean, black, white = measures.exposure(grey)
    strong, brightest = measures.brightness(pixels)
    spread = measures.contrast(grey)
    if brightest < UNLIT or (mean < DARK and strong < LIT):
        text = f"It is dark (mean luma {mean:.2f}, {black:.0%} of it black); a night that is meant so may stay so."
        found, passed = (brightest, UNLIT) if brightest < UNLIT else (mean, DARK)
        cost = "Depth and matte guess in the black parts; banding may show."
        yield Advice("advice.dark", "warn", text, round(found, 3), passed, cost, "Lighten the shadows first.")
    if mean > BRIGHT or white > WHITE:
        text = f"It is very bright (mean luma {mean:.2f}, {white:.0%} of it white)."
        found, passed = (mean, BRIGHT) if mean > BRIGHT else (white, WHITE)
        cost = "Burnt-out parts hold nothing that could be seen to move; a plain white ground does no harm."
        yield Advice("advice.bright", "info", text, round(found, 3), passed, cost, "Darken the highlights first.")
    if spread < FLAT:
        severity, passed = ("warn", VERY_FLAT) if spread < VERY_FLAT else ("info", FLAT)
        text = f"It has little contrast ({spread:.0%} of the range from black to white)."
        cost = "Layers are hard to tell apart: less depth is seen, so less motion is planned."
        yield Advice("advice.flat", severity, text, round(spread, 3), passed, cost, "Raise the contrast first.")


def _bars(pixels: np.ndarray) -> Iterator[Advice]:
    found = bars(pixels)
    if found:
        largest = max(found.values())
        text = f"It has a bar or margin at the {listed(found)}; the largest takes {largest:.0%} of the side."
        cost = "It counts as part of the scene: it is moved and warped with it, and a push in shows it going."
        yield Advice("advice.bars", "warn", text, round(largest, 3), LEAST, cost, "Cut out the picture alone first.")
