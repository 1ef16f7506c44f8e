"""Smoke, steam, fog and mist: soft density of drifting, folded noise, lit in the colour of the scene's light.

Steam and smoke rise as wisps from a few mouths in their region; they are ridges of fractal noise whose place is itself
displaced by noise, the more the higher (domain warping, Quilez 2002), so that they curl and dissolve. They hang on
the depth of what they rise from. Fog lies in banks along the ground and is thicker the farther one looks.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.frames.effects.paint import box_of, lay_over, to_display
from stillreel.motion.deformation import FrameView
from stillreel.motion.organic.onset import Span
from stillreel.motion.organic.regions import grid, region_map, scale_of, shrink
from stillreel.motion.organic.wind import TOWARD
from stillreel.motion.plan import FOGGY, MotionPlan, RegionMotion
from stillreel.scene.values import Scene

__all__ = ["Fog", "Plume", "haze"]

TILE = 256  # cells of the texture
DENSEST = 0.95  # alpha where steam is thickest, at amount 1
FOG = 0.62  # and fog
MOUTHS = 6
RISE = 0.17  # of the frame's height a second
_ONSET = 1.2  # seconds


@dataclass(frozen=True, eq=False)
class Plume:
    """A `PixelEffect`: wisps that rise from their region."""

    texture: np.ndarray  # (TILE, TILE) float32 0..1, tileable
    source: np.ndarray  # (h, w) float32 0..1 on the flow grid, photo coordinates: what they rise from
    shape: np.ndarray  # (h, w, 2) float32: density 0..1 that they may reach, and height above the mouths 0..1
    rise: tuple[float, float]  # flow cells a second
    colour: np.ndarray  # (3,) float32 0-255
    span: Span
    size: float  # texture cells per flow cell, across the wisps
    kind: str = "smoke"

    def apply(self, frame: np.ndarray, view: FrameView) -> np.ndarray:
        strength = self.span.envelope(view.t, rise=_ONSET)
        if strength < 1e-3:
            return frame
        at = _plane(view.source, self.source)
        shape = cv2.warpAffine(
            self.shape, at, self.shape.shape[1::-1], flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        )
        box = box_of(shape[..., 0] > 0.01)
        if box is None:
            return frame
        coarse = cv2.resize(shape[box], _half(box), interpolation=cv2.INTER_AREA)
        alpha = np.float32(strength) * self._density(at, box, coarse, view.t - self.span.start)
        return _over(frame, alpha, box, self.colour)

    def _density(self, at: np.ndarray, box: tuple[slice, slice], shape: np.ndarray, t: float) -> np.ndarray:
        """(rows, columns) 0..1: ridges of noise, finer below, folded and torn above."""
        w, h = _half(box)
        y, x = np.mgrid[:h, :w].astype(np.float32) * 2 + np.float32(0.5)
        y, x = y + np.float32(box[0].start), x + np.float32(box[1].start)
        px, py = (row[0] * x + row[1] * y + row[2] for row in at.astype(np.float32))
        limit, height = shape[..., 0], shape[..., 1]
        along = (px * self.rise[0] + py * self.rise[1]) / np.float32(np.hypot(*self.rise))
        across = (px * self.rise[1] - py * self.rise[0]) / np.float32(np.hypot(*self.rise))
        up = along - np.float32(np.hypot(*self.rise) * t)
        fold = self._sample(across * 0.5, along * 0.35 - (along - up) * 0.25, 31.0) - 0.5
        turn = self._sample(across * 0.6, along * 0.5 - (along - up) * 0.4, 140.0) - 0.5
        reach = np.float32(12 / self.size) * (0.4 + 1.5 * height)
        one = self._sample(across + fold * reach * 2, (up + turn * reach) * 0.42, 0.0)
        two = self._sample((across - turn * reach * 1.6) * 1.5, (up * 1.2 + fold * reach) * 0.6, 77.0)
        ridge = 1 - np.abs(2 * one - 1)
        body = np.clip(0.8 * ridge * ridge * (0.35 + two) + 0.55 * one * two - 0.1 - 0.22 * height, 0, 1)
        return limit * cv2.GaussianBlur(np.clip(1.55 * body, 0, 1), (0, 0), 0.8 / self.size)  # steam has no edges

    def _sample(self, x: np.ndarray, y: np.ndarray, offset: float) -> np.ndarray:
        size = np.float32(self.size)
        x, y = x * size + np.float32(offset), y * size + np.float32(offset)
        return cv2.remap(self.texture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)


@dataclass(frozen=True, eq=False)
class Fog:
    """A `PixelEffect`: banks that drift along the ground."""

    texture: np.ndarray  # (TILE, TILE) float32 0..1, tileable
    where: np.ndarray  # (h, w) float32 0..1 on the flow grid, photo coordinates
    drift: tuple[float, float]  # flow cells a second
    colour: np.ndarray  # (3,) float32 0-255
    span: Span
    size: float  # texture cells per flow cell
    kind: str = "smoke"

    def apply(self, frame: np.ndarray, view: FrameView) -> np.ndarray:
        where = view.carry(self.where) * np.float32(self.span.envelope(view.t, rise=1.6 * _ONSET))
        box = box_of(where > 0.004)
        if box is None:
            return frame
        coarse = cv2.resize(where[box], _half(box), interpolation=cv2.INTER_AREA)
        return _over(frame, coarse * self._density(view, box), box, self.colour)

    def _density(self, view: FrameView, box: tuple[slice, slice]) -> np.ndarray:
        """(rows, columns) 0..1: two layers of drifting banks, flat and anchored to the photo."""
        place, t = cv2.resize(view.source[box], _half(box), interpolation=cv2.INTER_AREA) / 2, view.t - self.span.start
        layers = []
        for speed, size, flat, offset in ((1.0, 1.0, 2.2, 0.0), (0.6, 1.9, 1.6, 97.0)):
            at = [
                (place[..., axis] - np.float32(self.drift[axis] * speed * t)) * np.float32(self.size * size * high)
                + np.float32(offset)
                for axis, high in ((0, 1.0), (1, flat))
            ]  # fmt: skip
            layers.append(cv2.remap(self.texture, at[0], at[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP))
        banks = np.clip(1.9 * (0.68 * layers[0] + 0.32 * layers[1]) - 0.45, 0, 1)
        return banks * banks * (3 - 2 * banks)


def haze(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Plume | Fog | None:
    """Wisps from a small region or the subject, fog on a wide one."""
    found, scale = region_map(scene, item.region), scale_of(scene)
    if found.mean() < 1e-5:
        return None
    rng = np.random.default_rng([seed, 79])
    if item.region in FOGGY:
        where = min(FOG * item.amount, 0.85) * _banks(scene, found) * ~hold
        rest = (float(rng.choice((-1.0, 1.0))), -0.06)
        toward = np.array(TOWARD.get(item.direction or "", rest)) * (26.0 * scale / 2)
        drift = (float(toward[0]), float(toward[1]))
        return Fog(_texture(rng), where.astype(np.float32), drift, _colour(scene, 0.0), span, 0.42 / scale)
    toward = np.array(TOWARD.get(item.direction or "up", (0.0, -1.0))) + (0.12 * float(rng.uniform(-1, 1)), 0.0)
    if item.direction in ("left", "right"):
        toward += (0.0, -0.45)  # the wind takes it, and still it rises
    shape = _rising(found, toward / np.hypot(*toward), rng, scale)
    behind = float(np.average(shrink(scene, scene.pixels.max(axis=2)), weights=shape[..., 0] + 1e-6)) / 255
    shape[..., 0] *= min(DENSEST * item.amount, 0.9) * ~hold
    pace = toward / np.hypot(*toward) * (RISE * found.shape[0])
    rise = float(pace[0]), float(pace[1])
    return Plume(_texture(rng, 2.4), found, shape, rise, _colour(scene, behind), span, 0.8 / scale)


def _plane(source: np.ndarray, where: np.ndarray) -> np.ndarray:
    """(2, 3): photo cell = M (x, y, 1) of a frame's cell, on the depth of `where`: a least-squares fit over it."""
    step = 6
    seen = source[::step, ::step] / 2 - 0.25
    y, x = (np.mgrid[: seen.shape[0], : seen.shape[1]] * step).astype(np.float32)
    weight = cv2.remap(where, np.ascontiguousarray(seen[..., 0]), np.ascontiguousarray(seen[..., 1]), cv2.INTER_LINEAR)
    known = weight.ravel() > 0.3
    if known.sum() < 12:
        known, weight = np.ones(x.size, bool), np.ones_like(weight)
    rows = np.stack([x.ravel(), y.ravel(), np.ones(x.size)], axis=1)[known] * weight.ravel()[known, None]
    goals = seen.reshape(-1, 2)[known] * weight.ravel()[known, None]
    return np.linalg.lstsq(rows, goals, rcond=None)[0].T


