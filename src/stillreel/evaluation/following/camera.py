"""Camera moves: the path read from the clip against the path planned, axis by axis.

What the eye sees of a camera is how the picture shifts, grows and turns. A pan and a truck share an axis, so do a tilt
and a pedestal, a zoom and a push; so it does not matter which twin the refit named. An orbit is a pan against a truck,
a dolly zoom a zoom against a push.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stillreel.evaluation.camera import CameraReading
from stillreel.evaluation.following.parallax import growths
from stillreel.evaluation.following.values import Followed, amount_score, overlap, ramp, together
from stillreel.evaluation.observation import Observation
from stillreel.motion.camera import Camera
from stillreel.motion.limits import camera_of
from stillreel.motion.plan import CameraMove, MotionPlan
from stillreel.motion.timeline import title
from stillreel.scene.values import Scene

__all__ = ["ELSE", "Axes", "follow_camera", "planned_axes", "seen_axes"]

AXIS = {"pan": "across", "truck": "across", "tilt": "up", "pedestal": "up", "zoom": "in", "push": "in", "roll": "roll",
        "orbit": "orbit", "dolly_zoom": "dolly"}  # fmt: skip
ELSE = "no other camera move"
FLAT = {"across", "up", "in", "roll"}
VISIBLE, CALM, RESTLESS = 0.004, 0.008, 0.06
"""Shares of the long side: less travel is no move; this much unasked for costs nothing; and all that can be lost."""
TYPICAL = 0.4  # disparity of a usual place, where the scene is not known
LOPSIDED = 3.0  # times that a pan may outdo its truck in an orbit, as where most of the picture is far behind
TOLD = 0.03  # near depths from which a move ahead tells how near the centre is
LATE = 0.25  # seconds from which a delay is said
_FORWARD = ("right", "up", "in", "clockwise")
_TREMOR = 0.36  # degrees rms of a handheld of strength 1


@dataclass(frozen=True)
class Axes:
    """A camera path as what it does to the picture, one value a time; shares of the long side for a usual place."""

    times: np.ndarray
    across: np.ndarray  # to the right
    up: np.ndarray
    inward: np.ndarray  # by growth, a place half way to the edge
    roll: np.ndarray  # clockwise, such a place
    orbit: np.ndarray  # about a pivot to the right
    dolly: np.ndarray  # toward, the lens widening

    def of(self, name: str) -> np.ndarray:
        return self.inward if name == "in" else getattr(self, name)


@dataclass(frozen=True)
class _Lens:
    """What turns angles and near depths into travel in the picture."""

    focal: float  # of the long side
    depth: float  # disparity of a usual place
    centre: float  # and of the picture's middle, where growth is read
    side: float = 0.25  # of the long side: half way to the edge


def follow_camera(plan: MotionPlan, reading: CameraReading, observation: Observation) -> list[Followed]:
    """One item for each planned move, and one for what the camera does besides; none where the plan leaves it open."""
    if not plan.camera:
        return []
    if reading.error_median is None:
        return [Followed(title(move), "camera", None, move.amount, None, move.unit, note="the camera could not be read")
                for move in plan.camera]  # fmt: skip
    scene = observation.scene
    lens = _Lens(reading.focal / max(observation.footage.size), *_depths(scene))
    seen = seen_axes(reading, lens, scene is not None)
    if (
        any(move.move == "dolly_zoom" for move in plan.camera)
        and (growth := growths(observation)) is not None
    ):
        seen = replace(seen, dolly=lens.side * _against(growth[:, 1], growth[:, 0], LOPSIDED))
    asked = planned_axes(plan, scene, seen.times, lens)
    if plan.is_static:
        return [_static(seen)]
    items = [_handheld(move, reading) if move.move == "handheld" else _move(move, plan, seen, asked)
             for move in plan.camera if move.move != "static"]  # fmt: skip
    return [*items, _besides(plan, seen, asked)]


def planned_axes(plan: MotionPlan, scene: Scene | None, times: np.ndarray, lens: _Lens) -> Axes:
    """The plan's own path at `times`."""
    steady = plan.model_copy(
        update={"camera": tuple(move for move in plan.camera if move.move != "handheld")}
    )
    camera = Camera(steady, pivot_disparity=TYPICAL) if scene is None else camera_of(scene, steady)
    poses = [camera.at(float(t)) for t in times]
    turned = np.array([_angles(pose.rotation) for pose in poses])
    places = np.array([pose.position for pose in poses])
    zoom = np.array([pose.zoom for pose in poses])
    grown = zoom / np.maximum(1 - places[:, 2] * lens.centre, 0.05)
    return _axes(times, turned, places, zoom, grown, lens, lens.depth)


