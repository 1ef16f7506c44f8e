"""Scenes of two photographs as layers under a moving camera: true frames, and what a renderer would know of them.

Both layers are known everywhere, so the true content of every disocclusion and exposed border is known too;
the condition is warped from frame 0 alone. The idea of making training holes by rendering single photos with
pseudo depth is that of self-supervised 3D photography.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.frames.fill import extend, fill_hole
from training.denoiser.cache import CACHE
from training.denoiser.fills import stand_in

Size = tuple[int, int]
ONSET = 0.8
"""Seconds in which organic motion begins, as at run time."""
OWN = 0.1
"""Share of the scenes that the renderer's own fill completes: it costs ten times what a stand-in does."""


@dataclass(frozen=True)
class Sample:
    """One training sample: K true frames and the analytic render of them."""

    target: np.ndarray
    """(K, h, w, 3) uint8."""
    render: np.ndarray
    """(K, h, w, 3) uint8."""
    valid: np.ndarray
    """(K, h, w) uint8 0 or 255."""
    backward: np.ndarray
    """(K, h, w, 2) float32 pixels."""
    disparity: np.ndarray
    """(K, h, w) float32 0..1."""
    motion: np.ndarray
    """(K, h, w) float32 0..1."""
    times: np.ndarray
    """(K,) float32 seconds."""


class Photos:
    """The cached photos of a split, read as they are asked for."""

    def __init__(self, split: str) -> None:
        self.pixels = np.load(CACHE / f"photos_{split}.npy", mmap_mode="r")
        self.table = np.load(CACHE / f"photos_{split}_table.npy")

    def __len__(self) -> int:
        return len(self.table)

    def __getitem__(self, index: int) -> np.ndarray:
        offset, height, width = self.table[index]
        return np.asarray(self.pixels[offset : offset + height * width * 3]).reshape(height, width, 3)


def pixel_grid(size: Size) -> np.ndarray:
    """(h, w, 2) float32: the position (x, y) of every pixel."""
    return np.stack(np.meshgrid(np.arange(size[1]), np.arange(size[0])), -1).astype(np.float32)


def smooth_noise(rng: np.random.Generator, size: Size, cells: int) -> np.ndarray:
    """(h, w) float32 of about unit deviation, varying over 1/cells of the frame."""
    coarse = rng.standard_normal((cells + 1, cells + 1)).astype(np.float32)
    return cv2.resize(coarse, (size[1], size[0]), interpolation=cv2.INTER_CUBIC)


def camera_moves(rng: np.random.Generator, size: Size) -> tuple[np.ndarray, np.ndarray]:
    """Similarities (scale - 1, turn, x, y) of the far and the near layer at the end of the move.

    Grid pixels and radians. As in clips: borders of up to 13 % of a side, strips beside the subject of up to 5 %.
    """
    sides = np.array([size[1], size[0]])
    kind = rng.choice(["pan", "out", "sideways", "in"], p=[0.35, 0.2, 0.3, 0.15])
    turn, angle = rng.normal(0, 0.004), rng.choice([0.0, 0.5, 1.0, 1.5]) * np.pi + rng.normal(0, 0.15)
    heading = np.array([np.cos(angle), np.sin(angle)])
    scale = {"out": rng.uniform(0.03, 0.2), "in": -rng.uniform(0.03, 0.15)}.get(
        str(kind), rng.normal(0, 0.01)
    )
    shift = {"pan": rng.uniform(0.02, 0.13), "sideways": rng.uniform(0.003, 0.04)}.get(
        str(kind), rng.normal(0, 0.01)
    )
    far = np.array([scale, turn, *(shift * heading * sides)])
    parallax = rng.uniform(0.005, 0.05) if kind == "sideways" or rng.random() < 0.5 else 0.0
    side = heading if kind == "sideways" else rng.normal(0, 0.7, 2)
    return far, far + np.array([rng.normal(0, 0.6) * parallax, 0, *(parallax * side * sides)])


def apply_move(move: np.ndarray, share: float, points: np.ndarray, size: Size) -> np.ndarray:
    """Where content seen at `points` stood in frame 0, after `share` of the move."""
    scale, turn, across, down = move * share
    middle = np.array([size[1] / 2, size[0] / 2])
    rotation = (1 + scale) * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    offset = middle + (across, down) - rotation @ middle
    return cv2.transform(points, np.column_stack([rotation, offset]))


