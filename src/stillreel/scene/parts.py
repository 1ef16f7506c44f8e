"""The main subject and the parts of people: subject, person, hair, face skin, body skin, clothes.

One small network (models/embedded/card.md) sees the photo and its mirror image, stretched to a square. Where the two
disagree, or the network hesitates, confidence falls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np

from stillreel.models.embedded.networks import session
from stillreel.scene.refine import refine

__all__ = ["NAMES", "Parts", "probabilities", "segment"]

NAMES = ("subject", "person", "hair", "face_skin", "body_skin", "clothes")
SIDE = 128  # px, the network's input
SMALLEST = 0.0008  # share of the photo; a region below it is taken as absent


@dataclass(frozen=True)
class Parts:
    """Each map (H, W) float32 0..1 at the photo's size; a part that is absent is all zero with confidence 0."""

    subject: np.ndarray  # the main subject, of whatever kind
    person: np.ndarray  # everyone in the picture
    hair: np.ndarray
    face_skin: np.ndarray
    body_skin: np.ndarray
    clothes: np.ndarray
    confidence: Mapping[str, float]  # 0..1 for every name of NAMES


def segment(pixels: np.ndarray) -> Parts:
    """Subject and parts of the photo `pixels` (H, W, 3) uint8 sRGB."""
    straight, mirrored = probabilities(pixels)
    maps = within_person((straight + mirrored) / 2)
    confidence = {name: confidence_of(maps[i], straight[i], mirrored[i]) for i, name in enumerate(NAMES)}
    confidence["subject"] *= 1.0 - scenery(pixels, maps[0], maps[1])
    # A part that no one sees is cleared, so that no faint residue moves.
    fine = {name: refine(pixels, maps[i]) if confidence[name] > 0 else np.zeros(pixels.shape[:2], np.float32)
            for i, name in enumerate(NAMES)}  # fmt: skip
    return Parts(**fine, confidence=MappingProxyType(confidence))


def probabilities(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the network says of a picture (H, W, 3) uint8 and of its mirror image: (6, 128, 128) float32 each, 0..1,
    both in the picture's own orientation."""
    shrink = cv2.INTER_AREA if min(pixels.shape[:2]) > SIDE else cv2.INTER_LINEAR
    small = cv2.resize(pixels, (SIDE, SIDE), interpolation=shrink).astype(np.float32) / 255
    both = np.stack([small, small[:, ::-1]]).transpose(0, 3, 1, 2)
    maps = np.asarray(session("parts").run(None, {"rgb": np.ascontiguousarray(both)})[0])
    return maps[0], maps[1, :, :, ::-1]


def within_person(maps: np.ndarray) -> np.ndarray:
    """Hair, skin and clothes belong to someone: they fade where nobody stands."""
    body = np.clip(maps[1] * 1.5, 0, 1)
    return np.concatenate([maps[:2], maps[2:] * body])


def confidence_of(mean: np.ndarray, straight: np.ndarray, mirrored: np.ndarray) -> float:
    """How decided the network is inside the region, times how well photo and mirror image agree, 0..1."""
    region = mean > 0.5
    if region.mean() < SMALLEST:
        return 0.0
    decided = float(np.abs(2 * mean[mean > 0.25] - 1).mean())
    agreed = float(
        np.minimum(straight, mirrored)[region].sum() / np.maximum(straight, mirrored)[region].sum()
    )
    return decided * agreed


def scenery(pixels: np.ndarray, subject: np.ndarray, person: np.ndarray) -> float:
    """0..1: how surely the "subject" is a mountain, a shore or a house front: it spans from side to side, no person
    is in it, and what is above it is as smooth and bright as a sky."""
    mask = subject > 0.5
    if not mask.any() or person[mask].mean() > 0.4:
        return 0.0
    sides = min(mask[:, 0].mean(), mask[:, -1].mean())
    border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]]).mean()
    wide = float(np.clip(max((sides - 0.04) / 0.12, (border - 0.3) / 0.15), 0, 1))
    return wide * _sky_above(cv2.resize(pixels, mask.shape[::-1], interpolation=cv2.INTER_AREA), mask)


def _sky_above(rgb: np.ndarray, mask: np.ndarray) -> float:
    """0..1: share of what lies between the picture's top and the subject that is smooth and at least half as bright
    as the brightest tenth of the picture."""
    top = np.where(mask.any(0), mask.argmax(0), 0)
    above = np.arange(len(mask))[:, None] < top - 2
    if above.mean() < 0.04:
        return 0.0
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    rough = cv2.blur(np.abs(cv2.Laplacian(grey, cv2.CV_32F)), (5, 5))
    calm = (rough < 6) & (grey > 0.5 * np.percentile(grey, 90))
    return float(np.clip((calm[above].mean() - 0.4) / 0.35, 0, 1))
