"""The layered prior's depth, corrected by a small network that learned from points that people ordered.

It sees the photo and the prior together (models/embedded/card.md) and says, on a coarse grid, how much nearer or
farther each part of the picture is. Spread smoothly, that moves whole walls, floors and things and bends nothing; the
edges are the prior's.
"""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.models.embedded.networks import session
from stillreel.scene.canvas import Canvas

__all__ = ["confidence", "correct", "spread"]

SIDE = 160  # px, the network's input
SOFT, SHARE = 1.0, 0.75  # cells its answer is spread over; how much of it is believed: see training/PLAN.md
CONSTANT, PER_RELIEF, PER_DOUBT = 1.155, 6.12, -8.47  # log odds: training/students/depth_confidence.py


def correct(canvas: Canvas, disparity: np.ndarray, sky: np.ndarray) -> tuple[np.ndarray, float]:
    """((h, w) float32 disparity 0..1, from the prior's `disparity`; how far picture and mirror image differ about it).

    `sky` (h, w), 0..1 sure, stays where it is. The depth is the mean of the two. ModelError where the weights are
    missing.
    """
    height, width = canvas.shape
    shrink = cv2.INTER_AREA if min(height, width) > SIDE else cv2.INTER_LINEAR
    rgb, prior = (cv2.resize(each, (SIDE, SIDE), interpolation=shrink) for each in (canvas.rgb, disparity))
    seen = np.dstack([rgb.astype(np.float32) / 255, prior.astype(np.float32)])
    both = np.ascontiguousarray(np.stack([seen, seen[:, ::-1]]).transpose(0, 3, 1, 2))
    straight, mirrored = np.asarray(session("depth").run(None, {"rgb": both})[0])[:, 0]
    turned = mirrored[:, ::-1]
    change = spread((straight + turned) / 2, (height, width))
    doubt = float(np.abs(straight - turned).mean())
    return np.clip(disparity + change * (1 - sky), 0, 1).astype(np.float32), doubt


def confidence(disparity: np.ndarray, doubt: float) -> float:
    """0..1: how far beyond chance two places that people tell apart can be expected in the right order (0 half of the
    pairs, 1 all of them).

    Logistic in the depth's relief (its standard deviation: where near and far are clear, they are found) and in the
    `doubt` of `correct`; fitted and judged on photos that the network did not learn from
    (training/students/depth_confidence.py).
    """
    odds = CONSTANT + PER_RELIEF * float(disparity.std()) + PER_DOUBT * doubt
    return float(np.clip(2 / (1 + np.exp(-odds)) - 1, 0, 1))


def spread(coarse: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """(h, w) of the network's answer, of which a cell by itself makes no bump."""
    soft = cv2.GaussianBlur(coarse, (0, 0), SOFT, borderType=cv2.BORDER_REPLICATE)
    return SHARE * cv2.resize(soft, shape[::-1], interpolation=cv2.INTER_CUBIC)
