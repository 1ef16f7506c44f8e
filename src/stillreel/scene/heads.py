"""Person, hair, skin and clothes around every face, at head scale.

A face says where a head is, how large and how it leans, so a network (models/embedded/card.md) that sees the head
upright and always equally large draws parts that the look at the whole photo misses. It sees each crop and its mirror
image; where the two disagree, or it hesitates, confidence falls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import cv2
import numpy as np

from stillreel.models.embedded.networks import session
from stillreel.scene.crop import Crop
from stillreel.scene.landmarks import LEFT_EYE, RIGHT_EYE
from stillreel.scene.parts import confidence_of
from stillreel.scene.refine import refine

if TYPE_CHECKING:
    from stillreel.scene.faces import Face

__all__ = ["NAMES", "Heads", "find_heads", "head_crop", "look", "shows_a_face"]

NAMES = ("person", "hair", "face_skin", "body_skin", "clothes")
SIDE = 160  # px, the network's input
OUTSIDE = 128  # the grey beyond the photo's border, as in training
REACH = 3.3  # the crop's side, in longer sides of the landmarks' box
BELOW = 0.25  # how far below the face's centre the crop's lies, in the same unit
SKIN, SOMEONE = 0.5, 0.6  # of a face's area that must be face skin, and a person
FADE = 0.1  # share of the crop's side over which its maps are believed less and less toward its border


@dataclass(frozen=True)
class Heads:
    """What is known around the faces; every map (H, W) float32 0..1 at the photo's size."""

    maps: Mapping[str, np.ndarray]  # every name of NAMES; zero away from the heads
    cover: np.ndarray  # how far the maps are known: 1 inside the crops, 0 away from them
    confidence: Mapping[str, float]  # 0..1 for every name of NAMES; 0 where the part is absent


def find_heads(pixels: np.ndarray, faces: Sequence[Face]) -> Heads:
    """The parts around `faces` in the photo `pixels`, (H, W, 3) uint8 sRGB; where heads overlap, the surest wins."""
    cover = np.zeros(pixels.shape[:2], np.float32)
    maps = {name: cover.copy() for name in NAMES}
    sure, areas = {name: [] for name in NAMES}, []
    for face in faces:
        crop = head_crop(face.landmarks)
        straight, mirrored = look(pixels, crop)
        mean = _within_person((straight + mirrored) / 2)
        _paste(pixels, crop, mean, maps, cover)
        areas.append(crop.side**2)
        inside = crop.cut(np.full_like(pixels, 255), SIDE, outside=0)[..., 0] > 127
        for name, *planes in zip(NAMES, mean, straight, mirrored, strict=True):
            sure[name].append(confidence_of(*(plane * inside for plane in planes)))
    return Heads(MappingProxyType(maps), cover, MappingProxyType({n: _mean(sure[n], areas) for n in NAMES}))


def shows_a_face(pixels: np.ndarray, landmarks: np.ndarray) -> bool:
    """Whether what lies within `landmarks`, (168, 2 or more) pixels, is a face at head scale too: no jaw, no stone."""
    crop = head_crop(landmarks)
    maps = np.mean(look(pixels, crop), axis=0)
    placed = cv2.transform(landmarks[None, :, :2].astype(np.float64), crop.matrix(SIDE))[0]
    outline = cv2.convexHull(np.rint(placed).astype(np.int32))
    inside = cv2.fillConvexPoly(np.zeros((SIDE, SIDE), np.uint8), outline, 1) > 0
    skin, someone = (float(maps[NAMES.index(name)][inside].mean()) for name in ("face_skin", "person"))
    return skin > SKIN and someone > SOMEONE


def head_crop(landmarks: np.ndarray) -> Crop:
    """The square around a head with level eyes: hair above, shoulders and chest below. landmarks: (168, 2 or more)
    pixels."""
    flat = landmarks[:, :2].astype(np.float64)
    across = flat[list(RIGHT_EYE)].mean(0) - flat[list(LEFT_EYE)].mean(0)
    turn = float(np.arctan2(across[1], across[0]))
    right, down = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    along = np.stack([flat @ right, flat @ down], axis=-1)
    low, high = along.min(0), along.max(0)
    face = float((high - low).max())
    x, y = (low + high) / 2 + (0, BELOW * face)
    centre = x * right + y * down
    return Crop(float(centre[0]), float(centre[1]), REACH * face, float(np.degrees(turn)))


def look(pixels: np.ndarray, crop: Crop) -> tuple[np.ndarray, np.ndarray]:
    """What the network says of a crop and of its mirror image: (5, 160, 160) float32 each, 0..1, both in the crop's
    own orientation."""
    rgb = crop.cut(pixels, SIDE, outside=OUTSIDE).astype(np.float32) / 255
    both = np.stack([rgb, rgb[:, ::-1]]).transpose(0, 3, 1, 2)
    maps = np.asarray(session("head").run(None, {"rgb": np.ascontiguousarray(both)})[0])
    return maps[0], maps[1, :, :, ::-1]


def _within_person(maps: np.ndarray) -> np.ndarray:
    """Hair, skin and clothes belong to someone."""
    return np.concatenate([maps[:1], np.minimum(maps[1:], maps[:1])])


def _mean(values: list[float], areas: list[float]) -> float:
    """The mean weighted by area over the heads that have the part; 0 where none has."""
    weights = [area * (value > 0) for value, area in zip(values, areas, strict=True)]
    return float(np.average(values, weights=weights)) if sum(weights) > 0 else 0.0


def _paste(pixels: np.ndarray, crop: Crop, mean: np.ndarray, maps: dict[str, np.ndarray], cover: np.ndarray) -> None:
    """Add one crop's maps, their edges drawn onto the photo's and the crop's own border faded out."""
    matrix = crop.matrix(SIDE)
    corners = cv2.transform(np.array([[[0, 0], [SIDE, 0], [0, SIDE], [SIDE, SIDE]]], np.float64),
                            cv2.invertAffineTransform(matrix))[0]  # fmt: skip
    x0, y0 = np.maximum(np.floor(corners.min(0)).astype(int), 0)
    x1, y1 = np.minimum(np.ceil(corners.max(0)).astype(int) + 1, pixels.shape[1::-1])
    if x1 - x0 < 2 or y1 - y0 < 2:
        return
    matrix[:, 2] += matrix[:, :2] @ (x0, y0)
    near = pixels[y0:y1, x0:x1]

    def placed(plane: np.ndarray) -> np.ndarray:
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(plane, matrix, (int(x1 - x0), int(y1 - y0)), flags=flags)

    weight = placed(_window())
    share = 1.5 * crop.side / SIDE / max(near.shape[:2])  # about the network's own doubt of where an edge is
    for name, plane in zip(NAMES, mean, strict=True):
        fine = refine(near, placed(np.ascontiguousarray(plane)), share)
        np.maximum(maps[name][y0:y1, x0:x1], fine * weight, out=maps[name][y0:y1, x0:x1])
    np.maximum(cover[y0:y1, x0:x1], weight, out=cover[y0:y1, x0:x1])


def _window() -> np.ndarray:
    """(160, 160) float32: 1 inside, falling to 0 at the border."""
    steps = (np.arange(SIDE, dtype=np.float32) + 0.5) / SIDE
    ramp = np.clip(np.minimum(steps, 1 - steps) / FADE, 0, 1)
    return np.minimum.outer(ramp, ramp)
