"""Advice about a photo before anything is made of it: what was measured, what it will cost, what to do.

The thresholds come from 110 to 250 photos of the training set (at least 500 px on the short side) and spoiled
copies, measured at the size of a clip (1024x576 in area):
- sharpness, percentiles 1 / 5 / 50 of untouched photos: 0.48 / 0.57 / 0.77; medians after a Gaussian blur of 1 px
  0.41, of 1.5 px 0.31, of 2 px 0.25. A bird in 1% of the picture before a blurred background: 0.39.
- noise, percentiles 50 / 95 / 99: 0.1 / 1.2 / 2.0 luma levels; medians with noise of sigma 5 in each channel 3.2, of
  10 6.3 (the luma of channel noise is 0.67 of it).
- mean luma, percentiles 1 / 5 / 50: 0.12 / 0.17 / 0.43, 95 / 99: 0.73 / 0.81; percentile 99 of the share
  of black pixels 0.31, of white ones 0.13.
- contrast, percentiles 1 / 5 / 50: 0.26 / 0.42 / 0.73.
- detail: see `measures.fineness`; of 100 other photos none was called enlarged, of their copies enlarged twice 97.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from stillreel.photo import measures
from stillreel.photo.size import AUTO_AREA
from stillreel.photo.values import Photo

__all__ = ["Advice", "advise"]

SHORT, TINY = 1024, 480  # pixels on the short side
SOFT, BLURRED = 0.34, 0.24
NOISY, VERY_NOISY = 2.8, 6.0  # luma levels of 255
DARK, BRIGHT = 0.12, 0.82  # mean luma
BLACK, WHITE = 0.35, 0.15  # shares of all pixels
LONG, VERY_LONG = 2.4, 4.0  # long side over short side
FLAT = 0.25  # luma between the 2nd and 98th percentile


@dataclass(frozen=True)
class Advice:
    """One thing about the photo that the clip will show."""

    code: str
    severity: Literal["info", "warn", "bad"]
    message: str
    value: float
    threshold: float  # the one that was passed
    cost: str  # what it will cost in the clip
    fix: str  # what to do


def advise(photo: Photo) -> tuple[Advice, ...]:
    """What to know about `photo`; empty for a good one. Takes about 0.1 s of one core for 2 megapixels."""
    grey = measures.luma(photo.pixels)
    seen = measures.shrunk(grey, min(1.0, math.sqrt(AUTO_AREA / grey.size)))
    blur = tuple(_blur(seen))
    detail = () if blur else _detail(grey)  # a blurred photo always looks enlarged as well
    return (*_size(photo.size), *blur, *detail, *_noise(seen), *_light(seen))


def _size(size: tuple[int, int]) -> Iterator[Advice]:
    short, aspect = min(size), max(size) / min(size)
    if short < SHORT:
        severity, passed = ("warn", TINY) if short < TINY else ("info", SHORT)
        text = f"The short side has {short} pixels."
        cost = "The clip is small, or soft where it is enlarged; a zoom or push in softens it more."
        yield Advice(
            "advice.small", severity, text, short, passed, cost, f"Use a photo with {SHORT} or more."
        )
    if aspect > LONG:
        severity, passed = ("warn", VERY_LONG) if aspect > VERY_LONG else ("info", LONG)
        text = f"The photo is {aspect:.1f} times as long as it is high."
        if size[1] > size[0]:
            text = f"The photo is {aspect:.1f} times as high as it is wide."
        cost = "A video size cuts most of it off; at its own shape few pixels are left on the short side."
        yield Advice(
            "advice.aspect", severity, text, round(aspect, 2), passed, cost, "Cut out the part that matters."
        )


def _detail(grey: np.ndarray) -> Iterator[Advice]:
    short, share = min(grey.shape), measures.real_detail(grey)
    real = round(short * share)
    if share < 1 and real < SHORT:
        text = (
            f"It looks enlarged: its detail would fit on a short side of about {real} of its {short} pixels."
        )
        cost = "The clip looks as soft as that smaller photo; depth and matte find blurred edges."
        yield Advice(
            "advice.upscaled",
            "warn",
            text,
            real,
            SHORT,
            cost,
            "Use the original instead of an enlarged copy.",
        )


def _blur(grey: np.ndarray) -> Iterator[Advice]:
    sharp = measures.sharpness(grey)
    if sharp < SOFT:
        severity, passed = ("bad", BLURRED) if sharp < BLURRED else ("warn", SOFT)
        text = f"Even its sharpest edges are blurred at the clip's size (sharpness {sharp:.2f})."
        cost = "Every frame is blurred; depth and matte follow edges that are not there, so rims may smear."
        fix = "Use a sharper shot, or a smaller size."
        yield Advice("advice.blur", severity, text, round(sharp, 3), passed, cost, fix)


def _noise(grey: np.ndarray) -> Iterator[Advice]:
    grain = measures.noise(grey)
    if grain > NOISY:
        severity, passed = ("bad", VERY_NOISY) if grain > VERY_NOISY else ("warn", NOISY)
        text = f"It is noisy (standard deviation {grain:.1f} of 255 in flat places)."
        cost = "The grain sticks to what moves and crawls; it costs bits and looks like flicker."
        yield Advice("advice.noise", severity, text, round(grain, 2), passed, cost, "Denoise it first.")


def _light(grey: np.ndarray) -> Iterator[Advice]:
    mean, black, white = measures.exposure(grey)
    spread = measures.contrast(grey)
    if mean < DARK or black > BLACK:
        text = f"It is dark (mean luma {mean:.2f}, {black:.0%} of it black)."
        found, passed = (mean, DARK) if mean < DARK else (black, BLACK)
        cost = "Depth and matte guess in the black parts; banding may show."
        yield Advice("advice.dark", "warn", text, round(found, 3), passed, cost, "Lighten the shadows first.")
    if mean > BRIGHT or white > WHITE:
        text = f"It is very bright (mean luma {mean:.2f}, {white:.0%} of it white)."
        found, passed = (mean, BRIGHT) if mean > BRIGHT else (white, WHITE)
        cost = "Burnt-out parts hold nothing that could be seen to move."
        yield Advice(
            "advice.bright", "info", text, round(found, 3), passed, cost, "Darken the highlights first."
        )
    if spread < FLAT:
        text = f"It has little contrast ({spread:.0%} of the range from black to white)."
        cost = "Layers are hard to tell apart: less depth is seen, so less motion is planned."
        yield Advice("advice.flat", "warn", text, round(spread, 3), FLAT, cost, "Raise the contrast first.")
