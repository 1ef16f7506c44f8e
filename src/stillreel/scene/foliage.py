"""Leaves, grass and trees: green, rough at every scale, and without a main direction."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.scene.canvas import Canvas, box, smoothstep
from stillreel.scene.diffuse import diffuse, region_edges

__all__ = ["find_foliage"]


def find_foliage(canvas: Canvas, things: np.ndarray, sky: np.ndarray) -> tuple[np.ndarray, float]:
    """((h, w) float32 probability, confidence 0..1). things, sky: (h, w) probabilities of what is not foliage."""
    h, w = canvas.shape
    size = max(8, w // 2), max(8, h // 2)
    lab, texture = (
        cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in (canvas.lab, canvas.texture)
    )
    free = 1 - cv2.resize(np.maximum(things, sky), size, interpolation=cv2.INTER_AREA)
    score = (
        _green(lab) * _rough(cv2.resize(canvas.grey, size, interpolation=cv2.INTER_AREA), texture, lab) * free
    )
    spread = diffuse(score, 0.05 + free, region_edges(lab, texture, 1.5), (0.025 * size[0], 0.025 * size[0]))
    soft = smoothstep(0.22, 0.5, spread) * free
    share = float((soft > 0.5).mean())
    if share < 0.01:
        return np.zeros((h, w), np.float32), 0.0
    trust = float(np.clip(score[soft > 0.5].mean() * 1.15, 0, 0.9) * smoothstep(0.005, 0.05, share))
    return np.clip(cv2.resize(soft, (w, h), interpolation=cv2.INTER_LINEAR), 0, 1), trust


def _green(lab: np.ndarray) -> np.ndarray:
    """0..1: the hues between yellow-green and green; dark leaves keep their hue at little chroma."""
    soft = cv2.GaussianBlur(lab, (0, 0), 1.2)
    a, b = soft[..., 1], soft[..., 2]
    hue = np.degrees(np.arctan2(b, a))
    within = smoothstep(96, 108, hue) * smoothstep(172, 150, hue)
    chroma = np.hypot(a, b)
    enough = smoothstep(4, 11, chroma + 0.08 * np.maximum(40 - soft[..., 0], 0))
    neon = smoothstep(95, 75, chroma)
    return within * enough * neon


def _rough(grey: np.ndarray, texture: np.ndarray, lab: np.ndarray) -> np.ndarray:
    """0..1: contrast within 9 px against the brightness, in all directions, down to the finest scale."""
    dx, dy = cv2.Scharr(grey, cv2.CV_32F, 1, 0) / 16, cv2.Scharr(grey, cv2.CV_32F, 0, 1) / 16
    xx, yy, xy = box(dx * dx, 7), box(dy * dy, 7), box(dx * dy, 7)
    total = np.maximum(xx + yy, 0)
    coherence = np.sqrt((xx - yy) ** 2 + 4 * xy * xy) / (total + 1e-5)
    relative = texture / (0.06 + box(grey, 4))
    fine = np.sqrt(total) / (texture + 0.01)
    return (
        smoothstep(0.07, 0.20, relative) * smoothstep(0.85, 0.5, coherence) * smoothstep(0.25, 0.6, fine * 2)
    )
