"""Putting light and colour on a frame, cheaply: maps are made on the flow grid and enlarged once."""

from __future__ import annotations

import cv2
import numpy as np

__all__ = ["box_of", "brighten", "enlarge", "lay_over", "to_display"]


def enlarge(small: np.ndarray, frame: np.ndarray) -> np.ndarray:
    """A map of the flow grid at the frame's size (cells are 2 x 2 pixels; an odd last one is cut)."""
    rows, columns = frame.shape[:2]
    large = cv2.resize(small, (small.shape[1] * 2, small.shape[0] * 2), interpolation=cv2.INTER_LINEAR)
    return large[:rows, :columns]


def brighten(frame: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """The frame times `gain`, (h, w) or (h, w, 3) float32 on the flow grid; what lies outside its box is untouched."""
    away = np.abs(gain - 1) if gain.ndim == 2 else np.abs(gain - 1).max(axis=-1)
    box = box_of(away > 1e-3)
    if box is None:
        return frame
    rows, columns = (slice(2 * side.start, 2 * side.stop) for side in box)
    out, part = frame.copy(), frame[rows, columns]
    large = enlarge(gain[box], part)
    large = cv2.merge([large] * 3) if large.ndim == 2 else np.ascontiguousarray(large)
    out[rows, columns] = cv2.multiply(part, large, dtype=cv2.CV_8U)
    return out


def lay_over(frame: np.ndarray, colour: tuple[float, float, float], alpha: np.ndarray) -> np.ndarray:
    """A flat colour (0-255) over the frame by `alpha`, (H, W) uint8."""
    cover = cv2.merge([alpha] * 3)
    tint = np.empty_like(frame)
    tint[:] = np.round(colour)
    rest = cv2.multiply(frame, cv2.bitwise_not(cover), scale=1 / 255)
    return cv2.add(rest, cv2.multiply(tint, cover, scale=1 / 255))


def box_of(where: np.ndarray) -> tuple[slice, slice] | None:
    """The smallest box around the true places."""
    x, y, w, h = cv2.boundingRect(where.astype(np.uint8))
    return (slice(y, y + h), slice(x, x + w)) if w else None


def to_display(linear: tuple[float, float, float]) -> np.ndarray:
    """(3,) sRGB 0..1 of a linear colour (IEC 61966-2-1)."""
    value = np.clip(np.asarray(linear, np.float64), 0, 1)
    return np.where(value <= 0.0031308, 12.92 * value, 1.055 * value ** (1 / 2.4) - 0.055)
