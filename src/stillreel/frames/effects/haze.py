"""Smoke, steam, fog and mist: a soft layer of drifting fractal noise, lit in the colour of the scene's light.

Two samples of one tileable texture, moving at different speeds, keep the pattern from repeating. Smoke of a place
rises from it as a plume; fog on the whole picture drifts along the ground and is thicker the farther one looks.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.frames.effects.paint import box_of, enlarge, to_display
from stillreel.motion.deformation import FrameView
from stillreel.motion.organic.onset import Span
from stillreel.motion.organic.regions import region_map, scale_of, shrink
from stillreel.motion.organic.wind import TOWARD
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.scene.values import Scene

__all__ = ["Haze", "haze"]

TILE = 256  # cells of the texture
DENSEST = 0.42  # alpha where smoke is thickest, at amount 1
_WHOLE = ("whole", "background", "ground", "sky", "water", "foliage")


@dataclass(frozen=True, eq=False)
class Haze:
    """A `PixelEffect`: colour over the frame by a moving density."""

    texture: np.ndarray  # (TILE, TILE) float32 0..1, tileable
    where: np.ndarray  # (h, w) float32 0..1 on the flow grid, photo coordinates
    drift: tuple[float, float]  # cells of the flow grid a second
    colour: np.ndarray  # (3,) float32 0-255
    span: Span
    size: float  # texture cells per cell of the flow grid
    kind: str = "smoke"

    def apply(self, frame: np.ndarray, view: FrameView) -> np.ndarray:
        strength = self.span.envelope(view.t, rise=1.6)
        where = view.carry(self.where) * np.float32(strength)
        box = box_of(where > 0.004)
        if box is None:
            return frame
        alpha = where[box] * self._density(view, box)
        rows, columns = (slice(2 * side.start, 2 * side.stop) for side in box)
        out, part = frame.copy(), frame[rows, columns]
        large = cv2.merge([np.ascontiguousarray(enlarge(alpha, part))] * 3)
        plain = np.empty_like(part)
        plain[:] = np.round(self.colour)
        # Over, not screen: screen leaves dark smoke out and burns the highlights.
        toward = cv2.multiply(cv2.subtract(plain, part, dtype=cv2.CV_32F), large)
        out[rows, columns] = cv2.add(part, toward, dtype=cv2.CV_8U)
        return out

    def _density(self, view: FrameView, box: tuple[slice, slice]) -> np.ndarray:
        """(rows, columns) float32 0..1 in the box: two drifting layers, anchored to the photo."""
        place = view.source[box] / 2
        layers = []
        for speed, size, offset in ((1.0, 1.0, 0.0), (0.55, 1.9, 97.0)):
            at = [
                ((place[..., axis] - self.drift[axis] * speed * view.t) * (self.size * size) + offset) % TILE
                for axis in (0, 1)
            ]
            x, y = (np.asarray(side, np.float32) for side in at)
            layers.append(cv2.remap(self.texture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP))
        return np.clip(1.3 * (0.65 * layers[0] + 0.35 * layers[1]) - 0.12, 0, 1)


def haze(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Haze | None:
    """A plume over a small region, fog over a large one."""
    found, scale = region_map(scene, item.region), scale_of(scene)
    if found.mean() < 1e-5:
        return None
    fog = item.region in _WHOLE
    where = _fog(scene, found) if fog else _plume(found, item, scale)
    rng = np.random.default_rng([seed, 79])
    rest = (float(rng.choice((-1.0, 1.0))), -0.1) if fog else (0.12 * float(rng.uniform(-1, 1)), -1.0)
    toward = np.array(TOWARD.get(item.direction or "", rest)) + (0.0 if fog else 0.15 * np.array(rest))
    pace = (16.0 if fog else 34.0) * scale / 2
    strength = min(DENSEST * item.amount, 0.75)
    return Haze(_texture(rng), (where * strength * ~hold).astype(np.float32), (float(toward[0] * pace),
                float(toward[1] * pace)), _colour(scene), span, (0.45 if fog else 0.85) / scale)  # fmt: skip


def _fog(scene: Scene, found: np.ndarray) -> np.ndarray:
    """Thicker with distance, never nothing."""
    return cv2.GaussianBlur(found, (0, 0), 10 * scale_of(scene)) * (0.35 + 0.65 * (1 - shrink(scene, scene.disparity)))


def _plume(found: np.ndarray, item: RegionMotion, scale: float) -> np.ndarray:
    """(h, w) float32 0..1: the region, and what rises from it, wider and thinner with height."""
    toward = TOWARD.get(item.direction or "up", (0.0, -1.0))
    rows, columns = np.where(found > 0.3)
    wide = max(float(np.ptp(rows)), float(np.ptp(columns))) if rows.size else 0.0
    reach = max(1.5 * wide, 0.2 * found.shape[0])  # cells
    plume = np.zeros_like(found)
    for step in range(9):
        share = step / 8
        shift = np.array([[1, 0, toward[0] * reach * share], [0, 1, toward[1] * reach * share]], np.float32)
        moved = cv2.warpAffine(found, shift, found.shape[::-1])
        soft = cv2.GaussianBlur(moved, (0, 0), (6 + 16 * share) * scale)
        plume = np.maximum(plume, soft / max(float(soft.max()), 1e-6) * (1 - share) ** 0.8)
    return plume


def _colour(scene: Scene) -> np.ndarray:
    """Pale, tinted by the light, and no brighter than the scene allows."""
    lit = to_display(scene.light.colour)
    level = 0.55 + 0.4 * float(np.percentile(scene.pixels, 90)) / 255
    return (255 * level * (0.55 + 0.45 * lit)).clip(0, 245).astype(np.float32)


def _texture(rng: np.random.Generator) -> np.ndarray:
    """Tileable fractal noise 0..1: white noise filtered to 1 / f^1.7."""
    rows, columns = np.fft.fftfreq(TILE)[:, None], np.fft.rfftfreq(TILE)[None, :]
    reach = np.maximum(np.hypot(rows, columns), 6 / TILE)  # no patch stays clear for long
    spectrum = np.fft.rfft2(rng.standard_normal((TILE, TILE))) / reach**1.7
    texture = np.fft.irfft2(spectrum, s=(TILE, TILE))
    low, high = np.percentile(texture, (4, 96))
    return np.clip((texture - low) / (high - low), 0, 1).astype(np.float32)
