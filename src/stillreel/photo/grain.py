"""What was added to a photo: noise of the sensor, in luma and in colour, and the blocks of a strong JPEG."""

from __future__ import annotations

import cv2
import numpy as np

__all__ = ["blocks", "colour_noise", "noise"]

TILE = 16  # pixels
MIDDLE = 960  # pixels of a side, as much as is searched for blocks
FEWEST = 400  # tiles, below which texture and noise cannot be told apart
ROUGHEST = 24  # levels; what is rougher is texture
EVEN = 1.4  # noise is everywhere: the calm tiles are about equally rough; texture is not


def noise(grey: np.ndarray) -> float:
    """Standard deviation of the luma noise in levels (0..255); 0 where what is fine is texture.

    What a Gaussian of 1.5 pixels removes, measured tile by tile; of the tiles the 8th percentile, because texture only
    adds. It counts as noise where the 15th is at most 1.4 times the 3rd. JPEG or a resize may have coarsened it.
    """
    rough = _roughness(grey, grey, 1.5)
    if len(rough) < FEWEST:
        return 0.0
    least, low, next_low = np.percentile(rough, (3, 8, 15))
    return float(low) if next_low < EVEN * least and low < ROUGHEST else 0.0


def colour_noise(pixels: np.ndarray) -> float:
    """Standard deviation of the colour noise (the larger of Cr and Cb, levels); clean photos stay below 1."""
    planes = cv2.split(cv2.cvtColor(pixels, cv2.COLOR_RGB2YCrCb).astype(np.float32))
    found = [_roughness(plane, planes[0], 2.5) for plane in planes[1:]]
    return max(float(np.percentile(one, 8)) if len(one) >= FEWEST else 0.0 for one in found)


def _roughness(plane: np.ndarray, luma: np.ndarray, sigma: float) -> np.ndarray:
    """(n,) deviation of what is finer than sigma, for each tile that is neither black nor white."""
    rows, columns = (side // TILE for side in plane.shape)
    if not rows or not columns:
        return np.zeros(0, np.float32)
    rest = plane - cv2.GaussianBlur(plane, (0, 0), sigma)
    box = (columns, rows)
    power, level = (
        cv2.resize(one[: rows * TILE, : columns * TILE], box, interpolation=cv2.INTER_AREA)
        for one in (rest * rest, luma)
    )
    return np.sqrt(power[(level > 20) & (level < 235)])


def blocks(grey: np.ndarray) -> float:
    """How far luma steps on the grid of 8 pixels beyond the steps beside it, in calm places (levels).

    Both axes must show it. Clean photos (JPEG 88) stay below 1.1, JPEG 25 has 1.5, JPEG 12 2.2. The photo may have been
    cut, so that the grid starts anywhere; a resized one shows none.
    """
    top, left = (max(0, side - MIDDLE) // 2 for side in grey.shape)
    middle = grey[top : top + MIDDLE, left : left + MIDDLE]
    return min(_on_grid(middle), _on_grid(np.ascontiguousarray(middle.T)))


def _on_grid(grey: np.ndarray) -> float:
    step = np.abs(np.diff(grey, axis=1))
    if step.shape[1] < 34:
        return 0.0
    beside, here = (step[:, :-2] + step[:, 2:]) / 2, step[:, 1:-1]
    more = np.clip(here - beside, -12, 12) * ((beside < 6) & (here < 24))
    phases = more[:, : more.shape[1] // 8 * 8].mean(axis=0).reshape(-1, 8).mean(axis=0)
    return float(phases.max() - np.median(phases))
