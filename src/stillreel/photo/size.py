"""The size of a clip as the user writes it: auto, WxH, 720p or 1080p."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from stillreel.errors import RefusedError, UsageError
from stillreel.events import Warned

__all__ = ["AUTO_AREA", "LONGEST", "SHORTEST", "SizeRequest", "parse_size"]

SHORTEST, LONGEST = 64, 1920  # pixels: the sides of a clip
AUTO_AREA = 1024 * 576
NAMED = {"720p": (1280, 720), "1080p": (1920, 1080)}


@dataclass(frozen=True)
class SizeRequest:
    """What was asked for; `frame_for` turns it into pixels once the photo is known."""

    text: str = "auto"  # as written, in lower case
    box: tuple[int, int] | None = None  # (width, height), even, 64..1920; None: from the photo
    turns: bool = False  # whether the box is turned upright for an upright photo
    notes: tuple[Warned, ...] = ()

    def frame_for(self, photo: tuple[int, int]) -> tuple[int, int]:
        """(width, height) of the clip for a photo of size (width, height)."""
        if self.box is None:
            # In steps of 4, the sides of a plate 1.25 times as large come out whole.
            return like(photo, math.sqrt(AUTO_AREA / (photo[0] * photo[1])), step=4)
        width, height = self.box
        return (height, width) if self.turns and photo[1] > photo[0] else (width, height)


def parse_size(text: str) -> SizeRequest:
    """auto | WxH | 720p | 1080p. Odd sides are made even, which a note says.

    Raises UsageError `usage.size` for what is no size, RefusedError `size.limits` for sides outside 64..1920.
    """
    word = text.strip().lower()
    if word == "auto":
        return SizeRequest()
    if word in NAMED:
        return SizeRequest(word, NAMED[word], turns=True)
    match = re.fullmatch(r"([0-9]{1,6})\s*[x×]\s*([0-9]{1,6})", word)
    if not match:
        raise UsageError("usage.size", f"{text!r} is not a size.", "Write auto, 720p, 1080p or WIDTHxHEIGHT.")
    asked = int(match[1]), int(match[2])
    if min(asked) < SHORTEST or max(asked) > LONGEST:
        hint = f"Each side must have {SHORTEST} to {LONGEST} pixels."
        raise RefusedError("size.limits", f"A clip of {asked[0]}x{asked[1]} is not made.", hint)
    box = asked[0] // 2 * 2, asked[1] // 2 * 2
    snapped = Warned("size.snapped", f"{asked[0]}x{asked[1]} was made even: {box[0]}x{box[1]}.")
    return SizeRequest(word, box, notes=(snapped,) if box != asked else ())


def like(photo: tuple[int, int], share: float, step: int = 2) -> tuple[int, int]:
    """The photo's size times `share` (at most 1) in multiples of `step`, within the limits of a clip."""
    share = min(1.0, share, LONGEST / max(photo))
    width, height = (_snapped(side * share, side, step) for side in photo)
    return width, height


def _snapped(side: float, at_most: int, step: int) -> int:
    """The nearest multiple of `step` that does not enlarge the photo, unless a clip needs more."""
    return max(SHORTEST, min(step * round(side / step), at_most // step * step))
