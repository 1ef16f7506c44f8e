"""When each clause of a prompt happens: steps share the clip, and a time that was said wins."""

from __future__ import annotations

from stillreel.motion.asked import Asked
from stillreel.motion.quantities import When

__all__ = ["Window", "blink_times", "schedule"]

Window = tuple[float, float]  # start and end in seconds
_SHORTEST = 0.2
_BLINK = 0.3  # 80 ms closing, 40 held, 180 opening
_ENDING = 0.65  # "at the end", where nothing else happens before it


def schedule(clauses: list[Asked], seconds: float, late: bool = False) -> list[Window]:
    """A window for each clause. Steps with a said length keep it, the others share what is left equally.

    `late`: the only step was asked for at the end."""
    steps = max((clause.step for clause in clauses), default=0) + 1
    said: list[float | None] = [None] * steps
    for clause in clauses:
        length = _length(clause, seconds)
        if length:
            said[clause.step] = max(said[clause.step] or 0.0, length)
    edges = _edges(said, seconds)
    if late and steps == 1:
        edges = [seconds * _ENDING, seconds]
    windows = []
    for clause in clauses:
        start, end = edges[clause.step], edges[clause.step + 1]
        windows.append(_fit(_said(clause.when, (start, end), seconds), seconds))
    return windows


def _length(clause: Asked, seconds: float) -> float | None:
    """How long the clause's step lasts, where that was said: "for 2 s", or "in the first 2 s"."""
    when = clause.when
    if when is None:
        return None
    if when.length is None and when.end is not None and not when.start and clause.step == 0:
        return when.end * (seconds if when.share else 1.0)
    return when.length


def _edges(said: list[float | None], seconds: float) -> list[float]:
    given = sum(length for length in said if length)
    free = said.count(None)
    if given > seconds or (given and not free and len(said) > 1 and given > seconds):
        said = [length * seconds / given if length else None for length in said]
        given = seconds
    each = max((seconds - given) / free, _SHORTEST) if free else 0.0
    edges = [0.0]
    for length in said:
        edges.append(edges[-1] + (length or each))
    scale = min(1.0, seconds / edges[-1])
    return [edge * scale for edge in edges]


def _said(when: When | None, window: Window, seconds: float) -> Window:
    start, end = window
    if when is None:
        return window
    unit = seconds if when.share else 1.0
    if when.tail is not None:
        return seconds - when.tail, seconds
    if when.start is not None:
        start = when.start * unit
        end = max(end, seconds) if end <= start or when.length is None else end
    if when.end is not None:
        end = when.end * unit
        start = min(start, 0.0) if start >= end else start
    if when.length is not None:
        end = start + when.length
    return start, end


def _fit(window: Window, seconds: float) -> Window:
    """Inside the clip, at least a fifth of a second long, in hundredths."""
    start = min(max(window[0], 0.0), seconds - _SHORTEST)
    end = min(max(window[1], start + _SHORTEST), seconds)
    return round(start, 2), min(round(end, 2), seconds)


def blink_times(window: Window, count: int) -> list[Window]:
    """`count` blinks of 0.3 s spread over a window; a single one a little before its middle."""
    start, end = window
    length = min(_BLINK, (end - start) / (count + 1))
    shares = [0.3] if count == 1 else [(i + 0.5) / count for i in range(count)]
    room = end - start - length
    starts = [round(start + room * share, 2) for share in shares]
    return [(one, min(round(one + length, 2), end)) for one in starts]
