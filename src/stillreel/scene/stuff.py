"""Sky, water, foliage, ground, buildings and mountains, as one small network sees them (models/embedded/card.md).

It sees the picture and its mirror image, stretched to a square. Where the two disagree, or the network hesitates,
confidence falls. Its coarse maps become sharp with the photo (refine.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np

from stillreel.models.embedded.networks import session
from stillreel.scene.canvas import smoothstep

__all__ = ["NAMES", "SURE", "THINGS", "Stuff", "log_odds", "recognise"]

NAMES = ("sky", "water", "foliage", "ground", "building", "mountain")
THINGS = ("animal", "vehicle", "product", "fire")  # of a network that knows them too; the shipped one does not
SIDE = 160  # px, the network's input
SMALLEST = 0.004  # share of the picture; a region below it is taken as absent
SURE = 0.85  # mean probability inside a region from which the network counts as sure


@dataclass(frozen=True)
class Stuff:
    """What fills the scene behind its people and things."""

    maps: Mapping[str, np.ndarray]  # each of NAMES (and of THINGS, where the network knows them): (h, w) float32 0..1,
    # all zero where absent
    confidence: Mapping[str, float]  # 0..1 for every name; 0 where absent


def recognise(rgb: np.ndarray) -> Stuff:
    """The stuff of a picture (h, w, 3) uint8 sRGB; maps at its size. ModelError where the weights are missing."""
    height, width = rgb.shape[:2]
    shrink = cv2.INTER_AREA if min(height, width) > SIDE else cv2.INTER_LINEAR
    small = cv2.resize(rgb, (SIDE, SIDE), interpolation=shrink).astype(np.float32) / 255
    both = np.stack([small, small[:, ::-1]]).transpose(0, 3, 1, 2)
    straight, mirrored = np.asarray(session("stuff").run(None, {"rgb": np.ascontiguousarray(both)})[0])
    names = (*NAMES, *THINGS)[: len(straight)]
    mirrored = mirrored[:, :, ::-1]
    mean = (straight + mirrored) / 2
    trust = {name: _trust(mean[i], straight[i], mirrored[i]) for i, name in enumerate(names)}
    maps = {name: cv2.resize(mean[i], (width, height), interpolation=cv2.INTER_LINEAR) if trust[name] > 0
            else np.zeros((height, width), np.float32) for i, name in enumerate(names)}  # fmt: skip
    return Stuff(MappingProxyType(maps), MappingProxyType(trust))


def _trust(mean: np.ndarray, straight: np.ndarray, mirrored: np.ndarray) -> float:
    """How sure the network is inside the region, times how well picture and mirror image agree, less where small."""
    region = mean > 0.5
    if region.mean() < SMALLEST:
        return 0.0
    decided = float(np.clip((mean[region].mean() - 0.5) / (SURE - 0.5), 0, 1))
    agreed = np.minimum(straight, mirrored)[region].sum() / np.maximum(straight, mirrored)[region].sum()
    return decided * float(agreed) * float(smoothstep(0, 0.08, region.mean()))


def log_odds(probability: np.ndarray, least: float, most: float) -> np.ndarray:
    """Log odds of probabilities bounded to `least`..`most`; those of independent beliefs may be added."""
    bounded = np.clip(probability, least, most)
    return np.log(bounded / (1 - bounded))
