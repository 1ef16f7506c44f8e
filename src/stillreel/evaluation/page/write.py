"""The page of one clip: from its evaluation to one HTML file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stillreel.evaluation.metric import Metric
from stillreel.evaluation.observation import Observation
from stillreel.evaluation.page import pictures, render, sheet
from stillreel.evaluation.page.findings import amount_words, findings
from stillreel.evaluation.page.moments import course_times, event_times, is_events, peaks, worst_moments
from stillreel.evaluation.page.report import Chart
from stillreel.evaluation.page.svg import Bar, Events, Line, Mark, Span, bar_chart, event_chart, line_chart
from stillreel.motion import describe
from stillreel.motion.plan import MotionPlan

if TYPE_CHECKING:
    from stillreel.evaluation.judge import Evaluation

__all__ = ["page", "write"]


SMALL = 0.01
"""Of the largest value: the least height of a chart, so that noise is not blown up."""
UNMOVED = 0.02
"""Of the least height of a chart: curves that change less are not drawn, but said not to change."""


def write(place: Path, evaluation: Evaluation, observation: Observation, title: str) -> None:
    """Write the page of a clip called `title` to `place`, whole or not at all; over what is there.

    One file that needs no other: pictures and curves are inside, it has no scripts and asks nothing of the network.
    Raises UsageError `clip.no_folder`, `clip.unwritable`; ResourceError `clip.disk_full`.
    """
    render.place(place, page(evaluation, observation, title))


def page(evaluation: Evaluation, observation: Observation, title: str) -> str:
    """The same as text."""
    from stillreel.evaluation.metrics import METRICS

    return render.rendered("evaluation.html", **_values(evaluation, observation, title, METRICS))


def _values(verdict: Evaluation, seen: Observation, title: str, metrics: Sequence[Metric]) -> dict[str, Any]:
    film, plan = seen.footage, seen.plan
    motion = pictures.motion_pictures(seen, verdict.camera)
    paths = _camera_charts(verdict, plan)
    return {
        "title": title,
        "verdict": verdict,
        "plan_words": describe(plan) if plan is not None else "",
        "unread": (*plan.words.unknown, *plan.words.impossible) if plan is not None else (),
        "findings": findings(verdict, metrics, seen.keys, motion.left, float(seen.reach[-1].trusted.mean())),
        "total": _total(verdict),
        "parts": _parts(verdict),
        "shots": sheet.contact_sheet(film.frames, film.fps),
        "moments": pictures.moments(film, worst_moments(verdict, metrics, seen.keys)),
        "wide": film.size[0] >= film.size[1],
        "faithful": pictures.faithful(seen.photo, film.first) if seen.photo is not None else (),
        "motion": motion,
        "camera": tuple(chart for chart in paths if chart.drawing),
        "unmoved": tuple(chart.name for chart in paths if not chart.drawing),
        "amount_words": amount_words,
        "guessed": verdict.camera.confidence < pictures.READ,
        "courses": _events(verdict, metrics, seen.keys) + _course_charts(verdict, metrics, seen.keys),
        "metrics": metrics,
    }


def _total(verdict: Evaluation) -> str:
    score = verdict.score
    return bar_chart(
        [
            Bar("This clip", score.total),
            Bar("Ken Burns", score.ken_burns, strong=False),
            Bar("Frozen copy", score.frozen, strong=False),
        ],
        title="Score beside its baselines, of 100", label=98,
    )  # fmt: skip


def _parts(verdict: Evaluation) -> tuple[tuple[str, float], ...]:
    """Of 100 each."""
    return tuple((name, min(max(value, 0.0), 100.0)) for name, value in verdict.score.parts.items())


def _camera_charts(verdict: Evaluation, plan: MotionPlan | None) -> tuple[Chart, ...]:
    """The path as it was read; the stretches in which the plan moves the camera are shaded."""
    camera = verdict.camera
    if camera.error_median is None:
        return ()
    spans = _spans(plan)
    x, y, z = np.array(camera.position, float).reshape(-1, 3).T
    groups = (
        ("Turning", "degrees", 1.0,
         (("pan, right", camera.pan), ("tilt, up", camera.tilt), ("roll, clockwise", camera.roll))),
        ("Size in the picture", "times", 0.04,
         (("what stands at the centre", camera.expansion), ("lens (zoom)", camera.zoom))),
        ("Position", "near depths", 0.04, (("forward", z), ("right", x), ("down", y))),
    )  # fmt: skip
    charts = []
    for name, unit, least, curves in groups:
        lines = [Line(each, camera.times, values) for each, values in curves]
        if all(float(np.ptp(line.values)) < least * UNMOVED for line in lines):
            charts.append(Chart(name, unit, ""))
            continue
        drawing = line_chart(lines, title=f"Camera: {name.lower()}", unit=unit, seconds=verdict.seconds, spans=spans,
                             least=least)  # fmt: skip
        charts.append(Chart(name, unit, drawing, tuple(each for each, _ in curves)))
    return tuple(charts)


def _spans(plan: MotionPlan | None) -> tuple[Span, ...]:
    moves = [move for move in plan.camera if move.move != "static"] if plan is not None else []
    spans: dict[tuple[float, float], list[str]] = {}
    for move in moves:
        words = f"{move.move.replace('_', ' ')} {move.direction or ''}".strip()
        spans.setdefault((move.start, move.end), []).append(words)
    return tuple(Span(start, end, "asked: " + ", ".join(words)) for (start, end), words in spans.items())


def _course_charts(verdict: Evaluation, metrics: Sequence[Metric], keys: Sequence[int]) -> tuple[Chart, ...]:
    worst = peaks(verdict.courses, metrics, verdict.frames, verdict.fps, keys)
    charts = []
    for metric in metrics:
        values = np.asarray(verdict.courses.get(metric.name, ()), float)
        if np.isfinite(values).sum() < 2 or is_events(values):
            continue
        name = render.human(metric.name)
        line = Line(name, course_times(len(values), verdict.frames, verdict.fps, keys), values)
        tops = [peak for peak in worst if peak.name == metric.name]
        marks = [
            Mark(peak.time, peak.value, "" if at else f"{peak.time:.2f} s") for at, peak in enumerate(tops)
        ]
        drawing = line_chart([line], title=f"{name} along the clip", unit=metric.unit, seconds=verdict.seconds,
                             marks=marks, least=SMALL * float(np.nanmax(np.abs(values))))  # fmt: skip
        charts.append(Chart(name, metric.unit, drawing, note=_better(metric)))
    return tuple(charts)


def _events(verdict: Evaluation, metrics: Sequence[Metric], keys: Sequence[int]) -> tuple[Chart, ...]:
    found = [Events(render.human(name), times) for name, times in event_times(verdict, metrics, keys).items()]
    if not found:
        return ()
    return (Chart("Bad moments", "", event_chart(found, title="Bad moments", seconds=verdict.seconds)),)


def _better(metric: Metric) -> str:
    return "" if metric.better == "neither" else f"{metric.better} is better"
