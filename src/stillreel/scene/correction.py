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

__all__ = ["correct", "spread"]

SIDE = 160  # px, the network's input
SOFT, SHARE = 1.0, 0.75  # cells its answer is spread over; how much of it is believed: see training/PLAN.md


def correct(canvas: Canvas, disparity: np.ndarray, sky: np.ndarray) -> np.ndarray:
    """(h, w) float32 disparity 0..1, from the prior's `disparity`; `sky` (h, w), 0..1 sure, stays where it is.

    The mean over the picture and its mirror image. ModelError where the weights are missing.
    """
    height, width = canvas.shape
    shrink = cv2.INTER_AREA if min(height, width) > SIDE else cv2.INTER_LINEAR
    rgb, prior = (cv2.resize(each, (SIDE, SIDE), interpolation=shrink) for each in (canvas.rgb, disparity))
    seen = np.dstack([rgb.astype(np.float32) / 255, prior.astype(np.float32)])
    both = np.ascontiguousarray(np.stack([seen, seen[:, ::-1]]).transpose(0, 3, 1, 2))
    straight, mirrored = np.asarray(session("depth").run(None, {"rgb": both})[0])[:, 0]
    change = spread((straight + mirrored[:, ::-1]) / 2, (height, width))
    return np.clip(disparity + change * (1 - sky), 0, 1).astype(np.float32)


def spread(coarse: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """(h, w) of the network's answer, of which a cell by itself makes no bump."""
    soft = cv2.GaussianBlur(coarse, (0, 0), SOFT, borderType=cv2.BORDER_REPLICATE)
    return SHARE * cv2.resize(soft, shape[::-1], interpolation=cv2.INTER_CUBIC)
