"""Where a plan lets nothing move but the camera: what moves there all the same has leaked."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.evaluation.observation import Observation
from stillreel.motion.organic.regions import region_map

__all__ = ["still"]

WIDENED = {"head_turn": 0.1}
"""Of the width: how far what moves may take its surroundings along; a face that turns takes the whole head."""
USUAL = 0.04
LEAST = 0.02


def still(observation: Observation) -> np.ndarray | None:
    """(h, w) bool on the small frames: beside every region that the plan moves, or held by it.

    None where no plan or scene is known, or hardly anything shall stand still.
    """
    plan, scene = observation.plan, observation.scene
    if plan is None or scene is None:
        return None
    height, width = observation.footage.luma.shape[1:]
    allowed = np.zeros((height, width), bool)
    for motion in plan.motions:
        region = _at(region_map(scene, motion.region), (width, height)) > 0.3
        allowed |= _widened(region, WIDENED.get(motion.kind, USUAL) * width)
    held = np.zeros((height, width), bool)
    for region in plan.hold:
        held |= _at(region_map(scene, region), (width, height)) > 0.5
    still = ~allowed | held
    return still if still.mean() > LEAST else None


def _at(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return cv2.resize(np.ascontiguousarray(values, np.float32), size, interpolation=cv2.INTER_LINEAR)


def _widened(region: np.ndarray, by: float) -> np.ndarray:
    side = 2 * round(by) + 1
    return cv2.dilate(region.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))) > 0
