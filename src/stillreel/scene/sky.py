"""The sky: where the network sees it, as far as colour, light and place speak for a sky too.

White walls and backdrops look like sky to a small network; a wrong sky drifts. So the verdict is strict.
"""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.scene.canvas import Canvas
from stillreel.scene.stuff import Stuff

__all__ = ["find_sky"]

SEEK = 160  # px, long side of the picture that the cues are taken from
DOUBT = 0.25  # below it nothing is called sky


def find_sky(canvas: Canvas, seen: Stuff, things: np.ndarray, people: float) -> tuple[np.ndarray, float]:
    """((h, w) float32 probability, confidence 0..1); an empty map and 0 where no sky is sure.

    things: (h, w) probability of people and subject, which the sky may not enter. people: share of the photo that
    people fill: a large person stands more often before a wall than before the sky.
    """
    sky = seen.maps["sky"] * (1 - things)
    scale = min(1.0, SEEK / max(canvas.shape))
    size = max(1, round(canvas.shape[1] * scale)), max(1, round(canvas.shape[0] * scale))
    lab = cv2.resize(canvas.lab, size, interpolation=cv2.INTER_AREA)
    mask = cv2.resize(sky, size, interpolation=cv2.INTER_AREA) > 0.5
    if mask.mean() < 0.01:
        return np.zeros(canvas.shape, np.float32), 0.0
    confidence = both(seen.confidence["sky"], verdict(sky_cues(lab, mask, people)))
    return (sky, confidence) if confidence >= DOUBT else (np.zeros(canvas.shape, np.float32), 0.0)


def both(first: float, second: float) -> float:
    """Two independent beliefs in one thing, 0..1 each, as one: their odds multiplied (naive Bayes)."""
    yes, no = first * second, (1 - first) * (1 - second)
    return yes / (yes + no) if yes > 0 else 0.0


def _edges(lab: np.ndarray) -> np.ndarray:
    """Size of the colour gradient, about 0..1."""
    soft = cv2.GaussianBlur(lab, (0, 0), 0.8) / 100
    dx, dy = cv2.Scharr(soft, cv2.CV_32F, 1, 0) / 16, cv2.Scharr(soft, cv2.CV_32F, 0, 1) / 16
    return np.sqrt((dx * dx + dy * dy).sum(-1))


def sky_cues(lab: np.ndarray, mask: np.ndarray, people: float) -> dict[str, float]:
    """The figures that the verdict weighs, each named for what it says and brought to about -1..1.

    lab: (h, w, 3) CIE Lab at search size; mask: (h, w) bool, the candidate; people: share of the photo, 0..1.
    """
    sky, rest = lab[mask], lab[~mask] if (~mask).any() else lab[mask]
    light, a, b = sky.T
    rows = np.repeat(np.linspace(0, 1, mask.shape[0])[:, None], mask.shape[1], 1)[mask]
    edges, columns = _edges(lab), mask.mean(0)
    blue = (b < -4) & (np.degrees(np.arctan2(b, a)) < -60)
    varied = light.std() > 0.5 and rows.std() > 0
    return {
        "area": _unit(mask.mean(), 0, 0.4),
        "top": _unit(mask[:2].mean(), 0.4, 1),
        "bottom": _unit(mask[-3:].mean(), 0, 0.3),
        "sides": _unit((mask[:, 0].mean() + mask[:, -1].mean()) / 2, 0, 0.4),
        "blue": float(blue.mean()),
        "lighter": _unit(np.median(light) - np.median(rest[:, 0]), -20, 40),
        "downward": float(np.corrcoef(rows, light)[0, 1]) if varied else 0.0,
        "range": _unit(light.std(), 0, 15),
        "busy": _unit(edges[~mask].mean() if (~mask).any() else 0.0, 0.02, 0.11),
        "rough": _unit(edges[mask].mean(), 0, 0.05),
        "people": _unit(people, 0, 0.25),
        "light": _unit(np.median(light), 10, 80),
        "chroma": _unit(np.median(np.hypot(a, b)), 0, 40),
        "green": float(((a < -6) & (b > 6)).mean()),
        "brown": float(((b > 10) & (a > 0) & (light < 60)).mean()),
        "contrast": _contrast(lab, mask),
        "ragged": _unit(np.abs(np.diff(columns)).mean(), 0, 0.03),
        "white": float((light > 93).mean()),
        "throughout": float(columns.min()),
    }


# Logistic weights fitted to 513 candidates of the training photos, judged by eye, which a border scan had found
# (Shen and Wang, 2013); the cues are the same.
WEIGHTS = {
    "area": 1.74, "top": 1.29, "bottom": -0.72, "sides": -1.58, "blue": 2.28, "lighter": 0.89, "downward": 0.64,
    "range": -1.21, "busy": -1.01, "rough": 0.52, "people": -2.39, "light": 1.48, "chroma": -0.69, "green": -0.69,
    "brown": -1.79, "contrast": 1.75, "ragged": -0.77, "white": 0.79, "throughout": 2.22,
}  # fmt: skip
BIAS = -2.8  # the fit gave -2.46; stricter, because a wall that drifts is worse than a sky that stands


def verdict(cues: dict[str, float]) -> float:
    """How sure it is that the region is sky, 0..1."""
    return float(1 / (1 + np.exp(-BIAS - sum(WEIGHTS[name] * value for name, value in cues.items()))))


def _unit(value: float, low: float, high: float) -> float:
    return float(np.clip((value - low) / (high - low), 0, 1))


def _contrast(lab: np.ndarray, mask: np.ndarray) -> float:
    """How much the colour changes over the candidate's lower edge, 0..1."""
    kernel = np.ones((7, 7), np.uint8)
    ring = (cv2.dilate(mask.astype(np.uint8), kernel) > 0) & ~mask
    rim = mask & (cv2.erode(mask.astype(np.uint8), kernel) == 0)
    ring[:2] = False
    if not ring.any() or not rim.any():
        return 0.0
    return _unit(float(np.abs(lab[ring].mean(0) - lab[rim].mean(0)).sum()), 0, 60)
