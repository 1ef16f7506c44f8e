"""A measure of a clip: its name, its unit, which way is better, and the order it must show to be shipped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from stillreel.evaluation.observation import Observation

__all__ = ["Copy", "Metric"]

Copy = Literal["real", "frozen", "reversed", "jitter", "shuffled", "wobble", "faded"]
"""A real clip; its first frame repeated; backwards; every frame shaken and flashed a little; frames in any order;
bent by soft warps that change all the time; ever more blurred and off in colour."""


@dataclass(frozen=True)
class Metric:
    """One number of a clip."""

    name: str
    """Stable, lower-case with underscores; a stand-in for a measure of VBench ends in `_proxy`."""
    unit: str
    """"" for a ratio or share; else "levels" (of 255), "%/s" (of the short side a second)..."""
    better: Literal["lower", "higher", "neither"]
    meaning: str
    """One sentence: what it says, with its range and its source."""
    order: tuple[str, ...]
    """What must hold over the copies of one clip, e.g. "frozen <= real", "real = reversed", "real < jitter"."""
    measure: Callable[[Observation], float | None]
    """None where the clip, or what is known of it, does not allow the measure."""
    course: Callable[[Observation], np.ndarray] | None = None
    """The same along the clip, one value a frame (or a step, or a key of the observation), NaN where unknown."""
