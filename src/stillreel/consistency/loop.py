"""The seam of a loop: the step from the last frame to the first, beside the steps between neighbours."""

from __future__ import annotations

import numpy as np

__all__ = ["Seam"]

_STILL = 0.05  # levels: in a clip that stands still every seam this small is invisible


class Seam:
    """Fed with every frame's small copy in order; keeps the first and the last only."""

    def __init__(self) -> None:
        self._first: np.ndarray | None = None
        self._last: np.ndarray | None = None
        self._steps: list[float] = []

    def add(self, luma: np.ndarray) -> None:
        """`luma` (h, w) float32 of the next frame."""
        if self._last is None:
            self._first = luma
        else:
            self._steps.append(float(np.abs(luma - self._last).mean()))
        self._last = luma

    def ratio(self) -> float | None:
        """Last to first over the median step: about 1 is seamless; None with fewer than three frames."""
        if self._first is None or self._last is None or len(self._steps) < 2:
            return None
        step = float(np.abs(self._first - self._last).mean())
        return step / max(float(np.median(self._steps)), _STILL)
