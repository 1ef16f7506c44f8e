"""Light on water, and streams: glints that run with the ripples, and a flow that never ends.

A stream is advected from two moments half a period apart and cross-faded (Holynski et al., "Animating Pictures with
Eulerian Motion Fields", CVPR 2021); the blend keeps its contrast where two copies would average to a blur (Heitz and
Neyret, "High-Performance By-Example Noise", HPG 2018).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.frames.effects.paint import box_of, brighten, enlarge
from stillreel.motion.deformation import FrameView
from stillreel.motion.organic.modal import mixed
from stillreel.motion.organic.onset import Course, Span
from stillreel.motion.organic.regions import area_of, scale_of, taper
from stillreel.motion.organic.water import manner_of, sea, stream
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.scene.values import Scene

__all__ = ["Glints", "Stream", "water"]

GLINT = 0.05  # gain of a ripple at amount 1
PERIOD = 1.8  # seconds a copy of the stream lives


@dataclass(frozen=True, eq=False)
class Glints:
    """A `PixelEffect`: ripples turn toward the light and away from it."""

    maps: np.ndarray  # (K, rows, columns) float32 on the flow grid, in `window`
    window: tuple[slice, slice]
    shape: tuple[int, int]
    weights: Course
    kind: str = "water"

    def apply(self, frame: np.ndarray, view: FrameView) -> np.ndarray:
        weights = np.asarray(self.weights(view.t), np.float32)
        if np.abs(weights).max() < 1e-3:
            return frame
        gain = np.ones(self.shape, np.float32)
        gain[self.window] += mixed(weights, self.maps)
        return brighten(frame, view.carry(gain))


@dataclass(frozen=True, eq=False)
class Stream:
    """A `PixelEffect`: the water of a region flows."""

    velocity: np.ndarray  # (h, w, 2) float32 frame pixels a second on the flow grid, photo coordinates
    span: Span
    period: float
    soft: float  # frame pixels: what counts as the water's mean colour
    kind: str = "water"

    def apply(self, frame: np.ndarray, view: FrameView) -> np.ndarray:
        if not self.span.start < view.t < self.span.end + 1e-6:
            return frame
        velocity = view.carry(self.velocity)
        box = box_of(np.abs(velocity).max(axis=-1) > 0.5)
        if box is None:
            return frame
        rows, columns = (slice(2 * side.start, 2 * side.stop) for side in box)
        out, part = frame.copy(), frame[rows, columns]
        flow = enlarge(velocity[box], part)
        flowing = self._flowed(frame, (rows.start, columns.start), flow, view.t - self.span.start)
        speed = np.hypot(flow[..., 0], flow[..., 1])
        share = np.clip(speed / 4, 0, 1) * np.float32(1.0 if self.span.endless else self.span.envelope(view.t))
        cover = cv2.merge([share.astype(np.float32)] * 3)
        out[rows, columns] = cv2.add(part, (flowing - part) * cover, dtype=cv2.CV_8U)
        return out

    def _flowed(self, frame: np.ndarray, corner: tuple[int, int], flow: np.ndarray, since: float) -> np.ndarray:
        """(H, W, 3) float32: two copies half a period apart, each seen most in the middle of its life."""
        y, x = np.mgrid[: flow.shape[0], : flow.shape[1]].astype(np.float32)
        y, x = y + corner[0], x + corner[1]
        lives = [(since / self.period + half) % 1.0 for half in (0.5, 0.0)]
        weights = [np.float32(1 - abs(2 * life - 1)) for life in lives]
        total = np.zeros((*flow.shape[:2], 3), np.float32)
        for life, weight in zip(lives, weights, strict=True):
            gone = flow * np.float32((life - 0.5) * self.period)
            copy = cv2.remap(frame, x - gone[..., 0], y - gone[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
            total += weight * copy
        mean = cv2.blur(total, (2 * round(self.soft) + 1,) * 2)
        return mean + (total - mean) / np.sqrt(weights[0] ** 2 + weights[1] ** 2)


def water(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Stream | Glints | None:
    """The flow of a stream, the glints of anything else; None without water."""
    if manner_of(scene, plan, item) == "flow":
        found = stream(scene, item, hold)
        period = plan.seconds / max(1, round(plan.seconds / PERIOD)) if span.loop else PERIOD
        return Stream(found[1], span, period, 9 * scale_of(scene)) if found else None
    return _glints(scene, plan, item, span, hold, seed)


def _glints(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Glints | None:
    area = area_of(scene, "water", item.region, hold)
    if area is None or scene.style.kind in ("painting", "drawing"):  # paint does not glitter
        return None
    even = taper(area, 1.0, 1 / (20 * scale_of(scene))) * GLINT * min(item.amount, 1.5)
    trains = sea(scene, area, manner_of(scene, plan, item), item.direction, seed)
    window = box_of(even > 1e-3)
    if window is None:
        return None
    maps, omegas, shifts = [], [], []
    for train in trains:
        share = even * np.clip(train.height / max(float(train.height.max()), 1e-6), 0, 1) / len(trains) * 2
        # The side of a wave faces the light a quarter of a wave before its crest.
        maps += [share[window] * np.cos(train.phase[window] + 1.57), share[window] * np.sin(train.phase[window] + 1.57)]
        omegas += [2 * np.pi * span.frequency(train.frequency)] * 2
        shifts += [0.0, np.pi / 2]
    omega, shift = np.array(omegas), np.array(shifts)
    weights = span.anchored(lambda t: np.cos(omega * t - shift))
    return Glints(np.stack(maps).astype(np.float32), window, area.inside.shape, weights)
