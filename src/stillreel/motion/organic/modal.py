"""A motion as a few fixed displacement fields with weights that change in time.

Almost every small natural motion is such a sum (Li et al., "Generative Image Dynamics", CVPR 2024: an oscillation is
a cosine and a sine field per frequency), and a frame of it costs one product of a vector with a matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.motion.deformation import LayerName
from stillreel.motion.organic.onset import Course, Span

__all__ = ["JELLY", "Modal", "Wave", "modal", "spectral", "steepness"]

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
            count = len(self.modes)
            field = (weights @ self.modes.reshape(count, -1)).reshape(self.modes.shape[1:])
            out[self.window] = _inverted(field, self.rounds) if self.rounds else field
        return out

    def activity(self) -> np.ndarray:
        return self.acts


def _inverted(field: np.ndarray, rounds: int) -> np.ndarray:
    """The field taken where its content comes from, by fixed point: u(p) = field(p + u(p))."""
    y, x = np.mgrid[: field.shape[0], : field.shape[1]].astype(np.float32)
    found = field
    for _ in range(rounds):
        at = x + found[..., 0] / 2, y + found[..., 1] / 2
        found = cv2.remap(field, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return found


@dataclass(frozen=True, eq=False)
class Wave:
    """One travelling oscillation: amplitude * cos(2 pi frequency t - phase), forward, in frame pixels."""

    frequency: float  # Hz; 0 is a steady lean
    amplitude: np.ndarray  # (h, w, 2)
    phase: np.ndarray | float = 0.0  # (h, w) radians; it grows in the direction of travel


def spectral(kind: str, layer: LayerName, waves: Sequence[Wave], span: Span, cap: float = JELLY) -> Modal | None:
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
    return modal(kind, layer, modes, span.anchored(lambda t: np.cos(omegas * t - shifts)), span, cap)


def modal(
    kind: str, layer: LayerName, forward: Sequence[np.ndarray], weights: Course, span: Span, cap: float = JELLY,
    rounds: int = 0,
) -> Modal | None:  # fmt: skip
    """A deformation from FORWARD modes (h, w, 2), None if it is still.

    They are turned around (backward = -forward is off by the gradient's share, 7 % of a few pixels; `rounds` of
    refinement for more) and weakened as a whole where their steepest place would exceed `cap`.
    """
    if not forward:
        return None
    modes = -np.stack(forward).astype(np.float32)
    samples = np.stack([weights(t) for t in np.linspace(span.start, span.end, 33)])
    steepest = max(steepness(np.tensordot(row, modes, 1)) for row in samples.astype(np.float32)[::2])
    modes *= min(1.0, cap / max(steepest, 1e-9))
    size = np.abs(samples).max(axis=0).astype(np.float32)
    bound = np.sqrt(np.square(np.tensordot(size, np.abs(modes), 1)).sum(axis=-1))
    rows, columns = np.where(bound > _STILL)
    if not rows.size:
        return None
    window = (slice(int(rows.min()), int(rows.max()) + 1), slice(int(columns.min()), int(columns.max()) + 1))
    modes *= np.clip(bound / _STILL - 1, 0, 1)[..., None]  # at rest, not nearly at rest
    acts = np.clip(bound / max(0.25 * float(bound.max()), _STILL), 0, 1) * (bound > _STILL)
    return Modal(kind, layer, np.ascontiguousarray(modes[:, window[0], window[1]]), weights, window, acts,
                 rounds)  # fmt: skip


def steepness(displacement: np.ndarray) -> float:
    """The largest change of a displacement (h, w, 2) on the flow grid, in px per px along x or y."""
    steps = [np.diff(displacement, axis=axis) for axis in (0, 1)]
    return max((float(np.sqrt(np.square(step).sum(-1)).max()) / 2 for step in steps if step.size), default=0.0)


