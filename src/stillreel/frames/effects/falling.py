"""What rain and snow share: particles on a few planes in depth, hidden by what stands before each plane.

A particle falls from a fixed start at a fixed speed and comes in again on the other side, so that any moment is
found without the moments before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.frames.effects.paint import enlarge, lay_over
from stillreel.motion.deformation import FrameView
from stillreel.motion.organic.onset import Span
from stillreel.motion.plan import RegionMotion

__all__ = ["MARGIN", "Falling", "Plane", "planes_of", "slant"]

MARGIN = 0.12  # of the frame's height: how far outside particles live


@dataclass(frozen=True, eq=False)
class Plane:
    """Particles at one depth, in shares of the frame's height."""

    disparity: float  # 0..1: what is nearer than this hides the plane; over 1 = before everything
    start: np.ndarray  # (n, 2) in 0..1 of the field
    speed: np.ndarray  # (n, 2) heights a second
    size: np.ndarray  # (n,) heights
    light: float  # 0..1 opacity

    @property
    def near(self) -> bool:
        """Before everything, and so drawn at the frame's size; what is farther is drawn on the flow grid."""
        return self.disparity > 1

    def at(self, t: float, aspect: float) -> np.ndarray:
        """(n, 2): x and y in heights at t seconds, from -MARGIN on."""
        field = np.array((aspect + 2 * MARGIN, 1 + 2 * MARGIN))
        return (self.start * field + self.speed * t) % field - MARGIN


Draw = Callable[[np.ndarray, Plane, np.ndarray, float], np.ndarray]
"""(empty canvas (rows, columns) uint8, plane, where its particles are (n, 2) in heights, seconds) -> the canvas."""


@dataclass(frozen=True, eq=False)
class Falling:
    """A `PixelEffect`."""

    kind: str
    planes: tuple[Plane, ...]
    span: Span
    rise: float  # seconds until it falls in full
    colour: tuple[float, float, float]  # 0-255
    draw: Draw
    fine: bool = (
        False  # every plane is drawn at the frame's size: its particles are thinner than the flow grid
    )
    shade: tuple[float, float, float] | None = None  # 0-255: its colour before what is bright; None: the same

    def apply(self, frame: np.ndarray, view: FrameView) -> np.ndarray:
        strength = self.span.envelope(view.t, rise=self.rise)
        if strength <= 0:
            return frame
        aspect = frame.shape[1] / frame.shape[0]
        drawn: list[tuple[Plane, np.ndarray]] = []
        for plane in self.planes:
            full = plane.near or self.fine
            canvas = np.zeros(frame.shape[:2] if full else view.disparity.shape, np.uint8)
            drawn.append((plane, self.draw(canvas, plane, plane.at(view.t, aspect), view.t)))
        veil = _veil(view, frame, drawn, strength)
        if self.shade is None:
            return lay_over(frame, self.colour, veil)
        bright = np.ascontiguousarray(enlarge(_bright(frame, view.disparity.shape), frame))
        out = lay_over(frame, self.colour, cv2.multiply(veil, cv2.bitwise_not(bright), scale=1 / 255))
        return lay_over(out, self.shade, cv2.multiply(veil, bright, scale=1 / 255))


def planes_of(
    kinds: Iterable[tuple[float, int, float, float, float]],
    item: RegionMotion,
    lean: float,
    rng: np.random.Generator,
    *,
    speeds: tuple[float, float],
    sizes: tuple[float, float],
) -> tuple[Plane, ...]:
    """Planes of (disparity, particles at amount 1, heights a second, size in heights, opacity) each.

    Every particle's speed and size vary between the shares `speeds` and `sizes`; `lean` as from `slant`.
    """
    planes: list[Plane] = []
    for disparity, count, speed, size, opacity in kinds:
        number = max(1, round(count * item.amount))
        fall = speed * rng.uniform(*speeds, number)
        start, speed_2d = rng.random((number, 2)), np.stack([lean * fall, fall], axis=1)
        planes.append(Plane(disparity, start, speed_2d, size * rng.uniform(*sizes, number), opacity))
    return tuple(planes)


def slant(direction: str | None, rng: np.random.Generator, most: float) -> float:
    """Sideways speed as a share of the falling speed."""
    side = {"left": -1.0, "right": 1.0}.get(direction or "")
    return side * most if side else float(rng.uniform(-0.25, 0.25)) * most


def _veil(
    view: FrameView, frame: np.ndarray, drawn: list[tuple[Plane, np.ndarray]], strength: float
) -> np.ndarray:
    """(H, W) uint8 opacity of all planes: each drawn (flow grid or frame size) and cut by the depth it falls behind."""
    total = np.zeros(frame.shape[:2], np.uint8)
    hidden = np.zeros(view.disparity.shape, np.uint8)
    depth = _depth_of_subject(view)
    for plane, canvas in drawn:
        if plane.near:
            total = cv2.max(total, cv2.convertScaleAbs(canvas, alpha=plane.light))
        else:
            seen = np.clip((np.float32(plane.disparity + 0.04) - view.disparity) * np.float32(1 / 0.08), 0, 1)
            if plane.disparity < depth:
                seen *= 1 - view.subject
            if canvas.shape == hidden.shape:
                hidden = cv2.max(hidden, cv2.multiply(canvas, seen, scale=plane.light, dtype=cv2.CV_8U))
            else:
                shown = np.ascontiguousarray(enlarge(cv2.convertScaleAbs(seen, alpha=255), frame))
                total = cv2.max(total, cv2.multiply(canvas, shown, scale=plane.light / 255))
    return cv2.convertScaleAbs(cv2.max(total, np.ascontiguousarray(enlarge(hidden, frame))), alpha=strength)


def _bright(frame: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """(h, w) uint8: where what falls is seen as darker than what is behind it."""
    small = cv2.cvtColor(cv2.resize(frame, shape[1::-1], interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    return cv2.GaussianBlur(np.clip((small.astype(np.float32) - 140) * 5.1, 0, 255).astype(np.uint8), (0, 0), 2)


def _depth_of_subject(view: FrameView) -> float:
    """The subject's mean disparity; 0 without one, so that it hides nothing."""
    weight = view.subject[::8, ::8]
    total = float(weight.sum())
    return float((view.disparity[::8, ::8] * weight).sum()) / total if total > 1 else 0.0
