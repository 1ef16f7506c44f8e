"""What the chosen model can do beyond moving what the photo shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from stillreel.motion.advice.ambition import MODEL_KINDS

__all__ = ["EMBEDDED", "Abilities", "Known", "abilities_of"]


@dataclass(frozen=True)
class Abilities:
    """Which wishes a model may fulfil. The default is a model that only moves what the photo shows."""

    able: frozenset[str] = frozenset()  # of MODEL_KINDS
    silent: bool = True
    reads: bool = True  # takes words at all


class Known(Protocol):
    """What a catalogue's entry tells; None is unknown."""

    @property
    def still_only(self) -> bool: ...
    @property
    def shots(self) -> int | None: ...
    @property
    def sound(self) -> str | None: ...
    @property
    def prompt(self) -> bool: ...


EMBEDDED = Abilities()


def abilities_of(model: Known) -> Abilities:
    """Several scenes only where it is known that a clip may have several shots; sound unless known to be none."""
    able = set() if model.still_only else set(MODEL_KINDS) - {"scenes"}
    if (model.shots or 1) > 1:
        able.add("scenes")
    return Abilities(frozenset(able), model.sound == "none", model.prompt)
