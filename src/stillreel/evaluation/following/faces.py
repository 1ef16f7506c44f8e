"""Blinks: the eyes change for a moment and are back as they were, while the skin below them does not."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.evaluation.following.values import Followed, ramp
from stillreel.evaluation.observation import Observation
from stillreel.motion.plan import RegionMotion
from stillreel.motion.timeline import title
from stillreel.scene.faces import LEFT_EYE, RIGHT_EYE, Face

__all__ = ["eye_course", "follow_blink"]

SMALLEST = 5.0  # pixels of the small frames: the width of an eye in which a lid can be told
SLOW = 1.0  # seconds over which a change is no blink
CLOSED = 0.45  # of an eye's own contrast: what a closing lid changes on the average
EARLY, LATE = 0.12, 0.25  # seconds by which a blink may miss its time


def follow_blink(item: RegionMotion, observation: Observation) -> Followed:
    """One planned blink, or blinking."""
    what = f"{title(item)} ({item.region})"
    courses = [
        course
        for face in observation.faces
        for course in [eye_course(observation, face)]
        if course is not None
    ]
    if not courses:
        return Followed(what, "motion", None, None, None, "", note="no eye is large enough to be judged")
    film = observation.footage
    times = np.arange(len(film.frames)) / film.fps
    closed = np.max([_momentary(course, film.fps) for course in courses], axis=0)
    during = (times >= item.start - EARLY) & (times <= item.end + LATE)
    seen, noise = float(closed[during].max(initial=0)), float(np.median(np.abs(closed))) * 4
    elsewhere = float(closed[~during].max(initial=0))
    happened = ramp(seen - noise, 0.06, 0.3)
    when = None if during.all() else ramp(seen / max(seen + elsewhere, 1e-6), 0.35, 0.7)
    score = happened * (0.4 + 0.6 * (1.0 if when is None else when))
    note = f"the eyes close to {100 * min(seen, 1):.0f} %" if happened > 0.05 else "saw no eye close then"
    if when is not None and when < 0.5 and elsewhere > 0.1:
        note += f"; they do at {times[~during][int(closed[~during].argmax())]:.1f} s"
    return Followed(what, "motion", score, 1.0, min(seen, 1.5), "closed", when=when, note=note)


def eye_course(observation: Observation, face: Face) -> np.ndarray | None:
    """(n,) how far a face's eyes differ from those of the first frame, 1 where they are shut; None where too small."""
    found = []
    for group in (LEFT_EYE, RIGHT_EYE):
        spots = face.landmarks[list(group), :2]
        low, high = spots.min(axis=0), spots.max(axis=0)
        if high[0] - low[0] >= SMALLEST:
            found.append(_changed(observation, low, high))
    return np.mean(found, axis=0) if found else None


def _changed(observation: Observation, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    width = float(high[0] - low[0])
    height = max(float(high[1] - low[1]), 0.3 * width)
    centre = (low + high) / 2
    size = max(5, round(1.1 * width)), max(3, round(1.1 * height))
    shift = _carried(observation, centre, 1.5 * width)
    eyes = _patches(observation.footage.luma, centre, size, shift)
    skin = _patches(observation.footage.luma, centre + (0.0, 1.3 * width), size, shift)
    contrast = max(float(eyes[0].std()), 4.0) / CLOSED * 0.5
    return (_apart(eyes) - _apart(skin)) / contrast


def _carried(observation: Observation, centre: np.ndarray, reach: float) -> np.ndarray:
    """(n, 2): how far head and camera carry the place around an eye, between the keys evenly."""
    height, width = observation.footage.luma.shape[1:]
    x0, x1 = (int(np.clip(centre[0] + side * reach, 0, width - 1)) for side in (-1, 1))
    y0, y1 = (int(np.clip(centre[1] + side * reach, 0, height - 1)) for side in (-1, 1))
    box = (slice(y0, y1 + 1), slice(x0, x1 + 1))
    known = np.array([np.median(each.forward[box].reshape(-1, 2), axis=0) for each in observation.reach])
    keys, frames = (0, *observation.keys), np.arange(len(observation.footage.frames))
    return np.stack(
        [np.interp(frames, keys, np.concatenate([[0.0], known[:, axis]])) for axis in (0, 1)], axis=-1
    )


def _patches(luma: np.ndarray, centre: np.ndarray, size: tuple[int, int], shift: np.ndarray) -> np.ndarray:
    """(n, h, w) float32 around a place that is carried by `shift`."""
    return np.stack([cv2.getRectSubPix(frame, size, (float(x), float(y))).astype(np.float32)
                     for frame, (x, y) in zip(luma, centre + shift, strict=True)])  # fmt: skip


def _apart(patches: np.ndarray) -> np.ndarray:
    level = patches - patches.mean(axis=(1, 2), keepdims=True)
    return np.abs(level - level[0]).mean(axis=(1, 2))


def _momentary(course: np.ndarray, fps: float) -> np.ndarray:
    """What rises above the second around it for a moment only."""
    half = max(1, round(SLOW * fps / 2))
    padded = np.pad(course, half, mode="edge")
    usual = np.array([np.median(padded[at : at + 2 * half + 1]) for at in range(len(course))])
    return np.maximum(course - usual, 0)
