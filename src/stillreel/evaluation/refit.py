"""The camera path that explains tracks best, with no more freedom than it needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from stillreel.evaluation.refit_model import cost, fineness, residual, seen
from stillreel.evaluation.refit_solve import solved
from stillreel.evaluation.refit_start import starts
from stillreel.evaluation.tracks import FEWEST, Tracks
from stillreel.motion.camera import Intrinsics, turn

__all__ = ["CANDIDATES", "Fit", "best", "fineness", "fit", "turning_focal", "whole"]

TURN, ZOOM, MOVE, DOLLY = (0, 1, 2), (3,), (4, 5, 6), (3, 6)
CANDIDATES: tuple[tuple[int, ...], ...] = (
    (), ZOOM, TURN, TURN + ZOOM, MOVE, TURN + MOVE, DOLLY,
)  # fmt: skip
PER_FREEDOM, FEW_MOVED, FEW_APART = 0.01, 0.6, 0.2
"""What a model must explain more (share of places) per degree of freedom of the camera; for depths it chose itself also
per share of places, short of FEW_MOVED, that stand or that the travel leaves where they are (a thing moves by itself);
and per share, short of FEW_APART, that would be elsewhere if all stood at one depth (else noise passes for depth)."""
ROUND, MOST_MOVED, TRACKED = 0.05, 0.5, 0.7
"""Least share of the moving places in each quarter of the picture, and of them in all, that a dolly zoom explains where
what stands is its subject; and of the keys in which such a place is seen: one that is lost on the way lies where the
subject's edge passes, and slides along it."""
FINER, WORST = 2.0, 6.0
"""The score of a place falls with the logarithm of its residual: by half of `fineness` steeply, at three times to 0."""
PLACES = 160
STARTS = 5  # of a fit; only the best in each of several parts, for time
LENSES, FINER_LENSES = (0.62, 0.75, 0.88, 1.15, 1.35, 1.6), (0.92, 0.96, 1.04, 1.08)
MOSTLY, GAIN, LARGE_GAIN = 0.5, 0.02, 0.08
"""Share of places that a found focal length explains, and how many more than the usual one does; more of them where it
does not explain most."""
Depths = Literal["free", "flat", "known"]
ALIKE = 1.15  # times the cost of the best fit
SAME = 16.0  # pixels: places of two parts that close stand at one depth


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
    if len(parts) == 1 and parts[0].disparity is not None:
        asked += [(freedoms, known) for freedoms in (MOVE, TURN + MOVE, DOLLY, TURN + ZOOM + MOVE)]
    tried = [whole(few, lens, *each) for each in asked]
    winner = max(tried, key=lambda each: each.score)
    for freedom in winner.freedoms:
        less = whole(few, lens, tuple(f for f in winner.freedoms if f != freedom), winner.depths)
        winner = less if less.score >= winner.score else winner
    found = whole(parts, lens, winner.freedoms, winner.depths)
    return (found if parts[0].disparity is None else _in_known_units(found, parts[0].disparity)), tried


def _in_known_units(found: Fit, known: np.ndarray) -> Fit:
    """The same path, with its travel in near depths of the scene: fitted depths have a unit of their own."""
    ratio = max(float(np.median(found.disparity / np.maximum(known, 0.02))), 1e-3)
    state = found.state * np.array([1, 1, 1, 1, ratio, ratio, ratio])
    return replace(found, state=state, disparity=found.disparity / ratio)


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
    if tried[near] < plain + (GAIN if tried[near] >= MOSTLY else LARGE_GAIN):
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
    fits = [fit(part, lens, freedoms, depths, STARTS if len(parts) == 1 else 1) for part in parts]
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


