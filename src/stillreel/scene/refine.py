"""Draw a soft map's edges onto the photo's own."""

from __future__ import annotations

import cv2
import numpy as np

__all__ = ["guided_filter", "refine"]


def guided_filter(guide: np.ndarray, values: np.ndarray, radius: int, eps: float) -> np.ndarray:
    """(H, W) float32: `values` as the locally linear function of `guide` that fits them best.

    guide: (H, W) float32 0..1. values: (H, W) float32. radius in pixels; eps: variance of the guide below which it
    is taken as flat. Method: guided filter (He, Sun and Tang, 2010) with box means.
    """
    window = (2 * radius + 1, 2 * radius + 1)

    def mean(x: np.ndarray) -> np.ndarray:
        return cv2.blur(x, window, borderType=cv2.BORDER_REFLECT)

    guide_mean, value_mean = mean(guide), mean(values)
    slope = (mean(guide * values) - guide_mean * value_mean) / (mean(guide * guide) - guide_mean**2 + eps)
    return mean(slope) * guide + mean(value_mean - slope * guide_mean)


def refine(pixels: np.ndarray, values: np.ndarray, share: float = 0.012, eps: float = 4e-4) -> np.ndarray:
    """A coarse map (h, w) 0..1 at the photo's size (H, W), float32 0..1, its edges moved onto the photo's.

    pixels: (H, W, 3) uint8 sRGB. share: the filter's radius as a share of the long side. The filter works at half the
    size where the photo is large (fast guided filter, He and Sun, 2015). Flat areas keep the coarse map's value.
    """
    height, width = pixels.shape[:2]
    factor = 2 if max(height, width) >= 512 else 1
    size = (-(-width // factor), -(-height // factor))
    guide = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    small = cv2.resize(guide, size, interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(values.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    radius = max(2, round(share * max(size)))
    fine = guided_filter(small, coarse, radius, eps)
    # Linear interpolation of the small result, plus what the full guide adds to it in the same slope, is not worth
    # its cost for maps of soft probability: half a pixel is within their own error.
    return np.clip(cv2.resize(fine, (width, height), interpolation=cv2.INTER_LINEAR), 0, 1)
