"""Putting light and colour on a frame, cheaply: maps are made on the flow grid and enlarged once."""

from __future__ import annotations

from functools import lru_cache, reduce

import cv2
import numpy as np

__all__ = ["box_of", "brighten", "enlarge", "expose", "greatest", "lay_over", "to_display"]

SPARED, UNTINTED = 0.8, 0.85  # of shade and of tint: what clipped light is spared
_MEAN = np.full((1, 3), 1 / 3, np.float32)
GAMMA = 2.2  # of the display: a stop of light is a factor of 2 ** (1 / 2.2) on its values


def enlarge(small: np.ndarray, frame: np.ndarray) -> np.ndarray:
    """A map of the flow grid at the frame's size (cells are 2 x 2 pixels; an odd last one is cut)."""
    rows, columns = frame.shape[:2]
    large = cv2.resize(small, (small.shape[1] * 2, small.shape[0] * 2), interpolation=cv2.INTER_LINEAR)
    return large[:rows, :columns]


def brighten(frame: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """The frame times `gain`, (h, w) or (h, w, 3) float32 on the flow grid; what lies outside its box is untouched."""
    box = box_of(greatest(gain - 1) > 1e-3)
    if box is None:
        return frame
    rows, columns = (slice(2 * side.start, 2 * side.stop) for side in box)
    out, part = frame.copy(), frame[rows, columns]
    large = enlarge(gain[box], part)
    large = cv2.merge([large] * 3) if large.ndim == 2 else np.ascontiguousarray(large)
    out[rows, columns] = cv2.multiply(part, large, dtype=cv2.CV_8U)
    return out


def expose(frame: np.ndarray, stops: np.ndarray, veil: np.ndarray | None = None) -> np.ndarray:
    """The frame under another light: `stops` (h, w, 3) float32 on the flow grid, log2 of a factor in linear light.

    What grows brighter runs into white on a shoulder, as film does. What is clipped was brighter than the photo shows,
    so it darkens late, and of its colour nothing is known, so it keeps its white; the result is dithered, so that a
    slow change makes no bands. `veil` (h, w, 3) float32, 0-255, is light that is added.
    """
    small = cv2.resize(frame, stops.shape[1::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    gain = cv2.exp(_spared(stops, small) * np.float32(np.log(2) / GAMMA))
    gain /= 1 + np.maximum(gain - 1, 0) * small * small
    out = cv2.multiply(frame, enlarge(gain, frame), dtype=cv2.CV_32F)
    if veil is not None:
        out += enlarge(veil, frame)
    return cv2.add(out, _dither(frame.shape[:2]), dtype=cv2.CV_8U)


def _spared(stops: np.ndarray, small: np.ndarray) -> np.ndarray:
    """`stops`, (h, w, 3), less where the light `small` (h, w, 3) 0..1 is clipped.

    All channels are spared alike: a ring of another hue around the sun would be seen more than the sun.
    """
    red, green, blue = cv2.split(small)
    most = cv2.max(cv2.max(red, green), blue)
    clipped = np.clip((most - np.float32(0.86)) * np.float32(1 / 0.13), 0, 1)
    if not clipped.any():
        return stops
    white = np.clip((cv2.min(cv2.min(red, green), blue) - np.float32(0.8)) * np.float32(1 / 0.18), 0, 1)
    level = cv2.transform(stops, _MEAN)
    shade = 1 - np.float32(SPARED) * clipped * clipped * (3 - 2 * clipped)
    tint = np.where(stops[..., 0] < 0, shade, 1 - np.float32(UNTINTED) * white)
    kept = np.where(level < 0, level * shade, level)
    return (stops - level[..., None]) * tint[..., None] + kept[..., None]


@lru_cache(maxsize=2)
def _dither(shape: tuple[int, int]) -> np.ndarray:
    """(H, W, 3) float32 within half a level, the same in every frame: it hides steps and never flickers."""
    tile = np.random.default_rng(0).uniform(-0.499, 0.499, (128, 128)).astype(np.float32)
    rows, columns = (-(-side // 128) for side in shape)
    return cv2.merge([np.ascontiguousarray(np.tile(tile, (rows, columns))[: shape[0], : shape[1]])] * 3)


def lay_over(frame: np.ndarray, colour: tuple[float, float, float], alpha: np.ndarray) -> np.ndarray:
    """A flat colour (0-255) over the frame by `alpha`, (H, W) uint8."""
    cover = cv2.merge([alpha] * 3)
    tints = np.rint(np.arange(256)[:, None] * np.round(colour) / 255).astype(np.uint8)  # of each opacity
    rest = cv2.multiply(frame, cv2.bitwise_not(cover), scale=1 / 255)
    return cv2.add(rest, cv2.LUT(cover, tints[None]))


def greatest(values: np.ndarray) -> np.ndarray:
    """(h, w): the greatest size among the channels of (h, w) or (h, w, c); NumPy's own maximum over a short last axis
    takes ten times as long."""
    planes = cv2.split(np.abs(values))
    return reduce(np.maximum, planes)


def box_of(where: np.ndarray) -> tuple[slice, slice] | None:
    """The smallest box around the true places."""
    x, y, w, h = cv2.boundingRect(where.astype(np.uint8))
    return (slice(y, y + h), slice(x, x + w)) if w else None


def to_display(linear: tuple[float, float, float]) -> np.ndarray:
    """(3,) sRGB 0..1 of a linear colour (IEC 61966-2-1)."""
    value = np.clip(np.asarray(linear, np.float64), 0, 1)
    return np.where(value <= 0.0031308, 12.92 * value, 1.055 * value ** (1 / 2.4) - 0.055)
