"""The photo at working size, with the few measurements that every finder of the room needs."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

__all__ = ["Canvas", "box", "canvas_of", "smoothstep"]

LONG_SIDE = 512  # px: below this thin branches vanish, above it the analysis only grows slower


@dataclass(frozen=True)
class Canvas:
    """A photo at most 512 px long. All maps share (h, w)."""

    rgb: np.ndarray  # (h, w, 3) uint8 sRGB
    lab: np.ndarray  # (h, w, 3) float32 CIE Lab: L 0..100, a, b
    grey: np.ndarray  # (h, w) float32 0..1
    gradient: np.ndarray  # (h, w) float32: size of the grey gradient, in grey per working pixel
    texture: np.ndarray  # (h, w) float32: standard deviation of grey within 9 px
    full: tuple[int, int]  # (H, W) of the photo

    @property
    def shape(self) -> tuple[int, int]:
        """(h, w) in working pixels."""
        return self.grey.shape[0], self.grey.shape[1]

    def fit(self, plane: np.ndarray) -> np.ndarray:
        """A full-size (H, W) map at working size, float32."""
        h, w = self.shape
        return cv2.resize(plane.astype(np.float32), (w, h), interpolation=cv2.INTER_AREA)


def canvas_of(pixels: np.ndarray) -> Canvas:
    """Measure an (H, W, 3) uint8 sRGB photo."""
    height, width = pixels.shape[:2]
    scale = min(1.0, LONG_SIDE / max(height, width))
    size = max(8, round(width * scale)), max(8, round(height * scale))
    rgb = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    soft = cv2.GaussianBlur(grey, (0, 0), 1.0)
    gradient = np.hypot(cv2.Scharr(soft, cv2.CV_32F, 1, 0), cv2.Scharr(soft, cv2.CV_32F, 0, 1)) / 32
    mean = box(grey, 4)
    texture = np.sqrt(np.maximum(box(grey * grey, 4) - mean * mean, 0))
    return Canvas(rgb, lab, grey, gradient, texture, (height, width))


def box(plane: np.ndarray, radius: int) -> np.ndarray:
    """The mean over a square of 2 * radius + 1 pixels; borders count only what lies inside."""
    side = 2 * radius + 1
    return cv2.blur(plane, (side, side), borderType=cv2.BORDER_REFLECT_101)


def smoothstep(low: float, high: float, value: np.ndarray | float) -> np.ndarray:
    """0 below `low`, 1 above `high`, a smooth rise between; with low > high a fall."""
    t = np.clip((np.asarray(value, np.float32) - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)
