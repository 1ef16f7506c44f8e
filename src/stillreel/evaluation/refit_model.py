"""What a camera path makes of places, by the projection that also renders (`motion.projection`), and how far off it is.

A path is a state (k, 7) for each key: yaw, pitch, roll (radians), log zoom, and x, y, z (near depths).
"""

from __future__ import annotations

import numpy as np

from stillreel.evaluation.tracks import Tracks
from stillreel.motion.camera import Intrinsics

__all__ = ["cost", "fineness", "furthest", "residual", "seen", "weights"]

FINE, FINE_SHARE = 0.35, 0.015
"""Pixels of the small frames, and the share of the usual motion that is added to them: a place whose residual is this
large counts half. Long ways are followed less exactly, and lenses and shutters bend them."""


def seen(tracks: Tracks, lens: Intrinsics, state: np.ndarray, disparity: np.ndarray) -> np.ndarray:
    """(k, n, 2): where each place is in each key: `projection.project` in float64, for all keys at once."""
    x, y, z = state[:, 4:, None].transpose(1, 0, 2)
    scale = np.maximum(1 - z * disparity, 0.05)
    across = ((tracks.points[:, 0] - lens.cx) / lens.focal - x * disparity) / scale
    down = ((tracks.points[:, 1] - lens.cy) / lens.focal - y * disparity) / scale
    r = _turns(state[:, :3])[..., None]
    ahead = r[:, 2, 0] * across + r[:, 2, 1] * down + r[:, 2, 2]
    ahead = np.where(np.abs(ahead) < 1e-3, 1e-3, ahead)
    longer = lens.focal * np.exp(state[:, 3, None]) / ahead
    return np.stack([
        longer * (r[:, 0, 0] * across + r[:, 0, 1] * down + r[:, 0, 2]) + lens.cx,
        longer * (r[:, 1, 0] * across + r[:, 1, 1] * down + r[:, 1, 2]) + lens.cy,
    ], -1)  # fmt: skip


def _turns(angles: np.ndarray) -> np.ndarray:
    """(k, 3, 3): `motion.camera.turn` of (k, 3) yaw, pitch, roll, for all keys at once."""
    (cy, cp, cr), (sy, sp, sr) = np.cos(angles).T, np.sin(angles).T
    right = np.stack([cy, np.zeros_like(cy), -sy], -1)
    down = np.stack([sp * sy, cp, sp * cy], -1)
    ahead = np.stack([cp * sy, -sp, cp * cy], -1)
    cr, sr = cr[:, None], sr[:, None]
    return np.stack([cr * right + sr * down, cr * down - sr * right, ahead], 1)


def weights(tracks: Tracks, error: np.ndarray, wide: float) -> np.ndarray:
    """Of each place in each key: small where it, or the place as a whole, is not explained."""
    squared = (error**2).sum(-1) * tracks.trusted
    whole = squared.sum(0) / np.maximum(tracks.trusted.sum(0), 1)
    return tracks.trusted * tracks.weight / (1 + squared / wide**2) ** 2 / (1 + whole / wide**2)


def cost(tracks: Tracks, lens: Intrinsics, state: np.ndarray, disparity: np.ndarray, wide: float) -> float:
    """Geman-McClure, over all keys; `wide` is the residual in pixels with which a place counts half."""
    squared = ((tracks.moved - seen(tracks, lens, state, disparity)) ** 2).sum(-1)
    return float((tracks.trusted * tracks.weight * squared / (squared + wide**2)).sum())


def residual(tracks: Tracks, seen: np.ndarray) -> np.ndarray:
    """(n,) pixels, root mean square over the keys in which a place is trusted."""
    squared = ((tracks.moved - seen) ** 2).sum(-1) * tracks.trusted
    return np.sqrt(squared.sum(0) / np.maximum(tracks.trusted.sum(0), 1))


def fineness(tracks: Tracks) -> float:
    """Pixels of the small frames: the residual with which a place counts half."""
    far = np.linalg.norm(tracks.moved - tracks.points, axis=-1)[tracks.trusted]
    return FINE + FINE_SHARE * (float(np.median(far)) if far.size else 0.0)


def furthest(tracks: Tracks) -> float:
    """How far places go: what is further off than the width of a round hardly counts in it."""
    far = np.linalg.norm(tracks.moved - tracks.points, axis=-1)[tracks.trusted]
    return float(np.quantile(far, 0.8)) if far.size else 0.0