def fit(
    tracks: Tracks, lens: Intrinsics, freedoms: tuple[int, ...], depths: Depths = "free", most: int = STARTS
) -> Fit:
    """The path that moves only in `freedoms` (columns of the state); depths as known, all one, or fitted from the best
    `most` starts."""
    keys, count = tracks.trusted.shape
    moves = bool(set(freedoms) & set(MOVE))
    state = np.zeros((keys, 7))
    free_depth = moves and (depths == "free" or (depths == "known" and tracks.disparity is None))
    if depths == "known" and tracks.disparity is not None:
        disparity = tracks.disparity
    else:
        disparity = np.full(count, 0.5 if free_depth else 1.0)
    if freedoms:
        begun = [*(starts(tracks, lens, freedoms) if free_depth else ()), (state, disparity)][:most]
        tried = [solved(tracks, lens, list(freedoms), path, depth, free_depth) for path, depth in begun]
        state, disparity = _cheapest(tracks, lens, tried)
    off = residual(tracks, seen(tracks, lens, state, disparity))
    fine = fineness(tracks)
    explained = float(np.average(1 / (1 + (off / fine) ** 2), weights=tracks.weight))
    # A depth of its own takes one of two directions out of a place's error: so the rest counts twice.
    exact = 1 - np.log1p((1 + free_depth) * (off / fine * FINER) ** 2) / np.log1p(WORST**2)
    score = float(np.average(np.maximum(exact, 0), weights=tracks.weight)) - PER_FREEDOM * len(freedoms)
    if free_depth:
        if set(freedoms) != set(DOLLY) or not _all_round(tracks, lens, off < FINER * fine):
            score -= max(0.0, FEW_MOVED - _moved(tracks, lens, state, disparity))
        score -= max(0.0, FEW_APART - _apart(tracks, lens, state, disparity))
    return Fit(state, disparity, freedoms, off, explained, score, depths)


def _cheapest(
    tracks: Tracks, lens: Intrinsics, tried: list[tuple[np.ndarray, np.ndarray]]
) -> tuple[np.ndarray, np.ndarray]:
    """The cheapest of fits. A dolly zoom in and one out, with near and far exchanged, move every place alike: among
    those that cost nearly the same, the one whose near places are near as known; else the one whose subject, where most
    of the picture stands, is before what moves; else the one whose near places are low in the picture."""
    costs = [cost(tracks, lens, state, disparity, fineness(tracks)) for state, disparity in tried]
    alike = [each for each, price in zip(tried, costs, strict=True) if price <= ALIKE * min(costs)]
    if not {3, 6} <= set(np.flatnonzero(np.abs(alike[0][0]).max(0))):
        return tried[int(np.argmin(costs))]
    stands = ~_moving(tracks)
    near = stands.astype(float) if stands.mean() > MOSTLY else tracks.points[:, 1]
    near = near if tracks.disparity is None else tracks.disparity
    return max(alike, key=lambda each: float(np.mean((near - near.mean()) * (each[1] - each[1].mean()))))


def _all_round(tracks: Tracks, lens: Intrinsics, well: np.ndarray) -> bool:
    """Whether most of what moves is explained `well` (n,), in every quarter of the picture. A dolly zoom leaves its
    subject where it is, however large; a thing that moves by itself does not go along rays on every side of it."""
    moving = _moving(tracks) & (tracks.trusted.mean(0) >= TRACKED)
    right, low = tracks.points[:, 0] > lens.cx, tracks.points[:, 1] > lens.cy
    found = np.bincount(2 * low[moving & well] + right[moving & well], minlength=4)
    least = max(1, int(ROUND * moving.sum()))
    return bool(moving.sum() >= FEWEST and found.min() >= least and found.sum() > MOST_MOVED * moving.sum())


def _moving(tracks: Tracks) -> np.ndarray:
    """(n,) bool: the places that leave where they were, while they are seen."""
    far = np.linalg.norm(tracks.moved - tracks.points, axis=-1) * tracks.trusted
    return far.max(0) > 2 * fineness(tracks)


def _apart(tracks: Tracks, lens: Intrinsics, state: np.ndarray, disparity: np.ndarray) -> float:
    """The share of places that parallax moves visibly."""
    flat = np.full_like(disparity, np.median(disparity))
    apart = np.linalg.norm(seen(tracks, lens, state, disparity) - seen(tracks, lens, state, flat), axis=-1)
    return float((apart.max(0) > 2 * fineness(tracks)).mean())


def _moved(tracks: Tracks, lens: Intrinsics, state: np.ndarray, disparity: np.ndarray) -> float:
    """The share of places that visibly move, and that the translation alone moves visibly."""
    now = seen(tracks, lens, state, disparity)
    still = seen(tracks, lens, state * np.array([1, 1, 1, 1, 0, 0, 0]), disparity)
    visibly = 2 * fineness(tracks)
    return min(
        float((np.linalg.norm(now - other, axis=-1).max(0) > visibly).mean()) for other in (still, tracks.points)
    )
