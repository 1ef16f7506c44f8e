"""How much moves, and how much of it by itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stillreel.evaluation.metric import Metric
from stillreel.evaluation.metrics.numbers import mean, short_side
from stillreel.evaluation.observation import Observation

__all__ = ["MOVEMENT"]

ENOUGH = 0.1
"""Share of a picture that must be trusted for its mean motion to be taken."""
NOISE = 0.15
"""Pixels of the small frames over a stride: what differs less from the camera's motion is noise of the estimate."""
ROUNDS, THIN = 4, 6
"""Of the fit of the camera's plane, and which cells it is fitted to: every sixth across and down."""


def _amount_course(seen: Observation) -> np.ndarray:
    """(m,) one value a stride."""
    return _course(seen, _length)


def _own_course(seen: Observation) -> np.ndarray:
    return _course(seen, lambda forward: np.maximum(_length(_beyond(forward)) - NOISE, 0))


def _course(seen: Observation, of: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Mean of `of` over the motion of each stride, there and back: an estimator may see the two differently."""
    strides = seen.strides
    there = [_mean(of(f.astype(np.float32)), t) for f, t in zip(strides.forward, strides.trusted, strict=True)]
    back = [_mean(of(f.astype(np.float32)), t) for f, t in zip(strides.backward, strides.trusted_back, strict=True)]
    return (np.array(there) + np.array(back)) / 2 * _per_second(seen)


def _length(displacement: np.ndarray) -> np.ndarray:
    return np.linalg.norm(displacement, axis=-1)


def _mean(values: np.ndarray, trusted: np.ndarray) -> float:
    return float(values[trusted].mean()) if trusted.mean() > ENOUGH else float("nan")


def _per_second(seen: Observation) -> float:
    """From pixels of the small frames over a stride to percent of the short side a second."""
    return 100 / short_side(seen) * seen.footage.fps / seen.strides.stride


def _beyond(forward: np.ndarray) -> np.ndarray:
    """What one plane in front of a turning, moving, zooming camera does not explain: (h, w, 2).

    Eight-parameter planar motion (Adiv, PAMI 1985) by iterated weights, so that what moves by itself does not bend it.
    """
    height, width = forward.shape[:2]
    x, y = np.meshgrid(np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32))
    one, none = np.ones_like(x), np.zeros_like(x)
    across = np.stack([one, x, y, none, none, none, x * x, x * y], -1)
    down = np.stack([none, none, none, one, x, y, x * y, y * y], -1)
    thin = slice(None, None, THIN), slice(None, None, THIN)
    rows = np.concatenate([across[thin].reshape(-1, 8), down[thin].reshape(-1, 8)])
    seen = np.concatenate([forward[thin][..., 0].ravel(), forward[thin][..., 1].ravel()])
    weight = np.ones(len(seen) // 2, np.float32)
    found = np.zeros(8, np.float32)
    for _ in range(ROUNDS):
        root = np.sqrt(np.tile(weight, 2))
        found = np.linalg.lstsq(rows * root[:, None], seen * root, rcond=None)[0]
        off = np.hypot(*np.split(seen - rows @ found, 2))
        weight = 1 / (1 + (off / max(float(np.median(off)), 0.1)) ** 2) ** 2
    return forward - np.stack([across @ found, down @ found], -1)


def _dynamic_course(seen: Observation) -> np.ndarray:
    """(m,) mean of the longest twentieth of the motion, in pixels of a clip whose short side is 256."""
    scale = 256 / short_side(seen)
    found = []
    for forward in seen.strides.forward:
        length = _length(forward.astype(np.float32)).ravel()
        longest = max(1, int(0.05 * length.size))
        found.append(float(np.partition(length, -longest)[-longest:].mean()) * scale)
    return np.array(found)


def _dynamic(seen: Observation) -> float:
    """6 pixels of 256 in a quarter of the pairs, as in VBench (round(4 * frames / 16) of them)."""
    course = _dynamic_course(seen)
    needed = max(1, round(4 * (len(course) + 1) / 16))
    return float((course > 6).sum() >= needed)


MOVEMENT = (
    Metric(
        "motion_amount", "%/s", "neither",
        "Mean length of the motion over an eighth of a second where forward and backward agree, in percent of the "
        "short side a second: 0 for a still; a push of 10 % over 5 s has about 1.",
        ("frozen < real", "real = reversed"),
        lambda seen: mean(_amount_course(seen)), _amount_course,
    ),
    Metric(
        "own_motion", "%/s", "neither",
        "The same beyond what one plane before a moving camera explains (eight parameters, robust; less 0.15 pixels of "
        "512 for noise): what moves by itself, and parallax; 0 for a still, a pan and a Ken Burns zoom.",
        ("frozen < real", "real = reversed"),
        lambda seen: mean(_own_course(seen)), _own_course,
    ),
    Metric(
        "dynamic_degree_proxy", "", "neither",
        "Stands in for VBench's dynamic_degree by its own rule, 0 or 1: the fastest 5 % move by more than 6/256 of the "
        "short side over an eighth of a second in a quarter of the pairs; by DIS flow instead of RAFT.",
        ("frozen <= real", "real = reversed"), _dynamic, _dynamic_course,
    ),
)  # fmt: skip
