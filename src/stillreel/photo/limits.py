"""How large a photograph may be, and how long it may take to decode."""

from __future__ import annotations

from dataclasses import dataclass, fields

from stillreel.errors import UsageError

__all__ = ["LONGEST_SIDE", "SHORTEST_SIDE", "Limits"]

SHORTEST_SIDE = 32  # pixels: under this there is nothing to animate
LONGEST_SIDE = 4096  # pixels: above this a photo is reduced while it is decoded; no clip shows more


@dataclass(frozen=True)
class Limits:
    """What `read` accepts; each limit is checked before or while decoding, never after."""

    pixels: int = 100_000_000  # width * height in the file's header
    bytes: int = 200_000_000  # of the file
    seconds: float = (
        20.0  # the decoder's processor time, its start (0.1 s) included; thrice that on the clock
    )

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not value > 0:
                raise UsageError(
                    "usage.limits", f"The photo limit {field.name} is {value}.", "Give a number above 0."
                )
