"""What a reader should know first: is the clip good, what is wrong with it, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from stillreel.evaluation.camera import CameraReading, Read
from stillreel.evaluation.metric import Metric
from stillreel.evaluation.page.moments import MOST_MOMENTS, TOGETHER, Peak, event_times, peaks
from stillreel.evaluation.page.pictures import READ
from stillreel.evaluation.page.remainder import Remainder

if TYPE_CHECKING:
    from stillreel.evaluation.adherence import Adherence
    from stillreel.evaluation.judge import Evaluation

__all__ = ["Finding", "amount_words", "findings", "move_words"]

MOST_MOVES = 3
LITTLE = 0.4
WELL, HALF, WEAK = 0.7, 0.5, 50
UNSURE = 0.5


@dataclass(frozen=True)
class Finding:
    """One sentence; `good`, to be looked at (`watch`), or a plain fact."""

    tone: Literal["good", "watch", "plain"]
    text: str


def findings(
    verdict: Evaluation,
    metrics: Sequence[Metric],
    keys: Sequence[int],
    left: Remainder | None,
    followed: float,
) -> tuple[Finding, ...]:
    """The score beside its baselines, the camera, the plan, the worst moments, and what moves by itself.

    `followed` is the share of the first frame that can still be followed to the last.
    """
    found = [_total(verdict), *_weakest(verdict), _camera(verdict.camera)]
    if verdict.adherence is not None:
        found += _plan(verdict.adherence)
    found += _peaks(peaks(verdict.courses, metrics, verdict.frames, verdict.fps, keys))
    for name, times in event_times(verdict, metrics, keys).items():
        found.append(
            Finding("watch", f"{_upper(name.replace('_', ' '))}: {_moments(times, verdict.frames)}.")
        )
    if followed < LITTLE:
        found.append(
            Finding("plain", f"Of the first frame, {followed:.0%} can still be followed to the last.")
        )
    if left is not None:
        found += _alone(left)
    return tuple(found)


def move_words(move: Read) -> str:
    """`push in 0.2 near depth, 0.0 to 5.0 s`."""
    if move.move == "static":
        return "stands still"
    words = [move.move.replace("_", " "), move.direction or "", amount_words(move)]
    return f"{' '.join(word for word in words if word)}, {move.start:.1f} to {move.end:.1f} s"


def amount_words(move: Read) -> str:
    """`12.5 degrees`, `1.15 times`, `0.2 near depths`, `strength 0.4`; empty where there is no amount."""
    if move.unit == "none":
        return ""
    said = f"{float(f'{move.amount:.2g}'):g}" if move.amount < 1 else f"{move.amount:.3g}"
    if move.move == "handheld":
        return f"strength {said}"
    return f"{said} {({'ratio': 'times', 'near depth': 'near depths'}).get(move.unit, move.unit)}"


def _total(verdict: Evaluation) -> Finding:
    score = verdict.score
    better, best = max((score.frozen, "a frozen copy"), (score.ken_burns, "a Ken Burns zoom"))
    ahead = score.total - better
    if ahead > 1:
        return Finding("good", f"Better than {best} of its first frame, by {ahead:.0f} points.")
    if ahead < -1:
        return Finding("watch", f"Worse than {best} of its first frame, by {-ahead:.0f} points.")
    return Finding("watch", f"No better than {best} of its first frame.")


def _weakest(verdict: Evaluation) -> list[Finding]:
    value, name = min(((value, name) for name, value in verdict.score.parts.items()), default=(100.0, ""))
    return (
        [Finding("watch", f"The weakest part of the score: {name}, {value:.0f} of 100.")]
        if value < WEAK
        else []
    )


def _camera(camera: CameraReading) -> Finding:
    if camera.error_median is None:
        return Finding("plain", "The camera could not be read: too little could be followed.")
    if camera.confidence < READ:
        return Finding(
            "plain", f"The camera could not be read with any certainty ({camera.confidence:.0%} sure)."
        )
    moves = [move_words(move) for move in camera.moves[:MOST_MOVES]]
    more = len(camera.moves) - len(moves)
    said = "; ".join([*moves, *([f"and {more} more"] if more else [])])
    sure = "" if camera.confidence >= UNSURE else f" This is doubtful ({camera.confidence:.0%} sure)."
    return Finding("plain", f"Camera: {said}.{sure}")


def _plan(followed: Adherence) -> list[Finding]:
    scored = [(item.score, item.what, item.note) for item in followed.items if item.score is not None]
    if followed.score is None or not scored:
        return [Finding("plain", "How well it follows its plan could not be measured.")]
    found = [
        Finding("good" if followed.score >= WELL else "watch", f"Follows its plan: {followed.score:.0%}.")
    ]
    worst, what, note = min(scored)
    if worst < HALF:
        said = f"Followed least: {what} ({worst:.0%}){f': {note}' if note else ''}"
        found.append(Finding("watch", said.rstrip(".") + "."))
    return found


def _peaks(found: Sequence[Peak]) -> list[Finding]:
    """The worst moment, what stands out in it, and how many others there are."""
    if not found:
        return []
    worst = found[0]
    names = dict.fromkeys(
        peak.name.replace("_", " ") for peak in found if abs(peak.time - worst.time) < TOGETHER
    )
    said = f"{_upper(', '.join(names))}: highest at {worst.time:.1f} s, {'up to ' if len(names) > 1 else ''}"
    others = max(sum(peak.name == name for peak in found) for name in {peak.name for peak in found}) - 1
    more = "" if not others else f", and {others} more such moment{'s' if others > 1 else ''}"
    return [Finding("watch", f"{said}{worst.times:.2g} times the median{more}.")]


def _alone(left: Remainder) -> list[Finding]:
    """Where things move by themselves, in thirds of the picture."""
    known = np.nan_to_num(left.speed)
    height, width = known.shape
    if float(np.percentile(known, 99)) < 1.0:
        return [Finding("plain", "Hardly anything moves by itself.")]
    parts = [
        [float((known[_third(height, r), _third(width, c)] ** 2).sum()) for c in range(3)] for r in range(3)
    ]
    row, column = divmod(int(np.argmax(parts)), 3)
    words = f"{('upper', 'middle', 'lower')[row]} {('left', 'centre', 'right')[column]}"
    where = "centre" if words == "middle centre" else words
    share = parts[row][column] / max(sum(map(sum, parts)), 1e-9)
    if share < 0.25:
        return [Finding("plain", "Things move by themselves all over the picture.")]
    return [Finding("plain", f"What moves by itself moves most in the {where} of the picture.")]


def _moments(times: Sequence[float], frames: int) -> str:
    """`at 1.2 s and 3.4 s`, or how much of the clip where that would be long."""
    if len(times) > MOST_MOMENTS:
        return f"{len(times)} times, {len(times) / max(frames - 1, 1):.0%} of the clip"
    return "at " + ", ".join(f"{time:.1f} s" for time in times)


def _third(length: int, at: int) -> slice:
    return slice(length * at // 3, length * (at + 1) // 3)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
