"""Light that turns warmer, cooler, brighter or darker, that trembles, or that sweeps across."""

from __future__ import annotations

import numpy as np

from stillreel.evaluation.following.looks import Looks, followed, shape, share, timing
from stillreel.evaluation.following.rest import Rest
from stillreel.evaluation.following.values import Followed, amount_score, ramp
from stillreel.frames.effects.daylight import MIREDS, NEUTRAL, STOPS, black_body
from stillreel.motion.plan import LIGHT_CHANGES, RegionMotion

__all__ = ["follow_light"]

TREMBLE = {"flicker": 0.06, "pulse": 0.1, "flash": 0.5}  # stops at amount 1
PLAY = 0.04  # stops, where the light only plays
SWEEP = 0.25  # stops under the band
SLOW = 0.5  # seconds: what trembles is faster


def follow_light(item: RegionMotion, looks: Looks, place: np.ndarray) -> Followed:
    """One planned change of the light over `place` (h, w) bool."""
    if item.direction in LIGHT_CHANGES:
        return _turning(item, looks, place)
    if item.direction is None or item.direction in TREMBLE:
        return _trembling(item, looks, place)
    return _sweeping(item, looks, place)


def _turning(item: RegionMotion, looks: Looks, place: np.ndarray) -> Followed:
    bright = item.direction in ("brighter", "darker")
    change = looks.stops if bright else looks.warmth
    sign = 1.0 if item.direction in ("brighter", "warmer") else -1.0
    seen = _within(change, looks.rest, place)
    asked = item.amount * (0.8 * STOPS if bright else _tint(item.direction == "warmer"))
    times = np.concatenate([[0.0], looks.rest.times])
    course = sign * np.concatenate([[0.0], seen])
    done = float(np.median(course[times >= min(item.end, times[-1]) - 0.05 * times[-1]]))
    outside = _within(change, looks.rest, ~place) if (~place).mean() > 0.1 else None
    where = None if outside is None else share(float(np.abs(seen[-1])), float(np.abs(outside[-1])))
    when = timing(np.diff(course), times, item)
    score = amount_score(done, asked, enough=0.5, generous=2.5) * shape(where, when)
    unit = "stops" if bright else "stops of red over blue"
    note = f"asked {sign * asked:+.2f} {unit}, saw {sign * done:+.2f}"
    return followed(
        item, score, asked, done, "stops", done > 0 if abs(done) > 0.05 else None, where, when, note
    )


def _tint(warmer: bool) -> float:
    there = black_body(NEUTRAL + MIREDS * (1.0 if warmer else -0.6)) / black_body(NEUTRAL)
    return 0.7 * abs(float(np.log2(there[0] / there[2])))


def _trembling(item: RegionMotion, looks: Looks, place: np.ndarray) -> Followed:
    light, times = looks.luma(place), looks.frames
    quick = light - _slow(light, times)
    during = (times >= item.start) & (times <= item.end)
    if item.direction == "flash":
        seen = float(np.abs(quick[during]).max(initial=0))
    else:
        seen = float(np.sqrt(2) * quick[during].std()) if during.any() else 0.0
    asked = item.amount * TREMBLE.get(item.direction or "", PLAY)
    when = timing(np.abs(quick[1:]), times, item)
    score = amount_score(max(seen - 0.006, 0.0), asked, enough=0.4, generous=4.0) * shape(None, when)
    return followed(
        item, score, asked, seen, "stops", None, None, when, f"light trembles by {seen:.2f} stops"
    )


def _slow(course: np.ndarray, times: np.ndarray) -> np.ndarray:
    step = float(times[1] - times[0]) if len(times) > 1 else 1.0
    half = max(1, round(SLOW / step / 2))
    padded = (
        np.pad(course, half, mode="reflect", reflect_type="odd")
        if len(course) > half
        else np.pad(course, half, mode="edge")
    )
    return np.convolve(padded, np.full(2 * half + 1, 1 / (2 * half + 1)), mode="valid")


def _sweeping(item: RegionMotion, looks: Looks, place: np.ndarray) -> Followed:
    """A band of light that crosses: each column, or row, is brightest a little after the one before."""
    across = item.direction in ("left", "right")
    axis = 1 if across else 2
    inside = looks.rest.inside & place
    weight = inside.sum(axis=axis)
    bands = (looks.stops * inside).sum(axis=axis) / np.maximum(weight, 1)  # (k, columns or rows)
    added = bands - np.median(bands, axis=0)
    rises = np.maximum(added, 0)
    seen = float(np.quantile(rises.max(axis=0), 0.6))
    spots, centre = np.arange(bands.shape[1], dtype=float), rises * rises
    middle = (centre * looks.rest.times[:, None]).sum(axis=0) / np.maximum(centre.sum(axis=0), 1e-9)
    known = rises.max(axis=0) > 0.5 * seen
    along = (
        float(np.corrcoef(spots[known], middle[known])[0, 1])
        if known.sum() > 8 and middle[known].std() > 1e-6
        else 0.0
    )
    sign = 1.0 if item.direction in ("right", "down") else -1.0
    when = timing(rises.mean(axis=1), np.concatenate([[0.0], looks.rest.times]), item)
    asked = SWEEP * item.amount
    heading = 0.1 + 0.9 * ramp(sign * along, -0.3, 0.5)
    score = amount_score(max(seen - 0.02, 0.0), asked, enough=0.4, generous=4.0) * heading * shape(None, when)
    right = None if abs(along) < 0.2 else sign * along > 0
    note = f"a band brightens the picture by {seen:.2f} stops" + (
        "" if right is not False else ", the other way"
    )
    return followed(item, score, asked, seen, "stops", right, None, when, note)


def _within(values: np.ndarray, rest: Rest, place: np.ndarray) -> np.ndarray:
    counted = rest.inside & place
    return (values * counted).sum(axis=(1, 2)) / np.maximum(counted.sum(axis=(1, 2)), 1)
