"""Light on water, and streams: glints that run with the ripples, and a flow that never ends.

A stream is advected from two moments half a period apart and cross-faded (Holynski et al., "Animating Pictures with
Eulerian Motion Fields", CVPR 2021); the blend keeps its contrast where two copies would average to a blur (Heitz and
Neyret, "High-Performance By-Example Noise", HPG 2018).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.frames.effects.paint import box_of, brighten, enlarge, greatest
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
        box = box_of(greatest(velocity) > 0.5)
        if box is None:
            return frame
        rows, columns = (slice(2 * side.start, 2 * side.stop) for side in box)
        out, part = frame.copy(), np.ascontiguousarray(frame[rows, columns])
        corner, flow = (rows.start, columns.start), enlarge(velocity[box], part)
        flowing = self._flowed(frame, corner, flow, view.t - self.span.start)
        strength = np.float32(1.0 if self.span.endless else self.span.envelope(view.t))
        share = np.clip(np.hypot(velocity[box][..., 0], velocity[box][..., 1]) / 4, 0, 1) * strength
        cover = np.ascontiguousarray(enlarge(share, part))
        out[rows, columns] = cv2.blendLinear(part, flowing, 1 - cover, cover)
        return out

    def _flowed(self, frame: np.ndarray, corner: tuple[int, int], flow: np.ndarray, since: float) -> np.ndarray:
        """(H, W, 3) uint8: two copies half a period apart, each seen most in the middle of its life."""
        y = np.arange(corner[0], corner[0] + flow.shape[0], dtype=np.float32)[:, None]
        x = np.arange(corner[1], corner[1] + flow.shape[1], dtype=np.float32)[None, :]
        lives = [(since / self.period + half) % 1.0 for half in (0.5, 0.0)]
        weights = [1 - abs(2 * life - 1) for life in lives]  # they add up to 1
        whole = cv2.cvtColor(frame, cv2.COLOR_RGB2RGBA)  # four channels are looked up faster than three
        copies: list[np.ndarray] = []
        for life in lives:
            gone = np.float32((life - 0.5) * self.period)
            at = x - gone * flow[..., 0], y - gone * flow[..., 1]
            copies.append(cv2.remap(whole, at[0], at[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT))
        total = cv2.addWeighted(copies[0], weights[0], copies[1], weights[1], 0)
        mean = cv2.blur(total, (2 * round(self.soft) + 1,) * 2)
        contrast = (weights[0] ** 2 + weights[1] ** 2) ** -0.5
        return cv2.cvtColor(cv2.addWeighted(total, contrast, mean, 1 - contrast, 0), cv2.COLOR_RGBA2RGB)


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
