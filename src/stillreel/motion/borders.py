"""How far a camera may look beyond each side of a photo: by what lies there, because something must be invented.

A face or a figure that the side cuts through is not continued. Sky, water, ground, leaves and smooth walls go on
easily, and structure less so. Figures by eye; see docs/explanation/camera-limits.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from stillreel.scene.values import Scene

__all__ = ["CUT", "EASY", "HARD", "NAMES", "Borders", "Sides"]

CUT = 0.01  # of the long side: where a side cuts through a face, a person or the subject
HARD, EASY = 0.05, 0.12  # beside structure, and beside what is smooth or has no shape of its own
_DEAR = 0.05  # share of a side from which it counts as cut
_SURE = 0.4  # confidence from which a subject or a part of the picture is believed
_SIDE, _STRIP, _RIM = 256, 0.06, 0.02  # the long side looked at (px), and how deep (shares of it)
_SMOOTH = 4.0  # grey levels a pixel at that size
NAMES = ("left", "upper", "right", "lower")
_STUFF = ("sky", "water", "ground", "foliage")


class Sides(NamedTuple):
    """One figure for each side, as shares of the long side."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, eq=False)
class Borders:
    """What a photo's four sides allow."""

    room: Sides  # where nothing dear is cut
    cut: np.ndarray  # (h, w) bool on a small grid: where a side cuts through what must not be made up
    names: tuple[str, ...]  # of the sides that do, as in NAMES

    @classmethod
    def of(cls, scene: Scene) -> Borders:
        dear, easy = _small(scene, _dear(scene)) > 0.5, _easy(scene)
        depth, rim = max(2, round(_STRIP * _SIDE)), max(1, round(_RIM * _SIDE))
        cut, room, names = np.zeros_like(dear), [], []
        for turns, name in enumerate(NAMES):  # each side in its turn lies on the left
            crossing = np.rot90(dear, turns)[:, :rim].max(axis=1)
            if float(crossing.mean()) > _DEAR:
                names.append(name)
                np.rot90(cut, turns)[:, :rim] |= crossing[:, None]
            room.append(HARD + (EASY - HARD) * float(np.rot90(easy, turns)[:, :depth].mean()))
        return cls(Sides(*room), cut, tuple(names))

    def over(self, x: np.ndarray, y: np.ndarray, size: tuple[int, int]) -> Sides:
        """How much farther than allowed the photo places (x, y), frame pixels, lie beyond each side (below 0: less)."""
        (w, h), (rows, columns), long = size, self.cut.shape, max(size)
        row = np.clip(y / h * rows, 0, rows - 1).astype(int)
        column = np.clip(x / w * columns, 0, columns - 1).astype(int)
        cut = self.cut[row, column]
        beyond = (-x / long, -y / long, (x - (w - 1)) / long, (y - (h - 1)) / long)
        pairs = zip(beyond, self.room, strict=True)
        return Sides(*(float((far - np.where(cut & (far > 0), CUT, room)).max()) for far, room in pairs))


def _dear(scene: Scene) -> np.ndarray:
    """(H, W) float32: what must not be made up, heads with their hair included."""
    dear = np.zeros(scene.pixels.shape[:2], np.float32)
    sure = scene.confidence.get
    if sure("subject", 0.0) >= _SURE:
        dear = np.maximum(dear, scene.subject)
    if sure("person", 0.0) >= 0.5 * _SURE:  # a person is worth a doubt
        dear = np.maximum(dear, scene.parts["person"])
    for face in scene.faces:
        x0, y0, x1, y1 = (float(value) for value in face.box)
        w, h = x1 - x0, y1 - y0
        dear[max(0, round(y0 - 0.4 * h)) : max(0, round(y1 + 0.1 * h)),
             max(0, round(x0 - 0.2 * w)) : max(0, round(x1 + 0.2 * w))] = 1  # fmt: skip
    return dear


def _easy(scene: Scene) -> np.ndarray:
    """(h, w) bool: smooth, or of the stuff that has no shape of its own."""
    grey = cv2.cvtColor(_small(scene, scene.pixels), cv2.COLOR_RGB2GRAY).astype(np.float32)
    steep = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=0.125))
    easy = cv2.GaussianBlur(steep, (0, 0), 2.0) < _SMOOTH
    for name in _STUFF:
        if scene.confidence.get(name, 0.0) >= _SURE:
            easy |= _small(scene, scene.parts[name]) > 0.5
    return easy


def _small(scene: Scene, plane: np.ndarray) -> np.ndarray:
    scale = _SIDE / max(scene.size)
    size = tuple(max(8, round(side * scale)) for side in scene.size)
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
