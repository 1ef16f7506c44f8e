"""A small "AI" mark in the corner, for those who want viewers to see it too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import cv2
import numpy as np

__all__ = ["mark", "on"]

_SHARE = 0.055  # of the short side that the mark's height takes
_LEAST = 14  # pixels of height, below which the letters run together
_FINER = 8  # the mark is drawn so many times as large and reduced, which smooths its edges
# Strokes in units of the letters' height, from the left upper corner; the plate is _PLATE of them wide and tall.
_A = (((0.0, 1.0), (0.36, 0.0)), ((0.36, 0.0), (0.72, 1.0)), ((0.13, 0.66), (0.59, 0.66)))
_I = (((1.12, 0.0), (1.12, 1.0)),)
_PLATE, _LETTERS, _STROKE = (1.68, 1.6), (0.28, 0.3), 0.17
_DARK, _OPACITY = 16, 0.72  # of the plate; white letters on it have a contrast of 7:1 even over white


def on(frames: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Chunks (n, H, W, 3) uint8 sRGB with the mark at the right end of the bottom, the same in every frame."""
    drawn: tuple[np.ndarray, np.ndarray] | None = None
    for chunk in frames:
        drawn = drawn or mark(*chunk.shape[1:3])
        yield _marked(chunk, *drawn)


def mark(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """((h, w, 1) grey 0..255, (h, w, 1) opacity 0..1), both float32, for frames of `height` by `width` pixels."""
    tall = max(_LEAST, round(min(height, width) * _SHARE))
    unit = tall / _PLATE[1]
    size = (round(_PLATE[0] * unit), tall)
    fine = (size[0] * _FINER, size[1] * _FINER)
    plate = _plate(fine, round(0.3 * unit * _FINER))
    letters = _letters(fine, unit * _FINER)
    plate, letters = (
        cv2.resize(one, size, interpolation=cv2.INTER_AREA) / np.float32(255) for one in (plate, letters)
    )
    opacity = np.maximum(plate * _OPACITY, letters)
    grey = (letters * 255 + (opacity - letters) * _DARK) / np.maximum(opacity, 1e-6)
    return grey[..., None].astype(np.float32), opacity[..., None].astype(np.float32)


def _marked(chunk: np.ndarray, grey: np.ndarray, opacity: np.ndarray) -> np.ndarray:
    tall, wide = opacity.shape[:2]
    gap = max(2, tall // 3)
    place = (slice(None), slice(-gap - tall, -gap), slice(-gap - wide, -gap))
    marked = chunk.copy()
    marked[place] = np.rint(chunk[place] * (1 - opacity) + grey * opacity).astype(np.uint8)
    return marked


def _plate(size: tuple[int, int], radius: int) -> np.ndarray:
    """A rectangle with round corners that fills `size` (width, height)."""
    wide, tall = size
    drawn = np.zeros((tall, wide), np.uint8)
    cv2.rectangle(drawn, (radius, 0), (wide - radius - 1, tall - 1), 255, -1)
    cv2.rectangle(drawn, (0, radius), (wide - 1, tall - radius - 1), 255, -1)
    for x in (radius, wide - radius - 1):
        for y in (radius, tall - radius - 1):
            cv2.circle(drawn, (x, y), radius, 255, -1)
    return drawn


def _letters(size: tuple[int, int], unit: float) -> np.ndarray:
    drawn = np.zeros(size[::-1], np.uint8)
    for start, end in (*_A, *_I):
        ends = [
            tuple(round((place + shift) * unit) for place, shift in zip(point, _LETTERS))
            for point in (start, end)
        ]
        cv2.line(drawn, ends[0], ends[1], 255, round(_STROKE * unit), cv2.LINE_AA)
    return drawn
