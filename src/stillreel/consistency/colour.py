"""Colour held to the photo: how far a frame's colours have left it, and the part of that which is taken back.

The photo moved by the known flow says what every place should look like, so a cast is the median difference over
the places that are still seen: a moving arm or falling snow does not shift a median, a tint does (cf. Reinhard et
al., "Color transfer between images", 2001, which matches means and deviations of whole pictures).
"""

from __future__ import annotations

import numpy as np

from stillreel.consistency.grid import Seen, luma

__all__ = ["Cast", "ColourHold", "cast_of", "sure"]

LIMIT = 16.0  # 8-bit levels taken back at most
QUIET = 0.4  # levels of drift that are let be: below, measuring is mostly noise
CONTRAST_QUIET, CONTRAST_LIMIT = 0.02, 0.12
FEW = 0.05  # share of the frame that must still be seen


class Cast:
    """Difference of a frame from the moved photo: `offset` (3,) levels a channel, `contrast` a ratio, 1 = equal."""

    def __init__(self, offset: np.ndarray, contrast: float) -> None:
        self.offset = offset
        self.contrast = contrast

    @property
    def size(self) -> float:
        """Levels, of the channel that is farthest off."""
        return float(np.abs(self.offset).max())


def cast_of(seen: Seen) -> Cast | None:
    """The cast of a frame; None where too little of the photo is still seen. Every other cell is looked at."""
    visible = seen.visible[::2, ::2]
    if visible.mean() < FEW:
        return None
    got, wanted = seen.colour[::2, ::2][visible], seen.expected[::2, ::2][visible]
    if seen.place is None:  # places do not correspond, so only the means can be compared
        return Cast(got.mean(0) - wanted.mean(0), 1.0)
    difference = got - wanted
    offset = np.median(difference, axis=0)
    alike = np.abs(difference - offset).max(1) < 24
    if alike.mean() < 0.25:
        return Cast(offset, 1.0)
    spread = float(luma(wanted[alike]).std())
    contrast = float(luma(got[alike]).std()) / spread if spread > 8 else 1.0
    return Cast(offset, contrast)


class ColourHold:
    """Splits a cast into slow drift and fast flicker of the whole frame, and says what to undo."""

    def __init__(self) -> None:
        self._slow = np.zeros(3, np.float32)
        self._contrast = 1.0

    def undo(self, cast: Cast, *, known_flow: bool) -> Cast:
        """The cast to take back from this frame: limited, smoothed, and nothing of what is too small.

        Without flow a slow change may be the motion's own (new things come into view), so only the fast part is undone.
        """
        before = self._slow
        self._slow = before + 0.2 * (cast.offset - before)
        self._contrast += 0.2 * (cast.contrast - self._contrast)
        fast = cast.offset - self._slow
        if not known_flow:
            return Cast(np.clip(sure(fast, QUIET), -LIMIT, LIMIT), 1.0)
        # One threshold for the sum: drift and flicker add up to what the eye compares with the photo.
        offset = np.clip(sure(self._slow + fast, QUIET), -LIMIT, LIMIT)
        contrast = 1 + np.clip(
            sure(np.array(self._contrast - 1), CONTRAST_QUIET), -CONTRAST_LIMIT, CONTRAST_LIMIT
        )
        return Cast(offset, float(contrast))


def sure(values: np.ndarray, quiet: float | np.ndarray) -> np.ndarray:
    """A firm threshold: values within `quiet` of zero become zero, those beyond three times that stay whole."""
    return values * np.clip((np.abs(values) - quiet) / (2 * quiet), 0, 1)
