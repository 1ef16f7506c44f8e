"""A motion as a few fixed displacement fields with weights that change in time.

Almost every small natural motion is such a sum (Li et al., "Generative Image Dynamics", CVPR 2024: an oscillation is
a cosine and a sine field per frequency), and a frame of it costs one product of a vector with a matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from stillreel.motion.deformation import LayerName
from stillreel.motion.organic.onset import Course, Span
from stillreel.motion.organic.regions import Area

__all__ = ["JELLY", "Modal", "Wave", "mixed", "modal", "spectral", "steepness"]

JELLY = 0.07  # displacement may change by this many px per px before a solid looks like jelly
_STILL = 0.02  # frame pixels: less than this is no motion


@dataclass(frozen=True, eq=False)
class Modal:
    """A `Deformation`: backward(t) = sum of weights(t)[k] * modes[k] inside `window`, zero outside."""

    kind: str
    layer: LayerName
    modes: np.ndarray  # (K, rows, columns, 2) float32 frame pixels, backward
    weights: Course
    window: tuple[slice, slice]
    acts: np.ndarray  # (h, w) float32 0..1
    rounds: int = 0  # of refinement, for a motion whose own bumps travel a long way

    def backward(self, t: float) -> np.ndarray:
        out = np.zeros((*self.acts.shape, 2), np.float32)
        weights = np.asarray(self.weights(t), np.float32)
        if np.any(weights):
            field = mixed(weights, self.modes)
            out[self.window] = self._inverted(field) if self.rounds else field
        return out

    def _inverted(self, field: np.ndarray) -> np.ndarray:
        """The field taken where its content comes from, by fixed point: u(p) = field(p + u(p))."""
        here, found = self._cells, field
        for _ in range(self.rounds):
            at = here + found * np.float32(0.5)
            found = cv2.remap(field, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return found

    @cached_property
    def _cells(self) -> np.ndarray:
        rows, columns = self.modes.shape[1:3]
        return np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).astype(np.float32)

    def activity(self) -> np.ndarray:
        return self.acts


@dataclass(frozen=True, eq=False)
class Wave:
    """One travelling oscillation: amplitude * cos(2 pi frequency t - phase), forward, in frame pixels."""

    frequency: float  # Hz; 0 is a steady lean
    amplitude: np.ndarray  # (h, w, 2)
    phase: np.ndarray | float = 0.0  # (h, w) radians; it grows in the direction of travel


def spectral(
    kind: str, area: Area, waves: Sequence[Wave], span: Span, cap: float = JELLY
) -> Modal | None:
    """The sum of `waves`, at rest when the span starts."""
    modes: list[np.ndarray] = []
    terms: list[tuple[float, float]] = []  # angular frequency and phase shift of each mode's weight
    for wave in waves:
        omega = 2 * np.pi * span.frequency(wave.frequency)
        phase = np.asarray(wave.phase, np.float32)[..., None]
        modes.append(wave.amplitude * np.cos(phase))
        terms.append((omega, 0.0))
        if omega:
            modes.append(wave.amplitude * np.sin(phase))
            terms.append((omega, np.pi / 2))
    omegas, shifts = np.array(terms, np.float64).reshape(-1, 2).T
    return modal(kind, area, modes, span.anchored(lambda t: np.cos(omegas * t - shifts)), span, cap)


def modal(
    kind: str, area: Area, forward: Sequence[np.ndarray], weights: Course, span: Span, cap: float = JELLY,
    rounds: int = 0,
) -> Modal | None:  # fmt: skip
    """A deformation from FORWARD modes (h, w, 2), None if it is still.

    They are turned around (backward = -forward is off by the gradient's share, 7 % of a few pixels; `rounds` of
    refinement for more) and weakened where they would be steeper than `cap` within the area.
    """
    if not forward:
        return None
    modes = -np.stack(forward).astype(np.float32)
    samples = np.stack([weights(t) for t in np.linspace(span.start, span.end, 33)]).astype(np.float32)
    modes *= _gentle(modes, samples[::4], area, cap)
    bound = _length(mixed(np.abs(samples).max(axis=0), np.abs(modes)))
    rows, columns = np.where(bound > _STILL)
    if not rows.size:
        return None
    window = (slice(int(rows.min()), int(rows.max()) + 1), slice(int(columns.min()), int(columns.max()) + 1))
    modes *= np.clip(bound / _STILL - 1, 0, 1)[..., None]  # at rest, not nearly at rest
    acts = np.clip(bound / max(0.25 * float(bound.max()), _STILL), 0, 1) * (bound > _STILL)
    return Modal(kind, area.layer, np.ascontiguousarray(modes[:, window[0], window[1]]), weights, window, acts,
                 rounds)  # fmt: skip


def _gentle(modes: np.ndarray, samples: np.ndarray, area: Area, cap: float) -> np.ndarray:
    """(1, h, w, 1) float32 0..1: weaker around places that would be steeper than `cap`, then weaker as a whole.

    Judged on every other cell: what makes jelly is wider than that.
    """
    coarse = np.ascontiguousarray(modes[:, ::2, ::2])
    # Beyond a free edge the displacement falls off unseen.
    inside = cv2.erode(area.inside[::2, ::2].astype(np.uint8), np.ones((3, 3), np.uint8))
    share = np.ones(inside.shape, np.float32)
    side = max(3, max(share.shape) // 25) | 1
    for last in (False, False, True):
        fields = [mixed(row, coarse) * share[..., None] for row in samples]
        steep = np.max([_steep(field, 4) for field in fields], axis=0) * inside
        if last or float(steep.max()) <= cap:
            share *= np.float32(min(1.0, cap / max(float(steep.max()), 1e-9)))
            break
        weaker = cv2.erode(np.minimum(1.0, cap / np.maximum(steep, 1e-9)), np.ones((side, side), np.uint8))
        share *= cv2.GaussianBlur(weaker, (0, 0), side / 2)
    return cv2.resize(share, modes.shape[2:0:-1], interpolation=cv2.INTER_LINEAR)[None, ..., None]


def steepness(displacement: np.ndarray) -> float:
    """The largest change of a displacement (h, w, 2) on the flow grid, in px per px along x or y."""
    return float(_steep(displacement, 2).max())


def _steep(displacement: np.ndarray, step: int) -> np.ndarray:
    """(h, w): the change from each cell to its right and its lower neighbour, `step` px away, the larger of both."""
    out = np.zeros(displacement.shape[:2], np.float32)
    out[:, :-1] = _length(np.diff(displacement, axis=1)) / step
    out[:-1] = np.maximum(out[:-1], _length(np.diff(displacement, axis=0)) / step)
    return out


def mixed(weights: np.ndarray, maps: np.ndarray) -> np.ndarray:
    """The sum of weights[k] * maps[k], float32.

    Plain products and sums: a matrix product (or OpenCV's) is faster, but its rounding depends on where in memory the
    maps lie, and the same seed must give the same pixels.
    """
    total, part = np.zeros(maps.shape[1:], np.float32), np.empty(maps.shape[1:], np.float32)
    for weight, one in zip(np.asarray(weights, np.float32), maps, strict=True):
        if weight:
            total += np.multiply(one, weight, out=part)
    return total


def _length(vectors: np.ndarray) -> np.ndarray:
    # Not cv2.magnitude, whose last bit depends on where in memory the vectors lie.
    return np.sqrt(vectors[..., 0] ** 2 + vectors[..., 1] ** 2)
