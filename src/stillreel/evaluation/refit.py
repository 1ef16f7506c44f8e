"""The camera path that explains tracks best, by the projection that also renders (`motion.projection`).

Robust bundle adjustment: per key yaw, pitch, roll, log zoom and position, per place a disparity that stays the same;
Levenberg-Marquardt with the disparities eliminated (Triggs et al., Bundle Adjustment, 1999), Geman-McClure weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stillreel.evaluation.tracks import Tracks
from stillreel.motion.camera import CameraPose, Intrinsics, turn
from stillreel.motion.projection import Places

__all__ = ["CANDIDATES", "Fit", "best", "fit"]

TURN, ZOOM, MOVE = (0, 1, 2), (3,), (4, 5, 6)
CANDIDATES = ((), ZOOM, TURN, TURN + ZOOM, MOVE, TURN + MOVE, ZOOM + MOVE, TURN + ZOOM + MOVE)
FINE = 0.35
"""Pixels of the small frames: a place whose residual is this large counts half."""
PER_FREEDOM, FREE_DEPTH, FEW_MOVED = 0.01, 0.06, 0.6
"""What a model must explain more (share of places) per degree of freedom of the camera; for depths it chose itself;
and per share of places, short of FEW_MOVED, that the translation leaves where they are (a thing moves by itself)."""
ROUNDS = 14
_STEPS = np.array([1e-5, 1e-5, 1e-5, 1e-5, 1e-4, 1e-4, 1e-4])


@dataclass(frozen=True)
class Fit:
    """A camera path and how well it explains the tracks."""

    state: np.ndarray  # (k, 7): yaw, pitch, roll (radians), log zoom, x, y, z (near depths)
    disparity: np.ndarray  # (n,) 0..
    freedoms: tuple[int, ...]
    residual: np.ndarray  # (n,) pixels, root mean square over the keys in which a place is trusted
    explained: float  # 0..1, weighted share of places
    score: float  # explained less what the model's freedom costs


def best(tracks: Tracks, lens: Intrinsics) -> tuple[Fit, list[Fit]]:
    """The best of all candidates, without the freedoms that it does not need; and all that were tried."""
    tried = [fit(tracks, lens, freedoms) for freedoms in CANDIDATES]
    if tracks.disparity is not None:
        tried += [
            fit(tracks, lens, freedoms, known=True) for freedoms in CANDIDATES if set(freedoms) & set(MOVE)
        ]
    winner = max(tried, key=lambda each: each.score)
    known = winner.disparity is tracks.disparity
    for freedom in winner.freedoms:
        less = fit(tracks, lens, tuple(f for f in winner.freedoms if f != freedom), known)
        winner = less if less.score >= winner.score else winner
    return winner, tried


def fit(tracks: Tracks, lens: Intrinsics, freedoms: tuple[int, ...], known: bool = False) -> Fit:
    """The path that moves only in `freedoms` (columns of the state); depths as `known`, else fitted."""
    keys, count = tracks.trusted.shape
    moves = bool(set(freedoms) & set(MOVE))
    state = np.zeros((keys, 7))
    disparity = tracks.disparity if known and tracks.disparity is not None else np.full(count, 0.5)
    free_depth = moves and not known
    if freedoms:
        state, disparity = _solved(tracks, lens, list(freedoms), state, disparity, free_depth)
    residual = _residual(tracks, _seen(tracks, lens, state, disparity))
    explained = float(np.average(1 / (1 + (residual / FINE) ** 2), weights=tracks.weight))
    cost = PER_FREEDOM * len(freedoms)
    if free_depth:
        cost += FREE_DEPTH + max(0.0, FEW_MOVED - _moved(tracks, lens, state, disparity))
    return Fit(state, disparity, freedoms, residual, explained, explained - cost)


def _solved(
    tracks: Tracks,
    lens: Intrinsics,
    free: list[int],
    state: np.ndarray,
    disparity: np.ndarray,
    free_depth: bool,
) -> tuple[np.ndarray, np.ndarray]:
    damping = 1e-3
    for round_ in range(ROUNDS):
        wide = max(FINE, 8.0 * 0.6**round_)
        found = _cost(tracks, lens, state, disparity, wide)
        step, depth_step = _step(tracks, lens, free, state, disparity, free_depth, wide, damping)
        tried = state.copy()
        tried[:, free] += step
        tried_depth = np.clip(disparity + depth_step, 0.0, 4.0) if free_depth else disparity
        if _cost(tracks, lens, tried, tried_depth, wide) <= found:
            state, disparity, damping = tried, tried_depth, max(damping / 4, 1e-7)
        else:
            damping *= 10
        if free_depth:
            near = max(float(np.quantile(disparity, 0.95)), 1e-3)
            disparity, state = disparity / near, state * np.array([1, 1, 1, 1, near, near, near])
    return state, disparity


def _step(
    tracks: Tracks, lens: Intrinsics, free: list[int], state: np.ndarray, disparity: np.ndarray, free_depth: bool,
    wide: float, damping: float,
) -> tuple[np.ndarray, np.ndarray | float]:  # fmt: skip
    seen = _seen(tracks, lens, state, disparity)
    error = tracks.moved - seen
    weight = _weight(tracks, error, wide)
    bumps = []
    for column in free:
        bumped = state.copy()
        bumped[:, column] += _STEPS[column]
        bumps.append((_seen(tracks, lens, bumped, disparity) - seen) / _STEPS[column])
    slope = np.stack(bumps, -1)  # (k, n, 2, f)
    curve = np.einsum("kn,kncf,kncg->kfg", weight, slope, slope)
    pull = np.einsum("kn,kncf,knc->kf", weight, slope, error)
    keys, size = pull.shape
    index = np.arange(size)
    curve[:, index, index] = curve[:, index, index] * (1 + damping) + 1e-9
    if not free_depth:
        return np.linalg.solve(curve, pull[..., None])[..., 0], 0.0
    deep = (_seen(tracks, lens, state, disparity + 1e-4) - seen) / 1e-4
    mixed = np.einsum("kn,kncf,knc->nkf", weight, slope, deep).reshape(-1, keys * size)
    own = np.einsum("kn,knc,knc->n", weight, deep, deep) * (1 + damping) + 1e-3
    own_pull = np.einsum("kn,knc,knc->n", weight, deep, error)
    whole = np.zeros((keys, size, keys, size))
    whole[np.arange(keys), :, np.arange(keys), :] = curve
    whole = whole.reshape(keys * size, -1) - mixed.T @ (mixed / own[:, None])
    whole += 1e-6 * np.eye(keys * size) * np.trace(whole) / len(whole) + 1e-9 * np.eye(keys * size)
    step = np.linalg.solve(whole, pull.ravel() - mixed.T @ (own_pull / own))
    return step.reshape(keys, size), (own_pull - mixed @ step) / own


def _seen(tracks: Tracks, lens: Intrinsics, state: np.ndarray, disparity: np.ndarray) -> np.ndarray:
    """(k, n, 2): where each place is in each key."""
    at = Places(tracks.points[:, 0], tracks.points[:, 1])
    poses = (CameraPose(turn(*each[:3]), each[4:], float(np.exp(each[3]))) for each in state)
    return np.stack([_exact(at, pose, lens, disparity) for pose in poses])


def _exact(at: Places, pose: CameraPose, lens: Intrinsics, disparity: np.ndarray) -> np.ndarray:
    """`projection.project` in float64: its float32 is too coarse for numerical slopes."""
    cx, cy, cz = pose.position
    scale = np.maximum(1 - cz * disparity, 0.05)
    ray = np.stack([((at.x - lens.cx) / lens.focal - cx * disparity) / scale,
                    ((at.y - lens.cy) / lens.focal - cy * disparity) / scale, np.ones_like(at.x)])  # fmt: skip
    x, y, z = lens.matrix(pose.zoom) @ pose.rotation @ ray
    return np.stack([x / z, y / z], -1)


def _weight(tracks: Tracks, error: np.ndarray, wide: float) -> np.ndarray:
    """Of each place in each key: small where it, or the place as a whole, is not explained."""
    squared = (error**2).sum(-1) * tracks.trusted
    whole = squared.sum(0) / np.maximum(tracks.trusted.sum(0), 1)
    return tracks.trusted * tracks.weight / (1 + squared / wide**2) ** 2 / (1 + whole / wide**2)


def _cost(tracks: Tracks, lens: Intrinsics, state: np.ndarray, disparity: np.ndarray, wide: float) -> float:
    squared = ((tracks.moved - _seen(tracks, lens, state, disparity)) ** 2).sum(-1)
    return float((tracks.trusted * tracks.weight * squared / (squared + wide**2)).sum())


def _residual(tracks: Tracks, seen: np.ndarray) -> np.ndarray:
    squared = ((tracks.moved - seen) ** 2).sum(-1) * tracks.trusted
    return np.sqrt(squared.sum(0) / np.maximum(tracks.trusted.sum(0), 1))


def _moved(tracks: Tracks, lens: Intrinsics, state: np.ndarray, disparity: np.ndarray) -> float:
    """The share of places that the translation alone moves visibly."""
    still = state * np.array([1, 1, 1, 1, 0, 0, 0])
    apart = np.linalg.norm(
        _seen(tracks, lens, state, disparity) - _seen(tracks, lens, still, disparity), axis=-1
    )
    return float((apart.max(0) > 2 * FINE).mean())
