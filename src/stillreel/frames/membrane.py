"""Smooth continuation: of what is known into what is not, and of a border's line outward."""

from __future__ import annotations

import cv2
import numpy as np

__all__ = ["carry_out", "pull_push"]

COARSE = 4  # pixels of the picture to one, where a membrane has become smooth


def pull_push(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Smooth completion of `values` (H, W) or (H, W, C) float32 where `weight` (H, W) 0..1 is low.

    Source: Gortler et al., The Lumigraph, SIGGRAPH 1996 (pull-push).
    """
    w = weight.astype(np.float32)
    wide = w[..., None] if values.ndim == 3 else w
    if min(w.shape) <= 2 or float(w.min()) > 0.999:
        total = max(float(w.sum()), 1e-6)
        mean = (values * wide).sum(axis=(0, 1)) / total
        return values * wide + mean * (1 - wide)
    half = ((w.shape[1] + 1) // 2, (w.shape[0] + 1) // 2)
    coarse_w = cv2.resize(w, half, interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(values * wide, half, interpolation=cv2.INTER_AREA)
    coarse = (
        coarse / np.maximum(coarse_w, 1e-6)[..., None]
        if values.ndim == 3
        else coarse / np.maximum(coarse_w, 1e-6)
    )
    below = pull_push(coarse, np.minimum(1.0, coarse_w * 2))
    below = cv2.resize(below, (w.shape[1], w.shape[0]), interpolation=cv2.INTER_LINEAR)
    return values * wide + below * (1 - wide)


def carry_out(line: np.ndarray, depth: int, stiffness: float) -> np.ndarray:
    """(n, depth, C) float32: the `line` (n, C) carried outward as a membrane: the finer a change, the sooner it fades.

    The harmonic function on a half-plane: a frequency w along the border falls off as exp(-w d). A `stiffness` below
    1 lets changes live longer.
    """
    if depth <= 8 * COARSE:
        return _half_plane(line, np.arange(depth) + 0.5, stiffness)
    n = len(line)
    rough = cv2.resize(line, (line.shape[1], -(-n // COARSE)), interpolation=cv2.INTER_AREA)
    wide = _half_plane(rough, np.arange(-(-depth // COARSE)) + 0.5, stiffness)
    wide = cv2.resize(wide, (depth, n), interpolation=cv2.INTER_LINEAR).reshape(n, depth, -1)
    close = min(depth, round(4 * COARSE / stiffness))  # where the finest changes have faded
    fine = line - wide[:, 0]
    wide[:, :close] += _half_plane(fine, np.arange(close) + 0.5, stiffness)
    return wide


def _half_plane(line: np.ndarray, depths: np.ndarray, stiffness: float) -> np.ndarray:
    mirrored = np.concatenate([line, line[::-1]])
    size = cv2.getOptimalDFTSize(len(mirrored))
    mirrored = np.concatenate([mirrored, np.repeat(mirrored[-1:], size - len(mirrored), 0)])
    wave = np.fft.rfft(mirrored, axis=0)
    fall = np.exp(-stiffness * 2 * np.pi * np.fft.rfftfreq(size)[:, None] * depths)
    return np.fft.irfft(wave[:, None] * fall[..., None], n=size, axis=0)[: len(line)].astype(np.float32)
