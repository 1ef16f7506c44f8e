"""The ground: what the network sees as ground, and what spreads from the photo's lower edge up to the horizon without
crossing an edge or entering what the network sees as something else."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.scene.canvas import Canvas, smoothstep
from stillreel.scene.depth import Clues
from stillreel.scene.diffuse import diffuse, region_edges
from stillreel.scene.stuff import Stuff, log_odds

__all__ = ["find_ground"]

ELSE = ("sky", "water", "foliage", "building", "mountain")


def find_ground(canvas: Canvas, clues: Clues, seen: Stuff) -> tuple[np.ndarray, float]:
    """((h, w) float32 probability, confidence 0..1): two beliefs joined, each as far as it is sure."""
    covered = np.maximum.reduce([smoothstep(0.4, 0.6, seen.maps[name]) for name in ELSE])
    spread, spread_trust = _spread(canvas, clues, covered)
    free = 1 - np.maximum(clues.subject, clues.person)
    # The network misses ground more often than it invents it, so its silence weighs less than its word.
    belief = log_odds(seen.maps["ground"], 0.2, 0.95) + spread_trust * log_odds(spread, 0.02, 0.98)
    joined = (free / (1 + np.exp(-belief))).astype(np.float32)
    region = joined > 0.5
    if region.mean() < 0.01:
        return np.zeros(canvas.shape, np.float32), 0.0
    reached, backed = float((spread[region] > 0.5).mean()), float(seen.maps["ground"][region].mean())
    trust = max(seen.confidence["ground"], spread_trust * reached * (0.5 + 0.5 * backed))
    return (joined, trust) if trust > 0 else (np.zeros(canvas.shape, np.float32), 0.0)


def _spread(canvas: Canvas, clues: Clues, covered: np.ndarray) -> tuple[np.ndarray, float]:
    """((h, w) float32 probability, confidence 0..1). covered: (h, w) probability of all that is not ground.

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
