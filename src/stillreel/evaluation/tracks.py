"""Places of the first frame that can be followed, and where they are in later frames."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.evaluation import flow
from stillreel.evaluation.observation import Observation

__all__ = ["Tracks", "follow"]

COLUMNS, ROWS = 24, 14
UNSURE = 0.25
"""How much a place counts that may move by itself: the subject, water, the sky."""
MOVING_PARTS = ("sky", "water", "foliage", "person")
FEWEST = 12
HALF, ENOUGH = 0.5, 0.3
"""Shares of a picture, or of its places, that are still seen: where new places are chosen, and what is too few."""
MOST_PARTS = 6


@dataclass(frozen=True)
class Tracks:
    """n places in the k keys after `base`, in pixels of the small frames.

    Keys are counted as in (0, *observation.keys): `base` 0 is the first frame.
    """

    points: np.ndarray  # (n, 2) float64, x then y, in the base frame
    moved: np.ndarray  # (k, n, 2) float64, in each key
    trusted: np.ndarray  # (k, n) bool
    weight: np.ndarray  # (n,) float64 0..1
    disparity: np.ndarray | None  # (n,) float64 where the scene is known
    base: int = 0


def follow(observation: Observation) -> list[Tracks]:
    """The best-textured place of each cell of a 24 x 14 grid, as far as enough of them are seen; from there anew.

    After a large pan little of the first frame is left. Then new places are chosen in the last frame that showed
    enough of the old ones, and followed in their turn: `base` of each part is a key of the part before. Where even
    neighbouring keys have little in common (a cut) the parts end, short of the last key.
    """
    parts = [_whole(observation)]
    last = len(observation.keys)
    while (end := parts[-1].base + len(parts[-1].moved)) < last and len(parts) < MOST_PARTS:
        part = _onward(observation, end)
        if part is None:
            break
        parts.append(part)
    return parts


def _whole(observation: Observation) -> Tracks:
    reach = observation.reach
    rows, columns = _textured(observation.footage.luma[0], np.mean([each.trusted for each in reach], axis=0))
    if len(rows) < FEWEST or _shares(reach, rows, columns)[-1] < ENOUGH:
        held = reach[: _held([float(each.trusted.mean()) for each in reach])]
        rows, columns = _textured(observation.footage.luma[0], np.mean([each.trusted for each in held], axis=0))
        reach = held
    return _tracks(observation, 0, reach, rows, columns)


def _onward(observation: Observation, base: int) -> Tracks | None:
    """From key `base` (1 or later) to as far as enough is seen; None where that is not even the next key."""
    luma, keys = observation.footage.luma, observation.keys
    here = keys[base - 1]
    found: list[flow.Motion] = []
    for at in range(base, len(keys)):
        guess = None
        if found:
            step = flow.between(luma[keys[at - 1]], luma[keys[at]]).forward
            guess = flow.Motion(found[-1].forward + flow.sampled(step, found[-1].forward), found[-1].trusted)
        motion = flow.between(luma[here], luma[keys[at]], guess)
        if motion.trusted.mean() < ENOUGH:
            break
        found.append(motion)
    if not found:
        return None
    found = found if base + len(found) == len(keys) else found[: _held([float(f.trusted.mean()) for f in found])]
    rows, columns = _textured(luma[here], np.mean([each.trusted for each in found], axis=0))
    return _tracks(observation, base, found, rows, columns) if len(rows) >= FEWEST else None


def _shares(motions: list[flow.Motion], rows: np.ndarray, columns: np.ndarray) -> list[float]:
    return [float(each.trusted[rows, columns].mean()) for each in motions]


def _held(shares: list[float]) -> int:
    """How many keys pass until the next part should begin: at the last that shows HALF, before one shows too little."""
    lost = next((at for at, share in enumerate(shares) if share < ENOUGH), len(shares))
    good = [at for at in range(lost) if shares[at] >= HALF]
    return (good[-1] if good else max(0, lost - 1)) + 1


def _tracks(
    observation: Observation, base: int, motions: list[flow.Motion], rows: np.ndarray, columns: np.ndarray
) -> Tracks:
    points = np.stack([columns, rows], -1).astype(np.float64)
    moved = points + np.stack([each.forward[rows, columns] for each in motions])
    trusted = np.stack([each.trusted[rows, columns] for each in motions])
    weight, disparity = _known(observation, rows, columns) if base == 0 else (np.ones(len(rows)), None)
    return Tracks(points, moved, trusted, weight, disparity, base)


def _textured(luma: np.ndarray, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the places (Shi and Tomasi, Good Features to Track, CVPR 1994)."""
    corner = cv2.cornerMinEigenVal(cv2.GaussianBlur(luma, (0, 0), 1.0), 7) * (seen > 0.5)
    height, width = luma.shape
    found: list[tuple[int, int]] = []
    for top, bottom in zip(*_edges(height, ROWS), strict=True):
        for left, right in zip(*_edges(width, COLUMNS), strict=True):
            cell = corner[top:bottom, left:right]
            if not cell.size:
                continue  # the picture is smaller than the grid
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
