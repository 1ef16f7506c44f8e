"""The two values that pass between the analytic renderer and the denoiser."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class KeyRender:
    """The analytic render of K key frames on the denoiser's grid.

    h and w are multiples of 16, h * w is about 448 * 256, in the clip's aspect.
    """

    colour: np.ndarray
    """(K, h, w, 3) float32 0..1 sRGB: the layered warp; holes and borders hold the fallback fill."""
    valid: np.ndarray
    """(K, h, w) float32 0..1: 0 where no pixel of the photo is seen (disocclusion, border)."""
    backward: np.ndarray
    """(K, h, w, 2) float32 grid pixels (x, y): position in frame 0 of what is seen here = position here +
    backward; in holes the background layer's motion, extrapolated."""
    disparity: np.ndarray
    """(K, h, w) float32 0..1, larger is nearer."""
    motion: np.ndarray
    """(K, h, w) float32 0..1: how much organic (not camera) motion is planned here."""
    times: np.ndarray
    """(K,) float32 seconds; times[0] == 0 is the photo itself."""


@dataclass(frozen=True)
class Generated:
    """What the denoiser made of a `KeyRender`, and where it should be believed."""

    colour: np.ndarray
    """(K, h, w, 3) float32 0..1 sRGB."""
    blend: np.ndarray
    """(K, h, w) float32 0..1: the weight of `colour` over the analytic render; frame 0 is all zero."""
