"""Places of the first frame that can be followed, and where they are in later frames."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.evaluation.observation import Observation

__all__ = ["Tracks", "follow"]

COLUMNS, ROWS = 24, 14
UNSURE = 0.25
"""How much a place counts that may move by itself: the subject, water, the sky."""
MOVING_PARTS = ("sky", "water", "foliage", "person")
FEWEST = 12


@dataclass(frozen=True)
class Tracks:
    """n places in k later frames, in pixels of the small frames."""

    points: np.ndarray  # (n, 2) float64, x then y, in the first frame
    moved: np.ndarray  # (k, n, 2) float64, in each key
    trusted: np.ndarray  # (k, n) bool
    weight: np.ndarray  # (n,) float64 0..1
    disparity: np.ndarray | None  # (n,) float64 where the scene is known


def follow(observation: Observation) -> Tracks:
    """The best-textured place of each cell of a 24 x 14 grid that is seen in at least half of the keys."""
    luma = observation.footage.luma[0]
    trusted = np.stack([each.trusted for each in observation.reach])
    rows, columns = _textured(luma, trusted.mean(axis=0))
    points = np.stack([columns, rows], -1).astype(np.float64)
    moved = points + np.stack([each.forward[rows, columns] for each in observation.reach])
    weight, disparity = _known(observation, rows, columns)
    return Tracks(points, moved, trusted[:, rows, columns], weight, disparity)


def _textured(luma: np.ndarray, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the places (Shi and Tomasi, Good Features to Track, CVPR 1994)."""
    corner = cv2.cornerMinEigenVal(cv2.GaussianBlur(luma, (0, 0), 1.0), 7) * (seen > 0.5)
    height, width = luma.shape
    found: list[tuple[int, int]] = []
    for top, bottom in zip(*_edges(height, ROWS), strict=True):
        for left, right in zip(*_edges(width, COLUMNS), strict=True):
            cell = corner[top:bottom, left:right]
            row, column = np.unravel_index(int(cell.argmax()), cell.shape)
            if cell[row, column] > 1e-6:
                found.append((top + int(row), left + int(column)))
    places = np.array(found, int).reshape(-1, 2)
    return places[:, 0], places[:, 1]


def _edges(length: int, parts: int) -> tuple[list[int], list[int]]:
    cuts = np.linspace(2, length - 2, parts + 1).round().astype(int).tolist()
    return cuts[:-1], cuts[1:]


def _known(
    observation: Observation, rows: np.ndarray, columns: np.ndarray
) -> tuple[np.ndarray, np.ndarray | None]:
    scene = observation.scene
    if scene is None:
        return np.ones(len(rows)), None
    scale = scene.size[0] / observation.footage.frames.shape[2]
    at = (
        np.clip((rows * scale).astype(int), 0, scene.size[1] - 1),
        np.clip((columns * scale).astype(int), 0, scene.size[0] - 1),
    )
    alone = np.maximum.reduce([scene.subject, *(scene.parts[name] for name in MOVING_PARTS)])[at]
    return np.where(alone > 0.5, UNSURE, 1.0), scene.disparity[at].astype(np.float64)
