"""Frame arithmetic, in one place.

A clip of S seconds at F fps has round(S * F) frames and frame i stands at i / F seconds: 5 s at 24 fps is 120
frames, the last at 119 / 24 s (a fence-post count of 121 would make the clip one frame longer than asked).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Timing"]


@dataclass(frozen=True)
class Timing:
    """Length and rate of a clip; `fps` is rational so that 29.97 is 30000/1001 and not a float."""

    frames: int
    fps: Fraction

    @classmethod
    def of(cls, seconds: float, fps: float) -> Timing:
        rate = rational_rate(fps)
        return cls(frames=max(1, round(seconds * rate)), fps=rate)

    @property
    def seconds(self) -> float:
        return float(self.frames / self.fps)

    def time(self, frame: int) -> float:
        """Seconds at which `frame` (0-based) stands."""
        return float(frame / self.fps)


def rational_rate(fps: float) -> Fraction:
    """The exact rate meant by a rounded one: 23.976 -> 24000/1001, 29.97 -> 30000/1001, 12.5 -> 25/2."""
    for base in (24, 30, 60):
        if abs(fps - base * 1000 / 1001) < 0.005:
            return Fraction(base * 1000, 1001)
    return Fraction(fps).limit_denominator(1001)
