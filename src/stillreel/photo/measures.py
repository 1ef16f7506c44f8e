"""What can be measured in a photo's pixels that decides how its clip will look: edges and light."""

from __future__ import annotations

import math

import cv2
import numpy as np

__all__ = ["brightness", "contrast", "exposure", "luma", "sharpness", "shrunk"]

WINDOW = 17  # pixels along which an edge is followed
LEAST = 24  # luma levels that an edge must climb
CRISP = 99  # percentile over strong edges


def luma(pixels: np.ndarray) -> np.ndarray:
    """(H, W) float32 0..255: BT.601 luma of (H, W, 3) uint8 sRGB."""
    weights = np.array([[0.299, 0.587, 0.114]], np.float32)
    return cv2.transform(pixels.astype(np.float32), weights)


def sharpness(
    grey: np.ndarray, where: np.ndarray | None = None, percentile: float = CRISP, window: int = WINDOW
) -> tuple[float, float]:
    """(in the blurrier direction, in the crisper one) how crisp the crispest edges are: 0 .. 1, NaN without edges.

    Along each of four directions a step over one pixel is set against the range of luma within `window` pixels: an
    ideal edge climbs its whole range in one step, one blurred by sigma 1 / (sigma * sqrt(2 pi)) of it, whatever its
    contrast. Taken is a high percentile over the strongest seventh of the edges, so that a small sharp subject before
    a soft background counts as sharp. A lens out of focus softens all directions alike, a shaken hand only one.
    where: (H, W) bool, the part of the picture that counts.
    """
    line, slant = np.ones((1, window), np.uint8), np.eye(round(window / math.sqrt(2)) | 1, dtype=np.uint8)
    ways = ((grey, line, 1.0), (grey.T, line, 1.0), (grey, slant, math.sqrt(2)), (grey[:, ::-1], slant, math.sqrt(2)))
    masks = (where, None if where is None else where.T, where, None if where is None else where[:, ::-1])
    found = [_climb(np.ascontiguousarray(way), kernel, length, mask, percentile)
             for (way, kernel, length), mask in zip(ways, masks, strict=True)]  # fmt: skip
    seen = [value for value in found if not math.isnan(value)]
    return (min(seen), max(seen)) if seen else (math.nan, math.nan)


def _climb(
    grey: np.ndarray, kernel: np.ndarray, length: float, where: np.ndarray | None, percentile: float
) -> float:
    """The steepest climbs in the kernel's direction, as shares of the range there."""
    if min(grey.shape) < 3:
        return math.nan
    reach = cv2.dilate(grey, kernel) - cv2.erode(grey, kernel)
    step = np.abs(grey[1:, 1:] - grey[:-1, :-1]) if length > 1 else np.abs(grey[:, 1:] - grey[:, :-1])
    reach = reach[: step.shape[0], : step.shape[1]]
    inside = np.ones(reach.shape, bool) if where is None else where[: step.shape[0], : step.shape[1]]
    if inside.sum() < 100:
        return math.nan
    strong = inside & (reach >= max(LEAST, float(np.percentile(reach[inside][::5], 85))))
    if strong.sum() < 40:
        return math.nan
    return float(np.percentile(step[strong] / reach[strong], percentile) / length)


def shrunk(grey: np.ndarray, share: float) -> np.ndarray:
    """`grey` with sides `share` (at most 1) as long, by area."""
    if share >= 1:
        return grey
    return cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)


def exposure(grey: np.ndarray) -> tuple[float, float, float]:
    """(mean luma 0..1, share of pixels that are black, share that are white)."""
    return float(grey.mean() / 255), float((grey <= 3).mean()), float((grey >= 252).mean())


def brightness(pixels: np.ndarray) -> tuple[float, float]:
    """(mean, 98th percentile), 0..1, of each pixel's strongest channel: a red wall is lit, though its luma is low."""
    strongest = pixels.max(axis=2)
    return float(strongest.mean() / 255), float(np.percentile(strongest, 98) / 255)


def contrast(grey: np.ndarray) -> float:
    """The luma between the 2nd and the 98th percentile, 0..1."""
    low, high = np.percentile(grey, (2, 98))
    return float((high - low) / 255)
