"""What happens while a clip is made, as a frozen union; every door shows the same events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Literal

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Event", "Listener", "PreviewReady", "Stage", "StageDone", "StageStarted", "StepDone", "Warned", "ignore"]

Stage = Literal["photo", "scene", "motion", "frames", "consistency", "clip", "footage", "measures", "pull"]


@dataclass(frozen=True)
class StageStarted:
    stage: Stage
    steps: int  # 0 where the stage does not count its steps


@dataclass(frozen=True)
class StepDone:
    stage: Stage
    step: int  # 1-based
    steps: int


@dataclass(frozen=True)
class PreviewReady:
    """A small picture to look at while waiting."""

    stage: Stage
    image: np.ndarray  # (h, w, 3) uint8 sRGB, long side at most 512


@dataclass(frozen=True)
class StageDone:
    stage: Stage
    seconds: float


@dataclass(frozen=True)
class Warned:
    """Something was snapped, limited, ignored or is doubtful; `code` is stable."""

    code: str
    message: str


Event = StageStarted | StepDone | PreviewReady | StageDone | Warned
Listener = Callable[[Event], None]


def ignore(event: Event) -> None:
    """The listener of those who do not listen."""
