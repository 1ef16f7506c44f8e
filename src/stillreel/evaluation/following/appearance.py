"""Motions that change how things look rather than where they are: light, fire, rain, snow and smoke."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from stillreel.evaluation.flow import sampled
from stillreel.evaluation.following.places import COARSER
from stillreel.evaluation.following.rest import Rest
from stillreel.evaluation.following.values import Followed, amount_score, overlap, ramp
from stillreel.evaluation.observation import Observation
from stillreel.frames.effects.daylight import MIREDS, NEUTRAL, STOPS, black_body
from stillreel.motion.plan import FOGGY, LIGHT_CHANGES, LIGHT_COURSES, RegionMotion
from stillreel.motion.timeline import title

__all__ = ["SHOWN", "Looks", "follow_shown"]

SHOWN = ("light", "fire", "rain", "snow", "smoke")
FALLING = {"rain": 1.0, "snow": 1.0}
UNSTEADY, FAINT = 0.5, 0.15
FLAMES, SMOKE = 2.5, 9.0
"""Levels of luma: what rain and snow change from frame to frame, what a flame does, and what smoke adds; amount 1."""
TREMBLE = {"flicker": 0.06, "pulse": 0.1, "flash": 0.5, None: 0.04}  # stops
SWEEP = 0.25  # stops under the band
SLOW = 0.5  # seconds: what trembles is faster


@dataclass(frozen=True)
class Looks:
    """How a clip looks along its frames and, with the camera taken off, at its keys."""

    observation: Observation
    rest: Rest

    @cached_property
    def frames(self) -> np.ndarray:
        """(n,) seconds."""
        film = self.observation.footage
        return np.arange(len(film.frames)) / film.fps

    @cached_property
    def keys(self) -> np.ndarray:
        """(k + 1, h, w, 3) float32: the first frame and each key brought back to it, linear light 0..1."""
        film, found = self.observation.footage, []
        shape = self.rest.moved.shape[2:0:-1]
        for key, gone in zip((0, *self.observation.keys), (None, *self.rest.gone), strict=True):
            small = cv2.resize(film.frames[key], shape, interpolation=cv2.INTER_AREA)
            small = small if gone is None else sampled(small, gone / np.float32(COARSER))
            found.append((small.astype(np.float32) / 255) ** 2.2)
        return np.stack(found)

    @cached_property
    def stops(self) -> np.ndarray:
        """(k, h, w) float32: how much brighter than in the first frame."""
        light = np.log2(self.keys.mean(axis=-1) + 0.02)
        return light[1:] - light[0]

    @cached_property
    def warmth(self) -> np.ndarray:
        """(k, h, w) float32 stops by which red has grown over blue."""
        ratio = np.log2((self.keys[..., 0] + 0.02) / (self.keys[..., 2] + 0.02))
        return ratio[1:] - ratio[0]

    def luma(self, place: np.ndarray) -> np.ndarray:
        """(n,) mean stops of light in a place of the picture, frame by frame."""
        light = np.log2((self.observation.coarse.astype(np.float32) / 255) ** 2.2 + 0.02)
        where = cv2.resize(place.astype(np.uint8), light.shape[:0:-1], interpolation=cv2.INTER_NEAREST) > 0
        return light[:, where].mean(axis=1) if where.any() else np.zeros(len(light))

    @cached_property
    def sudden(self) -> np.ndarray:
        """(n, h', w') float32: what a frame shows that lies not between its neighbours, levels; 0 at the ends."""
        light = self.observation.coarse.astype(np.float32)
        found = np.zeros_like(light)
        if len(light) > 2:
            found[1:-1] = np.abs(light[1:-1] - (light[:-2] + light[2:]) / 2)
        return found

    @cached_property
    def smooth(self) -> np.ndarray:
        """(n - 2, h', w') bool: the smoother half of every picture but the ends, where no edge can seem to flicker."""
        light = self.observation.coarse
        found = []
        for before, after in zip(light[:-2], light[2:], strict=True):
            edges = cv2.Laplacian(cv2.addWeighted(before, 0.5, after, 0.5, 0), cv2.CV_32F)
            rough = cv2.blur(np.abs(edges), (9, 9))
            found.append(rough <= np.quantile(rough[::2, ::2], 0.5))
        return np.stack(found) if found else np.zeros((0, *light.shape[1:]), bool)


def follow_shown(item: RegionMotion, looks: Looks, place: np.ndarray) -> Followed:
    """One planned change of how the region `place` (h, w) bool looks."""
    if item.kind == "light" and item.direction in LIGHT_CHANGES:
        return _turning(item, looks, place)
    if item.kind == "light" and (item.direction in LIGHT_COURSES or item.direction is None):
        return _trembling(item, looks, place)
    if item.kind == "light":
        return _sweeping(item, looks, place)
    if item.kind == "smoke":
        return _smoke(item, looks, place)
    return _flames(item, looks, place) if item.kind == "fire" else _falling(item, looks, place)


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
    where = None if outside is None else _share(float(np.abs(seen[-1])), float(np.abs(outside[-1])))
    when = _timing(np.diff(course), times, item)
    score = amount_score(done, asked, enough=0.5, generous=2.5) * _shape(where, when)
    unit = "stops" if bright else "stops of red over blue"
    note = f"asked {sign * asked:+.2f} {unit}, saw {sign * done:+.2f}"
    return _followed(item, score, asked, done, "stops", done > 0 if abs(done) > 0.05 else None, where, when, note)


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
    asked = item.amount * TREMBLE[item.direction if item.direction in TREMBLE else None]
    when = _timing(np.abs(quick[1:]), times, item)
    score = amount_score(max(seen - 0.006, 0.0), asked, enough=0.4, generous=4.0) * _shape(None, when)
    return _followed(item, score, asked, seen, "stops", None, None, when, f"light trembles by {seen:.2f} stops")


def _slow(course: np.ndarray, times: np.ndarray) -> np.ndarray:
    step = float(times[1] - times[0]) if len(times) > 1 else 1.0
    half = max(1, round(SLOW / step / 2))
    padded = np.pad(course, half, mode="reflect", reflect_type="odd") if len(course) > half else np.pad(course, half, mode="edge")
    return np.convolve(padded, np.full(2 * half + 1, 1 / (2 * half + 1)), mode="valid")


def _sweeping(item: RegionMotion, looks: Looks, place: np.ndarray) -> Followed:
    """A band of light that crosses: each column, or row, is brightest a little after the one before."""
    across = item.direction in ("left", "right")
    axis = 1 if across else 2
    inside = (looks.rest.inside & place)
    weight = inside.sum(axis=axis)
    bands = (looks.stops * inside).sum(axis=axis) / np.maximum(weight, 1)  # (k, columns or rows)
    added = bands - np.median(bands, axis=0)
    rises = np.maximum(added, 0)
    seen = float(np.quantile(rises.max(axis=0), 0.6))
    spots, centre = np.arange(bands.shape[1], dtype=float), rises * rises
    middle = (centre * looks.rest.times[:, None]).sum(axis=0) / np.maximum(centre.sum(axis=0), 1e-9)
    known = rises.max(axis=0) > 0.5 * seen
    along = float(np.corrcoef(spots[known], middle[known])[0, 1]) if known.sum() > 8 and middle[known].std() > 1e-6 else 0.0
    sign = 1.0 if item.direction in ("right", "down") else -1.0
    when = _timing(rises.mean(axis=1), np.concatenate([[0.0], looks.rest.times]), item)
    asked = SWEEP * item.amount
    heading = 0.1 + 0.9 * ramp(sign * along, -0.3, 0.5)
    score = amount_score(max(seen - 0.02, 0.0), asked, enough=0.4, generous=4.0) * heading * _shape(None, when)
    right = None if abs(along) < 0.2 else sign * along > 0
    note = f"a band brightens the picture by {seen:.2f} stops" + ("" if right is not False else ", the other way")
    return _followed(item, score, asked, seen, "stops", right, None, when, note)


def _smoke(item: RegionMotion, looks: Looks, place: np.ndarray) -> Followed:
    """Soft brightness that comes over the picture; steam is looked for above what it rises from, too."""
    over = place if item.region in FOGGY else _above(place)
    luma = 255 * np.maximum(looks.keys.mean(axis=-1), 0) ** (1 / 2.2)
    soft = np.stack([cv2.GaussianBlur(each, (0, 0), 2.0) for each in luma])
    change = soft[1:] - soft[0]
    outside = looks.rest.inside & ~over
    level = np.array([np.median(each[out]) if out.sum() > 50 else 0.0 for each, out in zip(change, outside, strict=True)])
    change = np.abs(change - level[:, None, None]) * looks.rest.inside
    size = change[:, over].mean(axis=1)
    seen, asked = float(np.quantile(size, 0.8)), SMOKE * item.amount
    beyond = float(np.quantile(change[:, ~over].mean(axis=1), 0.8)) if (~over).mean() > 0.1 else None
    where = None if beyond is None else _share(seen, beyond)
    when = _timing(np.diff(np.concatenate([[0.0], size])).clip(0), np.concatenate([[0.0], looks.rest.times]), item, whole=False)
    score = amount_score(max(seen - 1.5, 0.0), asked, enough=0.4, generous=4.0) * _shape(where, when)
    return _followed(item, score, asked, seen, "levels", None, where, when, f"soft light changes by {seen:.1f} levels there")


def _above(place: np.ndarray) -> np.ndarray:
    """The region and what lies above it by half of the picture's height."""
    rows = len(place) // 2
    found = place.copy()
    for step in (1, *(2**i for i in range(1, 12) if 2**i < rows)):
        found[:-step] |= found[step:]
    return found


