"""Whether a face is still the photo's: the frame's face against the photo's own, moved by the known flow.

The flow holds the planned turn, blink and breath, so what is left is what generation changed; no face network is asked.
Similarity is SSIM (Wang et al., 2004) of luma on the flow's grid, 8x8 windows.
"""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.consistency.grid import carried

__all__ = ["FaceHold", "ssim"]

SMALLEST = 12  # cells of the flow grid
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


class FaceHold:
    """One face of the photo, `box` = (x0, y0, x1, y1) in frame pixels."""

    def __init__(self, photo: np.ndarray, box: tuple[float, float, float, float]) -> None:
        height, width = photo.shape[:2]
        self._full = (width, height)
        self._size = ((width + 1) // 2, (height + 1) // 2)
        self._photo = self._small(photo)
        self._box = box

    def similarity(self, frame: np.ndarray, source: np.ndarray) -> float | None:
        """0 (another) .. 1 (the same); None where the face is out of view or too small to compare.

        frame: (H, W, 3) uint8; source: (h, w, 2) float32 on the half-size grid, photo position in frame pixels.
        """
        x0, y0, x1, y1 = self._box
        inside = (
            (source[..., 0] >= x0) & (source[..., 0] <= x1) & (source[..., 1] >= y0) & (source[..., 1] <= y1)
        )
        rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
        if len(rows) < SMALLEST or len(columns) < SMALLEST:
            return None
        area = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        scale = np.array(self._size, np.float32) / np.array(self._full, np.float32)
        place = (source[area] + np.float32(0.5)) * scale - np.float32(0.5)
        expected = carried(self._photo, place, cv2.INTER_CUBIC)
        return ssim(self._small(frame)[area], expected, inside[area])

    def _small(self, frame: np.ndarray) -> np.ndarray:
        grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
        return cv2.resize(grey, self._size, interpolation=cv2.INTER_AREA).astype(np.float32)


def ssim(one: np.ndarray, other: np.ndarray, where: np.ndarray) -> float:
    """Mean structural similarity of two (h, w) float32 luma pictures over the cells of `where`."""

    def mean(values: np.ndarray) -> np.ndarray:
        return cv2.blur(values, (8, 8))

    a, b = mean(one), mean(other)
    variance = mean(one * one) - a * a + mean(other * other) - b * b
    covariance = mean(one * other) - a * b
    similar = (2 * a * b + _C1) * (2 * covariance + _C2) / ((a * a + b * b + _C1) * (variance + _C2))
    return float(np.clip(similar[where].mean(), 0, 1))
