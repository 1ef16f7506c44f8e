"""The arithmetic around the denoising network: token trajectories, rotary angles, and the Euler sampler.

A token is a 16x16-pixel cell. Noise level t runs from 1 (noise) to 0 (frames) along straight lines:
x_t = (1 - t) * x + t * noise, and the network gives the velocity noise - x.
Source: Liu et al., Flow Straight and Fast, ICLR 2023 (rectified flow).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

__all__ = [
    "CELL",
    "TOKEN",
    "WARMTH",
    "Trajectories",
    "condition_maps",
    "follow",
    "noise_levels",
    "rotary_angles",
    "sample",
    "uncertainty",
]

TOKEN = 16
CELL = 8
FLOW_UNIT = 64.0
WARMTH = 0.15
"""Deviation of the noise that sampling starts from. Below 1 the result keeps nearer to the mean of what is likely:
a network trained for a short time invents more than it knows at 1, and flickers by as much from key to key."""
MARGIN = 4
"""Cells around frame 0 that count as places of their own, so that exposed borders have trajectories too."""

Velocity = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Trajectories:
    """Which tokens of the K frames show the same place. C places, N tokens a frame."""

    gather: np.ndarray
    """(K, C) int64: the token of each frame that shows the place; 0 where none does."""
    seen: np.ndarray
    """(K, C) float32: 1 where one does."""
    scatter: np.ndarray
    """(K, N) int64: the place that each token shows."""


def follow(backward: np.ndarray, valid: np.ndarray) -> Trajectories:
    """Trajectories from the motion back to frame 0.

    backward (K, h, w, 2) float32 pixels, valid (K, h, w) 0..1. Where two tokens of a frame come from one
    place (a foreground in front of it), the one with the lower validity keeps it: holes need company most.
    """
    frames, height, width = valid.shape
    rows, columns = height // TOKEN, width // TOKEN
    middle = slice(TOKEN // 2, None, TOKEN)
    start = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), -1) + 0.5
    place = np.floor(start + backward[:, middle, middle] / TOKEN).astype(np.int64)
    x = np.clip(place[..., 0], -MARGIN, columns + MARGIN - 1) + MARGIN
    y = np.clip(place[..., 1], -MARGIN, rows + MARGIN - 1) + MARGIN
    wide = y * (columns + 2 * MARGIN) + x
    places, scatter = np.unique(wide.reshape(frames, -1), return_inverse=True)
    scatter = scatter.reshape(frames, -1)
    trust = valid.reshape(frames, rows, TOKEN, columns, TOKEN).mean((2, 4)).reshape(frames, -1)
    gather = np.zeros((frames, len(places)), np.int64)
    seen = np.zeros((frames, len(places)), np.float32)
    for k in range(frames):
        order = np.argsort(-trust[k], kind="stable")
        gather[k, scatter[k, order]] = order
        seen[k, scatter[k]] = 1
    return Trajectories(gather, seen, scatter)


def condition_maps(
    valid: np.ndarray, backward: np.ndarray, motion: np.ndarray, disparity: np.ndarray
) -> np.ndarray:
    """(K, 6, h/8, w/8) float32 for the network: mean and least validity, motion back (x, y), organic motion,
    disparity, from maps (K, h, w[, 2])."""
    frames, height, width = valid.shape

    def cells(values: np.ndarray) -> np.ndarray:
        return values.reshape(frames, height // CELL, CELL, width // CELL, CELL)

    flow = np.clip(backward / FLOW_UNIT, -2, 2)
    maps = [cells(valid).mean((2, 4)), cells(valid).min((2, 4))]
    maps += [cells(flow[..., i]).mean((2, 4)) for i in (0, 1)]
    maps += [cells(motion).mean((2, 4)), cells(disparity).mean((2, 4))]
    return np.stack(maps, 1).astype(np.float32)


def uncertainty(maps: np.ndarray) -> np.ndarray:
    """(K, 1, h/8, w/8) float32: the residual's expected deviation in latent units, from the condition's maps.

    The network works in units of it, so noise is as large as what it has to settle and a pixel that the photo
    shows is hardly noised at all. The constants were fitted to rendered and real clips.
    """
    hole, motion = np.clip(1 - maps[:, :1], 0, 1), maps[:, 4:5]
    return np.sqrt(0.005 + 0.8 * hole**0.8 + 0.025 * motion).astype(np.float32)


def rotary_angles(rows: int, columns: int, head: int) -> np.ndarray:
    """(rows * columns, head / 2) float32: one half of the angles follows the row, the other the column.

    Source: Su et al., RoFormer, 2021, in its axial form for pictures.
    """
    rates = 1.5 / 30.0 ** np.linspace(0, 1, head // 4)
    y, x = np.divmod(np.arange(rows * columns), columns)
    return np.concatenate([y[:, None] * rates, x[:, None] * rates], 1).astype(np.float32)


def noise_levels(steps: int) -> np.ndarray:
    """steps + 1 levels from 1 to 0, closer together at the noisy end, where the picture is decided."""
    even = np.linspace(1, 0, steps + 1)
    return (1.5 * even / (1 + 0.5 * even)).astype(np.float32)


def sample(
    velocity: Velocity,
    noise: np.ndarray,
    known: np.ndarray,
    is_known: np.ndarray,
    steps: int,
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """Denoise K frames together with `steps` Euler steps.

    noise, known: (K, c, h, w) float32; is_known (K,) bool: frames that stay as `known` and guide the others.
    velocity(x, level): x (K, c, h, w) and level (K,) -> (K, c, h, w).
    """
    hold = is_known[:, None, None, None]
    x = np.where(hold, known, noise)
    levels = noise_levels(steps)
    for step in range(steps):
        now, after = levels[step], levels[step + 1]
        level = np.where(is_known, np.float32(0), now)
        x = np.where(hold, known, x + (after - now) * velocity(x, level))
        if progress is not None:
            progress(step + 1, steps)
    return x
