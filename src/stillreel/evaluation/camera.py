"""The camera as read from a clip's pixels: its path, the moves it is made of, and how well it explains the clip."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from stillreel.evaluation.camera_growth import growth
from stillreel.evaluation.camera_moves import Read, moves_of
from stillreel.evaluation.observation import Observation
from stillreel.evaluation.refit import best, fineness, turning_focal
from stillreel.evaluation.tracks import FEWEST, Tracks, follow
from stillreel.motion.camera import Intrinsics

__all__ = ["CameraReading", "Read", "read_camera", "read_tracks"]

USUAL_FOCAL = 0.9  # of the width, as in Scene
UNSURE = 0.15  # confidence under which no move is named
INLIER = 3.0  # times the residual with which a place counts half


@dataclass(frozen=True)
class CameraReading:
    """Arrays have one entry per key; the first key is the first frame."""

    times: tuple[float, ...]  # seconds
    pan: tuple[float, ...]  # degrees, to the right
    tilt: tuple[float, ...]  # degrees, up
    roll: tuple[float, ...]  # degrees, clockwise
    zoom: tuple[float, ...]  # ratio
    position: tuple[tuple[float, float, float], ...]  # x right, y down, z forward, in near depths
    expansion: tuple[float, ...]  # how much larger what stands at the centre has become, see camera_growth
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
    times = np.array([0, *observation.keys]) / footage.fps
    return read_tracks(
        follow(observation), times, (width, height), focal, footage.scale, notes, scene is None
    )


def read_tracks(
    parts: list[Tracks], times: np.ndarray, size: tuple[int, int], focal: float, scale: float, notes: tuple[str, ...],
    assumed: bool = True,
) -> CameraReading:  # fmt: skip
    """The camera of followed places; `times` of the keys, the first frame's included; `focal` in small pixels, which is
    looked for where it is `assumed` and the camera turns."""
    tracks = parts[0]
    if len(tracks.points) < FEWEST:
        return _unread(times, focal * scale, notes)
    if assumed and (better := turning_focal(parts, size, focal)) is not None:
        focal = better
        notes = (*notes, f"the way it turns gives a focal length of {better / size[0]:.2f} of the width")
    found, tried = best(parts, Intrinsics.of(size, focal))
    state = np.vstack([np.zeros(7), found.state])
    weight = np.concatenate([part.weight for part in parts])
    judged = found.residual[weight > 0.5] if (weight > 0.5).any() else found.residual
    fine = max(fineness(part) for part in parts)
    inliers = float((found.residual < INLIER * fine).mean())
    confidence = inliers * float(tracks.trusted.mean()) * min(1.0, len(tracks.points) / 60)
    moves = moves_of(times[: len(state)], state, found, tried, focal, size[0])
    if confidence < UNSURE:
        moves, notes = (), (*notes, "the camera explains too little of what moves to name its moves")
    if len(state) < len(times):
        cut = f"from {times[len(state) - 1]:.1f} s on the camera cannot be followed: a cut, or too little in common"
        notes = (*notes, cut)
        state = np.vstack([state, np.repeat(state[-1:], len(times) - len(state), axis=0)])
    return CameraReading(
        times=tuple(times.tolist()),
        pan=_degrees(state[:, 0]), tilt=_degrees(state[:, 1]), roll=_degrees(state[:, 2]),
        zoom=tuple(np.exp(state[:, 3]).tolist()),
        position=tuple((float(x), float(y), float(z)) for x, y, z in state[:, 4:]),
        expansion=_expansion(parts, found.residual < fine, size, len(times)), moves=moves,
        error_median=float(scale * np.median(judged)), error_p90=float(scale * np.quantile(judged, 0.9)),
        explained=inliers, confidence=confidence, focal=focal * scale, notes=notes,
    )  # fmt: skip


def _expansion(parts: list[Tracks], well: np.ndarray, size: tuple[int, int], keys: int) -> tuple[float, ...]:
    """Of all keys; `well` says of the places of all parts which the camera explains well."""
    each = np.split(well, np.cumsum([len(part.points) for part in parts])[:-1])
    grown = np.append(1.0, growth(parts, each, size))
    return (*grown.tolist(), *[float(grown[-1])] * (keys - len(grown)))


def _degrees(radians: np.ndarray) -> tuple[float, ...]:
    return tuple(np.degrees(radians).tolist())


def _unread(times: np.ndarray, focal: float, notes: tuple[str, ...]) -> CameraReading:
    none, one = (0.0,) * len(times), (1.0,) * len(times)
    said = (*notes, "too few places could be followed to say anything of the camera")
    return CameraReading(
        tuple(times.tolist()), none, none, none, one, ((0.0, 0.0, 0.0),) * len(times), one, (), None, None, 0.0, 0.0,
        focal, said,
    )  # fmt: skip
