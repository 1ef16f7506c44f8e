"""Random changes of light, colour and sharpness that a picture may have met, on uint8 RGB."""

from __future__ import annotations

import cv2
import numpy as np

NOISE = np.random.default_rng(5).normal(0, 1, (512, 512, 3)).astype(np.float32)


def recolour(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Gamma, contrast and gain of each channel by a table; saturation; one in twelve loses its colour."""
    level = np.linspace(0, 1, 256) ** rng.uniform(0.65, 1.5)
    level = (level - 0.5) * rng.uniform(0.7, 1.3) + 0.5 + rng.uniform(-0.12, 0.12)
    table = np.clip(level[:, None] * rng.uniform(0.85, 1.15, 3) * 255, 0, 255).astype(np.uint8)
    rgb = cv2.LUT(rgb, table[None])
    keep = 0.0 if rng.random() < 0.08 else rng.uniform(0.5, 1.5)
    mix = keep * np.eye(3) + (1 - keep) / 3
    return cv2.transform(rgb, mix[rng.permutation(3)] if rng.random() < 0.1 else mix)


def soften(rgb: np.ndarray, rng: np.random.Generator, worst: float) -> np.ndarray:
    """Shrink and enlarge by up to `worst`, blur, noise or JPEG, each now and then."""
    height, width = rgb.shape[:2]
    if rng.random() < 0.4:
        factor = np.exp(rng.uniform(0, np.log(worst)))
        size = max(8, int(width / factor)), max(8, int(height / factor))
        small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
        rgb = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    if rng.random() < 0.15:
        rgb = cv2.GaussianBlur(rgb, (0, 0), rng.uniform(0.5, 2.0))
    if rng.random() < 0.2:
        y, x = rng.integers(0, 512 - height + 1), rng.integers(0, 512 - width + 1)
        noise = NOISE[y : y + height, x : x + width] * rng.uniform(2, 14)
        rgb = np.clip(rgb + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.2:
        coded = cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 80))])[1]
        rgb = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return rgb


def shaded(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Now and then light that falls off across the picture, or a shadow with one soft edge."""
    if rng.random() > 0.35:
        return rgb
    height, width = rgb.shape[:2]
    angle, depth = rng.uniform(0, 2 * np.pi), rng.uniform(0.2, 1.3)
    y, x = np.mgrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j].astype(np.float32)
    along = np.cos(angle) * x + np.sin(angle) * y + rng.uniform(-0.3, 0.3)
    fall = along if rng.random() < 0.6 else np.tanh(along * rng.uniform(3, 25)) / 2
    return np.clip(rgb * np.exp(-depth * fall)[..., None], 0, 255).astype(np.uint8)
