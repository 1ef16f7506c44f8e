"""Where the fit of a travelling camera begins: every direction of travel is tried, over the whole sphere.

The motion to one key is nearly linear in the turn and the zoom, and in the travel times each place's disparity. Across
the lines on which travel moves places disparity does not show, which leaves a small linear problem for every direction
(Heeger and Jepson, Subspace Methods for Recovering Rigid Motion, 1992). A fit that begins at a still camera finds only
the nearest of several valleys: for an orbit often a turn the wrong way about.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stillreel.evaluation.refit_model import fineness, seen
from stillreel.evaluation.tracks import FEWEST, Tracks
from stillreel.motion.camera import Intrinsics

__all__ = ["starts"]

DIRECTIONS, BEST = 240, 2
"""Of travel that are tried, and from how many the fit begins."""
ROUNDS, FIRST, NARROWER = 7, 8.0, 0.55
"""Of the robust weights: rounds, the width of the first in pixels, and what each is of the width before."""
REACH = 0.12  # of the width: a way that long is still nearly linear
APART = 0.94  # cosine of the angle between two travels that are not one
NEAREST = 4.0  # disparity of a place, in those of the near ones
FROM_CENTRE = 0.3  # of half the width: nearer places do not tell how much they grow
_STEP = 1e-4

Start = tuple[np.ndarray, np.ndarray]  # state (k, 7), disparity (n,)


def starts(tracks: Tracks, lens: Intrinsics, freedoms: tuple[int, ...]) -> Iterator[Start]:
    """The paths, and disparities, from which a fit in `freedoms` (columns of the state; some of them travel) begins."""
    key = _key(tracks, 2 * lens.cx)
    rest, travel = [f for f in freedoms if f < 4], [f for f in freedoms if f > 3]
    ways = np.zeros((DIRECTIONS, 7))
    ways[:, 4:] = _sphere(DIRECTIONS)
    ways[:, [f for f in (4, 5, 6) if f not in travel]] = 0
    ways = ways[np.linalg.norm(ways, axis=1) > 0.3]
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    along = np.einsum("ncd,md->mnc", _slopes(tracks, lens, [4, 5, 6], 1.0), ways[:, 4:])
    moved, weight = tracks.moved[key] - tracks.points, tracks.weight * tracks.trusted[key]
    share = _shares(tracks, key)[:, None]
    for turns, way, disparity in _travels(moved, _slopes(tracks, lens, rest, 0.0), along, weight, fineness(tracks)):
        state = np.zeros(7)
        state[rest] = turns
        yield share * (state + way[0] * ways[int(way[1])]), disparity
    if 3 in rest and 6 in travel:
        yield from _dollies(tracks, lens)


def _key(tracks: Tracks, width: float) -> int:
    """The one with the most motion that is still nearly linear."""
    far = np.linalg.norm(tracks.moved - tracks.points, axis=-1)
    usual = np.array([_median(row, good) for row, good in zip(far, tracks.trusted, strict=True)])
    near = usual <= REACH * width
    return int(np.where(near, usual, -1).argmax()) if near.any() else int(usual.argmin())


def _shares(tracks: Tracks, key: int) -> np.ndarray:
    """(k,) how much of the way to `key` each key has gone."""
    moved = tracks.moved - tracks.points
    share = (moved * moved[key]).sum(-1) / np.maximum((moved[key] ** 2).sum(-1), 1e-6)
    good = tracks.trusted & tracks.trusted[key]
    return np.array([_median(row, here) for row, here in zip(share, good, strict=True)])


def _median(values: np.ndarray, good: np.ndarray) -> float:
    return float(np.median(values[good])) if good.any() else 0.0


def _slopes(tracks: Tracks, lens: Intrinsics, columns: list[int], disparity: float) -> np.ndarray:
    """(n, 2, c) pixels for one unit of each column, at `disparity`."""
    flat = np.full(len(tracks.points), disparity)
    bumped = np.zeros((len(columns) + 1, 7))
    bumped[np.arange(len(columns)) + 1, columns] = _STEP
    places = seen(tracks, lens, bumped, flat)
    return np.moveaxis((places[1:] - places[0]) / _STEP, 0, -1)


def _travels(
    moved: np.ndarray, turned: np.ndarray, along: np.ndarray, weight: np.ndarray, fine: float
) -> list[tuple[np.ndarray, tuple[float, float], np.ndarray]]:
    """The best, best first: turns and zoom (f,), how far in which direction, disparity (n,).

    `moved` (n, 2) pixels; `turned` (n, 2, f) pixels for one unit of each turn; `along` (m, n, 2) for one unit of travel
    in each direction, at disparity 1; `weight` (n,).
    """
    long = np.maximum(np.linalg.norm(along, axis=-1, keepdims=True), 1e-9)
    across = np.stack([-along[..., 1], along[..., 0]], -1) / long
    turns = _unseen(np.einsum("mnc,nc->mn", across, moved), np.einsum("mnc,ncf->mnf", across, turned), weight, fine)
    left = moved - np.einsum("ncf,mf->mnc", turned, turns)
    parallax = (left * along).sum(-1) / long[..., 0] ** 2
    costs, found = [], []
    for sign in (1.0, -1.0):
        near = np.maximum(np.quantile(np.maximum(sign * parallax, 0), 0.9, axis=1, keepdims=True), 1e-6)
        nearness = np.clip(sign * parallax, 0, NEAREST * near)
        off = ((left - sign * nearness[..., None] * along) ** 2).sum(-1)
        costs.append((weight * off / (off + fine**2)).sum(-1))
        found += [(turns[m], (sign * float(near[m, 0]), m), nearness[m] / near[m, 0]) for m in range(len(turns))]
    unit = along.reshape(len(along), -1)
    unit = unit / np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-9)
    kept: list[int] = []
    for at in np.argsort(np.concatenate(costs)).tolist():
        m, sign = found[at][1][1], np.sign(found[at][1][0])
        if all(sign * np.sign(found[k][1][0]) * (unit[m] @ unit[found[k][1][1]]) < APART for k in kept):
            kept.append(at)
        if len(kept) == BEST:
            break
    return [found[at] for at in kept]


def _unseen(asked: np.ndarray, slope: np.ndarray, weight: np.ndarray, fine: float) -> np.ndarray:
    """(m, f): for each direction the turns that best explain what travel cannot: `asked` (m, n), `slope` (m, n, f)."""
    turns = np.zeros((len(asked), slope.shape[-1]))
    for round_ in range(ROUNDS if slope.shape[-1] else 0):
        wide = max(fine, FIRST * NARROWER**round_)
        left = asked - np.einsum("mnf,mf->mn", slope, turns)
        counted = weight / (1 + (left / wide) ** 2) ** 2
        curve = np.einsum("mn,mnf,mng->mfg", counted, slope, slope) + 1e-6 * np.eye(slope.shape[-1])
        turns = np.linalg.solve(curve, np.einsum("mn,mnf,mn->mf", counted, slope, asked)[..., None])[..., 0]
    return turns


def _dollies(tracks: Tracks, lens: Intrinsics) -> Iterator[Start]:
    """Dolly zooms, in and out, from how much each place grows from the centre: along rays a zoom and a travel look
    alike, so what they do across them tells nothing."""
    ray = tracks.points - np.array([lens.cx, lens.cy])
    far = (ray**2).sum(-1)
    rim = (far > (FROM_CENTRE * lens.cx) ** 2) & (tracks.trusted.mean(0) > 0.5)
    if rim.sum() < FEWEST:
        return
    grown = 1 + ((tracks.moved - tracks.points) * ray).sum(-1) / np.maximum(far, 1)  # (k, n)
    grown = np.clip(grown, 0.3, 3.0)
    for share in (0.02, 0.98):  # what is far shrinks, or grows, as the lens alone makes it
        zoom = np.quantile(grown[:, rim], share, axis=1)
        nearer = 1 - zoom[-1] / grown[-1]  # travel times disparity
        travel = float(np.quantile(nearer[rim], 1 - share))
        if abs(travel) < 1e-3 or abs(zoom[-1] - 1) < 1e-3:
            continue
        state = np.zeros((len(grown), 7))
        state[:, 3] = np.log(zoom)
        state[:, 6] = travel * (1 - zoom) / (1 - zoom[-1])
        yield state, np.clip(nearer / travel, 0.0, NEAREST)


def _sphere(count: int) -> np.ndarray:
    """(count, 3) directions, evenly over half of a sphere (a Fibonacci lattice)."""
    at = np.arange(count) + 0.5
    height, about = at / count, np.pi * (1 + 5**0.5) * at
    flat = np.sqrt(1 - height**2)
    return np.stack([flat * np.cos(about), flat * np.sin(about), height], -1)
