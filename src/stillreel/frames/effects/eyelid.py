"""What a closing lid looks like: its skin smooth and lit as skin is, the lash line kept, the eye no longer seen.

The deformation unrolls a short strip of lid over the eye, streaked and, with make-up or deep-set eyes, too dark. The
strip is toned here in the photo's own coordinates, so that it follows the lid through any head turn and camera move.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.frames.effects.paint import box_of
from stillreel.motion.deformation import FrameView
from stillreel.motion.organic.onset import Span, smooth
from stillreel.motion.organic.regions import grid
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.motion.rigs.anatomy import Eye
from stillreel.motion.rigs.blink import LASH, STRIP, Blinks, blinking
from stillreel.scene.values import Scene

__all__ = ["Eyelids", "eyelids"]

TONED = 0.78  # how far the strip takes the skin's tone when the eye is shut
LASHES = 0.30  # of the skin's tone: the line where the lids meet


@dataclass(frozen=True, eq=False)
class _Painted:
    eye: Eye
    blinks: Blinks
    tone: np.ndarray  # (3,) float32 0-255


@dataclass(frozen=True, eq=False)
class Eyelids:
    """A `PixelEffect` over the eyes that blink."""

    eyes: tuple[_Painted, ...]
    kind: str = "blink"

    def apply(self, frame: np.ndarray, view: FrameView) -> np.ndarray:
        out = frame
        for painted in self.eyes:
            closure = painted.blinks.closure(view.t)
            if closure > 0.02:
                out = frame.copy() if out is frame else out
                _paint(out, view.source, painted, closure)
        return out


def eyelids(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Eyelids | None:
    """The lids of every eye that the same plan item's deformation closes."""
    eyes = [
        _Painted(eye, blinks, _tone(scene, eye))
        for blinks, eyes in blinking(scene, item, hold, seed)
        for eye in eyes
    ]
    return Eyelids(tuple(eyes)) if eyes else None


def _paint(frame: np.ndarray, source: np.ndarray, painted: _Painted, closure: float) -> None:
    """In place. The few pixels around the eye are worked out at full resolution, where the lid's edge is sharp."""
    eye = painted.eye
    reach = 1.2 * max(eye.width / 2, -eye.brow)
    near = [np.abs(source[..., axis] - np.float32(eye.origin[axis])) < reach for axis in (0, 1)]
    box = box_of(near[0] & near[1])
    if box is None:
        return
    rows, columns = (slice(2 * side.start, 2 * side.stop) for side in box)
    part = frame[rows, columns]
    at = cv2.resize(source[box], None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)[: part.shape[0], : part.shape[1]]
    a, b = eye.frame(at[..., 0], at[..., 1])
    skin, hidden = _weights(eye, a, b, closure)
    lashes = np.clip(1.4 * cv2.GaussianBlur(hidden, (0, 0), max(0.6, 0.06 * eye.opening)), 0, 1)
    blend = part.astype(np.float32)
    blend += (skin * TONED)[..., None] * (_lit(eye, a, b) * painted.tone - blend)
    blend += lashes[..., None] * (LASHES * painted.tone - blend)
    frame[rows, columns] = np.clip(np.rint(blend), 0, 255).astype(np.uint8)


def _weights(eye: Eye, a: np.ndarray, b: np.ndarray, closure: float) -> tuple[np.ndarray, np.ndarray]:
    """(H, W) 0..1 each: how far a place of the photo is lid that unrolls, and how far it is hidden eye."""
    upper, lower = eye.lids(a)
    strip = np.maximum(STRIP * (upper - eye.brow), 1.0)
    share = (upper - b) / strip  # 0 at the lash line, 1 where the strip begins
    open_ = np.clip((lower - upper) / max(0.6 * eye.opening, 1e-3), 0, 1)
    skin = _step((share - 0.06) / 0.16) * _step((1.0 - share) / 0.55) * open_ * smooth(closure / 0.8)
    edge = upper + LASH * eye.opening
    inside = _step(b - edge + 1.0) * _step(lower - b + 1.0) * open_
    return skin, (inside * smooth((closure - 0.65) / 0.3)).astype(np.float32)


def _lit(eye: Eye, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(H, W, 1): the lid is a part of a ball: lightest in its middle, darker to the sides."""
    side = np.clip(np.abs(a) / (0.5 * eye.width), 0, 1)
    return (1.0 - 0.14 * side * side)[..., None].astype(np.float32)


def _step(x: np.ndarray) -> np.ndarray:
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def _tone(scene: Scene, eye: Eye) -> np.ndarray:
    """The lid's colour: the skin under the eye, darkened a little where the strip above is darker."""
    x, y = grid(scene)
    a, b = eye.frame(x, y)
    upper, lower = eye.lids(a)
    middle = np.abs(a) < 0.4 * eye.width
    under = middle & (b > lower + 0.35 * eye.opening) & (b < lower + 1.1 * eye.opening)
    above = middle & (b < upper - 0.2 * (upper - eye.brow)) & (b > upper - STRIP * (upper - eye.brow))
    small = cv2.resize(scene.pixels, (x.shape[1], x.shape[0]), interpolation=cv2.INTER_AREA)
    skin = [np.median(small[where], axis=0) for where in (under, above) if where.any()]
    if not skin:
        return np.array((120.0, 90.0, 75.0), np.float32)
    shade = min(1.0, float(skin[-1].mean()) / max(float(skin[0].mean()), 1.0))
    return (0.95 * (0.68 + 0.32 * shade) * skin[0]).astype(np.float32)
