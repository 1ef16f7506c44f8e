"""What a closing lid looks like: skin that comes down over the eye with a crisp edge and its lashes along it.

The lid is drawn in the photo's own coordinates from what the photo shows of it (frames/effects/lid.py), so that it
follows the head through any turn and camera move. What the lid has not reached is the untouched eye.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.frames.effects.lid import GAMMA, REACH, Lid, lid_of, ramp
from stillreel.frames.effects.paint import box_of
from stillreel.motion.deformation import FrameView
from stillreel.motion.organic.onset import Span
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.motion.rigs.blink import Blinks, blinking
from stillreel.scene.values import Scene

__all__ = ["Eyelids", "eyelids"]

MEET = 0.14  # of the opening: how far above the lower lid's edge the lids meet
LASH_UP, LASH_DOWN = (
    0.018,
    0.036,
)  # of the eye's width: how far lashes darken what is above and below the lid's edge
LASH_MOST = 0.85  # of the open lash line's depth


@dataclass(frozen=True, eq=False)
class Eyelids:
    """A `PixelEffect` over the eyes that blink."""

    eyes: tuple[tuple[Blinks, Lid], ...]
    kind: str = "blink"

    def apply(self, frame: np.ndarray, view: FrameView) -> np.ndarray:
        out = frame
        for blinks, lid in self.eyes:
            closure = blinks.closure(view.t)
            if closure > 0.02:
                out = frame.copy() if out is frame else out
                _paint(out, view.source, lid, closure)
        return out


def eyelids(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Eyelids | None:
    """The lids of every eye that the plan item closes."""
    eyes = [
        (blinks, lid_of(scene.pixels, eye))
        for blinks, found in blinking(scene, plan, item, hold, seed)
        for eye in found
    ]
    return Eyelids(tuple(eyes)) if eyes else None


def _paint(frame: np.ndarray, source: np.ndarray, lid: Lid, closure: float) -> None:
    """In place, at full resolution, where the lid's edge is sharp."""
    eye = lid.eye
    reach = max(0.65 * eye.width, -eye.brow)
    near = [np.abs(source[..., axis] - np.float32(eye.origin[axis])) < reach for axis in (0, 1)]
    box = box_of(near[0] & near[1])
    if box is None:
        return
    rows, columns = (slice(2 * side.start, 2 * side.stop) for side in box)
    part = frame[rows, columns]
    at = cv2.resize(source[box], None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)[
        : part.shape[0], : part.shape[1]
    ]
    a, b = (axis.astype(np.float32) for axis in eye.frame(at[..., 0], at[..., 1]))
    s = np.float32(2 / eye.width) * a
    crease, upper, lower = _edges(lid, a)
    meet = lower - np.float32(MEET) * (lower - upper)
    edge = upper + np.float32(closure) * (meet - upper)
    ends = ramp((REACH - np.abs(s)) / 0.22)
    cover = _cover(b, crease, upper, edge, closure) * ends
    shut = np.float32(ramp(np.float32((closure - 0.8) / 0.2)))
    hidden = ramp(b - edge + 0.5) * ramp((lower + 0.09 * eye.width - b) / (0.07 * eye.width)) * ends * shut
    dark = _lashes(lid, s, b - edge, closure) * ramp((1.05 - np.abs(s)) / 0.35)
    share = (b - crease) / np.maximum(edge - crease, 1e-3)
    painted = _light(_seen(lid.skin, s, share))
    blend = part.astype(np.float32)
    blend += cover[..., None] * (painted - blend)
    blend += hidden[..., None] * (_light(_seen(lid.below, s, share)) - blend)
    blend *= cv2.exp(dark * np.float32(-np.log(2) / GAMMA))[..., None]
    touched = (cover + hidden + dark > 1e-3)[..., None]
    frame[rows, columns] = np.where(touched, np.clip(np.rint(blend), 0, 255), part).astype(np.uint8)


def _edges(lid: Lid, a: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The lid's lines at every pixel, from a table: they are smooth, and an eye has many pixels."""
    half = 0.75 * lid.eye.width
    table = np.stack(lid.edges(np.linspace(-half, half, 97)), axis=1).astype(np.float32)
    place = (a + np.float32(half)) * np.float32(96 / (2 * half))
    crease, upper, lower = cv2.split(
        cv2.remap(table[None], place, np.zeros_like(place), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    )
    return crease, upper, lower


def _cover(
    b: np.ndarray, crease: np.ndarray, upper: np.ndarray, edge: np.ndarray, closure: float
) -> np.ndarray:
    """0..1: full over the eye down to the edge; over the lid's own skin it fades in, softly from the crease on."""
    over_eye = ramp((b - upper) / 1.5 + 1)
    own = ramp((b - crease) / np.maximum(0.6 * (upper - crease), 1.0)) * ramp(np.float32(closure / 0.4))
    return np.maximum(over_eye * ramp((edge - upper) / 1.5), own) * np.clip(edge - b + 0.5, 0, 1)


def _lashes(lid: Lid, s: np.ndarray, past: np.ndarray, closure: float) -> np.ndarray:
    """Stops of darkness around the lid's edge."""
    width = np.where(past < 0, max(0.6, LASH_UP * lid.eye.width), max(0.8, LASH_DOWN * lid.eye.width))
    depth = _seen(lid.lashes[None], s, np.zeros_like(s))
    return (
        LASH_MOST
        * ramp(np.float32(closure / 0.3))
        * depth
        * cv2.exp((-0.5 * np.square(past / width)).astype(np.float32))
    )


def _seen(table: np.ndarray, s: np.ndarray, share: np.ndarray) -> np.ndarray:
    """A table over s in -1..1 (columns) and share in 0..1 (rows), looked up at every pixel."""
    x = ((s + 1) * (0.5 * (table.shape[1] - 1))).astype(np.float32)
    y = (np.clip(share, 0, 1) * (table.shape[0] - 1)).astype(np.float32)
    return cv2.remap(table, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _light(stops: np.ndarray) -> np.ndarray:
    """0-255 of stops."""
    return 255 * cv2.exp(stops * np.float32(np.log(2) / GAMMA))
