"""How a clip looks along its frames, and with the camera taken off; what light and weather are measured on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from stillreel.evaluation.flow import sampled
from stillreel.evaluation.following.places import COARSER
from stillreel.evaluation.following.rest import Rest
from stillreel.evaluation.following.values import Followed, overlap, ramp
from stillreel.evaluation.observation import Observation
from stillreel.motion.plan import LIGHT_CHANGES, RegionMotion
from stillreel.motion.timeline import title

__all__ = ["Looks", "followed", "shape", "share", "timing"]


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
        """(n - 2, h', w') bool: the smoothest quarter of each picture but the ends, where no edge seems to flicker."""
        light = self.observation.coarse
        found = []
        for before, after in zip(light[:-2], light[2:], strict=True):
            edges = cv2.Laplacian(cv2.addWeighted(before, 0.5, after, 0.5, 0), cv2.CV_32F)
            rough = cv2.blur(np.abs(edges), (9, 9))
            found.append(rough <= np.quantile(rough[::2, ::2], 0.25))
        return np.stack(found) if found else np.zeros((0, *light.shape[1:]), bool)


def share(inside: float, outside: float) -> float | None:
    return inside / (inside + outside) if inside + outside > 1e-6 else None


def timing(strength: np.ndarray, times: np.ndarray, item: RegionMotion, whole: bool = True) -> float | None:
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


def shape(where: float | None, when: float | None) -> float:
    return (
        0.5 + 0.2 * (1.0 if where is None else ramp(where, 0.3, 0.6)) + 0.3 * (1.0 if when is None else when)
    )


def followed(
    item: RegionMotion, score: float | None, asked: float | None, seen: float | None, unit: str, right: bool | None,
    where: float | None, when: float | None, note: str,
) -> Followed:  # fmt: skip
    what = f"{title(item)} ({item.region})"
    return Followed(
        what, "motion", None if score is None else float(score), asked, seen, unit, right, where, when, note
    )
