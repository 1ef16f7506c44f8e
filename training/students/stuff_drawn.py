"""Landscapes drawn from noise, whose classes are known: flat tones in any colour, as in posters and paintings.

They teach that a blue ridge is a mountain and a pale gradient above it the sky, whatever the palette.
"""

from __future__ import annotations

import cv2
import numpy as np

from training.students.stuff_weather import SKIES

GROUNDS = {"w": (60, 110, 150), "y": (90, 130, 60), "g": (190, 160, 120)}


def drawn(side: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A picture (side, side, 3) uint8 and its letters (side, side) uint8."""
    zenith, horizon = SKIES[rng.integers(len(SKIES))] + rng.normal(0, 10, (2, 3))
    rows = np.linspace(0, 1, side)[:, None]
    shore = rng.uniform(0.45, 0.85)
    picture = zenith + (horizon - zenith) * np.clip(rows / shore, 0, 1)[..., None] * np.ones((side, side, 1))
    picture = picture + _clouds(side, rng)[..., None] * rng.uniform(0, 60)
    letters = np.full((side, side), ord("s"), np.uint8)
    near = rng.uniform(0, 110, 3)
    count = int(rng.integers(0, 5))
    for step in range(count):
        depth = (step + 1) / count
        foot = shore - 0.15 * (1 - depth) + rng.uniform(-0.05, 0.02)
        height = foot - rng.uniform(0.03, 0.3) * (1.2 - depth) * _ridge(side, rng)
        below = (rows > height[None]) & (rows < shore + 0.01)
        picture[below] = (horizon * (1 - depth) + near * depth)[None] + rng.normal(0, 4, 3)
        letters[below] = ord("m")
    kind = str(rng.choice(list("wwyg")))
    low = np.broadcast_to(rows >= shore, letters.shape)
    picture[low] = _foreground(picture, kind, shore, rng)[low]
    letters[low] = ord("w" if kind == "w" else "d")  # grass or soil, who could tell
    grain = rng.normal(0, rng.uniform(0, 5), picture.shape)
    return np.clip(picture + grain, 0, 255).astype(np.uint8), letters


def _foreground(picture: np.ndarray, kind: str, shore: float, rng: np.random.Generator) -> np.ndarray:
    """A plain of one tone, or water: half reflection, half its own colour, in level ripples."""
    side = len(picture)
    tone = np.array(GROUNDS[kind]) * rng.uniform(0.4, 1.5) + rng.normal(0, 25, 3)
    fall = np.linspace(rng.uniform(0.7, 1.3), rng.uniform(0.7, 1.3), side)[:, None, None]
    plain = np.broadcast_to(tone * fall, picture.shape)
    if kind != "w":
        rough = cv2.GaussianBlur(rng.normal(0, 1, (side, side)), (0, 0), rng.uniform(0.5, 3))
        return plain + (rough / (rough.std() + 1e-6) * rng.uniform(0, 14))[..., None]
    rows = 2 * shore * side - np.arange(side)
    ripple = cv2.GaussianBlur(rng.normal(0, 1, (side, side)), (0, 0), sigmaX=rng.uniform(3, 12), sigmaY=0.7)
    ripple /= ripple.std() + 1e-6
    source = np.clip(rows[:, None] + ripple * rng.uniform(0, 3), 0, side - 1).astype(int)
    mirror = picture[source, np.arange(side)[None]]
    share = rng.uniform(0, 0.9)
    return mirror * share + plain * (1 - share) + (ripple * rng.uniform(0, 12))[..., None]


def _ridge(side: int, rng: np.random.Generator) -> np.ndarray:
    """(side,) about 0..1: a rough or a rolling line."""
    way = np.linspace(0, 2 * np.pi, side)
    line = sum(rng.normal(0, k ** -rng.uniform(0.8, 2.0)) * np.sin(k * way + rng.uniform(0, 7))
               for k in np.arange(1, 24) * rng.uniform(0.3, 1.2))  # fmt: skip
    return (line - line.min()) / (np.ptp(line) + 1e-6)


def _clouds(side: int, rng: np.random.Generator) -> np.ndarray:
    """(side, side) -1..1, mostly 0: streaks and heaps."""
    noise = cv2.GaussianBlur(
        rng.normal(0, 1, (side, side)), (0, 0), sigmaX=rng.uniform(4, 25), sigmaY=rng.uniform(2, 10)
    )
    noise /= np.abs(noise).max() + 1e-6
    return np.clip(noise * 2 - rng.uniform(0, 1), 0, 1)
