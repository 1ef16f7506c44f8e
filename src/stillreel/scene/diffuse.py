"""Spreading sparse knowledge over a photo without crossing its edges."""

from __future__ import annotations

import cv2
import numpy as np

__all__ = ["diffuse", "region_edges"]


def region_edges(lab: np.ndarray, texture: np.ndarray, sigma: float) -> np.ndarray:
    """(h, w) float32: how much colour and texture change from region to region, blind to the texture itself."""
    stack = np.dstack([lab / 100, 2.0 * texture])
    soft = cv2.GaussianBlur(stack, (0, 0), sigma)
    dx, dy = cv2.Scharr(soft, cv2.CV_32F, 1, 0) / 32, cv2.Scharr(soft, cv2.CV_32F, 0, 1) / 32
    return np.sqrt((dx * dx + dy * dy).sum(-1)) * sigma


def diffuse(
    value: np.ndarray, weight: np.ndarray, edges: np.ndarray, reach: tuple[float, float], passes: int = 3
) -> np.ndarray:
    """The weighted mean of (h, w) `value` along rows and columns, stopped by `edges` (a sum of 1 stops it).

    reach: pixels along x and y. Normalised convolution by the recursive domain transform (Gastal and Oliveira,
    2011). Where no weight arrives the value stays as it was.
    """
    state = np.dstack([value * weight, weight]).astype(np.float32) + np.float32(1e-5) * np.dstack(
        [value, np.ones_like(value)]
    ).astype(np.float32)
    for step in range(passes):
        share = np.sqrt(3.0) * 2.0 ** (passes - step - 1) / np.sqrt(4.0**passes - 1)
        for axis in (0, 1):
            sigma = reach[1 - axis]
            keep = np.exp(-np.sqrt(2.0) / (sigma * share) * (1 + sigma * 3.0 * edges)).astype(np.float32)
            state = _sweep(state, keep) if axis == 0 else _sweep(state.swapaxes(0, 1), keep.T).swapaxes(0, 1)
    return state[..., 0] / state[..., 1]


def _sweep(state: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """One recursive pass down and one up along the first axis."""
    out = np.array(state, order="C")
    gain = np.ascontiguousarray(keep)[..., None]
    for i in range(1, len(out)):
        out[i] += gain[i] * (out[i - 1] - out[i])
    for i in range(len(out) - 2, -1, -1):
        out[i] += gain[i + 1] * (out[i + 1] - out[i])
    return out
