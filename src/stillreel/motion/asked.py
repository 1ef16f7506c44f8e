"""What one clause of a prompt asks for, before times are shared out."""

from __future__ import annotations

from dataclasses import dataclass, field

from stillreel.motion.quantities import Quantity, When

__all__ = ["Asked", "AskedMotion", "AskedMove"]


@dataclass(frozen=True)
class AskedMove:
    move: str
    direction: str | None = None
    factor: float = 1.0  # on the move's natural amount
    quantity: Quantity | None = None
    easing: str | None = None
    weak: bool = False  # only where the prompt names no other move
    guessed: bool = False  # the direction was not said
    doubtful: bool = False  # perhaps no move ("pan pizza"): only where the step names no other
    sudden: bool = False  # a whip pan or a crash zoom
    general: bool = False  # of a verb that anything on a camera can do: "moves", "descends"
    steered: frozenset[str] = frozenset()  # moves that such a verb beside it would make of this one


@dataclass(frozen=True)
class AskedMotion:
    kind: str
    direction: str | None = None
    factor: float = 1.0
    count: int = 1
    leaning: str | None = None  # a direction that the verb itself has ("rise"), weaker than the wind's
    region: str | None = None  # where the words say it is; the kind's own region where they do not


@dataclass
class Asked:
    step: int
    when: When | None = None
    moves: list[AskedMove] = field(default_factory=list)
    motions: list[AskedMotion] = field(default_factory=list)
    hold: list[str] = field(default_factory=list)
    static: bool = False  # the camera stands still here
    only: bool = False  # what is named moves and nothing else
    refused_moves: set[str] = field(default_factory=set)  # "any": no camera movement
    refused_kinds: set[str] = field(default_factory=set)
    impossible: list[str] = field(default_factory=list)
    mood: list[str] = field(default_factory=list)
    wind: bool = False
    wind_direction: str | None = None
    wind_factor: float = 1.0
    throughout: bool = False  # not after a "then": what flows or sways does so from the start
    vague: bool = False
    understood: str = ""
    unknown: list[str] = field(default_factory=list)
