"""The light: where it comes from in the picture, its colour, and how hard it is."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.scene.canvas import Canvas, smoothstep
from stillreel.scene.values import Light

__all__ = ["find_light"]

SURE = 0.06  # relative change of brightness over a body below which no side is called the lit one


def find_light(canvas: Canvas, body: np.ndarray, sky: np.ndarray) -> tuple[Light, float]:
    """(light, confidence of its direction 0..1).

    body: (h, w) 0..1, faces or the subject, whose shading tells the side of the light. sky: (h, w) probability: its
    brightest spot is the sun or stands near it.
    """
    linear = _linear(canvas.rgb)
    luma = linear @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    side, trust = _shading(luma, body)
    if trust < 0.5:
        sun, sun_trust = _sun(luma, sky)
        if sun_trust > trust:
            side, trust = sun, sun_trust
    if trust < 0.1:
        side, trust = (0.0, 0.0), 0.0
    low, high = np.percentile(luma, (5, 95))
    hard = float(smoothstep(1.0, 5.5, np.log2((high + 0.004) / (low + 0.004))))
    return Light(side, _colour(linear), hard), trust


def _linear(rgb: np.ndarray) -> np.ndarray:
    """sRGB bytes to linear light (IEC 61966-2-1), (h, w, 3) float32 0..1."""
    v = rgb.astype(np.float32) / 255
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _shading(luma: np.ndarray, body: np.ndarray) -> tuple[tuple[float, float], float]:
    """The direction in which a body grows brighter: a plane fitted to its blurred log brightness."""
    mask = body > 0.6
    if mask.sum() < 200:
        return (0.0, 0.0), 0.0
    rows, columns = np.nonzero(mask)
    size = max(np.ptp(rows), np.ptp(columns), 1) / 2
    tone = np.log(cv2.GaussianBlur(luma, (0, 0), max(1.0, 0.05 * size)) + 0.01)[mask]
    tone = np.clip(tone, *np.percentile(tone, (8, 92)))  # hair, eyes and highlights are no shading
    x, y = (columns - columns.mean()) / size, (rows - rows.mean()) / size
    (gx, gy, _), *_ = np.linalg.lstsq(np.stack([x, y, np.ones_like(x)], 1), tone, rcond=None)
    strength = float(np.hypot(gx, gy))
    explained = strength**2 * float(x.var() + y.var()) / 2 / max(float(tone.var()), 1e-6)
    trust = float(smoothstep(SURE, 0.7, strength) * smoothstep(0.0, 0.35, explained))
    return (float(gx / (strength + 1e-9)), float(gy / (strength + 1e-9))), trust


def _sun(luma: np.ndarray, sky: np.ndarray) -> tuple[tuple[float, float], float]:
    """Toward the brightest spot of the sky, seen from the picture's middle; trusted when it stands out."""
    mask = sky > 0.5
    if mask.mean() < 0.03:
        return (0.0, 0.0), 0.0
    h, w = luma.shape
    glow = np.where(mask, cv2.GaussianBlur(luma, (0, 0), 0.03 * max(h, w)), 0)
    y, x = np.unravel_index(int(np.argmax(glow)), glow.shape)
    above = float(glow[y, x] / (np.median(luma[mask]) + 0.02))
    dx, dy = (x + 0.5) / w - 0.5, (y + 0.5) / h - 0.6
    length = float(np.hypot(dx, dy)) + 1e-9
    return (float(dx / length), float(dy / length)), 0.8 * float(smoothstep(1.3, 3.0, above))


def _colour(linear: np.ndarray) -> tuple[float, float, float]:
    """The colour of the light by grey-edge (van de Weijer et al., 2007; first order, Minkowski norm 6), largest 1."""
    soft = cv2.GaussianBlur(linear, (0, 0), 2.0)
    edges = np.hypot(cv2.Scharr(soft, cv2.CV_32F, 1, 0), cv2.Scharr(soft, cv2.CV_32F, 0, 1))
    edges[(linear > 0.97).any(-1)] = 0  # clipped pixels have lost their colour
    norm = np.power(np.mean(np.power(edges.reshape(-1, 3).astype(np.float64), 6), 0), 1 / 6)
    if norm.max() < 1e-6:
        norm = linear.reshape(-1, 3).mean(0) + 1e-6
    norm = np.sqrt(norm / norm.max())  # half way to white: edges of coloured things bias the estimate
    return float(norm[0]), float(norm[1]), float(norm[2])
