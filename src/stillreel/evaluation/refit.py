"""The camera path that explains tracks best, by the projection that also renders (`motion.projection`).

Robust bundle adjustment: per key yaw, pitch, roll, log zoom and position, per place a disparity that stays the same;
Levenberg-Marquardt with the disparities eliminated (Triggs et al., Bundle Adjustment, 1999), Geman-McClure weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from stillreel.evaluation.tracks import FEWEST, Tracks
from stillreel.motion.camera import Intrinsics, turn

__all__ = ["CANDIDATES", "Fit", "best", "fineness", "fit", "turning_focal", "whole"]

TURN, ZOOM, MOVE = (0, 1, 2), (3,), (4, 5, 6)
CANDIDATES: tuple[tuple[int, ...], ...] = (
    (), ZOOM, TURN, TURN + ZOOM, MOVE, TURN + MOVE, ZOOM + MOVE, TURN + ZOOM + MOVE,
)  # fmt: skip
FINE, FINE_SHARE = 0.35, 0.015
"""Pixels of the small frames, and the share of the usual motion that is added to them: a place whose residual is this
large counts half. Long ways are followed less exactly, and lenses and shutters bend them."""
PER_FREEDOM, FREE_DEPTH, FEW_MOVED, FEW_APART = 0.01, 0.06, 0.6, 0.2
"""What a model must explain more (share of places) per degree of freedom of the camera; for depths it chose itself;
per share of places, short of FEW_MOVED, that the translation leaves where they are (a thing moves by itself); and per
share, short of FEW_APART, that would be elsewhere if all stood at one depth (else noise passes for depth)."""
ROUNDS, FIRST, NARROWER = 8, 8.0, 0.6
"""Rounds at the end; the least width of the first, in pixels; and what each is of the width before."""
PLACES = 160
LENSES, FINER_LENSES = (0.62, 0.75, 0.88, 1.15, 1.35, 1.6), (0.92, 0.96, 1.04, 1.08)
MOSTLY, GAIN = 0.5, 0.02
"""Share of places that a found focal length explains, and how many more than the usual one."""
DOLLY = 0.12  # what a path that begins as a dolly zoom must explain more: it can imitate a turn or an orbit
FROM_CENTRE = 0.3  # of half the width: nearer places do not tell how much they grow
MOST = 1.4  # radians and log zoom within one part
Depths = Literal["free", "flat", "known"]
SAME = 16.0  # pixels: places of two parts that close stand at one depth
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
    depths: Depths = "free"


def best(parts: list[Tracks], lens: Intrinsics) -> tuple[Fit, list[Fit]]:
    """The best of all candidates, without the freedoms that it does not need; and all that were tried."""
    few = [_thinned(part, 2 if len(parts) == 1 else 1) for part in parts]
    free, flat, known = get_args(Depths)
    asked = [(freedoms, free) for freedoms in CANDIDATES] + [(MOVE, flat), (TURN + MOVE, flat)]
    if parts[0].disparity is not None:
        asked += [(freedoms, known) for freedoms in CANDIDATES if set(freedoms) & set(MOVE)]
    tried = [whole(few, lens, *each) for each in asked]
    winner = max(tried, key=lambda each: each.score)
    for freedom in winner.freedoms:
        less = whole(few, lens, tuple(f for f in winner.freedoms if f != freedom), winner.depths)
        winner = less if less.score >= winner.score else winner
    return whole(parts, lens, winner.freedoms, winner.depths), tried


def turning_focal(parts: list[Tracks], size: tuple[int, int], usual: float) -> float | None:
    """The focal length (pixels) with which turns and zooms alone explain the most; None where `usual` does as well.

    Turns bend the picture the more the shorter the lens; a wrong one leaves a remainder that passes for travel.
    """
    few = [_thinned(part, 2 if len(parts) == 1 else 1) for part in parts]

    def explained(focal: float) -> float:
        return whole(few, Intrinsics.of(size, focal), TURN + ZOOM).explained

    plain = explained(usual)
    tried = {share * usual: explained(share * usual) for share in LENSES}
    near = max(tried, key=lambda focal: tried[focal])
    if tried[near] < max(MOSTLY, plain + GAIN):
        return None
    tried |= {share * near: explained(share * near) for share in FINER_LENSES}
    return max(tried, key=lambda focal: tried[focal])


def _thinned(tracks: Tracks, every: int) -> Tracks:
    """The last key and `every` so many before, and about PLACES places: enough to choose a model by."""
    each = max(1, round(len(tracks.points) / PLACES))
    keys = np.arange(len(tracks.moved) - 1, -1, -every)[::-1]
    disparity = None if tracks.disparity is None else tracks.disparity[::each]
    return Tracks(tracks.points[::each], tracks.moved[keys, ::each], tracks.trusted[keys, ::each],
                  tracks.weight[::each], disparity, tracks.base)  # fmt: skip


def whole(parts: list[Tracks], lens: Intrinsics, freedoms: tuple[int, ...], depths: Depths = "free") -> Fit:
    """The path through all parts: each is fitted by itself and begins where the one before had come."""
    fits = [fit(part, lens, freedoms, depths) for part in parts]
    if len(fits) == 1:
        return fits[0]
    state = fits[0].state
    for part, before, after, each in zip(parts[1:], parts, fits, fits[1:], strict=False):
        unit = _unit(before, part, after, each) if set(freedoms) & set(MOVE) else 1.0
        state = np.vstack([state[: part.base], _composed(state[part.base - 1], each.state, unit)])
    length = np.array([len(part.moved) for part in parts], float)

    def mean(values: list[float]) -> float:
        return float(np.average(values, weights=length))

    return Fit(
        state, fits[0].disparity, freedoms, np.concatenate([each.residual for each in fits]),
        mean([each.explained for each in fits]), mean([each.score for each in fits]), depths,
    )  # fmt: skip


def _composed(start: np.ndarray, later: np.ndarray, unit: float) -> np.ndarray:
    """(k, 7): the states `later`, relative to `start`, in the first frame's axes."""
    about = turn(*start[:3])
    turns = [_angles(turn(*each[:3]) @ about) for each in later]
    moved = start[4:] + unit * later[:, 4:] @ about
    return np.column_stack([np.array(turns), start[3] + later[:, 3], moved])


