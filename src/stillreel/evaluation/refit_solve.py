"""The camera path and the disparities that explain tracks best, from a start.

Robust bundle adjustment: per key yaw, pitch, roll, log zoom and position, per place a disparity that stays the same;
Levenberg-Marquardt with the disparities eliminated (Triggs et al., Bundle Adjustment, 1999), Geman-McClure weights.
"""

from __future__ import annotations

import numpy as np

from stillreel.evaluation.refit_model import cost, fineness, furthest, seen, weights
from stillreel.evaluation.tracks import Tracks
from stillreel.motion.camera import Intrinsics

__all__ = ["solved"]

ROUNDS, FIRST, NARROWER = 8, 8.0, 0.6
"""Rounds at the end; the least width of the first, in pixels; and what each is of the width before."""
SETTLED = 0.9995  # of the cost of the round before: no better than that, and it is done
MOST = 1.4  # radians and log zoom within one part
_STEPS = np.array([1e-5, 1e-5, 1e-5, 1e-5, 1e-4, 1e-4, 1e-4])


def solved(
    tracks: Tracks, lens: Intrinsics, free: list[int], state: np.ndarray, disparity: np.ndarray, free_depth: bool
) -> tuple[np.ndarray, np.ndarray]:
    """The state (k, 7) and disparity (n,) found from those given; only the columns `free` change, and the disparity
    where `free_depth`."""
    damping = 1e-3
    first = max(FIRST, furthest(tracks))
    fine = fineness(tracks)
    rounds = ROUNDS + int(np.ceil(np.log(first / fine) / -np.log(NARROWER)))
    for round_ in range(rounds):
        wide = max(fine, first * NARROWER**round_)
        found = cost(tracks, lens, state, disparity, wide)
        step, depth_step = _step(tracks, lens, free, state, disparity, free_depth, wide, damping)
        tried = state.copy()
        tried[:, free] += step
        tried[:, :4] = np.clip(tried[:, :4], -MOST, MOST)
        tried_depth = np.clip(disparity + depth_step, 0.0, 4.0) if free_depth else disparity
        after = cost(tracks, lens, tried, tried_depth, wide)
        if after <= found:
            state, disparity, damping = tried, tried_depth, max(damping / 4, 1e-7)
        else:
            damping *= 10
        if free_depth:
            near = max(float(np.quantile(disparity, 0.95)), 1e-3)
            disparity, state = disparity / near, state * np.array([1, 1, 1, 1, near, near, near])
        if wide == fine and SETTLED * found < after <= found:
            break
    return state, disparity


def _step(
    tracks: Tracks, lens: Intrinsics, free: list[int], state: np.ndarray, disparity: np.ndarray, free_depth: bool,
    wide: float, damping: float,
) -> tuple[np.ndarray, np.ndarray | float]:  # fmt: skip
    now = seen(tracks, lens, state, disparity)
    error = tracks.moved - now
    weight = weights(tracks, error, wide)
    slope = _slopes(tracks, lens, free, state, disparity, now)
    curve = np.einsum("kn,kncf,kncg->kfg", weight, slope, slope)
    pull = np.einsum("kn,kncf,knc->kf", weight, slope, error)
    keys, size = pull.shape
    index = np.arange(size)
    curve[:, index, index] = curve[:, index, index] * (1 + damping) + 1e-9
    if not free_depth:
        return np.linalg.solve(curve, pull[..., None])[..., 0], 0.0
    deep = (seen(tracks, lens, state, disparity + 1e-4) - now) / 1e-4
    mixed = np.einsum("kn,kncf,knc->nkf", weight, slope, deep).reshape(-1, keys * size)
    own = np.einsum("kn,knc,knc->n", weight, deep, deep) * (1 + damping) + 1e-3
    own_pull = np.einsum("kn,knc,knc->n", weight, deep, error)
    whole = np.zeros((keys, size, keys, size))
    whole[np.arange(keys), :, np.arange(keys), :] = curve
    whole = whole.reshape(keys * size, -1) - mixed.T @ (mixed / own[:, None])
    whole += 1e-6 * np.eye(keys * size) * np.trace(whole) / len(whole) + 1e-9 * np.eye(keys * size)
    step = np.linalg.solve(whole, pull.ravel() - mixed.T @ (own_pull / own))
    return step.reshape(keys, size), (own_pull - mixed @ step) / own


def _slopes(
    tracks: Tracks, lens: Intrinsics, free: list[int], state: np.ndarray, disparity: np.ndarray, now: np.ndarray
) -> np.ndarray:
    """(k, n, 2, f): pixels for one unit of each free column."""
    bumped = np.repeat(state[None], len(free), axis=0)
    bumped[np.arange(len(free)), :, free] += _STEPS[free][:, None]
    places = seen(tracks, lens, bumped.reshape(-1, 7), disparity).reshape(len(free), *now.shape)
    return np.moveaxis((places - now) / _STEPS[free][:, None, None, None], 0, -1)
