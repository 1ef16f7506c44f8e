"""Where a plan's regions lie in a clip's first frame, on the grid on which what is left of the motion is kept."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.evaluation.observation import Observation
from stillreel.motion.organic.regions import place
from stillreel.motion.plan import RegionMotion

__all__ = ["COARSER", "motion_place", "region_place", "shape_of"]

COARSER = 2
"""The grid takes every second pixel of the small frames."""
LEAST = 3e-4  # share of the picture below which a region is none
HEAD = (0.2, 0.45, 0.2, 0.15)  # of a face's box: how far the head reaches to the left, top, right and bottom
_FACIAL = {"face": (0.0, 1.0), "eyes": (0.2, 0.55), "mouth": (0.6, 0.95)}


def shape_of(observation: Observation) -> tuple[int, int]:
    """(rows, columns) of the grid."""
    height, width = observation.footage.luma.shape[1:]
    return -(-height // COARSER), -(-width // COARSER)


def motion_place(observation: Observation, item: RegionMotion) -> np.ndarray | None:
    """(h, w) bool: where a planned motion acts; None where nothing in the picture is known to be that."""
    if item.kind == "head_turn":
        return _sure(_heads(observation))
    if item.kind in ("blink", "smile") and not item.region.startswith("box"):
        return _sure(_faces(observation, "eyes" if item.kind == "blink" else "face"))
    return region_place(observation, item.region, item.kind)


def region_place(observation: Observation, region: str, kind: str = "") -> np.ndarray | None:
    """(h, w) bool of a region by name, narrowed to what `kind` is made for; None where it is not known."""
    rows, columns = shape_of(observation)
    if region in _FACIAL:
        return _sure(_faces(observation, region))
    if observation.scene is not None:
        found = cv2.resize(
            place(observation.scene, kind, region), (columns, rows), interpolation=cv2.INTER_AREA
        )
        return _sure(found > 0.4)
    if region == "whole" and kind not in ("hair", "cloth", "water", "clouds", "foliage"):
        return np.ones((rows, columns), bool)
    if region.startswith("box "):
        x0, y0, x1, y1 = (float(word) for word in region.split()[1:])
        return _sure(_boxed((rows, columns), (x0 * columns, y0 * rows, x1 * columns, y1 * rows)))
    return None


def _sure(found: np.ndarray) -> np.ndarray | None:
    return found if found.mean() >= LEAST else None


def _faces(observation: Observation, region: str) -> np.ndarray:
    top, bottom = _FACIAL[region]
    found = np.zeros(shape_of(observation), bool)
    for face in observation.faces:
        x0, y0, x1, y1 = (edge / COARSER for edge in face.box)
        found |= _boxed(found.shape, (x0, y0 + top * (y1 - y0), x1, y0 + bottom * (y1 - y0)))
    return found


def _heads(observation: Observation) -> np.ndarray:
    """The largest face with the head around it: it is the one that turns."""
    found = np.zeros(shape_of(observation), bool)
    for face in observation.faces[:1]:
        x0, y0, x1, y1 = (edge / COARSER for edge in face.box)
        left, top, right, bottom = (
            share * side for share, side in zip(HEAD, (x1 - x0, y1 - y0) * 2, strict=True)
        )
        found |= _boxed(found.shape, (x0 - left, y0 - top, x1 + right, y1 + bottom))
    return found


def _boxed(shape: tuple[int, ...], corners: tuple[float, float, float, float]) -> np.ndarray:
    x0, x1 = sorted((corners[0], corners[2]))
    y0, y1 = sorted((corners[1], corners[3]))
    found = np.zeros(shape, bool)
    found[max(0, round(y0)) : max(0, round(y1)), max(0, round(x0)) : max(0, round(x1))] = True
    return found