def seen_axes(reading: CameraReading, lens: _Lens, known: bool) -> Axes:
    """The path that was read. Where depth is not `known`, how near the reading took the centre to be follows from its
    expansion."""
    turned = np.radians(np.stack([reading.pan, reading.tilt, reading.roll], axis=-1))
    places, zoom, grown = (
        np.array(each, np.float64) for each in (reading.position, reading.zoom, reading.expansion)
    )
    ahead = places[:, 2]
    at = int(np.argmax(np.abs(ahead)))
    told = not known and abs(ahead[at]) > TOLD
    depth = (1 - zoom[at] / max(grown[at], 1e-3)) / ahead[at] if told else lens.depth
    return _axes(np.array(reading.times), turned, places, zoom, grown, lens, float(np.clip(depth, 0.05, 2.0)))


def _axes(
    times: np.ndarray, turned: np.ndarray, places: np.ndarray, zoom: np.ndarray, grown: np.ndarray, lens: _Lens,
    depth: float,
) -> Axes:  # fmt: skip
    yaw, pitch, roll = turned.T
    aside, down, _ = places.T
    shift, lift = lens.focal * aside * depth, -lens.focal * down * depth
    pan, tilt = lens.focal * np.tan(yaw), lens.focal * np.tan(pitch)
    lens_grown = np.log(np.maximum(zoom, 1e-3))
    moved = np.log(np.maximum(grown, 1e-3)) - lens_grown
    return Axes(
        times, pan + shift, tilt + lift, lens.side * (lens_grown + moved), lens.side * roll,
        _against(shift, pan, LOPSIDED), lens.side * _against(moved, lens_grown, LOPSIDED),
    )  # fmt: skip


def _against(one: np.ndarray, other: np.ndarray, most: float = 1.0) -> np.ndarray:
    """How much of `other` is undone by `one`, counted `most` times at most; with the sign of `one`."""
    return np.where(one * other < 0, np.sign(one) * np.minimum(most * np.abs(one), np.abs(other)), 0.0)


def _angles(rotation: np.ndarray) -> tuple[float, float, float]:
    """Yaw to the right, pitch up and roll clockwise of `motion.camera.turn`, radians."""
    r = rotation
    pitch = float(-np.arcsin(np.clip(r[2, 1], -1, 1)))
    yaw = float(np.arctan2(r[2, 0], r[2, 2]))
    roll = float(np.arctan2(r[0, 1], r[1, 1]))
    return yaw, pitch, roll