def _rising(found: np.ndarray, toward: np.ndarray, rng: np.random.Generator, scale: float) -> np.ndarray:
    """(h, w, 2) float32: how dense wisps from a few mouths may be, and how high above them, 0..1 each."""
    rows, columns = np.where(found > 0.3)
    if not rows.size:
        rows, columns = np.where(found >= found.max())
    wide = float(min(np.ptp(columns) + 1, 0.8 * found.shape[1]))
    reach = float(np.clip(1.5 * wide, 0.42 * found.shape[0], 0.7 * found.shape[0]))
    mouth = np.zeros_like(found)
    middle = np.array((np.median(columns), np.percentile(rows, 36)))
    spread = np.array((0.26 * wide, 0.16 * float(np.ptp(rows) + 1)))
    for _ in range(MOUTHS):
        at = middle + np.clip(rng.normal(size=2), -1.4, 1.4) * spread
        nearest = np.argmin(np.square(rows - at[1]) + np.square(columns - at[0]))
        cv2.ellipse(mouth, (int(columns[nearest]), int(rows[nearest])),
                    (max(3, round(0.1 * wide)), max(2, round(0.055 * wide))), 0, 0, 360, 1.0, -1)  # fmt: skip
    shape = np.zeros((*found.shape, 2), np.float32)
    steps = 14
    for step in range(steps):
        share = step / (steps - 1)
        move = np.array([[1, 0, toward[0] * reach * share], [0, 1, toward[1] * reach * share]], np.float32)
        soft = cv2.GaussianBlur(cv2.warpAffine(mouth, move, mouth.shape[::-1]), (0, 0),
                                (3 + 5 * share) * scale + (0.02 + 0.1 * share) * wide)  # fmt: skip
        puff = soft / max(float(soft.max()), 1e-6) * min(1.0, 0.25 + 4 * share) * (1 - share) ** 0.9
        shape[..., 1] = np.where(puff > shape[..., 0], share, shape[..., 1])
        shape[..., 0] = np.maximum(shape[..., 0], puff)
    shape[..., 1] = cv2.GaussianBlur(shape[..., 1], (0, 0), 10 * scale)
    return shape


