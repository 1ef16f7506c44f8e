"""Charts as inline SVG text: lines over time, moments, and bars with intervals.

Pure functions from values to text. Colours come from the page's classes (`s1`, `s2`, `s3`, `axis`, `grid`...), so that
one chart serves light, dark and print; every text is escaped here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

__all__ = ["Bar", "Events", "Line", "Mark", "Span", "bar_chart", "event_chart", "line_chart", "ticks"]

WIDTH = 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 10, 12, 24
MANY = 360
"""Values from which a curve is drawn thinner."""
Scale = Callable[[float], float]


@dataclass(frozen=True)
class Line:
    """One curve; NaN where it is not known."""

    name: str
    times: Sequence[float] | np.ndarray  # seconds
    values: Sequence[float] | np.ndarray


@dataclass(frozen=True)
class Span:
    """A stretch of time that is shaded."""

    start: float
    end: float
    label: str = ""


@dataclass(frozen=True)
class Mark:
    """A moment that is pointed out."""

    time: float
    value: float
    label: str


@dataclass(frozen=True)
class Events:
    """Moments at which something happened."""

    name: str
    times: Sequence[float]  # seconds


@dataclass(frozen=True)
class Bar:
    """One bar; `low` and `high` are the ends of its interval, where one is known."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    strong: bool = True  # the one that the chart is about


def line_chart(
    lines: Sequence[Line], *, title: str, unit: str, seconds: float, spans: Sequence[Span] = (),
    marks: Sequence[Mark] = (), least: float = 0.0, height: int = 190,
) -> str:  # fmt: skip
    """Curves over 0 to `seconds`; the vertical axis covers the values and at least `least` of their unit."""
    known = np.concatenate([np.asarray(line.values, float) for line in lines]) if lines else np.zeros(0)
    known = known[np.isfinite(known)]
    low, high, steps = _range(known, least)
    x_of = _scale(0.0, max(seconds, 1e-9), _LEFT, WIDTH - _RIGHT)
    top = _TOP + (12 if any(span.label for span in spans) else 0)
    y_of = _scale(low, high, height - _BOTTOM, top)
    parts = [_shade(span, x_of, top, height) for span in spans]
    parts += [_level(value, steps, y_of) for value in steps]
    parts += [_moment(value, x_of, height) for value in ticks(0.0, seconds, 6)]
    parts.append(f'<text class="tick" x="{WIDTH - _RIGHT}" y="{height - 3}" text-anchor="end">s</text>')
    parts += [
        f'<path class="line s{at % 3 + 1}{_thin(line)}" d="{_path(line, x_of, y_of)}"/>'
        for at, line in enumerate(lines)
    ]
    parts += [_dot(mark, x_of, y_of) for mark in marks]
    return _drawing(title, _said(lines, unit), height, parts)


def bar_chart(
    bars: Sequence[Bar], *, title: str, unit: str = "", most: float = 100.0, label: int = 118
) -> str:
    """Horizontal bars from zero to `most`, with their value, and a whisker from `low` to `high`."""
    row, height = 30, 30 * len(bars) + 2
    x_of = _scale(0.0, most, label, WIDTH - 46)
    parts = []
    for at, bar in enumerate(bars):
        middle = row * at + row / 2 + 1
        kind = "strong" if bar.strong else "weak"
        parts.append(f'<text class="name {kind}" x="{label - 10}" y="{middle + 4:.0f}" text-anchor="end">'
                     f"{escape(bar.name)}</text>")  # fmt: skip
        parts.append(
            f'<rect class="track" x="{label}" y="{middle - 6:.1f}" width="{WIDTH - 46 - label}" height="12"/>'
        )
        if bar.value is not None:
            end = x_of(min(max(bar.value, 0.0), most))
            parts.append(f'<rect class="bar {kind}" x="{label}" y="{middle - 6:.1f}" '
                         f'width="{end - label:.1f}" height="12"/>')  # fmt: skip
        if bar.low is not None and bar.high is not None:
            parts.append(_whisker(x_of(max(bar.low, 0.0)), x_of(min(bar.high, most)), middle))
        parts.append(f'<text class="value {kind}" x="{WIDTH}" y="{middle + 4:.0f}" text-anchor="end">'
                     f"{_value(bar.value)}</text>")  # fmt: skip
    said = "; ".join(f"{bar.name} {_value(bar.value)}{f' {unit}' if unit else ''}" for bar in bars)
    return _drawing(title, said, height, parts)


def event_chart(rows: Sequence[Events], *, title: str, seconds: float, label: int = 130) -> str:
    """One row a kind of event, over 0 to `seconds`: a stroke where one happened."""
    row, height = 24, 24 * len(rows) + _BOTTOM
    x_of = _scale(0.0, max(seconds, 1e-9), label, WIDTH - _RIGHT)
    parts = []
    for at, events in enumerate(rows):
        top = row * at + 4
        strokes = "".join(f"M{x_of(time):.1f} {top}v16" for time in events.times)
        parts.append(f'<text class="name" x="{label - 10}" y="{top + 13}" text-anchor="end">'
                     f"{escape(events.name)}</text>"
                     f'<rect class="track" x="{label}" y="{top}" width="{WIDTH - _RIGHT - label}" height="16"/>'
                     f'<path class="event" d="{strokes}"/>')  # fmt: skip
    parts += [_moment(value, x_of, height) for value in ticks(0.0, seconds, 6)]
    parts.append(f'<text class="tick" x="{WIDTH - _RIGHT}" y="{height - 3}" text-anchor="end">s</text>')
    said = "; ".join(f"{each.name} at {', '.join(f'{time:.2f}' for time in each.times)} s" for each in rows)
    return _drawing(title, said, height, parts)


