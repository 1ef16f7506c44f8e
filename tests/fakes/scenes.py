"""Scenes that the tests render themselves: textured, with known depth, subject and sky."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.photo.values import FittedPhoto
from stillreel.scene.values import PARTS, Light, Scene, Style


def texture(size: tuple[int, int], seed: int = 0) -> np.ndarray:
    """(H, W, 3) uint8: band-limited noise over many octaves, so that every place can be tracked."""
    rng = np.random.default_rng(seed)
    w, h = size
    total = np.zeros((h, w, 3), np.float32)
    for octave in (6, 12, 24, 48, 96):
        rough = rng.standard_normal((max(2, h * octave // w), octave, 3)).astype(np.float32)
        total += cv2.resize(rough, (w, h), interpolation=cv2.INTER_CUBIC) * (12 / octave) ** 0.35
    total = (total - total.min()) / (total.max() - total.min())
    return (total * 255).astype(np.uint8)


def make_scene(
    size: tuple[int, int] = (320, 180),
    *,
    disparity: float | np.ndarray = 0.5,
    subject: np.ndarray | None = None,
    sky: np.ndarray | None = None,
    sure: float = 1.0,
    seed: int = 0,
    pixels: np.ndarray | None = None,
) -> Scene:
    """A scene of `size` (width, height) whose maps are what is given, else empty."""
    w, h = size
    zero = np.zeros((h, w), np.float32)
    parts = dict.fromkeys(PARTS, zero) | ({"sky": sky} if sky is not None else {})
    return Scene(
        pixels=texture(size, seed) if pixels is None else pixels,
        disparity=np.broadcast_to(np.float32(disparity), (h, w)).copy(),
        subject=zero if subject is None else subject,
        parts=parts,
        faces=(),
        light=Light((0.0, 0.0), (1.0, 1.0, 1.0), 0.5),
        style=Style("photo", 1.0),
        confidence={
            "disparity": sure,
            "subject": sure if subject is not None else 0.0,
            "sky": sure,
            "verticals": 0.0,
        },
        horizon=0.5,
        focal=0.9 * w,
    )


def fitted(scene: Scene, scale: float = 1.25) -> FittedPhoto:
    """The scene's photo with a plate enlarged from it."""
    h, w = scene.pixels.shape[:2]
    plate = cv2.resize(scene.pixels, (round(w * scale), round(h * scale)), interpolation=cv2.INTER_LANCZOS4)
    return FittedPhoto(scene.pixels, plate, scale)


def disc(size: tuple[int, int], radius: float = 0.25) -> np.ndarray:
    """(H, W) float32 alpha of a soft-edged disc in the middle; radius as a share of the height."""
    w, h = size
    y, x = np.indices((h, w), dtype=np.float32)
    distance = np.hypot(x - (w - 1) / 2, y - (h - 1) / 2)
    return np.clip(radius * h - distance + 0.5, 0, 1).astype(np.float32)
