"""A made clip beside the real one that begins with the same frame: does it move what really moved, and nothing else?

Measured at 0.25, 0.5, 1 and 2 seconds against the first frame, at the small frames' size. Errors are in percent of the
short side; a frozen copy's error is the real motion itself, which is what others are to be set against.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.evaluation.flow import Motion, between, chained, sampled
from stillreel.evaluation.footage import Footage

__all__ = ["TIMES", "Truth", "carried", "compared", "looked_at", "motions"]

TIMES = (0.25, 0.5, 1.0, 2.0)
MOVING, STILL = 0.004, 0.001
"""Of the short side, a second: what moves more is said to move, what moves less to stand still."""
_BINS = np.linspace(-4, 0, 17)  # of log10 of the displacement over the short side


@dataclass(frozen=True)
class Truth:
    """The real clip at the times that it reaches."""

    times: tuple[float, ...]
    keys: tuple[int, ...]  # frames of the clip
    frames: np.ndarray  # (1 + k, h, w, 3) uint8: the first, and one a time
    motion: tuple[Motion, ...]  # from the first frame to each
    hidden: tuple[np.ndarray, ...]  # (h, w) bool: in the later frame, what the first one does not show


def looked_at(film: Footage) -> Truth:
    """The truth that a real clip holds; at least one time, its last frame where it is shorter than all."""
    last = len(film.frames) - 1
    reached = [(time, round(time * film.fps)) for time in TIMES if 0 < round(time * film.fps) <= last]
    reached = reached or [(last / film.fps, last)]
    keys = tuple(key for _, key in reached)
    frames = film.frames[[0, *keys]]
    motion, luma = motions(frames)
    hidden = tuple(~between(luma[at], luma[0]).trusted for at in range(1, len(luma)))
    return Truth(tuple(time for time, _ in reached), keys, frames, motion, hidden)


def motions(frames: np.ndarray) -> tuple[tuple[Motion, ...], np.ndarray]:
    """The motion from the first of (1 + k, h, w, 3) uint8 frames to each other one; and their luma."""
    luma = np.stack([cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in frames])
    keys = range(1, len(luma))
    return tuple(chained(luma, keys, lambda one, other: between(luma[one], luma[other]).forward)), luma


def compared(real: Truth, made: np.ndarray) -> dict[str, float | None]:
    """Scores of (1 + k, h, w, 3) uint8 `made`, frames at the truth's times; None where nothing can be told."""
    motion, _ = motions(made)
    short = min(made.shape[1:3])
    scores: dict[str, float | None] = {f"flow_error_{time:g}": None for time in TIMES}
    for time, one, other in zip(real.times, real.motion, motion, strict=True):
        scores[f"flow_error_{time:g}"] = _flow_error(one, other, short)
    at = real.times.index(1.0) if 1.0 in real.times else len(real.times) - 1
    return (
        scores
        | _where(real.motion[at], motion[at], short, real.times[at])
        | {
            "hole_error": _hole_error(real.frames[at + 1], made[at + 1], real.hidden[at]),
        }
    )


def _length(motion: Motion) -> np.ndarray:
    return np.linalg.norm(motion.forward, axis=-1)


def _flow_error(real: Motion, made: Motion, short: int) -> float | None:
    """Mean end-point error over places trusted in the real clip, percent of the short side."""
    if not real.trusted.any():
        return None
    apart = np.linalg.norm(made.forward - real.forward, axis=-1)[real.trusted]
    return float(100 * apart.mean() / short)


def _where(real: Motion, made: Motion, short: int, time: float) -> dict[str, float | None]:
    """Direction and overlap on what moves, motion where reality is still, and how alike amounts are distributed."""
    far, near = MOVING * short * time, STILL * short * time
    one, other, seen = _length(real), _length(made), real.trusted & made.trusted
    moves, goes = (one > far) & seen, (other > far) & seen
    cosine = (real.forward * made.forward).sum(-1) / np.maximum(one * other, 1e-6) * (other > near)
    union, rests = (moves | goes).sum(), (one < near) & seen
    return {
        "direction": float(cosine[moves].mean()) if moves.mean() > 0.002 else None,
        "overlap": float((moves & goes).sum() / union) if union > 0.002 * seen.size else None,
        "leakage": float(100 * other[rests].mean() / short / time) if rests.mean() > 0.02 else None,
        "amounts_apart": _apart(one[seen] / short, other[seen] / short),
    }


def _apart(one: np.ndarray, other: np.ndarray) -> float | None:
    """Half the L1 distance of histograms of log10 displacement: 0 alike .. 1."""
    if one.size == 0:
        return None
    shares = [np.histogram(np.log10(np.clip(each, 1e-4, 1)), _BINS)[0] / each.size for each in (one, other)]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)


def _hole_error(real: np.ndarray, made: np.ndarray, hidden: np.ndarray) -> float | None:
    """Levels of 255 by which what the first frame hides is guessed wrong; None where it hides next to nothing."""
    if hidden.mean() < 0.002:
        return None
    return float(np.abs(real.astype(np.float32) - made)[hidden].mean())


def carried(real: Truth) -> np.ndarray:
    """The first frame moved by the motion measured in the real clip, what it hides filled from around (Telea)."""
    first, luma = real.frames[0], [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in real.frames]
    made = [first]
    for at, hidden in enumerate(real.hidden, 1):
        back = between(luma[at], luma[0]).forward
        moved = np.dstack([sampled(np.ascontiguousarray(first[..., c]), back) for c in range(3)])
        made.append(cv2.inpaint(moved, hidden.astype(np.uint8), 3, cv2.INPAINT_TELEA))
    return np.stack(made)