def _falling(item: RegionMotion, looks: Looks, place: np.ndarray) -> Followed:
    """Drops and flakes are in a frame and not in its neighbours, on what is smooth too."""
    where = cv2.resize(place.astype(np.uint8), looks.sudden.shape[:0:-1], interpolation=cv2.INTER_NEAREST) > 0
    counted = looks.smooth & where
    course = (looks.sudden[1:-1] * counted).sum(axis=(1, 2)) / np.maximum(counted.sum(axis=(1, 2)), 1)
    if not len(course):
        return _followed(item, None, None, None, "levels", None, None, None, "too short to tell")
    base = float(np.clip(course.min(), 0.0, UNSTEADY))
    during = (looks.frames[1:-1] >= item.start) & (looks.frames[1:-1] <= item.end)
    level = float(np.quantile(course[during], 0.7)) if during.any() else 0.0
    seen, asked = max(level - base, 0.0), FALLING[item.kind] * item.amount
    when = _timing(np.maximum(course - base, 0), looks.frames[:-1], item)
    score = amount_score(max(seen - FAINT, 0.0), asked, enough=0.4, generous=6.0) * _shape(None, when)
    note = f"smooth places differ from the frames around by {level:.1f} levels"
    return _followed(item, score, asked, seen, "levels", None, None, when, note)


