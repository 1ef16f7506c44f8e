"""When a clip is at its worst: peaks of its measures, cuts, and broken or repeated frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stillreel.evaluation.metric import Metric

if TYPE_CHECKING:
    from stillreel.evaluation.judge import Evaluation

__all__ = [
    "MOST_MOMENTS", "TOGETHER", "Moment", "Peak", "course_times", "event_times", "is_events", "peaks", "worst_moments",
]  # fmt: skip

STANDS_OUT = 2.0
"""How many times its median a course must reach for its highest place to be pointed out."""
FAR_OUT = 8.0
"""And how many times further than its usual spread (median absolute deviation)."""
NEARLY, MOST_TOPS = 0.6, 8
"""Other places are pointed out that reach this share of the highest, so many at most."""
TOGETHER = 0.15
"""Seconds within which what happens counts as one moment."""
MOST_MOMENTS = 3
RESTS = ("repeated_frames",)
"""Events that slow motion shows too, above all where it starts and ends gently; there they are no fault."""
NEAR, MOVING = 0.25, 0.3
"""Seconds around such an event in which something must move, and the share of the clip's fastest motion that counts."""


@dataclass(frozen=True)
class Peak:
    """A bad moment of a measure."""

    name: str
    time: float  # seconds
    value: float
    times: float  # its median


@dataclass(frozen=True)
class Moment:
    """A time to look at, and the measures that say so."""

    time: float  # seconds
    names: tuple[str, ...]


def peaks(
    courses: Mapping[str, np.ndarray], metrics: Sequence[Metric], frames: int, fps: float, keys: Sequence[int]
) -> list[Peak]:
    """The moments at which measures that should be low stand far out, the furthest first."""
    low = {metric.name for metric in metrics if metric.better == "lower"}
    found = []
    for name in low & set(courses):
        values = np.asarray(courses[name], float)
        known = values[np.isfinite(values)]
        if known.size < 6 or is_events(values):
            continue
        times = course_times(len(values), frames, fps, keys)
        found += [
            Peak(name, float(times[at]), float(values[at]), float(values[at] / np.median(known)))
            for at in _tops(np.nan_to_num(values), known, times)
        ]
    return sorted(found, key=lambda peak: (-peak.times, peak.name))


def _tops(values: np.ndarray, known: np.ndarray, times: np.ndarray) -> list[int]:
    """Where a course stands far out, the highest first, none close to a higher one and none far below the highest."""
    median = float(np.median(known))
    spread = float(np.median(np.abs(known - median)))
    least = max(STANDS_OUT * median, median + FAR_OUT * spread, NEARLY * float(known.max()))
    if median <= 0:
        return []
    tops: list[int] = []
    for at in np.argsort(-values, kind="stable").tolist():
        if values[at] < least:
            break
        if all(abs(times[at] - times[top]) > 2 * TOGETHER for top in tops):
            tops.append(at)
    return tops[:MOST_TOPS]


def is_events(course: np.ndarray) -> bool:
    """Whether a course only says of each moment that something happened, or that it did not."""
    return bool(np.isin(course[np.isfinite(course)], (0.0, 1.0)).all())


def event_times(
    verdict: Evaluation, metrics: Sequence[Metric], keys: Sequence[int]
) -> dict[str, list[float]]:
    """The moments of every measure that counts bad moments and found some, in seconds."""
    found = {}
    for metric in metrics:
        values = np.asarray(verdict.courses.get(metric.name, ()), float)
        if metric.better != "lower" or not is_events(values):
            continue
        times = course_times(len(values), verdict.frames, verdict.fps, keys)
        happened = np.flatnonzero(values == 1)
        if metric.name in RESTS:
            happened = _amid_motion(happened, times, verdict, keys)
        if len(happened):
            found[metric.name] = times[happened].tolist()
    return found


def _amid_motion(
    happened: np.ndarray, times: np.ndarray, verdict: Evaluation, keys: Sequence[int]
) -> np.ndarray:
    """Those whose run begins or ends in motion; all where nothing ever moves."""
    motion = np.nan_to_num(np.asarray(verdict.courses.get("motion_amount", ()), float))
    if not motion.size or motion.max() <= 0 or len(happened) == len(times):
        return happened
    at = course_times(len(motion), verdict.frames, verdict.fps, keys)
    runs = np.split(happened, np.flatnonzero(np.diff(happened) > 1) + 1) if len(happened) else []
    kept = []
    for run in runs:
        near = (at > times[run[0]] - NEAR) & (at < times[run[-1]] + NEAR)
        if near.any() and motion[near].max() >= MOVING * motion.max():
            kept.append(run)
    return np.concatenate(kept) if kept else happened[:0]


def course_times(count: int, frames: int, fps: float, keys: Sequence[int]) -> np.ndarray:
    """Seconds of the values of a course: of frames, of steps between them, of keys, else spread over the clip."""
    if count == frames:
        return np.arange(count) / fps
    if count == frames - 1:
        return (np.arange(count) + 0.5) / fps
    if count == len(keys):
        return np.asarray(keys, float) / fps
    if count == len(keys) + 1:
        return np.array([0, *keys], float) / fps
    return (np.arange(count) + 0.5) / max(count, 1) * (frames - 1) / fps


def worst_moments(
    verdict: Evaluation, metrics: Sequence[Metric], keys: Sequence[int], most: int = 4
) -> list[Moment]:
    """The moments in which most goes wrong, in the order of time; what happens all along the clip is none."""
    told = [
        (peak.time, peak.name) for peak in peaks(verdict.courses, metrics, verdict.frames, verdict.fps, keys)
    ]
    for name, times in event_times(verdict, metrics, keys).items():
        told += [(time, name) for time in times] if len(times) <= 2 * most else []
    groups: list[list[tuple[float, str]]] = []
    for one in sorted(told):
        if groups and one[0] - groups[-1][0][0] < TOGETHER:
            groups[-1].append(one)
        else:
            groups.append([one])
    found = [_moment(group) for group in groups]
    worst = sorted(found, key=lambda moment: (-len(moment.names), moment.time))[:most]
    return sorted(worst, key=lambda moment: moment.time)


def _moment(group: Sequence[tuple[float, str]]) -> Moment:
    times, names = zip(*group)
    return Moment(float(np.median(times)), tuple(dict.fromkeys(names)))