def _angles(rotation: np.ndarray) -> tuple[float, float, float]:
    """Yaw, pitch, roll of `motion.camera.turn`."""
    yaw = np.arctan2(rotation[2, 0], rotation[2, 2])
    pitch = -np.arcsin(np.clip(rotation[2, 1], -1, 1))
    return float(yaw), float(pitch), float(np.arctan2(rotation[0, 1], rotation[1, 1]))


def _unit(before: Tracks, part: Tracks, first: Fit, later: Fit) -> float:
    """A near depth of `part` in near depths of the part before, from places that both see."""
    at = part.base - before.base - 1
    pose = first.state[at]
    depth = np.maximum(1 - pose[6] * first.disparity, 0.05)
    apart = np.linalg.norm(part.points[:, None] - before.moved[at][None], axis=-1) + 1e6 * ~before.trusted[at]
    nearest = apart.argmin(axis=1)
    close = (apart.min(axis=1) < SAME) & (later.disparity > 0.05)
    if close.sum() < FEWEST // 2:
        return 1.0
    seen = (first.disparity / depth)[nearest[close]]
    ratio = later.disparity[close] / np.maximum(seen, 1e-3)
    return float(np.clip(np.median(ratio), 0.1, 10.0))


def fit(tracks: Tracks, lens: Intrinsics, freedoms: tuple[int, ...], depths: Depths = "free") -> Fit:
    """The path that moves only in `freedoms` (columns of the state); depths as known, all one, or fitted."""
    keys, count = tracks.trusted.shape
    moves = bool(set(freedoms) & set(MOVE))
    state = np.zeros((keys, 7))
    free_depth = moves and (depths == "free" or (depths == "known" and tracks.disparity is None))
    if depths == "known" and tracks.disparity is not None:
        disparity = tracks.disparity
    else:
        disparity = np.full(count, 0.5 if free_depth else 1.0)
    doubt = 0.0
    if freedoms:
        begun = [
            (state, disparity),
            *(_dollies(tracks, lens) if free_depth and freedoms == ZOOM + MOVE else ()),
        ]
        tried = [_solved(tracks, lens, list(freedoms), path, depth, free_depth) for path, depth in begun]
        fine = fineness(tracks)
        state, disparity = min(tried, key=lambda each: _cost(tracks, lens, each[0], each[1], fine))
        doubt = 0.0 if state is tried[0][0] else DOLLY
    residual = _residual(tracks, _seen(tracks, lens, state, disparity))
    explained = float(np.average(1 / (1 + (residual / fineness(tracks)) ** 2), weights=tracks.weight))
    cost = PER_FREEDOM * len(freedoms) + doubt
    if free_depth:
        cost += FREE_DEPTH + max(0.0, FEW_MOVED - _moved(tracks, lens, state, disparity))
        cost += max(0.0, FEW_APART - _apart(tracks, lens, state, disparity))
    return Fit(state, disparity, freedoms, residual, explained, explained - cost, depths)