def _flames(item: RegionMotion, looks: Looks, place: np.ndarray) -> Followed:
    """What burns is bright and warm; it trembles while the rest does not."""
    first = looks.keys[0]
    hot = place & (first[..., 0] > 0.25) & (first[..., 0] > 1.6 * first[..., 2])
    hot = hot if hot.mean() > 5e-4 else place & (first.mean(-1) > np.quantile(first.mean(-1), 0.97))
    shape = looks.sudden.shape[:0:-1]
    inside = cv2.resize(hot.astype(np.uint8), shape, interpolation=cv2.INTER_NEAREST) > 0
    quick = looks.sudden[1:-1]
    if not inside.any() or not len(quick):
        return _followed(item, None, None, None, "levels", None, None, None, "nothing bright and warm is in the picture")
    course, rest = quick[:, inside].mean(axis=1), quick[:, ~inside].mean(axis=1)
    seen, asked = float(np.median(np.maximum(course - rest, 0))), FLAMES * item.amount
    when = _timing(np.maximum(course - rest, 0), looks.frames[:-1], item)
    score = amount_score(seen, asked, enough=0.4, generous=5.0) * _shape(_share(float(course.mean()), float(rest.mean())), when)
    return _followed(item, score, asked, seen, "levels", None, _share(float(course.mean()), float(rest.mean())), when,
                     f"what burns trembles by {seen:.1f} levels")  # fmt: skip


def _within(values: np.ndarray, rest: Rest, place: np.ndarray) -> np.ndarray:
    counted = rest.inside & place
    return (values * counted).sum(axis=(1, 2)) / np.maximum(counted.sum(axis=(1, 2)), 1)


def _share(inside: float, outside: float) -> float | None:
    return inside / (inside + outside) if inside + outside > 1e-6 else None


def _timing(strength: np.ndarray, times: np.ndarray, item: RegionMotion, whole: bool = True) -> float | None:
    """How far the strength between `times` has the planned course; of a motion with an onset (not `whole`) only
    whether it lies between start and end."""
    middle = (times[1:] + times[:-1]) / 2 if len(times) == len(strength) + 1 else times[: len(strength)]
    planned = ((middle >= item.start - 1e-6) & (middle <= item.end + 1e-6)).astype(float)
    if item.kind == "light" and item.direction in LIGHT_CHANGES:
        share = np.clip((middle - item.start) / (item.end - item.start), 0, 1)
        planned = share * (1 - share)
    shared = overlap(strength, planned)
    if shared is None or len(strength) < 3:
        return None
    if not whole:
        total = float(strength.sum())
        return ramp(float((strength * (planned > 0)).sum()) / total, 0.3, 0.9) if total > 0 else None
    return ramp(shared, 0.3, 0.75)


def _shape(where: float | None, when: float | None) -> float:
    return 0.5 + 0.2 * (1.0 if where is None else ramp(where, 0.3, 0.6)) + 0.3 * (1.0 if when is None else when)


def _followed(
    item: RegionMotion, score: float | None, asked: float | None, seen: float | None, unit: str, right: bool | None,
    where: float | None, when: float | None, note: str,
) -> Followed:  # fmt: skip
    what = f"{title(item)} ({item.region})"
    return Followed(what, "motion", None if score is None else float(score), asked, seen, unit, right, where, when, note)
