"""The moves that a camera path is made of, in the words and units of a plan."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from stillreel.evaluation.refit import Fit
from stillreel.motion.plan import UNITS

__all__ = ["Read", "moves_of"]

STILL = 1.0  # pixels of the small frames: what moves less is not called a move
SIDE_SHARE = 0.08  # of the largest move's effect: what is less beside it is not called one
ALONE = 1.5  # times STILL: what a smaller move must do in a time of its own
ALIKE = 0.02  # of explained places: pushes and zooms, pans and trucks that close cannot be told apart
TREMOR_DEGREES = 0.36  # rms of yaw of a handheld of strength 1, see motion.camera
TURNS_BACK, RETURNED = 3, 0.5  # times in all; share of its range within which a path ends where it began
STRONGEST = 1.6  # of a handheld; who swings more is moved on purpose
ABOVE_TREMOR = 5.0  # times the tremor: what moves less in one stretch is a part of it
CANCELS = 0.25  # of the largest move's effect: an orbit beside it that does less is not believed
_NAMES = (
    ("pan", "right", "left"), ("tilt", "up", "down"), ("roll", "clockwise", "counterclockwise"), ("zoom", "in", "out"),
    ("truck", "right", "left"), ("pedestal", "down", "up"), ("push", "in", "out"),
)  # fmt: skip
_TWINS = {
    "zoom": "push",
    "push": "zoom",
    "pan": "truck",
    "truck": "pan",
    "tilt": "pedestal",
    "pedestal": "tilt",
}


@dataclass(frozen=True)
class Read:
    """One recognised move, in the words and units of a plan."""

    move: str
    direction: str | None
    amount: float
    unit: str
    start: float  # seconds
    end: float
    alike: str | None = None  # the move that explains the clip as well: a push over a plane is a zoom


def moves_of(
    times: np.ndarray, state: np.ndarray, found: Fit, tried: list[Fit], focal: float, width: int
) -> tuple[Read, ...]:
    """The moves of `state` (k, 7), one row for each of `times`; a static one where nothing moves."""
    seen = _effects(found, focal, width)
    least = max(STILL, SIDE_SHARE * float(np.abs(state * seen).max()))
    shaken = _handheld(times, state, seen, focal)
    if _shaking(state, seen) and shaken.amount < STRONGEST:
        taken, reads = {2}, [shaken]
        least = max(
            least, ABOVE_TREMOR * max(_tremor(state[:, column] * seen[column]) for column in (0, 1, 4, 5))
        )
    else:
        combined = _orbit(times, state, seen, found, least) or _dolly(times, state, seen, found, least)
        taken, reads = combined or (set(), [])
    for column in range(7):
        if column in taken:
            continue
        alike = _alike(column, found, tried)
        runs = _runs(times, state[:, column], _corners(state[:, column] * seen[column], least), column, alike)
        if not runs and not taken:
            runs = _runs(times, state[:, column], _own_time(state * seen, column), column, alike)
        reads += runs
    end = float(times[-1])
    return tuple(reads) or (Read("static", None, 0.0, "none", 0.0, end),)


def _effects(found: Fit, focal: float, width: int) -> np.ndarray:
    """Pixels by which one unit of each column moves a usual place (half way to the edge, of usual depth)."""
    depth, away = float(np.median(found.disparity)), width / 4
    return np.array([focal, focal, away, away, focal * depth, focal * depth, away * depth])


def _own_time(paths: np.ndarray, column: int) -> list[int]:
    """The corners of a small move that happens where the larger ones, of `paths` (k, 7) in pixels, rest."""
    corners = _corners(paths[:, column], ALONE * STILL)
    for first, last in itertools.pairwise(corners):
        change = np.abs(paths[last] - paths[first])
        if change[column] < SIDE_SHARE * change.max():
            return []
    return corners


def _runs(
    times: np.ndarray, path: np.ndarray, corners: list[int], column: int, alike: str | None
) -> list[Read]:
    """One move for every stretch between `corners`."""
    verb, positive, negative = _NAMES[column]
    reads = []
    for first, last in itertools.pairwise(corners):
        change = float(path[last] - path[first])
        start, end = _span(times[first : last + 1], path[first : last + 1])
        amount = (
            abs(change)
            if column > 3
            else float(np.exp(abs(change)))
            if column == 3
            else float(np.degrees(abs(change)))
        )
        reads.append(Read(verb, positive if change > 0 else negative, amount, UNITS[verb], start, end, alike))
    return reads


def _corners(path: np.ndarray, least: float) -> list[int]:
    """Where a path turns back, hysteresis `least`; its ends included, none where it goes nowhere."""
    low = high = 0
    corners: list[int] = []
    way = 0
    for at, value in enumerate(path):
        high, low = (at if value > path[high] else high), (at if value < path[low] else low)
        if way >= 0 and path[high] - value >= least and (way or high > low or path[high] - path[0] < least):
            corners, way, low = [*corners, high], -1, at
            high = at
        elif way <= 0 and value - path[low] >= least:
            corners, way, high = [*corners, low], 1, at
            low = at
    return [*corners, high if way > 0 else low] if way else []


def _span(times: np.ndarray, path: np.ndarray) -> tuple[float, float]:
    share = np.maximum.accumulate((path - path[0]) / (path[-1] - path[0]))
    before = max(0, int(np.searchsorted(share, 0.02)) - 1)
    after = min(len(times) - 1, int(np.searchsorted(share, 0.98)))
    return float(times[before]), float(times[after])


def _shaking(state: np.ndarray, seen: np.ndarray) -> bool:
    """Whether yaw or pitch, or the travel that stands for them in near things, turns back again and again, or both
    do once and end where they began."""
    paths = (state * seen)[:, [0, 1, 4, 5]]
    turns = [max(0, len(_corners(path, STILL)) - 2) for path in paths.T]
    back = [turned > 0 and abs(path[-1] - path[0]) < RETURNED * np.ptp(path) for turned, path in zip(turns, paths.T)]
    return sum(turns) >= TURNS_BACK or all(back[:2]) or all(back[2:])


def _tremor(path: np.ndarray) -> float:
    """Root mean square about the straight line through a path."""
    at = np.arange(len(path))
    return float(np.std(path - np.polyval(np.polyfit(at, path, 1), at)))


def _handheld(times: np.ndarray, state: np.ndarray, seen: np.ndarray, focal: float) -> Read:
    tremors = [_tremor(state[:, column] * seen[column]) for column in (0, 1, 4, 5)]
    shaken = max(math.hypot(*tremors[:2]), math.hypot(*tremors[2:]))
    strength = math.degrees(shaken / focal) / TREMOR_DEGREES / math.sqrt(2)
    return Read("handheld", None, strength, UNITS["handheld"], 0.0, float(times[-1]))


def _alike(column: int, found: Fit, tried: list[Fit]) -> str | None:
    """The other move that explains the clip as well, where one was tried."""
    verb = _NAMES[column][0]
    if verb not in _TWINS:
        return None
    moves, turns = bool({4, 5, 6} & set(found.freedoms)), bool({0, 1, 2, 3} & set(found.freedoms))
    if moves and turns:
        return None
    others = [
        fit
        for fit in tried
        if bool({4, 5, 6} & set(fit.freedoms)) != moves and (moves or set(fit.freedoms) == {4, 5, 6})
    ]
    near = any(fit.explained > found.explained - ALIKE for fit in others)
    return _TWINS[verb] if near else None


def _orbit(
    times: np.ndarray, state: np.ndarray, seen: np.ndarray, found: Fit, least: float
) -> tuple[set[int], list[Read]] | None:
    """A truck with the pan that brings what it turns about back."""
    yaw, aside = float(state[-1, 0]), float(state[-1, 4])
    if min(abs(yaw) * seen[0], abs(aside) * seen[4]) < least or yaw * aside >= 0:
        return None
    if min(abs(yaw) * seen[0], abs(aside) * seen[4]) < CANCELS * float(np.abs(state * seen).max()):
        # Beside a large move, on a plane, a turn and a travel that undo each other are the fit's own play.
        net = abs(yaw * seen[0] + aside * seen[4])
        return ({0, 4}, []) if net < least else None
    pivot = float(np.tan(abs(yaw))) / abs(aside)
    if not 0.5 * found.disparity.min() < pivot < 1.5 * found.disparity.max():
        return None
    start, end = _span(times, state[:, 0])
    way = "right" if aside > 0 else "left"
    return {0, 4, 6}, [Read("orbit", way, float(np.degrees(abs(yaw))), UNITS["orbit"], start, end)]


def _dolly(
    times: np.ndarray, state: np.ndarray, seen: np.ndarray, found: Fit, least: float
) -> tuple[set[int], list[Read]] | None:
    """A push with the zoom that undoes it for something in the picture."""
    zoom, ahead = float(state[-1, 3]), float(state[-1, 6])
    if min(abs(zoom) * seen[3], abs(ahead) * seen[6]) < least or zoom * ahead >= 0:
        return None
    pivot = (1 - float(np.exp(zoom))) / ahead
    if not 0.5 * found.disparity.min() < pivot < 1.5 * found.disparity.max():
        return None
    start, end = _span(times, state[:, 3])
    way = "in" if ahead > 0 else "out"
    return {3, 6}, [Read("dolly_zoom", way, float(np.exp(abs(zoom))), UNITS["dolly_zoom"], start, end)]
