"""What is wished for, and what is advised, as frozen values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from stillreel.models.catalog.values import Entry
from stillreel.models.here import Here

__all__ = ["Asked", "Choice", "ModelAdvice", "Obstacle", "Reason", "Seen", "Wish"]


@dataclass(frozen=True)
class Asked:
    """What a prompt asks for."""

    text: str
    camera: tuple[str, ...]  # verbs of the camera's moves, without `static`
    motions: tuple[str, ...]  # kinds of the plan
    deeds: tuple[tuple[str, str], ...]  # (kind, words) of what a still photo does not hold: walking, talking ...
    understood: bool  # whether the grammar found anything in it


@dataclass(frozen=True)
class Seen:
    """What a photo shows that matters for the choice."""

    size: tuple[int, int]  # (width, height) in pixels
    faces: int
    style: str  # photo, painting, drawing, monochrome


@dataclass(frozen=True)
class Wish:
    """What is wanted. None: not said, and then nothing is ruled out by it."""

    seconds: float = 5.0
    asked: Asked | None = None
    photo: Seen | None = None
    sound: bool = False
    size: tuple[int, int] | None = None  # pixels, either way up
    budget: float | None = None  # US dollars for the clip
    vram: float | None = None  # GB of GPU memory; 0 = no GPU
    commercial: bool = False
    offline: bool = False


@dataclass(frozen=True)
class Obstacle:
    """Why a model cannot be taken, and what would have to change."""

    code: str
    text: str
    change: str


@dataclass(frozen=True)
class Reason:
    """What speaks for a model (weight over 0) or against it."""

    code: str
    text: str
    weight: float


@dataclass(frozen=True)
class Choice:
    """One model held against the wish."""

    entry: Entry
    here: Here
    obstacles: tuple[Obstacle, ...]  # empty: it fits
    reasons: tuple[Reason, ...]  # the weightiest first
    seconds: float | None  # of the clip it would make; None: not known or not possible
    resolution: str | None  # at which the price holds
    cost: float | None  # US dollars; None: not recorded

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def fits(self) -> bool:
        return not self.obstacles

    @property
    def points(self) -> float:
        return round(sum(reason.weight for reason in self.reasons), 2)

    @property
    def pros(self) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if reason.weight > 0)

    @property
    def cons(self) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if reason.weight <= 0)

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.entry.title,
            "kind": self.entry.kind,
            "fits": self.fits,
            "runs_here": self.here.runs,
            "here": self.here.text,
            "points": self.points,
            "seconds": self.seconds,
            "resolution": self.resolution,
            "cost_usd": self.cost,
            "for": [asdict(reason) for reason in self.pros],
            "against": [asdict(reason) for reason in self.cons],
            "obstacles": [asdict(obstacle) for obstacle in self.obstacles],
        }


@dataclass(frozen=True)
class ModelAdvice:
    """All models of the catalogue held against one wish."""

    wish: Wish
    fits: tuple[Choice, ...]  # the best first
    excluded: tuple[Choice, ...]  # those that lack least first

    def as_dict(self) -> dict[str, Any]:
        return {
            "wish": asdict(self.wish),
            "fits": [choice.as_dict() for choice in self.fits],
            "excluded": [choice.as_dict() for choice in self.excluded],
        }