def _banks(scene: Scene, found: np.ndarray) -> np.ndarray:
    """(h, w) 0..1: thick in the distance and around the horizon, thin right before the lens and high in the sky."""
    scale, (_, y) = scale_of(scene), grid(scene)
    rows = y / scene.size[1] - scene.horizon
    high = np.where(rows < 0, np.exp(-np.square(rows / 0.2)), np.exp(-np.square(rows / 0.75)))
    far = (0.3 + 0.7 * (1 - shrink(scene, scene.disparity))) * (1 - 0.7 * shrink(scene, scene.parts["sky"]))
    return cv2.GaussianBlur(found, (0, 0), 10 * scale) * (0.12 + 0.88 * high) * far


def _colour(scene: Scene, behind: float) -> np.ndarray:
    """Pale, tinted by the light and by what is bright, no brighter than that; before white it is its own shade."""
    small = cv2.resize(scene.pixels, (64, 64), interpolation=cv2.INTER_AREA).reshape(-1, 3).astype(np.float64)
    bright = np.percentile(small.max(axis=1), 90)
    around = small[small.max(axis=1) >= bright].mean(axis=0)
    lit = 0.5 * to_display(scene.light.colour) + 0.5 * around / max(float(around.max()), 1.0)
    level = 0.5 + 0.45 * float(bright) / 255
    level *= 1 - 0.42 * float(np.clip((behind - 0.72) / 0.18, 0, 1))
    return (255 * level * (0.6 + 0.4 * lit)).clip(0, 245).astype(np.float32)


def _half(box: tuple[slice, slice]) -> tuple[int, int]:
    """(width, height) of a box of the flow grid on the grid on which density is worked out: half, for it is soft."""
    return tuple((side.stop - side.start + 1) // 2 for side in reversed(box))  # pyright: ignore[reportReturnType]


def _over(frame: np.ndarray, alpha: np.ndarray, box: tuple[slice, slice], colour: np.ndarray) -> np.ndarray:
    """`colour` over the frame by `alpha`, in `box` of the flow grid: over, not screen, which burns the highlights."""
    rows, columns = (slice(2 * side.start, 2 * side.stop) for side in box)
    out, part = frame.copy(), frame[rows, columns]
    large = cv2.resize(np.round(255 * alpha).astype(np.uint8), part.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    out[rows, columns] = lay_over(part, tuple(colour), large)
    return out


def _texture(rng: np.random.Generator, slope: float = 1.7) -> np.ndarray:
    """Tileable fractal noise 0..1: white noise filtered to 1 / f^slope."""
    rows, columns = np.fft.fftfreq(TILE)[:, None], np.fft.rfftfreq(TILE)[None, :]
    reach = np.maximum(np.hypot(rows, columns), 6 / TILE)  # no patch stays clear for long
    spectrum = np.fft.rfft2(rng.standard_normal((TILE, TILE))) / reach**slope
    texture = np.fft.irfft2(spectrum, s=(TILE, TILE))
    low, high = np.percentile(texture, (4, 96))
    return np.clip((texture - low) / (high - low), 0, 1).astype(np.float32)
