"""Whether what the network calls the main subject may move as a layer of its own."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.scene.canvas import smoothstep
from stillreel.scene.parts import Parts

__all__ = ["accept_subject"]

LEAST = 0.3  # confidence below which there is no subject
SMALLEST, LARGEST = 0.004, 0.85  # share of the photo


def accept_subject(found: Parts) -> tuple[np.ndarray, float]:
    """((H, W) float32 alpha, confidence 0..1); all zero and 0 where none is sure.

    A region that fills both sides and the top is a wall or a view. One that is all soft edge is a guess.
    """
    alpha = found.subject
    trust = float(found.confidence["subject"])
    mask = alpha > 0.5
    share = float(mask.mean())
    if not SMALLEST < share < LARGEST:
        return np.zeros_like(alpha), 0.0
    person = float(found.person[mask].mean()) * float(found.confidence["person"] > 0.5)
    surround = min(mask[:, 0].mean(), mask[:, -1].mean(), 4 * mask[0].mean())
    trust *= 1 - (1 - person) * float(smoothstep(0.25, 0.6, surround))
    soft = float(((alpha > 0.1) & (alpha < 0.9)).mean()) / share
    trust *= 1 - 0.7 * float(smoothstep(0.6, 1.5, soft))
    if trust < LEAST:
        return np.zeros_like(alpha), 0.0
    return _main_pieces(alpha, mask), trust


def _main_pieces(alpha: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The alpha without specks: pieces under 4% of the largest are dropped."""
    count, label, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    areas = stats[1:, cv2.CC_STAT_AREA]
    if count <= 2:
        return alpha
    large = np.flatnonzero(areas >= 0.04 * areas.max()) + 1
    near = cv2.dilate(np.isin(label, large).astype(np.uint8), np.ones((9, 9), np.uint8))
    return (alpha * near).astype(np.float32)