def blob(rng: np.random.Generator, size: Size) -> np.ndarray:
    """(h, w) float32 0..1: a foreground outline with an edge of one or two pixels."""
    grid = pixel_grid(size)
    centre = np.array([rng.uniform(0.1, 0.9) * size[1], rng.uniform(0.2, 1.0) * size[0]])
    radius = np.array([rng.uniform(0.12, 0.35) * size[1], rng.uniform(0.15, 0.5) * size[0]])
    away = np.abs((grid - centre) / radius) ** rng.uniform(1.5, 3)
    field = (
        1
        - away.sum(-1)
        + 0.25 * smooth_noise(rng, size, 4)
        + 0.12 * smooth_noise(rng, size, int(rng.integers(6, 20)))
    )
    soft = rng.uniform(0.5, 1.2)
    return cv2.GaussianBlur((field > 0).astype(np.float32), (0, 0), soft)


def look(photo: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The photo's colours at (h, w, 2) positions, float32 0..255."""
    return cv2.remap(photo, points, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101).astype(
        np.float32
    )


@dataclass(frozen=True)
class Placed:
    """A photo placed behind the frame: photo position = middle + scale * (frame position - frame middle)."""

    photo: np.ndarray
    scale: float
    middle: np.ndarray
    centre: np.ndarray

    def at(self, points: np.ndarray) -> np.ndarray:
        offset = (self.middle - self.centre * self.scale).astype(np.float32)
        return look(self.photo, points * np.float32(self.scale) + offset)


def place(rng: np.random.Generator, photo: np.ndarray, size: Size, room: float) -> Placed:
    """Place a photo so that the frame and `room` (share of its size) around it lie inside where possible."""
    if rng.random() < 0.5:
        photo = photo[:, ::-1]
    height, width = photo.shape[:2]
    largest = min(height / (size[0] * (1 + room)), width / (size[1] * (1 + room)))
    scale = min(largest, rng.uniform(0.8, 1.0) * largest if largest < 2 else rng.uniform(0.9, largest))
    if scale > 1.3:  # shrink first: a plain lookup would alias
        photo = cv2.resize(photo, None, fx=1.2 / scale, fy=1.2 / scale, interpolation=cv2.INTER_AREA)
        height, width = photo.shape[:2]
        scale = 1.2
    reach = np.array([size[1], size[0]]) * scale * (1 + room) / 2
    slack = np.maximum(np.array([width, height]) / 2 - reach, 0)
    middle = np.array([width, height]) / 2 + rng.uniform(-1, 1, 2) * slack
    return Placed(np.ascontiguousarray(photo), scale, middle, np.array([size[1] / 2, size[0] / 2]))


def easing(rng: np.random.Generator, frames: int) -> tuple[np.ndarray, np.ndarray]:
    """(share of the move, seconds) for each frame, from 0; the spacing varies."""
    steps = np.linspace(0, 1, frames)
    share = steps if rng.random() < 0.5 else steps * steps * (3 - 2 * steps)
    return share.astype(np.float32), (steps * rng.uniform(0.5, 5)).astype(np.float32)


def sway(rng: np.random.Generator, size: Size) -> tuple[np.ndarray, np.ndarray, float, float]:
    """A region (h, w) 0..1 that sways, its direction field (h, w, 2), frequency in Hz and amplitude in pixels."""
    region = (
        np.clip(smooth_noise(rng, size, 3) * 2, 0, 1) if rng.random() < 0.4 else np.zeros(size, np.float32)
    )
    cells = int(rng.integers(3, 9))
    field = np.stack([smooth_noise(rng, size, cells), smooth_noise(rng, size, cells)], -1)
    return region, field, rng.uniform(0.3, 1.0), rng.uniform(0.5, 2.5)


def two_layer_sample(
    rng: np.random.Generator,
    photos: Photos | Sequence[np.ndarray],
    frames: int,
    size: Size,
    *,
    own_fill: bool = False,
) -> Sample:
    """Draw one scene with `frames` frames of `size` (h, w); `own_fill`: never a stand-in for the renderer's fill."""
    grid = pixel_grid(size)
    back = place(rng, photos[int(rng.integers(len(photos)))], size, 0.35)
    front = place(rng, photos[int(rng.integers(len(photos)))], size, 0.35)
    mask0 = blob(rng, size) if rng.random() < 0.8 else np.zeros(size, np.float32)
    move, nearer = camera_moves(rng, size)
    relief = np.stack([smooth_noise(rng, size, 2), smooth_noise(rng, size, 2)], -1)
    relief *= np.float32(rng.uniform(0, 0.012) * size[1])
    region, field, hertz, amplitude = sway(rng, size)
    waving, slope = region[..., None] * field, cv2.Sobel(field[..., 1], cv2.CV_32F, 0, 1) * region
    share, times = easing(rng, frames)
    shading = rng.normal(0, 0.03) if rng.random() < 0.5 else 0.0

    def colours(points_back: np.ndarray, points_front: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        mask = cv2.remap(mask0, points_front, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        both = mask[..., None]
        return front.at(points_front) * both + back.at(points_back) * (1 - both), mask

    plates = Plates.of(rng, colours(grid, grid)[0], mask0, own_fill=own_fill)
    near_disparity, far_disparity = rng.uniform(0.5, 1.0), rng.uniform(0.0, 0.45)
    parts: list[tuple[np.ndarray, ...]] = []
    for k in range(frames):
        swing = np.float32(amplitude * min(1.0, times[k] / ONSET) * np.sin(2 * np.pi * hertz * times[k]))
        points_front = apply_move(nearer, share[k], grid, size)
        points_back = apply_move(move, share[k], grid, size) + share[k] * relief + swing * waving
        target, mask = colours(points_back, points_front)
        target *= (1 + np.float32(shading * 8) * np.clip(swing * slope, -1, 1) * (mask < 0.5))[..., None]
        in_front = mask > 0.5
        backward = np.where(in_front[..., None], points_front, points_back) - grid
        parts.append((target, *plates.render(mask, points_back, points_front), backward, in_front))
    target, render, valid, backward, in_front = map(np.stack, zip(*parts, strict=True))
    tilt = 0.15 * (grid[..., 1] / size[0] - 0.5)
    disparity = np.where(in_front, near_disparity, np.clip(far_disparity + tilt, 0, 1)).astype(np.float32)
    render[0], valid[0] = target[0], 255
    return Sample(
        np.clip(target + 0.5, 0, 255).astype(np.uint8), np.clip(render + 0.5, 0, 255).astype(np.uint8), valid,
        backward, disparity, np.where(in_front, 0, region).astype(np.float32), times,
    )  # fmt: skip


@dataclass(frozen=True)
class Plates:
    """What a renderer knows: frame 0, and its background completed behind the foreground and beyond the border."""

    first: np.ndarray
    back: np.ndarray
    margin: int
    mask: np.ndarray
    """(h, w) float32: the foreground in frame 0."""

    @classmethod
    def of(cls, rng: np.random.Generator, first: np.ndarray, mask: np.ndarray, *, own_fill: bool) -> Plates:
        longest = max(mask.shape)
        margin = round(0.3 * longest)
        hole = cv2.dilate((mask > 0.03).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        whole = np.clip(first + 0.5, 0, 255).astype(np.uint8)
        if own_fill or rng.random() < OWN:
            back = extend(fill_hole(whole, hole, rng.choice([0.08, 0.5]) * longest), margin)
        else:
            wide = cv2.copyMakeBorder(whole, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
            back = stand_in(rng, wide, np.pad(hole, margin, constant_values=True))
        return cls(first, back, margin, mask)

    def render(
        self, mask: np.ndarray, points_back: np.ndarray, points_front: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """(colour (h, w, 3) float32, valid (h, w) uint8) of a frame whose foreground is `mask`."""
        share = mask[..., None]
        front = cv2.remap(self.first, points_front, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        colour = front * share + look(self.back, points_back + self.margin) * (1 - share)
        hidden = cv2.remap(self.mask, points_back, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        shown = share[..., 0] * inside(points_front) + (1 - share[..., 0]) * inside(points_back) * (
            1 - hidden
        )
        return colour, (255 * shown + 0.5).astype(np.uint8)


def inside(points: np.ndarray) -> np.ndarray:
    """(h, w) bool: which positions lie in frame 0."""
    height, width = points.shape[:2]
    x, y = points[..., 0], points[..., 1]
    return (x >= -0.5) & (y >= -0.5) & (x <= width - 0.5) & (y <= height - 0.5)
