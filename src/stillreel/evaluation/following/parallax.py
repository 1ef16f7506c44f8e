"""How a clip grows far away and near, measured with the scene's depth: what tells a dolly zoom from a push.

A refit that chooses its own depths explains a dolly zoom of a shallow scene as a pull before a turned-over relief.
With the depth of the photo there is no such choice: growth = far + (near - far) * disparity, fitted to the flow.
"""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.evaluation.following.places import COARSER, shape_of
from stillreel.evaluation.following.rest import fitted, smooth_features
from stillreel.evaluation.observation import Observation
from stillreel.motion.view import View

__all__ = ["growths"]

STRIDE = 3  # cells
FEWEST = 60  # places
TEXTURE = 4.0  # levels: what is smoother cannot be followed


def growths(observation: Observation) -> np.ndarray | None:
    """(k + 1, 2): logarithm of the growth of what is infinitely far, and of what the scene turns about over that; the
    first frame's are 0. None without a scene, or where too little can be followed."""
    scene = observation.scene
    if scene is None:
        return None
    rows, columns = shape_of(observation)
    disparity = cv2.resize(scene.disparity, (columns, rows), interpolation=cv2.INTER_AREA)
    features, half = smooth_features((rows, columns), disparity)
    luma = observation.footage.luma[0][::COARSER, ::COARSER].astype(np.float32)
    textured = cv2.dilate(np.abs(luma - cv2.GaussianBlur(luma, (0, 0), 2)), np.ones((3, 3))) > TEXTURE
    found, mean, pivot = [(0.0, 0.0)], float(disparity.mean()), View.of(scene).pivot_disparity
    for each in observation.reach:
        trusted = (each.trusted[::COARSER, ::COARSER] & textured)[::STRIDE, ::STRIDE].ravel()
        if trusted.sum() < FEWEST:
            return None
        moved = each.forward[::COARSER, ::COARSER][::STRIDE, ::STRIDE].reshape(-1, 2)
        terms = fitted(
            features[::STRIDE, ::STRIDE].reshape(-1, features.shape[-1]), moved, trusted.astype(float)
        )
        level, by_depth = (float(terms[at, 0] / half[0] + terms[at + 1, 1] / half[1]) / 2 for at in (1, 7))
        found.append((level - by_depth * mean, by_depth * pivot))
    return np.log1p(np.clip(np.array(found), -0.9, 5.0))
