"""Straight lines: how much stands upright, where parallel lines meet, and at which row the horizon lies."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.scene.canvas import Canvas, smoothstep

__all__ = ["Lines", "find_horizon", "find_lines"]

VOTERS = 90  # the longest slanted segments: all their crossings are tried
SPREAD = 2.0  # degrees: how far a segment may point past the vanishing point


@dataclass(frozen=True)
class Lines:
    """What the straight edges of a photo tell. Rows and columns are shares of height and width."""

    segments: np.ndarray  # (N, 4) float32 x0, y0, x1, y1 in working pixels
    vanishing: tuple[float, float]  # (x, y) where the lines into the depth meet; may lie outside 0..1
    vanishing_confidence: float  # 0..1
    verticals: float  # 0..1: how surely long upright edges stand in the photo


def find_lines(canvas: Canvas) -> Lines:
    """Segments by LSD (von Gioi et al., 2010), and the vanishing point that most of them point at."""
    found = cv2.createLineSegmentDetector().detect(cv2.convertScaleAbs(canvas.grey, alpha=255))[0]
    height, width = canvas.shape
    segments = np.zeros((0, 4), np.float32) if found is None else found.reshape(-1, 4)
    run = segments[:, 2:] - segments[:, :2]
    length = np.hypot(run[:, 0], run[:, 1])
    keep = length > 0.03 * max(height, width)
    segments, run, length = segments[keep], run[keep], length[keep]
    tilt = np.degrees(np.arctan2(np.abs(run[:, 0]), np.abs(run[:, 1])))  # 0 upright, 90 level
    long = (tilt < 8) & (length > 0.08 * height)
    verticals = float(smoothstep(0.5, 4.0, length[long].sum() / height))
    slanted = (tilt > 12) & (tilt < 84)
    point, confidence = _vanishing_point(segments[slanted], length[slanted], height, width, verticals)
    return Lines(segments, point, confidence, verticals)


def _vanishing_point(
    segments: np.ndarray, length: np.ndarray, height: int, width: int, upright: float
) -> tuple[tuple[float, float], float]:
    """The crossing that the segments point at best, and how surely: they must agree, and come from many sides.

    Where much stands upright the photo shows a room or a street, and fewer need to agree.
    """
    order = np.argsort(-length)[:VOTERS]
    if len(order) < 6:
        return (0.5, 0.5), 0.0
    segments, length = segments[order].astype(np.float64), length[order]
    ends = np.concatenate([segments.reshape(-1, 2), np.ones((2 * len(order), 1))], axis=1).reshape(-1, 2, 3)
    line = np.cross(ends[:, 0], ends[:, 1])
    i, j = np.triu_indices(len(order), 1)
    cross = np.cross(line[i], line[j])
    cross = cross[np.abs(cross[:, 2]) > 1e-6]
    points = cross[:, :2] / cross[:, 2:]
    inside = (np.abs(points[:, 0] / width - 0.5) < 0.8) & (np.abs(points[:, 1] / height - 0.5) < 0.6)
    points = points[inside]
    if not len(points):
        return (0.5, 0.5), 0.0
    votes = _votes(points, segments, length)
    best = int(np.argmax(votes.sum(1)))
    agree = votes[best] > 0.3 * length
    share = votes[best].sum() / length.sum()
    middle = (segments[agree, :2] + segments[agree, 2:]) / 2 - points[best]
    sides = len(np.unique(np.floor(np.degrees(np.arctan2(middle[:, 1], middle[:, 0])) / 45)))
    weight = votes[best].sum() / max(height, width)
    agreed = smoothstep(0.22 - 0.08 * upright, 0.5 - 0.16 * upright, share)
    confidence = float(agreed * smoothstep(1, 4, sides) * smoothstep(0.4, 1.6, weight))
    return (float(points[best, 0] / width), float(points[best, 1] / height)), confidence


def _votes(points: np.ndarray, segments: np.ndarray, length: np.ndarray) -> np.ndarray:
    """(P, N): each segment's length where it points at the point and does not contain it, less beside it."""
    middle = (segments[:, :2] + segments[:, 2:]) / 2
    toward = points[:, None] - middle[None]
    run = (segments[:, 2:] - segments[:, :2]) / length[:, None]
    distance = np.hypot(toward[..., 0], toward[..., 1])
    sine = np.abs(toward[..., 0] * run[:, 1] - toward[..., 1] * run[:, 0]) / np.maximum(distance, 1e-6)
    votes = length * np.exp(-0.5 * (np.degrees(np.arcsin(np.minimum(sine, 1))) / SPREAD) ** 2)
    return np.where(distance > 0.6 * length, votes, 0)


def find_horizon(lines: Lines, sky: np.ndarray, sky_confidence: float) -> tuple[float, float]:
    """(row as a share of the height, confidence 0..1); (0.5, 0) where nothing tells.

    Level ground meets the sky at the horizon and mountains stand above it, so the sky's lowest stretches count.
    """
    row, trust = lines.vanishing[1], lines.vanishing_confidence
    if sky_confidence > 0.3:
        foot = _sky_foot(sky)
        if foot is not None:
            mix = trust / (trust + sky_confidence)
            row = mix * row + (1 - mix) * foot
            trust = max(trust, 0.7 * sky_confidence)
    if trust <= 0:
        return 0.5, 0.0
    return float(np.clip(row, 0.02, 0.98)), float(trust)


def _sky_foot(sky: np.ndarray) -> float | None:
    """The row (share) above which three quarters of the columns' sky ends; None where too few columns hold sky."""
    mask = sky > 0.5
    columns = mask.any(0)
    if columns.mean() < 0.25:
        return None
    last = mask.shape[0] - np.argmax(mask[::-1], axis=0)
    return float(np.percentile(last[columns], 75)) / mask.shape[0]
