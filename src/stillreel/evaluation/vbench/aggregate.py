"""VBench's formulas from features and scores to numbers; repository Vchitect/VBench, state of March 2026.

Everything is plain arithmetic on arrays and exact; where the repository has a quirk, it is kept and said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

__all__ = ["consistency", "dynamic", "likeness", "smoothness", "steadiness", "strongest", "stride", "total"]

# (weight within its group, lowest, highest value in normalising) of scripts/constant.py.
I2V = {"camera_motion": (0.1, 0.0, 1.0), "i2v_subject": (1.0, 0.1462, 1.0), "i2v_background": (1.0, 0.2615, 1.0)}
QUALITY = {
    "subject_consistency": (1.0, 0.1462, 1.0), "background_consistency": (1.0, 0.2615, 1.0),
    "motion_smoothness": (1.0, 0.7060, 0.9975), "dynamic_degree": (0.5, 0.0, 1.0),
    "aesthetic_quality": (1.0, 0.0, 1.0), "imaging_quality": (1.0, 0.0, 1.0),
}  # fmt: skip
SAMPLED = 8  # frames a second at which motion is looked at


def likeness(photo: np.ndarray, frames: np.ndarray) -> float:
    """i2v_subject and i2v_background, 0..1, of features (d,) and (n, d), n > 1.

    0.4 of the best likeness of any frame to the photo (an exact first frame earns it all), 0.3 of the mean and 0.3 of
    the least likeness of neighbours; cosines under 0 count as 0.
    """
    every = _unit(frames)
    to_photo = np.maximum(0.0, every @ _unit(photo[None])[0])
    neighbours = np.maximum(0.0, np.sum(every[1:] * every[:-1], axis=1))
    return float(0.4 * to_photo.max() + 0.3 * neighbours.mean() + 0.3 * neighbours.min())


def consistency(frames: np.ndarray) -> float:
    """subject_consistency and background_consistency, 0..1: each frame against the one before and the first."""
    every = _unit(frames)
    before = np.maximum(0.0, np.sum(every[1:] * every[:-1], axis=1))
    first = np.maximum(0.0, every[1:] @ every[0])
    return float(np.mean((before + first) / 2))


def steadiness(changed: np.ndarray) -> float:
    """temporal_flickering, 0..1, of the mean absolute change between neighbours in 8-bit levels."""
    return float((255.0 - np.mean(changed)) / 255.0)


def smoothness(odd: Sequence[np.ndarray], between: Sequence[np.ndarray]) -> float:
    """motion_smoothness, 0..1: the odd frames against those that a network puts between the even ones."""
    pairs = zip(odd, between)
    errors = [float(np.mean(np.abs(one.astype(np.float32) - other.astype(np.float32)))) for one, other in pairs]
    return float((255.0 - np.mean(errors)) / 255.0)


def stride(fps: float) -> int:
    """Frames from one look at the motion to the next."""
    return max(1, round(fps / SAMPLED))


def strongest(flow: np.ndarray) -> float:
    """Mean length, in pixels, of the longest 5 % of an (H, W, 2) flow."""
    lengths = np.sort(np.hypot(flow[..., 0], flow[..., 1]).ravel())
    return float(lengths[-max(1, int(0.05 * lengths.size)) :].mean())


def dynamic(lengths: Sequence[float], size: tuple[int, int], fps: float) -> float:
    """dynamic_degree of one clip, 0 or 1, of the `strongest` motion in each pair of looked-at frames.

    1 where more than 6 px (at a short side of 256; more under 8 frames a second) are seen often enough: in a quarter of
    as many pairs as there are frames, rounded half to even; two frames or fewer ask for none, which one pair fulfils.
    """
    threshold = max(1.0, SAMPLED / fps) * 6.0 * min(size) / 256.0
    wanted = round(4 * ((len(lengths) + 1) / 16.0))
    moving = sum(length > threshold for length in lengths)
    return float(len(lengths) > 0 and moving >= wanted)


def total(values: Mapping[str, float]) -> dict[str, float]:
    """{"i2v", "quality", "total"}, 0..1, of all nine measures averaged over a suite's clips.

    Each is normalised between VBench's bounds and weighted within its group; the total is the mean of both groups.
    Raises KeyError where one is missing: a total of fewer would not be VBench's.
    """
    groups = {"i2v": _group(values, I2V), "quality": _group(values, QUALITY)}
    return {**groups, "total": (groups["i2v"] + groups["quality"]) / 2}


def _group(values: Mapping[str, float], parts: Mapping[str, tuple[float, float, float]]) -> float:
    weighted = [weight * (values[name] - low) / (high - low) for name, (weight, low, high) in parts.items()]
    return sum(weighted) / sum(weight for weight, _, _ in parts.values())


def _unit(vectors: np.ndarray) -> np.ndarray:
    wide = vectors.astype(np.float64)
    return wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-12)
