"""The ground: what spreads from the photo's lower edge up to the horizon without crossing an edge."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.scene.canvas import Canvas, smoothstep
from stillreel.scene.depth import Clues
from stillreel.scene.diffuse import diffuse, region_edges

__all__ = ["find_ground"]


def find_ground(canvas: Canvas, clues: Clues, covered: np.ndarray) -> tuple[np.ndarray, float]:
    """((h, w) float32 probability, confidence 0..1). covered: (h, w) probability of water and leaves.

    Without a horizon nothing tells a floor from a wall, so the confidence is the horizon's, and half of that where
    little of the lower edge is free.
    """
    h, w = canvas.shape
    if clues.horizon_confidence < 0.2:
        return np.zeros((h, w), np.float32), 0.0
    size = max(8, w // 2), max(8, h // 2)
    taken = np.maximum.reduce([clues.subject, clues.person, clues.sky, covered])
    lab, texture, taken = (cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
                           for plane in (canvas.lab, canvas.texture, taken))  # fmt: skip
    rows = ((np.arange(size[1], dtype=np.float32) + 0.5) / size[1])[:, None] * np.ones(
        (1, size[0]), np.float32
    )
    near = smoothstep(0.8, 1.0, rows) * (1 - taken)
    above = smoothstep(clues.horizon + 0.05, clues.horizon - 0.02, rows)
    weight = near + 2 * above + 2 * taken**2 + 0.02
    value = np.where(near > above, near / np.maximum(near, 1e-3), 0) * (1 - taken)
    value = np.where(weight < 0.05, 0.5, value)
    spread = diffuse(value, weight, region_edges(lab, texture, 2.0), (0.15 * size[0], 0.25 * size[1]))
    soft = smoothstep(0.3, 0.65, spread) * (1 - taken) * (1 - above)
    free = float((near[-3:] > 0.5).mean())
    if (soft > 0.5).mean() < 0.02:
        return np.zeros((h, w), np.float32), 0.0
    trust = clues.horizon_confidence * (0.5 + 0.5 * free)
    return np.clip(cv2.resize(soft, (w, h), interpolation=cv2.INTER_LINEAR), 0, 1), float(trust)
