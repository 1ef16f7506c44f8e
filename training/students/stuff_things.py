"""Flames, smoke and steam drawn over a picture, and things carried from one picture into another.

Few photos here burn or smoke, and a car mostly stands on a road: so fire comes from noise that rises, and things are
also seen where they do not belong.
"""

from __future__ import annotations

import cv2
import numpy as np

HEAT = np.array([[40, 5, 0], [150, 30, 5], [235, 95, 15], [255, 170, 45], [255, 225, 120], [255, 250, 225]], np.float32)
# Widths and heights in shares of the side, and how many there are at most, plus one.
FLAMES = {"fire": ((0.1, 0.45), (0.25, 0.9), 4), "candles": ((0.012, 0.04), (0.06, 0.16), 10)}
SOLID, FAINT = 0.35, 0.1  # how much a drawn flame or smoke hides, to be learned as such and to be left out


def burning(rgb: np.ndarray, codes: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """`rgb` (s, s, 3) uint8 and `codes` (s, s) uint8 with a fire, some small flames, or a plume before them."""
    side = len(rgb)
    hidden = np.zeros((side, side), np.float32)
    picture = rgb.astype(np.float32)
    kind = rng.choice(["fire", "candles", "plume"], p=[0.35, 0.25, 0.4])
    if kind == "plume" or rng.random() < 0.15:
        shape = _rising(side, rng, rng.uniform(0.05, 0.3), rng.uniform(0.3, 1.1), rng.uniform(0.5, 2.0), calm=2.5)
        alpha = shape * rng.uniform(0.45, 0.95)
        light = rng.uniform(150, 250) if rng.random() < 0.7 else rng.uniform(20, 110)
        tone = light * (1 + rng.normal(0, 0.04, 3)) + 30 * (shape[..., None] - 0.5)
        picture = picture * (1 - alpha[..., None]) + tone * alpha[..., None]
        hidden = np.maximum(hidden, alpha)
    if kind != "plume":
        widths, heights, most = FLAMES[str(kind)]
        wide, tall, count = rng.uniform(*widths), rng.uniform(*heights), rng.integers(1, most)
        picture = picture * (rng.uniform(0.25, 1.0) if rng.random() < 0.6 else 1.0)
        row = rng.uniform(0.3, 1.0) * side
        for _ in range(int(count)):
            foot = rng.uniform(0, side), row + rng.normal(0, 0.04) * side
            heat = _rising(side, rng, wide, tall, -0.7, calm=1.0 if kind == "fire" else 4.0, foot=foot)
            picture = _lit(picture, heat, rng)
            hidden = np.maximum(hidden, np.clip(1.6 * heat, 0, 1))
    letters = np.where(hidden > SOLID, ord("e"), np.where(hidden > FAINT, ord("x"), codes))
    return np.clip(picture, 0, 255).astype(np.uint8), letters.astype(np.uint8)


def transplanted(
    rgb: np.ndarray, codes: np.ndarray, guest: np.ndarray, letters: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The animals, vehicles or products of `guest` (t, t, 3) with `letters` (t, t), pasted somewhere into `rgb`."""
    mask = np.isin(letters, [ord(letter) for letter in "avt"])
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    top, left, high, wide = rows[0], columns[0], np.ptp(rows) + 1, np.ptp(columns) + 1
    side = len(rgb)
    scale = rng.uniform(0.2, 0.8) * side / max(high, wide)
    flip = rng.choice([-1.0, 1.0])
    centre = rng.uniform(0.2, 0.8) * side, rng.uniform(0.3, 0.85) * side
    matrix = np.array([[flip * scale, 0, centre[0] - flip * scale * (left + wide / 2)],
                       [0, scale, centre[1] - scale * (top + high / 2)]])  # fmt: skip
    soft = cv2.GaussianBlur(cv2.erode(mask.astype(np.float32), np.ones((3, 3))), (0, 0), 1.0)
    alpha = cv2.warpAffine(soft, matrix, (side, side))
    if scale < 0.7:
        guest = cv2.GaussianBlur(guest, (0, 0), 0.35 / scale)
    picture = cv2.warpAffine(guest, matrix, (side, side))
    brought = cv2.warpAffine(letters, matrix, (side, side), flags=cv2.INTER_NEAREST)
    mixed = picture * alpha[..., None] + rgb * (1 - alpha[..., None])
    return mixed.astype(np.uint8), np.where(alpha > 0.5, brought, codes).astype(np.uint8)


def _rising(
    side: int, rng: np.random.Generator, wide: float, tall: float, widening: float, calm: float,
    foot: tuple[float, float] | None = None,
) -> np.ndarray:  # fmt: skip
    """(side, side) float32 0..1: something that rises from `foot` to `tall` and is `wide` there (shares of the side),
    grows by `widening` on its way (-1: to a point), and is torn by noise, less where it is `calm`."""
    x0, y0 = foot or (rng.uniform(0, side), rng.uniform(0.4, 1.1) * side)
    rows, columns = np.mgrid[:side, :side].astype(np.float32)
    up = (y0 - rows) / (tall * side)
    unrest = wide * side * np.clip(up, 0, 1) / calm
    sway = unrest * 1.4 * _noise(side, rng, 0.25 * tall, 0.25 * tall)
    across = (columns + sway - x0) / (wide * side / 2 * np.maximum(0.05, 1 + widening * np.clip(up, 0, 1)) + 1e-3)
    torn = up + 0.45 / calm * _noise(side, rng, 0.4 * wide, 0.25 * tall)
    body = np.clip(1.2 - across**2, 0, 1) * np.clip((1 - torn) * 1.8, 0, 1) * np.clip((up + 0.06) * 14, 0, 1)
    grain = 0.75 + 0.35 * _noise(side, rng, 0.15 * wide + 0.01, 0.2 * tall + 0.01)
    return np.clip(body * grain, 0, 1).astype(np.float32)


def _noise(side: int, rng: np.random.Generator, wide: float, tall: float) -> np.ndarray:
    """(side, side) float32 smooth noise of unit variance, and half of it finer; its grain in shares of the side."""
    total = np.zeros((side, side), np.float32)
    for octave in (1, 2):
        cells = max(2, int(octave / max(tall, 0.02))), max(2, int(octave / max(wide, 0.02)))
        coarse = rng.normal(0, 1 / octave, cells).astype(np.float32)
        total += cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)
    return total


def _lit(picture: np.ndarray, heat: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """`picture` (s, s, 3) float32 with a flame of `heat` (s, s) 0..1 before it, and its glow around it."""
    level = np.clip(heat ** rng.uniform(0.5, 1.0) * (len(HEAT) - 1) * rng.uniform(0.8, 1.15), 0, len(HEAT) - 1.001)
    low = level.astype(int)
    colour = HEAT[low] + (HEAT[low + 1] - HEAT[low]) * (level - low)[..., None]
    glow = cv2.GaussianBlur(heat, (0, 0), 0.06 * len(heat))[..., None] * np.array([110, 60, 20])
    alpha = np.clip(1.6 * heat, 0, 1)[..., None]
    return (picture + glow) * (1 - alpha) + colour * alpha
