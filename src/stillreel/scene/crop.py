"""A square of the photo, turned if need be, drawn at a network's size: how faces and heads are looked at."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

__all__ = ["Crop"]


@dataclass(frozen=True)
class Crop:
    """A square of the photo that may hold a head: centre in pixels, side in pixels, turned clockwise by degrees."""

    x: float
    y: float
    side: float
    turn: float = 0.0

    def matrix(self, size: int) -> np.ndarray:
        """(2, 3) from the photo's pixels to those of the crop drawn `size` pixels wide."""
        scale, angle = size / self.side, np.radians(-self.turn)
        c, s = scale * np.cos(angle), scale * np.sin(angle)
        linear = np.array([[c, -s], [s, c]])
        return np.hstack([linear, (size / 2 - linear @ (self.x, self.y))[:, None]])

    def cut(self, pixels: np.ndarray, size: int, outside: int | None = None) -> np.ndarray:
        """(size, size, 3) uint8: what the crop holds, from a smaller copy of its surroundings where it must shrink a
        lot. outside: the grey beyond the photo's border; None carries the border on."""
        reach = self.side * 0.75
        y0, y1 = (int(np.clip(v, 0, pixels.shape[0])) for v in (self.y - reach, self.y + reach + 1))
        x0, x1 = (int(np.clip(v, 0, pixels.shape[1])) for v in (self.x - reach, self.x + reach + 1))
        near, matrix = pixels[y0:y1, x0:x1], self.matrix(size)
        if near.size == 0:
            return np.full((size, size, 3), outside or 0, np.uint8)
        scale = size / self.side
        matrix[:, 2] += matrix[:, :2] @ (x0, y0)
        if scale < 0.6:
            shrunk = max(1, round((x1 - x0) * scale * 1.5)), max(1, round((y1 - y0) * scale * 1.5))
            fx, fy = near.shape[1] / shrunk[0], near.shape[0] / shrunk[1]
            near = cv2.resize(near, shrunk, interpolation=cv2.INTER_AREA)
            matrix[:, 2] += matrix[:, :2] @ (0.5 * fx - 0.5, 0.5 * fy - 0.5)
            matrix[:, :2] *= (fx, fy)
        border = cv2.BORDER_REPLICATE if outside is None else cv2.BORDER_CONSTANT
        return cv2.warpAffine(near, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=border,
                              borderValue=(outside or 0,) * 3)  # fmt: skip
