"""What tears a clip apart: cuts, frames that repeat, frames that belong to nothing."""

from __future__ import annotations

import numpy as np

from stillreel.evaluation.metric import Metric
from stillreel.evaluation.observation import Observation

__all__ = ["DAMAGE"]

FOLLOWED, ALIKE = 0.3, 0.75
"""Share of a frame that must be found again in the next, or likeness that it must have, for them to be one shot.
Over 24 clips of the training split the least are 0.58 and 0.89; between clips the most are 0.16 and 0.65."""
STIRRED = 0.7
"""Levels by which some patch must change for a frame not to be a repetition."""
STRANGE, TIMES = 8.0, 4.0
"""Levels of flicker, and its multiple of the clip's median, from which a single frame belongs to nothing."""


def _cuts_course(seen: Observation) -> np.ndarray:
    """(n - 1,) 1 where a frame is not followed by the next of its shot."""
    alike = seen.along.similar.astype(np.float32).mean(axis=(1, 2))
    return ((seen.along.trusted < FOLLOWED) & (alike < ALIKE)).astype(float)


def _repeated_course(seen: Observation) -> np.ndarray:
    return (seen.along.stirred < STIRRED).astype(float)


def _broken_course(seen: Observation) -> np.ndarray:
    flicker = np.nan_to_num(seen.along.flicker)
    around = np.pad(flicker, 1)
    worst = (flicker >= around[:-2]) & (flicker >= around[2:])  # its neighbours are only measured beside it
    return (worst & (flicker > max(STRANGE, TIMES * float(np.median(flicker))))).astype(float)


def _broken(seen: Observation) -> float | None:
    return float(_broken_course(seen).sum()) if len(seen.footage.frames) > 2 else None


DAMAGE = (
    Metric(
        "cuts", "", "lower",
        "Number of places where a frame can neither be followed into the next nor looks like it: shot changes, jumps.",
        ("frozen <= real", "real = reversed", "real <= shuffled"),
        lambda seen: float(_cuts_course(seen).sum()), _cuts_course,
    ),
    Metric(
        "broken_frames", "", "lower",
        "Number of single frames that differ from what both neighbours say by more than 8 levels and four times the "
        "clip's median: flashes, blanks, torn pictures.",
        ("frozen <= real", "real = reversed"), _broken, _broken_course,
    ),
    Metric(
        "repeated_frames", "", "lower",
        "Share of steps, 0..1, in which no patch of 16 pixels of 512 changes by 0.7 levels: 1 for a still, 0.5 where "
        "every frame is shown twice.",
        ("real < frozen", "real = reversed"),
        lambda seen: float(_repeated_course(seen).mean()), _repeated_course,
    ),
)  # fmt: skip
