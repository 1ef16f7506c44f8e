"""The sky: what lies smooth on top, told from walls and backdrops by colour, light and place.

A border by energy over thresholds (Shen and Wang, 2013: "Sky region detection in a single image"), then GrabCut
(Rother et al., 2004) with that border as its seed, then a verdict. A wrong sky drifts: the verdict is strict.
"""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.scene.canvas import Canvas

__all__ = ["find_sky"]

SEEK = 160  # px, long side of the search
DOUBT = 0.25  # below it nothing is called sky
THRESHOLDS = np.geomspace(0.012, 0.25, 18)


def find_sky(canvas: Canvas, subject: np.ndarray, people: float) -> tuple[np.ndarray, float]:
    """((h, w) float32 probability, confidence 0..1); an empty map and 0 where no sky is sure.

    subject: (h, w) alpha that the sky may not enter. people: share of the photo that people fill: a large
    person stands more often before a wall than before the sky.
    """
    scale = min(1.0, SEEK / max(canvas.shape))
    size = round(canvas.shape[1] * scale), round(canvas.shape[0] * scale)
    lab = cv2.resize(canvas.lab, size, interpolation=cv2.INTER_AREA)
    block = cv2.resize(subject, size, interpolation=cv2.INTER_AREA) > 0.5
    border = _border(lab, block)
    mask = _grow(lab, border, block)
    empty = np.zeros(canvas.shape, np.float32)
    if mask.mean() < 0.015:
        return empty, 0.0
    confidence = verdict(sky_cues(lab, mask, people))
    if confidence < DOUBT:
        return empty, 0.0
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.7)
    full = cv2.resize(soft, canvas.shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.clip(full, 0, 1), confidence


def _edges(lab: np.ndarray) -> np.ndarray:
    """Size of the colour gradient, about 0..1."""
    soft = cv2.GaussianBlur(lab, (0, 0), 0.8) / 100
    dx, dy = cv2.Scharr(soft, cv2.CV_32F, 1, 0) / 16, cv2.Scharr(soft, cv2.CV_32F, 0, 1) / 16
    return np.sqrt((dx * dx + dy * dy).sum(-1))


def _border(lab: np.ndarray, block: np.ndarray) -> np.ndarray:
    """The last row of sky in each column, for the threshold whose two sides are each most alike in colour."""
    edges = np.where(block, 1.0, _edges(lab))
    height, width = edges.shape
    rows = np.arange(height)[:, None]
    best, choice = -1.0, np.zeros(width, int)
    for threshold in THRESHOLDS:
        over = edges > threshold
        border = np.where(over.any(0), over.argmax(0), height)
        above = rows < border
        share = above.mean()
        if not 0.01 < share < 0.98:
            continue
        energy = 1.0 / (_spread(lab[above]) + _spread(lab[~above]))
        if energy > best:
            best, choice = energy, border
    return choice


def _spread(colours: np.ndarray) -> float:
    """Determinant and largest eigenvalue of the colour covariance, in one figure (the paper's J)."""
    values = np.linalg.eigvalsh(np.cov(colours[::2].T) + 1e-3 * np.eye(3))
    return float(values[0] * values[1] * values[2] + 30 * values[2])


def _grow(lab: np.ndarray, border: np.ndarray, block: np.ndarray) -> np.ndarray:
    """The border's sky, grown over clouds and trimmed of branches by GrabCut; (h, w) bool, connected to the top."""
    height, width = block.shape
    rows = np.arange(height)[:, None]
    above = (rows < border) & ~block
    if above.mean() < 0.01:
        return np.zeros_like(block)
    edges = _edges(lab)
    calm = cv2.blur(edges, (5, 5)) < max(0.02, float(np.percentile(edges[above], 97)))
    label = np.where(calm & ~block, cv2.GC_PR_BGD, cv2.GC_BGD).astype(np.uint8)
    label[above] = cv2.GC_PR_FGD
    label[above & (rows < 0.6 * border)] = cv2.GC_FGD
    label[int(height * 0.97) :][~above[int(height * 0.97) :]] = cv2.GC_BGD
    label[block] = cv2.GC_BGD
    image = cv2.convertScaleAbs(lab * (2.55, 1, 1) + (0, 128, 128))
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(1)
    try:
        cv2.grabCut(image, label, (0, 0, width, height), models[0], models[1], 1, cv2.GC_INIT_WITH_MASK)
    except cv2.error:  # one side holds too few colours for a mixture: the border stands as it is
        return above
    mask = (label == cv2.GC_FGD) | (label == cv2.GC_PR_FGD)
    return _from_top(mask)


def _from_top(mask: np.ndarray) -> np.ndarray:
    """The parts of the mask that hang from the top edge, and gaps of sky among branches near them."""
    count, label, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    top = np.unique(label[:3][mask[:3]])
    keep = np.isin(label, top[top > 0])
    if not keep.any():
        return keep
    lowest = np.nonzero(keep.any(1))[0].max()
    for index in range(1, count):
        small = stats[index, cv2.CC_STAT_AREA] < 0.05 * keep.sum()
        if index not in top and small and stats[index, cv2.CC_STAT_TOP] < 0.8 * lowest:
            keep |= label == index
    return keep


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


# Logistic weights fitted to 513 candidates of the training photos, judged by eye (docs/explanation/analysis.md).
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
