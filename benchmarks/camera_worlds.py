"""Clips whose camera is known, drawn without any of the program's own geometry: textured rectangles in space, hit by
rays in double precision with true occlusion, textured with photos, with grain and motion blur, through H.264.

Axes: x right, y down, z forward from the first camera; lengths are shares of the distance of the nearest thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np

SIZE, FRAMES, SECONDS = (448, 252), 17, 2.0
FINER = 1.5  # rays a pixel, each way


@dataclass(frozen=True)
class Card:
    """A rectangle: `corner` + u `across` + v `down`, 0 <= u, v <= 1."""

    corner: np.ndarray
    across: np.ndarray
    down: np.ndarray
    texture: np.ndarray  # (h, w, 3) uint8


@dataclass(frozen=True)
class View:
    """Where a camera stands and looks; angles in radians."""

    pan: float = 0.0
    tilt: float = 0.0
    roll: float = 0.0
    zoom: float = 1.0
    at: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def axes(self) -> np.ndarray:
        """Columns: the camera's right, down and forward in the world."""
        c, s = np.cos, np.sin
        panned = np.array([[c(self.pan), 0, s(self.pan)], [0, 1, 0], [-s(self.pan), 0, c(self.pan)]])
        tilted = np.array([[1, 0, 0], [0, c(self.tilt), -s(self.tilt)], [0, s(self.tilt), c(self.tilt)]])
        rolled = np.array([[c(self.roll), -s(self.roll), 0], [s(self.roll), c(self.roll), 0], [0, 0, 1]])
        return panned @ tilted @ rolled


def draw(cards: list[Card], view: View, focal: float, finer: float = FINER) -> tuple[np.ndarray, np.ndarray]:
    """(h, w, 3) float32 colours and (h, w) depth along the first camera's z; `focal` in pixels."""
    w, h = round(SIZE[0] * finer), round(SIZE[1] * finer)
    x, y = np.meshgrid((np.arange(w) + 0.5) / finer - SIZE[0] / 2, (np.arange(h) + 0.5) / finer - SIZE[1] / 2)
    rays = np.stack([x, y, np.full_like(x, focal * view.zoom)], -1) / (focal * view.zoom) @ view.axes().T
    eye = np.array(view.at)
    nearest, colour = np.full((h, w), np.inf), np.zeros((h, w, 3), np.float32)
    for card in cards:
        normal = np.cross(card.across, card.down)
        slant = rays @ normal
        far = ((card.corner - eye) @ normal) / np.where(np.abs(slant) < 1e-9, 1e-9, slant)
        hit = eye + rays * far[..., None] - card.corner
        u, v = hit @ card.across / (card.across @ card.across), hit @ card.down / (card.down @ card.down)
        seen = (far > 0.02) & (far < nearest) & (u >= 0) & (u <= 1) & (v >= 0) & (v <= 1)
        high, wide = card.texture.shape[:2]
        looked = cv2.remap(card.texture, (u * (wide - 1)).astype(np.float32), (v * (high - 1)).astype(np.float32),
                           cv2.INTER_LINEAR)  # fmt: skip
        colour[seen], nearest[seen] = looked[seen], far[seen]
    small = cv2.resize(colour, SIZE, interpolation=cv2.INTER_AREA)
    depth = cv2.resize(nearest, SIZE, interpolation=cv2.INTER_NEAREST)
    return small, depth


def plane(photos: list[np.ndarray], rng: np.random.Generator) -> list[Card]:
    """One wall, seen frontally, wide enough for every move."""
    return [_wall(photos, rng, float(rng.uniform(1.0, 2.0)))]


def deep(photos: list[np.ndarray], rng: np.random.Generator) -> list[Card]:
    """A floor, a far wall, something in the middle and things about it."""
    middle = float(rng.uniform(1.5, 2.2))
    cards = [_wall(photos, rng, float(rng.uniform(5, 9))), _floor(photos, rng, 0.45)]
    cards.append(_thing(photos, rng, (0.0, 0.0, middle), 0.62 * middle, 0.36 * middle))
    for side in (-1, 1):
        z = float(rng.uniform(1.0, 1.4))
        cards.append(_thing(photos, rng, (side * 0.47 * z, float(rng.uniform(-0.1, 0.15)), z), 0.2 * z, 0.35 * z))
        z = float(rng.uniform(2.5, 4.5))
        cards.append(_thing(photos, rng, (side * 0.4 * z, float(rng.uniform(-0.2, 0.1)) * z, z), 0.25 * z, 0.4 * z))
    return cards


def _wall(photos: list[np.ndarray], rng: np.random.Generator, z: float) -> Card:
    wide = 8 * z  # seen under large pans
    return Card(np.array([-wide / 2, -wide / 4, z]), np.array([wide, 0, 0.0]), np.array([0, wide / 2, 0.0]),
                _tiled(photos, rng, (8, 7)))  # fmt: skip


def _floor(photos: list[np.ndarray], rng: np.random.Generator, y: float) -> Card:
    return Card(np.array([-12.0, y, 0.3]), np.array([24.0, 0, 0]), np.array([0, 0, 12.0]), _tiled(photos, rng, (16, 8)))


def _thing(
    photos: list[np.ndarray], rng: np.random.Generator, at: tuple[float, float, float], wide: float, high: float
) -> Card:
    corner = np.array(at) - np.array([wide / 2, high / 2, 0])
    return Card(corner, np.array([wide, 0, 0.0]), np.array([0, high, 0.0]), _picked(photos, rng, 480))


def _tiled(photos: list[np.ndarray], rng: np.random.Generator, parts: tuple[int, int]) -> np.ndarray:
    side = 320
    rows = [np.hstack([cv2.resize(_picked(photos, rng, side), (side, side)) for _ in range(parts[0])])
            for _ in range(parts[1])]  # fmt: skip
    return np.vstack(rows)


def _picked(photos: list[np.ndarray], rng: np.random.Generator, side: int) -> np.ndarray:
    photo = photos[int(rng.integers(len(photos)))]
    scale = side / min(photo.shape[:2])
    return cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def encoded(frames: list[np.ndarray], to: Path, crf: int) -> None:
    """H.264, 4:2:0, as clips come."""
    with av.open(str(to), "w") as out:
        stream = out.add_stream("libx264", rate=round(FRAMES / SECONDS), options={"crf": str(crf)})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for frame in frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
        out.mux(stream.encode(None))
