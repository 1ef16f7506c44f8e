"""The pictures of a page: photo beside first frame, motion as colour, and what moves by itself as heat."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.evaluation.camera import CameraReading
from stillreel.evaluation.flow import Motion
from stillreel.evaluation.footage import Footage
from stillreel.evaluation.observation import Observation
from stillreel.evaluation.page import flow_colour, sheet
from stillreel.evaluation.page.moments import Moment
from stillreel.evaluation.page.remainder import SEEN, Remainder, remainder
from stillreel.evaluation.page.sheet import Shot
from stillreel.evaluation.page.stillness import still

__all__ = [
    "READ", "Figure", "Legend", "MotionPictures", "faithful", "heat", "heat_scale", "moments", "motion_pictures",
]  # fmt: skip

LONGEST = 560
AMPLIFIED = 4
"""Times by which a difference is brightened, so that an eye sees it."""
READ = 0.2
"""Confidence from which the camera's reading is good enough to be taken out of the motion."""
SCARCE = 0.25
"""Of what can be followed: a picture with less than this does not set the scale of all."""
FOLLOWED = 0.4
"""Share of the picture that shall still be followed where the motion to a middle moment is shown."""
LEAKED = "Motion that leaks: what moves by itself where the plan lets nothing move; the rest is blackened"
CALM = 1.5
"""Pixels of the small frames that the heat scale covers at least: less is the noise of the measurement."""


@dataclass(frozen=True)
class Figure:
    """A picture with what stands below it, and what it shows for those who do not see it."""

    shot: Shot
    caption: str
    alt: str


@dataclass(frozen=True)
class Legend:
    """What the colours of a picture stand for."""

    address: str  # data:image/...
    reach: float  # at the end of the scale
    unit: str


@dataclass(frozen=True)
class MotionPictures:
    figures: tuple[Figure, ...]
    wheel: Legend
    heat: Legend
    left: Remainder | None  # None where the camera is too doubtful to be taken out
    leaked: Figure | None  # None where no plan says what shall stand still


def faithful(photo: np.ndarray, first: np.ndarray) -> tuple[Figure, ...]:
    """The photo, the first frame, and by how much they differ."""
    if photo.shape != first.shape:
        photo = cv2.resize(photo, (first.shape[1], first.shape[0]), interpolation=cv2.INTER_AREA)
    apart = cv2.absdiff(photo, first)
    shown = np.minimum(apart.astype(np.uint16) * AMPLIFIED, 255).astype(np.uint8)
    mean = float(apart.mean())
    return (
        Figure(
            sheet.shot(photo, LONGEST),
            "The photo, at the clip's size",
            "The photo that the clip was made from",
        ),
        Figure(sheet.shot(first, LONGEST), "The first frame", "The first frame of the clip"),
        Figure(
            sheet.shot(shown, LONGEST),
            f"Their difference, {AMPLIFIED} times brightened; on average {mean:.2f} of 255",
            f"Difference of photo and first frame: black where they agree; {mean:.2f} levels on average",
        ),
    )


def moments(film: Footage, worst: Sequence[Moment]) -> tuple[Figure, ...]:
    """Each moment as three frames in a row: the one before, its own, the one after."""
    return tuple(_strip(film, moment) for moment in worst)