def ticks(low: float, high: float, about: int) -> list[float]:
    """Round values (1, 2 or 5 times a power of ten apart) from `low` to `high`, about so many."""
    step = _step(high - low, about)
    first, last = math.ceil(low / step - 1e-6), math.floor(high / step + 1e-6)
    return [round(at * step, 12) for at in range(first, last + 1)]


def _step(reach: float, about: int) -> float:
    rough = max(reach, 1e-12) / about
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * times for times in (1, 2, 5, 10) if power * times >= rough * 0.999)


def _range(known: np.ndarray, least: float) -> tuple[float, float, list[float]]:
    """Ends and levels of the vertical axis: round, with zero where the values come near it."""
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    if low >= 0 and low < 0.6 * high:
        low = 0.0
    missing = max(least, 1e-3 * max(abs(low), abs(high)) or 1.0) - (high - low)
    if missing > 0:
        high += missing / (1 if low == 0 else 2)
        low -= 0 if low == 0 else missing / 2
    step = _step(high - low, 4)
    first, last = math.floor(low / step + 1e-6), math.ceil(high / step - 1e-6)
    return first * step, last * step, [round(at * step, 12) for at in range(first, last + 1)]


def _scale(low: float, high: float, start: float, end: float) -> Scale:
    return lambda value: start + (value - low) / (high - low) * (end - start)


def _path(line: Line, x_of: Scale, y_of: Scale) -> str:
    """Broken where a value is not known; a lone value becomes a dot of the line's width."""
    drawn, pen = [], "M"
    for time, value in zip(np.asarray(line.times, float), np.asarray(line.values, float)):
        if not math.isfinite(value):
            pen = "M"
            continue
        place = f"{x_of(time):.1f} {y_of(value):.1f}"
        drawn.append(f"M{place}L{place}" if pen == "M" else f"L{place}")
        pen = "L"
    return "".join(drawn)


def _thin(line: Line) -> str:
    return " thin" if len(line.times) > MANY else ""


def _level(value: float, steps: Sequence[float], y_of: Scale) -> str:
    y = y_of(value)
    kind = "axis" if value == 0 else "grid"
    return (f'<line class="{kind}" x1="{_LEFT}" y1="{y:.1f}" x2="{WIDTH - _RIGHT}" y2="{y:.1f}"/>'
            f'<text class="tick" x="{_LEFT - 7}" y="{y + 4:.1f}" text-anchor="end">'
            f"{_tick(value, steps)}</text>")  # fmt: skip


def _moment(value: float, x_of: Scale, height: int) -> str:
    if x_of(value) > WIDTH - _RIGHT - 14:
        return ""  # the unit stands there
    x, foot = x_of(value), height - _BOTTOM
    return (f'<line class="axis" x1="{x:.1f}" y1="{foot}" x2="{x:.1f}" y2="{foot + 4}"/>'
            f'<text class="tick" x="{x:.1f}" y="{height - 3}" text-anchor="middle">{value:g}</text>')  # fmt: skip


def _shade(span: Span, x_of: Scale, top: int, height: int) -> str:
    start, end = x_of(span.start), x_of(span.end)
    said = (
        f'<text class="tick" x="{start:.1f}" y="{top - 6}">{escape(span.label)}</text>' if span.label else ""
    )
    return (f'<rect class="span" x="{start:.1f}" y="{top}" width="{max(end - start - 1.5, 1):.1f}" '
            f'height="{height - _BOTTOM - top}"/>{said}')  # fmt: skip


def _dot(mark: Mark, x_of: Scale, y_of: Scale) -> str:
    x, y = x_of(mark.time), y_of(mark.value)
    anchor, aside = ("end", -7) if x > WIDTH * 0.6 else ("start", 7)
    return (f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
            f'<text class="said" x="{x + aside:.1f}" y="{max(y + 4, _TOP + 4):.1f}" text-anchor="{anchor}">'
            f"{escape(mark.label)}</text>")  # fmt: skip


def _whisker(start: float, end: float, middle: float) -> str:
    return (f'<path class="whisker" d="M{start:.1f} {middle - 4:.1f}v8M{start:.1f} {middle:.1f}H{end:.1f}'
            f'M{end:.1f} {middle - 4:.1f}v8"/>')  # fmt: skip


def _said(lines: Sequence[Line], unit: str) -> str:
    """What the curves say, for those who do not see them."""
    said = []
    for line in lines:
        known = np.asarray(line.values, float)
        known = known[np.isfinite(known)]
        if known.size:
            unit_ = f" {unit}" if unit else ""
            said.append(f"{line.name}: from {known[0]:.3g} to {known[-1]:.3g}{unit_}, "
                        f"lowest {known.min():.3g}, highest {known.max():.3g}")  # fmt: skip
        else:
            said.append(f"{line.name}: not measured")
    return "; ".join(said)


def _drawing(title: str, said: str, height: float, parts: Sequence[str]) -> str:
    return (f'<svg class="chart" viewBox="0 0 {WIDTH} {height:g}" role="img"><title>{escape(title)}</title>'
            f"<desc>{escape(said)}</desc>{''.join(parts)}</svg>")  # fmt: skip


def _tick(value: float, steps: Sequence[float]) -> str:
    step = abs(steps[1] - steps[0]) if len(steps) > 1 else abs(value) or 1.0
    if max(map(abs, steps)) >= 1e5 or step < 1e-4:
        return f"{value:.5g}".replace("-", "−")
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value:.{digits}f}".replace("-", "−")


def _value(value: float | None) -> str:
    return "—" if value is None else f"{value:.0f}" if abs(value) >= 10 else f"{value:.3g}"
