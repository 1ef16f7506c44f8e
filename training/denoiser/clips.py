"""Training samples from the cached windows of real clips: the true frames, and frame 0 warped along measured flow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from stillreel.frames.fill import extend, fill_hole
from training.denoiser.cache import CACHE
from training.denoiser.scenes import Sample, Size, inside, pixel_grid

REACH = 12.0
"""Pixels of motion against the camera's at which a place counts as fully in motion."""
Fill = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""(image (h, w, 3) uint8, hole (h, w) bool) -> image without the hole."""
MARGIN = 0.15
"""Of the long side: how far frame 0 is carried on beyond its border."""
REACH_OF_FILL = 0.08
"""Of the long side, as behind a subject at run time."""


def windows(split: str) -> list[Path]:
    """The cached windows of a split, in a fixed order."""
    return sorted((CACHE / f"clips_{split}").glob("*.npz"))


def camera_motion(flow: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """The affine motion that most of the frame follows, (h, w, 2): what a still world would do."""
    grid = pixel_grid((flow.shape[0], flow.shape[1]))
    pick = valid[4::8, 4::8] > 0
    start, end = grid[4::8, 4::8][pick], (grid + flow)[4::8, 4::8][pick]
    if len(start) < 12:
        return np.zeros_like(flow)
    affine, _ = cv2.estimateAffine2D(start, end, ransacReprojThreshold=1.5, maxIters=200)
    if affine is None:
        return np.zeros_like(flow)
    return cv2.transform(grid, affine) - grid


def condition_frame(
    wide: np.ndarray, flow: np.ndarray, sure: np.ndarray, fill: Fill
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(render, valid uint8, backward, motion) of one frame from frame 0, extended, and the flow back."""
    camera = camera_motion(flow, sure)
    backward = np.where(sure[..., None], flow, cv2.GaussianBlur(camera, (0, 0), 1.0)).astype(np.float32)
    grid = pixel_grid(sure.shape)
    points = grid + backward
    margin = (wide.shape[0] - sure.shape[0]) // 2
    colour = cv2.remap(wide, points + margin, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    shown = inside(points)
    hole = shown & ~sure
    if hole.any():
        colour = fill(np.ascontiguousarray(colour), hole)
    motion = np.clip(np.linalg.norm(flow - camera, axis=-1) / REACH, 0, 1) * shown
    valid = (255 * (shown & sure)).astype(np.uint8)
    return colour, valid, backward, cv2.GaussianBlur(motion.astype(np.float32), (0, 0), 3)


def own_fill(image: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """`image` as the renderer completes it behind a subject."""
    return fill_hole(image, hole, REACH_OF_FILL * max(hole.shape))


def clip_sample(
    rng: np.random.Generator, path: Path, frames: int, size: Size | None, fill: Fill, disparity: float = 0.4
) -> Sample:
    """A crop of `size` (the whole frame where None) of one window, with `frames` of its eight frames.

    Depth is not known here: the disparity is a ground ramp around `disparity`.
    """
    window = np.load(path)
    pictures = window["frames"]
    whole: Size = pictures.shape[1:3]
    size = size or whole
    top, left = (int(rng.integers(0, whole[i] - size[i] + 1)) for i in (0, 1))
    crop = (slice(top, top + size[0]), slice(left, left + size[1]))
    picks = np.sort(np.concatenate([[0], rng.choice(np.arange(1, len(pictures)), frames - 1, replace=False)]))
    first = np.ascontiguousarray(pictures[0][crop])
    clean = np.zeros((*size, 2), np.float32), np.zeros(size, np.float32)
    parts = [(first, np.full(size, 255, np.uint8), *clean)]
    wide = extend(first, round(MARGIN * max(size)))
    for pick in picks[1:]:
        flow = cv2.resize(window["backward"][pick].astype(np.float32), whole[::-1])[crop]
        parts.append(condition_frame(wide, flow, window["valid"][pick][crop] > 0, fill))
    render, valid, backward, motion = map(np.stack, zip(*parts, strict=True))
    ramp = disparity + 0.3 * (np.arange(size[0])[:, None] / size[0] - 0.5) + 0.2 * motion
    return Sample(
        pictures[picks][(slice(None), *crop)], render, valid, backward, np.clip(ramp, 0, 1).astype(np.float32), motion,
        np.abs(window["times"][picks] - window["times"][0]),
    )  # fmt: skip