def _depths(scene: Scene | None) -> tuple[float, float]:
    """Disparity of a usual place, and of the middle."""
    if scene is None:
        return TYPICAL, TYPICAL
    rows, columns = (slice(side // 4, side - side // 4, 8) for side in scene.disparity.shape)
    parts = scene.disparity[::8, ::8], scene.disparity[rows, columns]
    usual, middle = (float(np.clip(np.median(part), 0.1, 1.0)) for part in parts)
    return usual, middle


def _move(move: CameraMove, plan: MotionPlan, seen: Axes, asked: Axes) -> Followed:
    name = AXIS[move.move]
    there, wanted = seen.of(name), asked.of(name)
    rates = np.diff(wanted)
    one_way = rates.max(initial=0) <= 1e-9 or rates.min(initial=0) >= -1e-9
    window = _inside(move, seen.times)
    goal = float(wanted[window[1]] - wanted[window[0]])
    done = float(there[-1] - there[0]) if one_way else float(there[window[1]] - there[window[0]])
    whole = float(wanted[-1] - wanted[0]) if one_way else goal
    sign = 1.0 if move.direction in _FORWARD else -1.0
    share = done / whole if abs(whole) > 1e-6 else 0.0
    ratio = share if abs(whole) > 1e-6 else 0.0
    right, present = ratio > 0, ramp(abs(done), 0.5 * VISIBLE, 1.5 * VISIBLE)
    when, late = _timing(there, wanted, seen.times, sign, window if not one_way else None)
    amount = amount_score(ratio, 1.0)
    happened = present * ramp(ratio, 0.05, 0.3)
    score = happened * (0.3 + 0.35 * amount + 0.35 * (0.5 if when is None else when))
    visible = abs(done) >= VISIBLE
    found = _in_unit(move, ratio)
    return Followed(
        title(move), "camera", float(score), move.amount, found, move.unit,
        direction_right=right if visible else None, when=when, note=_said(move, found, ratio, visible, late),
    )  # fmt: skip


def _inside(move: CameraMove, times: np.ndarray) -> tuple[int, int]:
    first = int(np.abs(times - move.start).argmin())
    last = int(np.abs(times - move.end).argmin())
    return first, max(last, min(first + 1, len(times) - 1))


def _timing(
    seen: np.ndarray, asked: np.ndarray, times: np.ndarray, sign: float, window: tuple[int, int] | None
) -> tuple[float | None, float]:
    """How far the courses overlap, 0..1, and how many seconds later than planned half of the way was done."""
    chosen = slice(None) if window is None else slice(window[0], window[1] + 1)
    there, wanted = sign * seen[chosen], sign * asked[chosen]
    if len(there) < 3:
        return None, 0.0
    rate, planned = np.maximum(np.diff(there), 0), np.maximum(np.diff(wanted), 0)
    shared = overlap(rate, planned)
    if shared is None:
        return None, 0.0
    at = times[chosen][1:]
    late = _middle(at, rate) - _middle(at, planned)
    return ramp(shared, 0.3, 0.85), late


def _middle(times: np.ndarray, rate: np.ndarray) -> float:
    done = np.cumsum(rate)
    return float(np.interp(done[-1] / 2, done, times))


def _in_unit(move: CameraMove, ratio: float) -> float:
    """The amount that was seen, in the plan's unit; less than nothing (a ratio below 1) is the other way."""
    if move.unit == "ratio":
        return float(np.exp(np.clip(ratio * np.log(max(move.amount, 1.0)), -3, 3)))
    return ratio * move.amount


def _said(move: CameraMove, found: float, ratio: float, visible: bool, late: float) -> str:
    unit = {"degrees": " degrees", "ratio": " times", "near depth": " near depths"}.get(move.unit, "")
    text = f"asked {move.amount:.3g}{unit} {move.direction}, saw "
    if not visible:
        return text + "no such move"
    if ratio <= 0:
        return text + f"the opposite ({abs(found):.2g}{unit})"
    timing = (
        f"; {abs(late):.1f} s {'later' if late > 0 else 'earlier'} than planned" if abs(late) > LATE else ""
    )
    return text + f"{found:.2g}{unit}" + timing


def _static(seen: Axes) -> Followed:
    travel = _travel(seen, frozenset(FLAT))
    note = f"asked for a still camera, saw it shift the picture by {100 * travel:.1f} % of its long side"
    score = 1 - ramp(np.log(max(travel, 1e-6)), np.log(CALM), np.log(RESTLESS))
    return Followed("static", "camera", float(score), 0.0, 100 * travel, "%", note=note)


def _travel(axes: Axes, names: frozenset[str]) -> float:
    """How far a usual place gets from where it was, in shares of the long side."""
    parts = [axes.of(name) for name in names]
    return float(np.sqrt(sum(np.square(part - part[0]) for part in parts)).max()) if parts else 0.0


def _besides(plan: MotionPlan, seen: Axes, asked: Axes) -> Followed:
    """What the camera does that no planned move explains."""
    shaken = any(move.move == "handheld" for move in plan.camera)
    free = {AXIS[move.move] for move in plan.camera if move.move in AXIS}
    if free & {"orbit"}:
        free |= {"across"}
    if free & {"dolly"}:
        free |= {"in"}
    if shaken:
        free |= {"across", "up", "roll"}
    travel, wanted = _travel(seen, frozenset(FLAT - free)), max(_travel(asked, frozenset(FLAT)), CALM)
    score = 1 - ramp(
        np.log(max(travel, 1e-6)), np.log(max(CALM, 0.35 * wanted)), np.log(max(RESTLESS, 2 * wanted))
    )
    note = f"other moves shift the picture by {100 * travel:.1f} % of its long side"
    return Followed(ELSE, "camera", float(score), 0.0, 100 * travel, "%", note=note)


def _handheld(move: CameraMove, reading: CameraReading) -> Followed:
    """Small turns to and fro: what is left of pan and tilt once their slow course is taken off."""
    times, window = (
        np.array(reading.times),
        (np.array(reading.times) >= move.start) & (np.array(reading.times) <= move.end),
    )
    turns = np.stack([reading.pan, reading.tilt], axis=-1)[window]
    if len(turns) < 4:
        return Followed(title(move), "camera", None, move.amount, None, move.unit, note="too short to tell")
    slow = np.stack(
        [np.polyval(np.polyfit(times[window], each, 1), times[window]) for each in turns.T], axis=-1
    )
    strength = float(np.sqrt(np.square(turns - slow).mean())) / _TREMOR
    score = together(
        [(ramp(strength, 0.05, 0.2) * amount_score(strength, max(move.amount, 0.05), generous=2.5), 1.0)]
    )
    note = f"asked a tremor of {move.amount:.2g}, saw {strength:.2g}"
    return Followed(title(move), "camera", score, move.amount, strength, move.unit, note=note)
