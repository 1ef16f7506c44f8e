"""What should stand still: the regions that a plan holds, and everything for which it plans nothing."""

from __future__ import annotations

import numpy as np

from stillreel.evaluation.following.rest import Rest
from stillreel.evaluation.following.values import Followed, ramp

__all__ = ["follow_hold", "leakage"]

CALM, RESTLESS = 0.002, 0.025
"""Shares of the long side: motion that costs nothing, and that leaves nothing of the score."""
FEWEST = 40  # places of the grid


def leakage(rest: Rest, still: np.ndarray) -> float | None:
    """Pixels of the clip: the 95th percentile of motion beyond the camera's over `still` (h, w) bool and time."""
    trusted = rest.trusted & still
    if trusted.sum() < FEWEST:
        return None
    return float(np.quantile(np.linalg.norm(rest.moved, axis=-1)[trusted], 0.95))


def follow_hold(region: str, rest: Rest, place: np.ndarray | None) -> Followed:
    """One region that was to stand still."""
    what = f"{region} stands still"
    if place is None:
        return Followed(what, "hold", None, 0.0, None, "px", note="no such region is known in this picture")
    moved = leakage(rest, place)
    if moved is None:
        return Followed(what, "hold", None, 0.0, None, "px", note="too little of it could be followed")
    return Followed(
        what, "hold", stillness(moved, rest), 0.0, moved, "px", note=f"saw it move by {moved:.1f} px"
    )


def stillness(moved: float, rest: Rest) -> float:
    """1 up to what is not seen, falling evenly in the logarithm."""
    share = max(moved / rest.long_side, 1e-6)
    return 1 - ramp(float(np.log(share)), float(np.log(CALM)), float(np.log(RESTLESS)))
