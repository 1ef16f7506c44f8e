"""When a motion acts: eased in from rest, eased out, and closed on itself in a loop."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stillreel.motion.plan import RegionMotion

__all__ = ["ONSET", "Course", "Span", "smooth"]

ONSET = 0.8  # seconds from rest to full strength
_TICK = 1e-6

Course = Callable[[float], np.ndarray]
"""A motion's weights over time: seconds -> (K,) float64."""


def smooth(x: float) -> float:
    """0 below 0, 1 above 1, and a step between them with zero first and second derivative at both ends."""
    x = min(1.0, max(0.0, x))
    return x * x * x * (x * (6.0 * x - 15.0) + 10.0)


@dataclass(frozen=True)
class Span:
    """The time in which one motion acts, within a clip of `seconds`."""

    start: float
    end: float
    seconds: float
    loop: bool

    @classmethod
    def of(cls, item: RegionMotion, seconds: float, loop: bool) -> Span:
        return cls(item.start, item.end, seconds, loop)

    @property
    def endless(self) -> bool:
        """The motion fills a whole loop: its phases are periodic, and it never comes to rest."""
        return self.loop and self.start <= _TICK and self.end >= self.seconds - _TICK

    @property
    def returns(self) -> bool:
        """The motion must be back at rest when it ends: it ends early, or the clip starts over."""
        return self.loop or self.end < self.seconds - _TICK

    def envelope(self, t: float, rise: float = ONSET) -> float:
        """0..1: zero up to `start`, full after `rise` seconds, zero again from `end` on if it `returns`."""
        rise = max(_TICK, min(rise, (self.end - self.start) / 2))
        up = smooth((t - self.start) / rise)
        return up * smooth((self.end - t) / rise) if self.returns else up

    def frequency(self, hertz: float) -> float:
        """The frequency to use for `hertz`: in a loop the nearest that closes after whole cycles (at least one)."""
        if not self.loop or hertz <= 0:
            return hertz
        return max(1, round(hertz * self.seconds)) / self.seconds

    def anchored(self, course: Course, rise: float = ONSET) -> Course:
        """`course` made to start at rest: eased in by the envelope, or, in an endless loop, less its own start.

        An endless loop keeps its speed through the seam, where an eased one would stand still for a moment.
        """
        if self.endless:
            first = course(0.0)
            return lambda t: course(t % self.seconds) - first
        return lambda t: self.envelope(t, rise) * course(t)

    def swing(self, t: float, rise: float) -> float:
        """0..1 for a motion with a goal: to 1 and held; where it `returns`, out and back by the end."""
        if self.endless:
            return 0.5 - 0.5 * math.cos(2 * math.pi * t / self.seconds)
        return self.envelope(t, rise)
