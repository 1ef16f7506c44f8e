"""The same scene in another weather, at another hour, or painted: so that a class is more than its usual colour."""

from __future__ import annotations

import cv2
import numpy as np

SKIES = np.array([
    [[90, 140, 215], [190, 215, 240]], [[40, 90, 180], [140, 180, 225]], [[150, 155, 165], [215, 218, 222]],
    [[225, 228, 232], [245, 245, 245]], [[60, 60, 110], [250, 150, 90]], [[110, 90, 150], [250, 190, 160]],
    [[10, 14, 35], [40, 50, 90]], [[200, 190, 170], [235, 225, 205]], [[235, 170, 80], [250, 220, 150]],
    [[120, 170, 175], [210, 225, 215]],
], np.float32)  # fmt: skip  # zenith and horizon of a sky, sRGB


def weather(rgb: np.ndarray, sky: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """`rgb` (s, s, 3) uint8, now and then under another sky, in haze, at dusk, or as a painting. sky: (s, s) bool."""
    if rng.random() < 0.10 and 0.03 < sky.mean() < 0.97:
        rgb = _another_sky(rgb, sky, rng)
    if rng.random() < 0.08:
        rgb = _haze(rgb, rng)
    if rng.random() < 0.07:
        rgb = _dusk(rgb, rng)
    if rng.random() < 0.08:
        rgb = _painted(rgb, rng)
    return rgb


def _another_sky(rgb: np.ndarray, sky: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A plain gradient where the sky was; some of its clouds stay."""
    zenith, horizon = SKIES[rng.integers(len(SKIES))] + rng.normal(0, 8, (2, 3))
    rows = np.linspace(0, 1, len(rgb))[:, None, None] ** rng.uniform(0.6, 1.6)
    new = zenith + (horizon - zenith) * rows
    stay = rng.uniform(0, 0.5)
    clouds = rgb.astype(np.float32) - rgb[sky].mean(0)
    alpha = cv2.GaussianBlur(sky.astype(np.float32), (0, 0), 0.8)[..., None]
    return np.clip(rgb * (1 - alpha) + (new + stay * clouds) * alpha, 0, 255).astype(np.uint8)


def _haze(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Light grey, more of it towards the top, as distance mostly is."""
    air = rng.uniform(150, 250) + rng.normal(0, 10, 3)
    top, foot = rng.uniform(0.1, 0.7), rng.uniform(0, 0.4)
    share = np.linspace(max(top, foot), min(top, foot), len(rgb))[:, None, None]
    return np.clip(rgb * (1 - share) + air * share, 0, 255).astype(np.uint8)


def _dusk(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Darker by up to five sixths, and tinted."""
    tint = np.array([[1.2, 0.95, 0.7], [0.75, 0.9, 1.2], [1.0, 1.0, 1.0], [1.1, 0.8, 1.05]])[rng.integers(4)]
    return np.clip(rgb * (tint * rng.uniform(0.17, 0.7)), 0, 255).astype(np.uint8)


def _painted(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Flat strokes: details gone, few tones, sometimes outlines."""
    reach = 2 * int(rng.integers(1, 5)) + 1
    flat = cv2.bilateralFilter(cv2.medianBlur(rgb, reach), 7, 40, 7)
    if rng.random() < 0.6:
        step = rng.uniform(12, 48)
        flat = np.clip((np.floor(flat / step) + 0.5) * step, 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        lines = cv2.adaptiveThreshold(cv2.cvtColor(flat, cv2.COLOR_RGB2GRAY), 255, cv2.ADAPTIVE_THRESH_MEAN_C,
                                      cv2.THRESH_BINARY, 7, 4)  # fmt: skip
        flat = cv2.min(flat, np.repeat(cv2.max(lines, 90)[..., None], 3, axis=-1))
    return flat
