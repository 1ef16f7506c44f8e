"""The first frame is the photo, and the frames after it must not pop: sharpness and error against the photo."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.consistency.grid import Grid, Seen, carried

__all__ = ["Ease", "Sharpness", "difference", "resharpened"]

EASE = 12  # frames in which a difference in sharpness is let in
QUIET = 0.06  # of the ratio: less is not seen as a pop
_GAIN = 0.8  # what unsharp masking of strength 1 adds to the mean Laplacian of a photograph, about
_LIMIT = 1.5


def difference(frame: np.ndarray, photo: np.ndarray) -> tuple[float, float]:
    """(mean absolute, mean signed) difference in 8-bit levels of two (H, W, 3) uint8 pictures."""
    change = frame.astype(np.int16) - photo
    return float(np.abs(change).mean()), float(change.mean())


class Sharpness:
    """Fine detail of a frame over that of the same content in the photo (mean absolute Laplacian; 1 = equal)."""

    def __init__(self, grid: Grid, photo: np.ndarray) -> None:
        self._grid = grid
        self._photo = self._map(photo)

    def ratio(self, frame: np.ndarray, seen: Seen) -> float:
        detail, wanted = self._map(frame), self._photo
        if seen.place is not None:
            wanted = carried(wanted, seen.place)
        expected = float(wanted[seen.visible].sum()) if seen.visible.any() else 0.0
        return float(detail[seen.visible].sum()) / expected if expected > 0 else 1.0

    def _map(self, frame: np.ndarray) -> np.ndarray:
        grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
        detail = cv2.convertScaleAbs(cv2.Laplacian(grey, cv2.CV_16S))
        return cv2.resize(detail, self._grid.size, interpolation=cv2.INTER_AREA).astype(np.float32)


class Ease:
    """Lets the renderer's own sharpness in over the first frames, where frame 1 steps away from the photo's."""

    def __init__(self, sharpness: Sharpness) -> None:
        self._sharpness = sharpness
        self._pop: float | None = None

    def apply(self, frame: np.ndarray, seen: Seen, index: int) -> tuple[np.ndarray, float]:
        """The frame and its sharpness ratio; `index` counts from 1. A slow loss, a camera moving in, is let be."""
        ratio = self._sharpness.ratio(frame, seen)
        if self._pop is None:
            self._pop = ratio - 1
        if abs(self._pop) < QUIET or index >= EASE:
            return frame, ratio
        t = index / EASE
        wanted = ratio - self._pop * (1 - t * t * (3 - 2 * t))
        first = resharpened(frame, (wanted / ratio - 1) / _GAIN)
        got = self._sharpness.ratio(first, seen)
        # The gain of sharpening depends on the picture; one measured step is enough to know it.
        gain = float(np.clip((got - ratio) / (wanted - ratio), 0.3, 3)) if abs(wanted - ratio) > 1e-3 else 1.0
        held = resharpened(frame, (wanted / ratio - 1) / (_GAIN * gain))
        return held, self._sharpness.ratio(held, seen)


def resharpened(frame: np.ndarray, amount: float) -> np.ndarray:
    """`frame` with unsharp masking of strength `amount`, limited; a negative strength softens."""
    strength = float(np.clip(amount, -_LIMIT, _LIMIT))
    soft = cv2.GaussianBlur(frame, (3, 3), 0)
    return cv2.addWeighted(frame, 1 + strength, soft, -strength, 0)