def _strip(film: Footage, moment: Moment) -> Figure:
    last = len(film.frames) - 1
    middle = min(max(math.ceil(moment.time * film.fps - 1e-6), min(1, last)), last)
    gap = np.full((film.frames.shape[1], max(4, film.frames.shape[2] // 64), 3), 128, np.uint8)
    places = [middle - 1, middle, min(middle + 1, last)]
    row = np.hstack([film.frames[places[0]], gap, film.frames[places[1]], gap, film.frames[places[2]]])
    names = ", ".join(name.replace("_", " ") for name in moment.names)
    said = f"{moment.time:.2f} s: {names}"
    return Figure(sheet.shot(row, 900), said, f"Three frames in a row around {said}")


def motion_pictures(observation: Observation, camera: CameraReading) -> MotionPictures:
    """From the first frame to a middle and the last; then without the camera, with what moves by itself as heat.

    Where the camera could not be read with any certainty, the heat shows the speed of all motion instead.
    """
    film, reach = observation.footage, observation.reach
    shown = _shown(reach)
    widest = max(shown, key=lambda at: (reach[at].trusted.mean() > SCARCE, at))
    most = flow_colour.reach(reach[widest].forward, reach[widest].trusted)
    wheel = Legend(sheet.data_address(flow_colour.wheel(160)), most * film.scale, "px")
    figures = [_flow(reach[at], most, f"First frame to {_time(observation, at)}") for at in shown]
    if camera.error_median is None or camera.confidence < READ:
        speed, hot = _speed(observation)
        caption = "How fast each place moves on average, the camera included"
        figures.append(_heat(heat(film.frames[0], speed, hot), caption))
        return MotionPictures(tuple(figures), wheel, Legend(heat_scale(), hot, "px a second"), None, None)
    left = remainder(observation, camera)
    figures.append(_flow(Motion(left.last, reach[-1].trusted), most,
                         f"The same to {_time(observation, -1)}, the camera taken out"))  # fmt: skip
    hot = alone_reach(left)
    caption = "What moves by itself: how far from where the camera alone would put it, over the whole clip"
    figures.append(_heat(heat(film.frames[0], left.speed, hot), caption))
    where = still(observation)
    leaked = None if where is None else _heat(heat(film.frames[0], left.speed, hot, where), LEAKED)
    return MotionPictures(tuple(figures), wheel, Legend(heat_scale(), hot * film.scale, "px"), left, leaked)


def alone_reach(left: Remainder) -> float:
    """The hot end of the scale, in pixels of the small frames."""
    known = left.speed[np.isfinite(left.speed)]
    return max(CALM, float(np.percentile(known, 99))) if known.size else CALM


def heat(frame: np.ndarray, values: np.ndarray, most: float, where: np.ndarray | None = None) -> np.ndarray:
    """(h, w, 3) uint8: `values` (h, w; NaN unknown) as heat over `frame` made grey and dark; black but `where`."""
    grey = cv2.cvtColor(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB).astype(np.float32)
    share = np.clip(np.nan_to_num(values) / most, 0, 1).astype(np.float32)
    share = cv2.GaussianBlur(share, (0, 0), 1.2)
    warm = _warm(share)
    mix = _mix(share)
    if where is not None:
        here = cv2.GaussianBlur(where.astype(np.float32), (0, 0), 1.0)[..., None]
        mix, grey = mix * here, grey * (0.25 + 0.75 * here)
    return (0.62 * grey * (1 - mix) + warm * mix).astype(np.uint8)


def heat_scale() -> str:
    """The legend of the heat pictures, cold end left, as a data address."""
    share = np.repeat(np.linspace(0, 1, 128, dtype=np.float32)[None], 8, axis=0)
    mix = _mix(share)
    return sheet.data_address((70 * (1 - mix) + _warm(share) * mix).astype(np.uint8), 95)


def _mix(share: np.ndarray) -> np.ndarray:
    """(..., 1): how much of the heat is seen; none of what may be noise."""
    return np.clip((share - 0.15) * 2.2, 0, 0.92)[..., None]


def _warm(share: np.ndarray) -> np.ndarray:
    """(..., 3) float32 sRGB: dark violet over red to light yellow, equal steps looking equal."""
    coloured = cv2.applyColorMap((40 + share * 215).astype(np.uint8), cv2.COLORMAP_INFERNO)
    return cv2.cvtColor(coloured, cv2.COLOR_BGR2RGB).astype(np.float32)


def _shown(reach: list[Motion]) -> list[int]:
    """The last key, and before it the latest of the first half in which much can still be followed."""
    half = range(len(reach) // 2, 0, -1)
    middle = next((at for at in half if reach[at].trusted.mean() > FOLLOWED), 0)
    return [middle, len(reach) - 1] if len(reach) > 1 else [0]


def _time(observation: Observation, at: int) -> str:
    return f"{observation.keys[at] / observation.footage.fps:.1f} s"


def _speed(observation: Observation) -> tuple[np.ndarray, float]:
    """(h, w) pixels of the clip a second, NaN where unknown; and the hot end of its scale."""
    film, steps = observation.footage, observation.steps
    length = np.linalg.norm(steps.forward.astype(np.float32), axis=-1) * steps.trusted
    count = steps.trusted.sum(0)
    speed = length.sum(0) / np.maximum(count, 1) * film.fps * film.scale
    speed[count < SEEN * len(length)] = np.nan
    hot = float(np.nanpercentile(speed, 99)) if np.isfinite(speed).any() else 1.0
    full = cv2.resize(speed, film.luma.shape[:0:-1], interpolation=cv2.INTER_NEAREST)
    return full, max(hot, CALM * film.scale)


def _flow(motion: Motion, most: float, caption: str) -> Figure:
    shown = flow_colour.coloured(motion.forward, most, motion.trusted)
    return Figure(
        sheet.shot(shown, LONGEST, quality=88), caption, f"Motion in the colours of the wheel: {caption}"
    )


def _heat(pixels: np.ndarray, caption: str) -> Figure:
    return Figure(sheet.shot(pixels, LONGEST), caption, f"Heat picture over the first frame: {caption}")
