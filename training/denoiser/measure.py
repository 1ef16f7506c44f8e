"""How near frames come to the truth where the photo shows nothing, and whether that nearness is only blur."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import cv2
import numpy as np

from stillreel.frames.shapes import KeyRender

__all__ = ["FEWEST", "FIGURES", "bootstrap", "compared", "figures", "texture"]

FIGURES = ("hole", "band", "sharpness", "flicker", "moving", "static")
"""Mean absolute errors in levels of 255, but `sharpness`: texture in holes over that of the truth."""
BANDS = (0.0, 1.0, 2.0, 4.0)
"""Pixels on the denoiser's grid: each band lies between two of these blurs."""
AROUND = (15, 15)
FEWEST = 200
"""Pixels of hole in all frames, under which a sample says nothing about holes."""
DRAWS = 4000


def texture(frame: np.ndarray) -> np.ndarray:
    """(3, h, w) float32: the mean strength of three bands of detail around every pixel of (h, w, 3) float32 0..255."""
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    blurs = [grey if sigma == 0 else cv2.GaussianBlur(grey, (0, 0), sigma) for sigma in BANDS]
    return np.stack([cv2.blur(np.abs(a - b), AROUND) for a, b in pairwise(blurs)])


def figures(truth: np.ndarray, render: KeyRender, frames: np.ndarray) -> dict[str, float]:
    """FIGURES of `frames` (K, h, w, 3) float32 0..1 against `truth` of the same shape; frame 0 does not count.

    `band`: how far the local strength of detail is from the truth's in holes, so that blur does not win by default.
    `flicker`: change of the error from key to key at places that stay holes. A figure without pixels is NaN.
    """
    wrong = 255 * (frames - truth)[1:]
    size, valid, motion = np.abs(wrong), render.valid[1:], render.motion[1:]
    hole = valid < 0.5
    enough = hole.sum() >= FEWEST
    lasting = hole[1:] & hole[:-1]
    ours, theirs = (
        np.stack([texture(255 * frame) for frame in one[1:]], 1)[:, hole] for one in (frames, truth)
    )
    return {
        "hole": _mean(size[hole]) if enough else np.nan,
        "band": _mean(np.abs(ours - theirs)) if enough else np.nan,
        "sharpness": float(ours.sum() / theirs.sum()) if enough and theirs.sum() > 0 else np.nan,
        "flicker": _mean(np.abs(np.diff(wrong, axis=0))[lasting]) if enough else np.nan,
        "moving": _mean(size[(valid > 0.98) & (motion > 0.3)]),
        "static": _mean(size[(valid > 0.98) & (motion < 0.05)]),
    }


def bootstrap(values: Sequence[float], groups: Sequence[str], seed: int = 0) -> tuple[float, float, float]:
    """(mean, low, high): the mean of `values` and its 95 % interval, whole `groups` drawn with replacement.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993 (percentile interval of a cluster bootstrap).
    NaN counts as missing.
    """
    found: dict[str, list[float]] = {}
    for value, group in zip(values, groups, strict=True):
        if np.isfinite(value):
            found.setdefault(group, []).append(value)
    if not found:
        return np.nan, np.nan, np.nan
    sums = np.array([(sum(one), len(one)) for one in found.values()])
    picks = np.random.default_rng(seed).integers(0, len(sums), (DRAWS, len(sums)))
    total = sums[picks].sum(1)
    low, high = np.percentile(total[:, 0] / total[:, 1], [2.5, 97.5])
    return float(sums[:, 0].sum() / sums[:, 1].sum()), float(low), float(high)


def compared(
    rows: Sequence[Mapping[str, Mapping[str, float]]],
    groups: Sequence[str],
    figure: str,
    ours: str,
    theirs: str,
) -> tuple[float, float, float]:
    """`bootstrap` of `ours` minus `theirs`, sample by sample; for sharpness, of how much further from 1 it is."""

    def of(row: Mapping[str, Mapping[str, float]], name: str) -> float:
        value = row[name][figure]
        return abs(np.log2(value)) if figure == "sharpness" else value

    return bootstrap([of(row, ours) - of(row, theirs) for row in rows], groups)


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if values.size else np.nan
