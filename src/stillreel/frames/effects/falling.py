"""What rain and snow share: particles on a few planes in depth, hidden by what stands before each plane.

A particle falls from a fixed start at a fixed speed and comes in again on the other side, so that any moment is
found without the moments before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.frames.effects.paint import enlarge
from stillreel.motion.deformation import FrameView

__all__ = ["Plane", "slant", "veil"]

MARGIN = 0.12  # of the frame's height: how far outside particles live


@dataclass(frozen=True, eq=False)
class Plane:
    """Particles at one depth, in shares of the frame's height."""

    disparity: float  # 0..1: what is nearer than this hides the plane; over 1 = before everything
    start: np.ndarray  # (n, 2) in 0..1 of the field
    speed: np.ndarray  # (n, 2) heights a second
    size: np.ndarray  # (n,) heights
    light: float  # 0..1 opacity

    def at(self, t: float, aspect: float) -> np.ndarray:
        """(n, 2): x and y in heights at t seconds, from -MARGIN on."""
        field = np.array((aspect + 2 * MARGIN, 1 + 2 * MARGIN))
        return (self.start * field + self.speed * t) % field - MARGIN


def slant(direction: str | None, rng: np.random.Generator, most: float) -> float:
    """Sideways speed as a share of the falling speed."""
    side = {"left": -1.0, "right": 1.0}.get(direction or "")
    return side * most if side else float(rng.uniform(-0.25, 0.25)) * most


def veil(view: FrameView, frame: np.ndarray, drawn: list[tuple[Plane, np.ndarray]], strength: float) -> np.ndarray:
    """(H, W) uint8 opacity of all planes: each drawn (flow grid or frame size) and cut by the depth it falls behind."""
    total = np.zeros(frame.shape[:2], np.uint8)
    hidden = np.zeros(view.disparity.shape, np.uint8)
    for plane, canvas in drawn:
        if plane.disparity <= 1:
            seen = np.clip((plane.disparity - view.disparity) / 0.08 + 0.5, 0, 1)
            seen *= 1 - view.subject if plane.disparity < _depth_of_subject(view) else 1
            hidden = cv2.max(hidden, cv2.multiply(canvas, seen.astype(np.float32), scale=plane.light, dtype=cv2.CV_8U))
        else:
            total = cv2.max(total, cv2.convertScaleAbs(canvas, alpha=plane.light))
    return cv2.convertScaleAbs(cv2.max(total, np.ascontiguousarray(enlarge(hidden, frame))), alpha=strength)


def _depth_of_subject(view: FrameView) -> float:
    """The subject's mean disparity; 0 without one, so that it hides nothing."""
    weight = view.subject[::8, ::8]
    total = float(weight.sum())
    return float((view.disparity[::8, ::8] * weight).sum()) / total if total > 1 else 0.0
