"""Smoke, rain, snow and fire: what comes before the picture or burns in it."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.evaluation.following.looks import Looks, followed, shape, share, timing
from stillreel.evaluation.following.values import Followed, amount_score
from stillreel.motion.plan import FOGGY, RegionMotion

__all__ = ["follow_weather"]

FALLING, FLAMES, SMOKE = 1.0, 2.5, 9.0
"""Levels of luma: what rain and snow change from frame to frame, what a flame does, and what smoke adds; amount 1."""
UNSTEADY, FAINT = 0.5, 0.15
"""Levels by which smooth places of an ordinary clip differ from frame to frame at most; and what is no more."""


def follow_weather(item: RegionMotion, looks: Looks, place: np.ndarray) -> Followed:
    """One planned smoke, rain, snow or fire in `place` (h, w) bool."""
    if item.kind == "smoke":
        return _smoke(item, looks, place)
    return _flames(item, looks, place) if item.kind == "fire" else _falling(item, looks, place)


def _smoke(item: RegionMotion, looks: Looks, place: np.ndarray) -> Followed:
    """Soft brightness that comes over the picture; steam is looked for above what it rises from, too."""
    over = place if item.region in FOGGY else _above(place)
    luma = 255 * np.maximum(looks.keys.mean(axis=-1), 0) ** (1 / 2.2)
    soft = np.stack([cv2.GaussianBlur(each, (0, 0), 2.0) for each in luma])
    change = soft[1:] - soft[0]
    outside = looks.rest.inside & ~over
    level = np.array(
        [np.median(each[out]) if out.sum() > 50 else 0.0 for each, out in zip(change, outside, strict=True)]
    )
    change = np.abs(change - level[:, None, None]) * looks.rest.inside
    size = change[:, over].mean(axis=1)
    seen, asked = float(np.quantile(size, 0.8)), SMOKE * item.amount
    beyond = float(np.quantile(change[:, ~over].mean(axis=1), 0.8)) if (~over).mean() > 0.1 else None
    where = None if beyond is None else share(seen, beyond)
    when = timing(
        np.diff(np.concatenate([[0.0], size])).clip(0),
        np.concatenate([[0.0], looks.rest.times]),
        item,
        whole=False,
    )
    score = amount_score(max(seen - 1.5, 0.0), asked, enough=0.4, generous=4.0) * shape(where, when)
    return followed(
        item,
        score,
        asked,
        seen,
        "levels",
        None,
        where,
        when,
        f"soft light changes by {seen:.1f} levels there",
    )


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
        return followed(item, None, None, None, "levels", None, None, None, "too short to tell")
    base = float(np.clip(course.min(), 0.0, UNSTEADY))
    during = (looks.frames[1:-1] >= item.start) & (looks.frames[1:-1] <= item.end)
    level = float(np.quantile(course[during], 0.7)) if during.any() else 0.0
    seen, asked = max(level - base, 0.0), FALLING * item.amount
    when = timing(np.maximum(course - base, 0), looks.frames[:-1], item)
    score = amount_score(max(seen - FAINT, 0.0), asked, enough=0.4, generous=6.0) * shape(None, when)
    note = f"smooth places differ from the frames around by {level:.1f} levels"
    return followed(item, score, asked, seen, "levels", None, None, when, note)


def _flames(item: RegionMotion, looks: Looks, place: np.ndarray) -> Followed:
    """What burns is bright and warm; it trembles while the rest does not."""
    first = looks.keys[0]
    hot = place & (first[..., 0] > 0.25) & (first[..., 0] > 1.6 * first[..., 2])
    hot = hot if hot.mean() > 5e-4 else place & (first.mean(-1) > np.quantile(first.mean(-1), 0.97))
    size = looks.sudden.shape[:0:-1]
    inside = cv2.resize(hot.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    quick = looks.sudden[1:-1]
    if not inside.any() or not len(quick):
        return followed(
            item, None, None, None, "levels", None, None, None, "nothing bright and warm is in the picture"
        )
    course, rest = quick[:, inside].mean(axis=1), quick[:, ~inside].mean(axis=1)
    seen, asked = float(np.median(np.maximum(course - rest, 0))), FLAMES * item.amount
    when = timing(np.maximum(course - rest, 0), looks.frames[:-1], item)
    score = amount_score(seen, asked, enough=0.4, generous=5.0) * shape(
        share(float(course.mean()), float(rest.mean())), when
    )
    return followed(item, score, asked, seen, "levels", None, share(float(course.mean()), float(rest.mean())), when,
                     f"what burns trembles by {seen:.1f} levels")  # fmt: skip
