"""The camera as read from a clip's pixels: its path, the moves it is made of, and how well it explains the clip."""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass

import numpy as np

from stillreel.evaluation.observation import Observation
from stillreel.evaluation.refit import Fit, best
from stillreel.evaluation.tracks import FEWEST, Tracks, follow
from stillreel.motion.camera import Intrinsics
from stillreel.motion.plan import UNITS

__all__ = ["CameraReading", "Read", "read_camera"]

USUAL_FOCAL = 0.9  # of the width, as in Scene
STILL = 0.3  # pixels of the small frames: what moves less is not called a move
SIDE_SHARE = 0.08  # of the largest move's effect: what is less beside it is not called one
ALIKE = 0.02  # of explained places: pushes and zooms, pans and trucks that close cannot be told apart
TREMOR_DEGREES = 0.36  # rms of yaw of a handheld of strength 1, see motion.camera
TURNS_BACK = 3
INLIER = 1.0  # pixels of the small frames
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


@dataclass(frozen=True)
class CameraReading:
    """Arrays have one entry per key; the first key is the first frame."""

    times: tuple[float, ...]  # seconds
    pan: tuple[float, ...]  # degrees, to the right
    tilt: tuple[float, ...]  # degrees, up
    roll: tuple[float, ...]  # degrees, clockwise
    zoom: tuple[float, ...]  # ratio
    position: tuple[tuple[float, float, float], ...]  # x right, y down, z forward, in near depths
    expansion: tuple[float, ...]  # how much larger what stands at the centre has become
    moves: tuple[Read, ...]
    error_median: float | None  # pixels of the clip; None where too little could be followed
    error_p90: float | None
    explained: float  # share of places that the camera explains
    confidence: float  # 0..1
    focal: float  # pixels of the clip
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def read_camera(observation: Observation) -> CameraReading:
    """The camera of a clip; better where the scene is known (focal length, depth, what may move by itself)."""
    footage, scene = observation.footage, observation.scene
    height, width = footage.luma.shape[1:]
    focal = USUAL_FOCAL * width if scene is None else scene.focal * width / scene.size[0]
    notes = (f"focal length taken as {USUAL_FOCAL} of the width",) if scene is None else ()
    tracks = follow(observation)
    times = np.array([0, *observation.keys]) / footage.fps
    if len(tracks.points) < FEWEST:
        return _unread(times, focal * footage.scale, notes)
    found, tried = best(tracks, Intrinsics.of((width, height), focal))
    state = np.vstack([np.zeros(7), found.state])
    errors = (
        footage.scale * found.residual[tracks.weight > 0.5] if (tracks.weight > 0.5).any() else found.residual
    )
    inliers = float((found.residual < INLIER).mean())
    return CameraReading(
        times=tuple(times.tolist()),
        pan=_degrees(state[:, 0]), tilt=_degrees(state[:, 1]), roll=_degrees(state[:, 2]),
        zoom=tuple(np.exp(state[:, 3]).tolist()),
        position=tuple((float(x), float(y), float(z)) for x, y, z in state[:, 4:]),
        expansion=_expansion(tracks, found, state, (width, height)),
        moves=_moves(times, state, found, tried, focal, width),
        error_median=float(np.median(errors)), error_p90=float(np.quantile(errors, 0.9)), explained=inliers,
        confidence=inliers * float(tracks.trusted.mean()) * min(1.0, len(tracks.points) / 60),
        focal=focal * footage.scale, notes=notes,
    )  # fmt: skip


def _degrees(radians: np.ndarray) -> tuple[float, ...]:
    return tuple(np.degrees(radians).tolist())


def _unread(times: np.ndarray, focal: float, notes: tuple[str, ...]) -> CameraReading:
    none, one = (0.0,) * len(times), (1.0,) * len(times)
    said = (*notes, "too few places could be followed to say anything of the camera")
    return CameraReading(
        tuple(times.tolist()), none, none, none, one, ((0.0, 0.0, 0.0),) * len(times), one, (), None, None, 0.0, 0.0,
        focal, said,
    )  # fmt: skip


def _expansion(tracks: Tracks, found: Fit, state: np.ndarray, size: tuple[int, int]) -> tuple[float, ...]:
    away = np.abs(tracks.points / np.array(size) - 0.5).max(1)
    central = found.disparity[away <= max(0.25, float(np.quantile(away, 0.1)))]
    grown = np.exp(state[:, 3, None]) / np.maximum(1 - state[:, 6, None] * central, 0.05)
    return tuple(np.median(grown, axis=1).tolist())


def _moves(
    times: np.ndarray, state: np.ndarray, found: Fit, tried: list[Fit], focal: float, width: int
) -> tuple[Read, ...]:
    seen = _effects(found, focal, width)
    least = max(STILL, SIDE_SHARE * float(np.abs(state * seen).max()))
    if not _shaking(state, seen):
        combined = _orbit(times, state, seen, found, least) or _dolly(times, state, seen, found, least)
    else:
        combined = None
    taken, reads = combined or (set(), [])
    if _shaking(state, seen):
        taken = {0, 1, 2}
        reads.append(_handheld(times, state))
    for column in range(7):
        if column not in taken:
            reads += _runs(times, state[:, column], seen[column], least, column, _alike(column, found, tried))
    end = float(times[-1])
    return tuple(reads) or (Read("static", None, 0.0, "none", 0.0, end),)


def _effects(found: Fit, focal: float, width: int) -> np.ndarray:
    """Pixels by which one unit of each column moves a usual place (half way to the edge, of usual depth)."""
    depth, away = float(np.median(found.disparity)), width / 4
    return np.array([focal, focal, away, away, focal * depth, focal * depth, away * depth])


def _runs(
    times: np.ndarray, path: np.ndarray, seen: float, least: float, column: int, alike: str | None
) -> list[Read]:
    """One move for every stretch in which the path goes one way, by `least` pixels or more."""
    corners = _corners(path * seen, least)
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
    turns = [max(0, len(_corners(state[:, column] * seen[column], STILL)) - 2) for column in (0, 1)]
    return max(turns) >= TURNS_BACK or sum(turns) > TURNS_BACK


def _handheld(times: np.ndarray, state: np.ndarray) -> Read:
    strength = float(np.degrees(np.sqrt((state[:, :2] ** 2).mean()))) / TREMOR_DEGREES
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
