"""Whether the faces of the first frame stay the same people."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.evaluation.flow import Motion
from stillreel.evaluation.metric import Metric
from stillreel.evaluation.metrics.numbers import mean
from stillreel.evaluation.observation import Observation

__all__ = ["FACES"]

MOST = 3
SMALLEST = 20
"""Pixels of the small frames, longer side of a face."""
SIDE = 64
"""Of the crops that are compared."""
AROUND = 1.1
"""Of a face's box."""
WAYS, CELL, FAINT = 9, 8, 8.0
"""Directions of gradients, pixels of a cell, and levels of gradient that are noise."""
TRUSTED = 0.3
"""Share of a face that must be followed."""


def _course(seen: Observation) -> np.ndarray:
    """(keys,) mean likeness of the faces that can be followed."""
    boxes = [_square(face.box) for face in seen.faces[:MOST]]
    boxes = [box for box in boxes if box[2] >= SMALLEST * AROUND]
    if not boxes:
        return np.full(len(seen.keys), np.nan)
    luma = seen.footage.luma
    each = np.array([[_likeness(luma[0], luma[key], motion, box) for box in boxes]
                     for key, motion in zip(seen.keys, seen.reach, strict=True)])  # fmt: skip
    known = np.isfinite(each)
    return np.where(known.any(1), np.where(known, each, 0).sum(1) / np.maximum(known.sum(1), 1), np.nan)


def _square(box: tuple[float, float, float, float]) -> tuple[float, float, float]:
    """Left, top and side around a face."""
    x0, y0, x1, y1 = box
    side = AROUND * max(x1 - x0, y1 - y0)
    return (x0 + x1 - side) / 2, (y0 + y1 - side) / 2, side


def _likeness(first: np.ndarray, later: np.ndarray, motion: Motion, box: tuple[float, float, float]) -> float:
    """Cosine of the oriented gradients (Dalal and Triggs, CVPR 2005) of a face and of where it went, -1..1.

    It is followed as one affine piece, so that what bends within the face counts.
    """
    left, top, side = box
    height, width = first.shape
    rows = slice(max(0, int(top)), min(height, int(top + side) + 1))
    columns = slice(max(0, int(left)), min(width, int(left + side) + 1))
    trusted = motion.trusted[rows, columns]
    if trusted.size == 0 or trusted.mean() < TRUSTED:
        return float("nan")
    y, x = (axis[trusted] for axis in np.mgrid[rows, columns])
    there = motion.forward[rows, columns][trusted] + np.stack([x, y], -1)
    whole = np.stack([x, y, np.ones_like(x)], -1).astype(np.float32)
    moved = np.linalg.lstsq(whole, there, rcond=None)[0].T  # (2, 3) from the first frame to the later
    crop = np.array([[side / SIDE, 0, left], [0, side / SIDE, top], [0, 0, 1]])
    one, other = _gradients(_cut(first, crop[:2])), _gradients(_cut(later, moved @ crop))
    return float(one @ other / max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-6))


def _cut(luma: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(luma, matrix, (SIDE, SIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE)


def _gradients(crop: np.ndarray) -> np.ndarray:
    """Nine directions in cells of eight pixels, in proportion to what blocks of 3x3 cells hold; about their mean."""
    across, down = (cv2.Sobel(crop, cv2.CV_32F, *way, ksize=3) for way in ((1, 0), (0, 1)))
    length, angle = cv2.cartToPolar(across, down)
    share = (angle % np.pi) * (WAYS / np.pi)
    near = [np.maximum(0, 1 - np.abs((share - way + WAYS / 2) % WAYS - WAYS / 2)) * length for way in range(WAYS)]
    count = SIDE // CELL, SIDE // CELL
    cells = np.stack([cv2.resize(each, count, interpolation=cv2.INTER_AREA) for each in near], -1)
    block = np.sqrt(cv2.blur(np.square(cells).sum(-1), (3, 3)))
    even = (cells / (block[..., None] + FAINT)).ravel()
    return even - even.mean()


FACES = (
    Metric(
        "face_identity", "", "higher",
        "Likeness of the faces of the first frame to where they went, followed as one piece each: cosine of their "
        "oriented gradients, -1..1, mean along the clip; a blink or a turn lowers it a little, speech and hands "
        "before the face as much as a soft bend of it, another face a lot.",
        ("real <= frozen",), lambda seen: mean(_course(seen)), _course,
    ),
)  # fmt: skip
