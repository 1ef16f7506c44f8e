"""Outlines of the subject and the sky: colours decide where a soft guess ends.

Source: Rother, Kolmogorov and Blake, GrabCut, SIGGRAPH 2004 (OpenCV's), begun from the network's map instead of a
rectangle. Where the colours contradict the network, the two agree little, and the subject is not to be trusted.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.scene.refine import refine

__all__ = ["Outline", "outline", "outlined", "spread_out"]

SIDE = 288  # px, the long side at which colours are compared
ROUNDS = 3
SURE = 0.9  # from here on of the range of a map it is the subject, whatever its colour
ABSENT = 0.06  # and below this it is not
BOLD, WARY = 0.35, 0.65  # the two readings of a guess; what both lead to does not hang on where it was read
HOLE = 0.012  # share of the subject: smaller gaps in it are closed
SPECK = 0.04  # share of the largest piece: smaller pieces are dropped
AGREED = 0.5  # agreement from which the colours' outline is better than the network's (val: IoU 0.65 instead of 0.59)


@dataclass(frozen=True)
class Outline:
    """A subject cut out along the photo's own edges."""

    alpha: np.ndarray  # (H, W) float32 0..1
    agreement: float  # 0..1: intersection over union of this outline and the map that it began from


def outlined(pixels: np.ndarray, soft: np.ndarray, absent: float = ABSENT) -> np.ndarray:
    """`soft` along the photo's own edges, or as it is where colours do not bear it out."""
    if not soft.any():
        return soft
    found = outline(pixels, soft, absent)
    return found.alpha if found.agreement > AGREED else soft


def outline(pixels: np.ndarray, soft: np.ndarray, absent: float = ABSENT) -> Outline:
    """The subject that `soft` (H, W) 0..1 guesses at in `pixels` (H, W, 3) uint8 sRGB.

    absent: share of the map's own range below which colours are not asked: the surer the map, the higher.
    """
    size = _working_size(pixels.shape)
    guess = _spread(cv2.resize(soft, size, interpolation=cv2.INTER_AREA))
    likely = guess > 0.5
    if likely.mean() < 1e-3 or likely.all():
        return Outline(soft.astype(np.float32), 0.0)
    found = _cut(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), guess, absent)
    agreement = float((found & likely).sum() / max(int((found | likely).sum()), 1))
    return Outline(refine(pixels, _whole(found).astype(np.float32), share=0.006), agreement)


def spread_out(pixels: np.ndarray, soft: np.ndarray, known: np.ndarray, certain: np.ndarray) -> Outline:
    """The body that goes on from what is `known`, where `soft` is no more than a guess at it.

    soft: (H, W) 0..1. known: (H, W) 0..1, where `soft` was looked at closely. certain: (H, W) 0..1, a map that is
    believed where it is `SURE`. Colours begin from a bold and from a wary reading of the guess; agreement is counted
    outside `known` alone, between the two ends they come to and between these and the guess.
    """
    size = _working_size(pixels.shape)
    small, guess, near, there = (
        cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in (pixels, soft, known, certain)
    )
    near = near > SURE
    firm = (near & (guess > SURE - 0.1)) | (there > SURE)
    void = (guess < ABSENT) | (near & (guess < 0.15))
    bold, wary = (_cut_from(small, guess > level, firm, void) for level in (BOLD, WARY))
    both, beyond = bold & wary, ~near
    agreement = _overlap(bold & beyond, wary & beyond) * _overlap(both & beyond, (guess > 0.5) & beyond)
    return Outline(refine(pixels, _whole(both).astype(np.float32), share=0.006), agreement)


def _overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Intersection over union; 1 where next to nothing is in either."""
    union = one | other
    return float((one & other).sum() / union.sum()) if union.mean() > 2e-3 else 1.0


def _working_size(shape: tuple[int, ...]) -> tuple[int, int]:
    scale = min(1.0, SIDE / max(shape[:2]))
    return max(8, round(shape[1] * scale)), max(8, round(shape[0] * scale))


def _spread(values: np.ndarray) -> np.ndarray:
    """The map stretched to its own range: a faint guess still has a shape."""
    low, high = np.percentile(values, (5, 98))
    return np.clip((values - low) / max(float(high - low), 1e-3), 0, 1)


def _cut(pixels: np.ndarray, guess: np.ndarray, absent: float) -> np.ndarray:
    """(h, w) bool."""
    void = guess < absent
    return _cut_from(
        pixels, guess > 0.5, guess > SURE, void if void.any() else guess <= np.percentile(guess, 2)
    )


def _cut_from(pixels: np.ndarray, likely: np.ndarray, firm: np.ndarray, void: np.ndarray) -> np.ndarray:
    """(h, w) bool: `firm` and what has its colours, begun from `likely`; never what is `void`."""
    mask = np.where(likely, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    mask[void], mask[firm] = cv2.GC_BGD, cv2.GC_FGD
    mine = (mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD)
    if not mine.any() or mine.all():
        return mine
    cv2.setRNGSeed(0)  # its colour models begin from random centres
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(
        cv2.cvtColor(pixels, cv2.COLOR_RGB2Lab), mask, (0, 0, 1, 1), *models, ROUNDS, cv2.GC_INIT_WITH_MASK
    )
    return (mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD)


def _whole(found: np.ndarray) -> np.ndarray:
    """The subject without specks, its small gaps closed."""
    kept = _pieces(found, SPECK * _largest(found))
    return ~_pieces(~kept, HOLE * float(kept.sum()))


def _largest(mask: np.ndarray) -> float:
    stats = cv2.connectedComponentsWithStats(mask.astype(np.uint8))[2]
    return float(stats[1:, cv2.CC_STAT_AREA].max(initial=0))


def _pieces(mask: np.ndarray, least: float) -> np.ndarray:
    """The connected pieces of `mask` with at least `least` pixels."""
    _, label, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    large = np.asarray(stats[:, cv2.CC_STAT_AREA] >= max(least, 1))
    large[0] = False
    return large[np.asarray(label, np.intp)]
