"""Where a plan lets nothing move but the camera: what moves there all the same has leaked."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.evaluation.following.places import motion_place, region_place, shape_of
from stillreel.evaluation.observation import Observation

__all__ = ["still"]

MARGIN = 0.02
"""Of the long side: around what moves nothing counts as leaked, as in `evaluation.adherence`."""
MOVES_NOTHING, WIDE = ("light", "rain", "snow", "smoke", "fire"), 0.9
"""Kinds that only change how a place looks, where they lie over nearly all of the picture."""
LEAST = 0.02


def still(observation: Observation) -> np.ndarray | None:
    """(h, w) bool on the small frames: beside every region that the plan moves, or held by it.

    None without a plan, where a region's place is not known, or where hardly anything shall stand still.
    """
    plan = observation.plan
    if plan is None:
        return None
    allowed = np.zeros(shape_of(observation), np.uint8)
    for motion in plan.motions:
        place = motion_place(observation, motion)
        if place is None:
            return None
        if motion.amount > 0 and not (motion.kind in MOVES_NOTHING and place.mean() >= WIDE):
            allowed |= place.astype(np.uint8)
    reach = max(1, round(MARGIN * max(allowed.shape)))
    found = cv2.dilate(allowed, np.ones((2 * reach + 1,) * 2, np.uint8)) == 0
    for region in plan.hold:
        place = region_place(observation, region)
        found = found if place is None else found | place
    size = observation.footage.luma.shape[:0:-1]
    whole = cv2.resize(found.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    return whole if whole.mean() > LEAST else None
