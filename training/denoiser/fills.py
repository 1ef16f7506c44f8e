"""Stand-ins for the renderer's fill, so that the networks learn to judge any fill and not the habits of one.

Run time uses `stillreel.frames.fill`; nearly all training samples are completed by one of these instead.
"""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.frames.fill import pull_push

COPIED = 0.8
SHIFTS = 12
AROUND = (11, 11)
"""Pixels around a place that a shift has to fit."""
NEAREST, FURTHEST = 0.04, 0.3
"""Of the long side: how far a shift may carry content."""


def stand_in(rng: np.random.Generator, image: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """`image` (H, W, 3) uint8 with `hole` (H, W) bool completed: mostly with copies of itself, at times smoothly."""
    return by_shifts(rng, image, ~hole) if rng.random() < COPIED else smooth(image, ~hole)


def smooth(image: np.ndarray, known: np.ndarray) -> np.ndarray:
    """`image` (H, W, 3) uint8, softly completed where `known` (H, W) bool is False."""
    return np.clip(pull_push(image.astype(np.float32), known.astype(np.float32)) + 0.5, 0, 255).astype(
        np.uint8
    )


def by_shifts(rng: np.random.Generator, image: np.ndarray, known: np.ndarray) -> np.ndarray:
    """`image` completed with moved copies of itself; every place takes the random shift that fits best around it.

    Source: the idea of He and Sun, Statistics of Patch Offsets for Image Completion, ECCV 2012, without its statistics.
    """
    soft = smooth(image, known).astype(np.float32)
    height, width = known.shape
    rows, columns = np.indices((height, width), dtype=np.float32)
    trust = known.astype(np.float32)
    best, filled = np.full((height, width), 1500.0, np.float32), soft.copy()
    for _ in range(SHIFTS):
        reach, turn = rng.uniform(NEAREST, FURTHEST) * max(height, width), rng.uniform(0, 2 * np.pi)
        x, y = columns + np.float32(reach * np.cos(turn)), rows + np.float32(reach * np.sin(turn))
        moved = cv2.remap(image, x, y, cv2.INTER_NEAREST).astype(np.float32)
        there = cv2.remap(trust, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT)
        both = trust * there
        gap = cv2.blur(both * ((moved - soft) ** 2).mean(2), AROUND)
        cost = gap / (cv2.blur(both, AROUND) + 1e-3) + 4000 * (there < 0.5)
        better = (cost < best) & ~known
        best, filled = np.where(better, cost, best), np.where(better[..., None], moved, filled)
    return np.where(known[..., None], image, filled).astype(np.uint8)