def _dollies(tracks: Tracks, lens: Intrinsics) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Where a dolly zoom may begin, in and out, from how much each place grows from the centre: a still camera is no
    way to it, because its zoom and its travel undo each other."""
    ray = tracks.points - np.array([lens.cx, lens.cy])
    far = (ray**2).sum(-1)
    rim = (far > (FROM_CENTRE * lens.cx) ** 2) & (tracks.trusted.mean(0) > 0.5)
    if rim.sum() < FEWEST:
        return
    grown = 1 + ((tracks.moved - tracks.points) * ray).sum(-1) / np.maximum(far, 1)  # (k, n)
    grown = np.clip(grown, 0.3, 3.0)
    for share in (0.05, 0.95):  # what is far shrinks, or grows, as the lens alone makes it
        zoom = np.quantile(grown[:, rim], share, axis=1)
        nearer = 1 - zoom[-1] / grown[-1]  # travel times disparity
        travel = float(np.quantile(nearer[rim], 1 - share))
        if abs(travel) < 1e-3 or abs(zoom[-1] - 1) < 1e-3:
            continue
        state = np.zeros((len(grown), 7))
        state[:, 3] = np.log(zoom)
        state[:, 6] = travel * (1 - zoom) / (1 - zoom[-1])
        yield state, np.clip(nearer / travel, 0.0, 1.0)


def _solved(
    tracks: Tracks,
    lens: Intrinsics,
    free: list[int],
    state: np.ndarray,
    disparity: np.ndarray,
    free_depth: bool,
) -> tuple[np.ndarray, np.ndarray]:
    damping = 1e-3
    first = max(FIRST, _furthest(tracks))
    fine = fineness(tracks)
    rounds = ROUNDS + int(np.ceil(np.log(first / fine) / -np.log(NARROWER)))
    for round_ in range(rounds):
        wide = max(fine, first * NARROWER**round_)
        found = _cost(tracks, lens, state, disparity, wide)
        step, depth_step = _step(tracks, lens, free, state, disparity, free_depth, wide, damping)
        tried = state.copy()
        tried[:, free] += step
        tried[:, :4] = np.clip(tried[:, :4], -MOST, MOST)
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
    """(k, n, 2): where each place is in each key: `projection.project` in float64, for all keys at once."""
    x, y, z = state[:, 4:, None].transpose(1, 0, 2)
    scale = np.maximum(1 - z * disparity, 0.05)
    across = ((tracks.points[:, 0] - lens.cx) / lens.focal - x * disparity) / scale
    down = ((tracks.points[:, 1] - lens.cy) / lens.focal - y * disparity) / scale
    r = np.stack([turn(*each[:3]) for each in state])[..., None]
    ahead = r[:, 2, 0] * across + r[:, 2, 1] * down + r[:, 2, 2]
    ahead = np.where(np.abs(ahead) < 1e-3, 1e-3, ahead)
    longer = lens.focal * np.exp(state[:, 3, None]) / ahead
    return np.stack([
        longer * (r[:, 0, 0] * across + r[:, 0, 1] * down + r[:, 0, 2]) + lens.cx,
        longer * (r[:, 1, 0] * across + r[:, 1, 1] * down + r[:, 1, 2]) + lens.cy,
    ], -1)  # fmt: skip


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


def fineness(tracks: Tracks) -> float:
    """Pixels of the small frames: the residual with which a place counts half."""
    far = np.linalg.norm(tracks.moved - tracks.points, axis=-1)[tracks.trusted]
    return FINE + FINE_SHARE * (float(np.median(far)) if far.size else 0.0)


def _furthest(tracks: Tracks) -> float:
    """How far places go: what is further off than the width of a round hardly counts in it."""
    far = np.linalg.norm(tracks.moved - tracks.points, axis=-1)[tracks.trusted]
    return float(np.quantile(far, 0.8)) if far.size else 0.0


def _apart(tracks: Tracks, lens: Intrinsics, state: np.ndarray, disparity: np.ndarray) -> float:
    """The share of places that parallax moves visibly."""
    flat = np.full_like(disparity, np.median(disparity))
    apart = np.linalg.norm(_seen(tracks, lens, state, disparity) - _seen(tracks, lens, state, flat), axis=-1)
    return float((apart.max(0) > 2 * fineness(tracks)).mean())


def _moved(tracks: Tracks, lens: Intrinsics, state: np.ndarray, disparity: np.ndarray) -> float:
    """The share of places that the translation alone moves visibly."""
    still = state * np.array([1, 1, 1, 1, 0, 0, 0])
    apart = np.linalg.norm(
        _seen(tracks, lens, state, disparity) - _seen(tracks, lens, still, disparity), axis=-1
    )
    return float((apart.max(0) > 2 * fineness(tracks)).mean())
