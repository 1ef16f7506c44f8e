"""The pinhole camera: a plan's moves become an exact pose for every moment.

Axes: x right, y down, z forward; the unit of length is the scene's near depth (disparity 1 stands at z = 1,
disparity 0 at infinity). A photo point p with disparity D lies at K^-1 p / D; a camera that moved by C and turned
by R sees it at q ~ K' R (K^-1 p - C D). Rotation and zoom alone (C = 0) are homographies and need no depth.
Source: Hartley and Zisserman, Multiple View Geometry, 2nd ed., chapters 6 and 8.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stillreel.motion.plan import CameraMove, MotionPlan

__all__ = ["Camera", "CameraPose", "Intrinsics", "ease"]

_EASINGS: dict[str, Callable[[float], float]] = {
    "linear": lambda x: x,
    "smooth": lambda x: x * x * (3 - 2 * x),
    "smoother": lambda x: x * x * x * (x * (6 * x - 15) + 10),
    "in": lambda x: x * x,
    "out": lambda x: x * (2 - x),
}
# Natural hand tremor: a few incommensurate rates (Hz) below 3 Hz, larger where slower.
_TREMOR_RATES = (0.35, 0.8, 1.7)
_TREMOR_DEGREES = (0.45, 0.22, 0.08)


def ease(name: str, x: float) -> float:
    """Progress 0..1 at the share x of a move's time (clamped); `name` as in CameraMove.easing."""
    return _EASINGS[name](min(1.0, max(0.0, x)))


@dataclass(frozen=True)
class Intrinsics:
    """Focal length and principal point in frame pixels (pixel centres at whole numbers)."""

    focal: float
    cx: float
    cy: float

    @classmethod
    def of(cls, size: tuple[int, int], focal: float) -> Intrinsics:
        return cls(focal, (size[0] - 1) / 2, (size[1] - 1) / 2)

    def matrix(self, zoom: float = 1.0) -> np.ndarray:
        f = self.focal * zoom
        return np.array([[f, 0, self.cx], [0, f, self.cy], [0, 0, 1.0]])


@dataclass(frozen=True)
class CameraPose:
    """Where the camera is and looks, relative to the photo's own camera."""

    rotation: np.ndarray  # (3, 3) float64, world to camera
    position: np.ndarray  # (3,) float64 near depths
    zoom: float  # focal length over the photo's

    @property
    def translates(self) -> bool:
        return bool(np.abs(self.position).max() > 1e-9)

    def homography(self, lens: Intrinsics) -> np.ndarray:
        """(3, 3): photo pixel -> frame pixel for content at infinity (and for all content if C = 0)."""
        return lens.matrix(self.zoom) @ self.rotation @ np.linalg.inv(lens.matrix())


def turn(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """World-to-camera rotation; radians; yaw to the right, pitch up, roll clockwise (the camera's own)."""
    cy, sy, cp, sp, cr, sr = (
        np.cos(yaw),
        np.sin(yaw),
        np.cos(pitch),
        np.sin(pitch),
        np.cos(roll),
        np.sin(roll),
    )
    y = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
    x = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    z = np.array([[cr, sr, 0], [-sr, cr, 0], [0, 0, 1.0]])
    return z @ x @ y


@dataclass(frozen=True)
class _State:
    """The camera's degrees of freedom, which add up over moves; angles in degrees."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    log_zoom: float = 0.0
    position: tuple[float, float, float] = (0.0, 0.0, 0.0)
    orbit: float = 0.0

    def __add__(self, other: _State) -> _State:
        x, y, z = (a + b for a, b in zip(self.position, other.position, strict=True))
        return _State(
            self.yaw + other.yaw, self.pitch + other.pitch, self.roll + other.roll,
            self.log_zoom + other.log_zoom, (x, y, z), self.orbit + other.orbit,
        )  # fmt: skip


class Camera:
    """The camera path of a plan: `at(t)` gives the pose at t seconds.

    `pivot` is the direction (x, y, 1) and disparity of what an orbit turns about and a dolly zoom keeps in size.
    With `loop` every move goes out and comes back within its time, so that the path is closed.
    """

    def __init__(
        self,
        plan: MotionPlan,
        *,
        pivot: tuple[float, float] = (0.0, 0.0),
        pivot_disparity: float = 1.0,
        seed: int = 0,
        loop: bool = False,
    ) -> None:
        self._plan = plan
        self._pivot = np.array([*pivot, 1.0]) / max(pivot_disparity, 0.05)
        self._phases = np.random.default_rng([seed, 77]).uniform(0, 2 * np.pi, (3, len(_TREMOR_RATES)))
        self._loop = loop

    def at(self, t: float) -> CameraPose:
        state = sum((self._move(move, t) for move in self._plan.camera), _State())
        rotation = turn(*np.radians((state.yaw, state.pitch, state.roll)))
        position = np.array(state.position)
        if state.orbit:
            around = turn(np.radians(-state.orbit), 0, 0)
            position = position + self._pivot - around.T @ self._pivot
            rotation = rotation @ around
        return CameraPose(rotation, position, float(np.exp(state.log_zoom)))

    def _move(self, move: CameraMove, t: float) -> _State:
        share = (t - move.start) / (move.end - move.start)
        if move.move == "handheld":
            return self._tremor(move, t, share)
        progress = _there_and_back(share) if self._loop else ease(move.easing, share)
        return _displaced(move, progress, float(self._pivot[2]))

    def _tremor(self, move: CameraMove, t: float, share: float) -> _State:
        if not 0 < share < 1:
            return _State()
        seconds = move.end - move.start
        gain = move.amount * ease("smooth", (t - move.start) / 0.8) * ease("smooth", (move.end - t) / 0.8)
        rates = np.array([max(1, round(rate * seconds)) / seconds for rate in _TREMOR_RATES])
        yaw, pitch, roll = gain * (np.sin(2 * np.pi * rates * t + self._phases) @ np.array(_TREMOR_DEGREES))
        return _State(yaw=yaw, pitch=pitch, roll=0.35 * roll)


def _there_and_back(share: float) -> float:
    return 0.5 - 0.5 * float(np.cos(2 * np.pi * min(1.0, max(0.0, share))))


def _displaced(move: CameraMove, progress: float, pivot_depth: float) -> _State:
    """The state that `move` adds at `progress` 0..1."""
    sign = 1.0 if move.direction in ("right", "up", "clockwise", "in") else -1.0
    amount = sign * move.amount * progress
    match move.move:
        case "pan":
            return _State(yaw=amount)
        case "tilt":
            return _State(pitch=amount)
        case "roll":
            return _State(roll=amount)
        case "orbit":
            return _State(orbit=amount)
        case "push":
            return _State(position=(0, 0, amount))
        case "truck":
            return _State(position=(amount, 0, 0))
        case "pedestal":
            return _State(position=(0, -amount, 0))
        case "zoom":
            return _State(log_zoom=sign * progress * np.log(move.amount))
        case "dolly_zoom":
            # The push that would scale the pivot by `grown`, undone for the pivot by the lens.
            grown = float(np.exp(sign * progress * np.log(move.amount)))
            return _State(log_zoom=-np.log(grown), position=(0, 0, pivot_depth * (1 - 1 / grown)))
    return _State()
