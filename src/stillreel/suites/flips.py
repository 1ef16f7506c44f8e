"""Do words decide the motion? The same photo asked to move one way and the other must move the two ways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from stillreel.errors import StillreelError
from stillreel.evaluation import footage
from stillreel.suites.making import Kept, animated, facts_of
from stillreel.suites.truth import motions

__all__ = ["PAIRS", "flipped"]

PAIRS = (("pan left", "pan right", 0), ("tilt up", "tilt down", 1), ("zoom in", "zoom out", None))
"""Two prompts, and the axis along which the first moves the picture's content on, to the right or down, and the second
back; None: away from the centre."""
SEEN = 0.002  # of the short side: the least travel that counts as a way
SECONDS, FPS, SIDE = 1.0, 8, "320x240"


def flipped(photo: Path, digest: str, model: str, kept: Kept, seed: int) -> Iterator[tuple[str, bool]]:
    """For each pair its first prompt, and whether each clip went its way; one that could not be made did not."""
    for one, other, axis in PAIRS:
        try:
            travels = [_travel(photo, digest, model, words, axis, kept, seed) for words in (one, other)]
        except StillreelError:
            yield one, False
            continue
        yield one, travels[0] > SEEN and travels[1] < -SEEN


def _travel(
    photo: Path, digest: str, model: str, words: str, axis: int | None, kept: Kept, seed: int
) -> float:
    """How far the picture went along the axis or outward, in short sides."""
    key = {"suite": "flips", "item": digest, "model": facts_of(model), "prompt": words, "seed": seed,
           "how": [SECONDS, FPS, SIDE]}  # fmt: skip

    def work(place: Path) -> dict[str, Any]:
        clip = animated(model, photo, place, prompt=words, seconds=SECONDS, fps=FPS, size=SIDE, seed=seed)
        frames = footage.read(clip).frames
        found, luma = motions(frames[[0, len(frames) // 2, len(frames) - 1]])
        return {"travel": _along(found[-1].forward, found[-1].trusted, axis) / min(luma.shape[1:])}

    return float(kept.numbers(key, work)["travel"])


def _along(forward: np.ndarray, trusted: np.ndarray, axis: int | None) -> float:
    if not trusted.any():
        return 0.0
    if axis is not None:
        return float(np.median(forward[..., axis][trusted]))
    height, width = trusted.shape
    rows, columns = np.mgrid[:height, :width]
    out = np.stack([columns - (width - 1) / 2, rows - (height - 1) / 2], -1)
    return float(
        np.median((forward * out / (np.linalg.norm(out, axis=-1, keepdims=True) + 1)).sum(-1)[trusted])
    )
