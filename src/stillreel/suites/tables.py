"""Which measures a suite's report shows, which way each is better, and which clips are the worst by them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from stillreel.evaluation.metrics import METRICS
from stillreel.suites.bootstrap import mean
from stillreel.suites.values import Report, Row

__all__ = ["WORST", "Measure", "means", "measures_of", "ranked_by"]

WORST = 10


@dataclass(frozen=True)
class Measure:
    name: str
    title: str
    better: Literal["lower", "higher", "neither"]


_OWN = {
    "held-out": (
        Measure("flow_error_1", "flow error at 1 s (%)", "lower"),
        Measure("flow_error_0.25", "flow error at 0.25 s (%)", "lower"),
        Measure("flow_error_0.5", "flow error at 0.5 s (%)", "lower"),
        Measure("flow_error_2", "flow error at 2 s (%)", "lower"),
        Measure("direction", "direction on what moves (cosine)", "higher"),
        Measure("overlap", "overlap of what moves", "higher"),
        Measure("leakage", "motion where reality is still (%/s)", "lower"),
        Measure("amounts_apart", "amounts unlike reality's", "lower"),
        Measure("hole_error", "what the photo hides (levels)", "lower"),
    ),
    "prompts": (
        Measure("adherence", "adherence to the plan meant", "higher"),
        Measure("adherence_camera", "of it, the camera", "higher"),
        Measure("adherence_motions", "of it, motions and stillness", "higher"),
    ),
    "photos": (),
}
_SCORE = Measure("score", "score", "higher")


def measures_of(found: Report) -> tuple[Measure, ...]:
    """The suite's own measures, the score, and every metric, as far as any row knows them."""
    general = [Measure(each.name, each.name.replace("_", " "), each.better) for each in METRICS]
    known = {name for row in found.rows for name, value in row.numbers.items() if value is not None}
    return tuple(each for each in (*_OWN[found.suite], _SCORE, *general) if each.name in known)


def ranked_by(found: Report) -> Iterator[tuple[str, list[Row], Measure]]:
    """For every track of a model its rows, the worst first, and the measure that says so.

    An error is set against a frozen copy's, where there is one: the liveliest clips are not the worst by themselves.
    """
    measure = measures_of(found)[0] if found.rows else _SCORE
    still = found.of("frozen", measure.name)
    for track in dict.fromkeys(
        row.candidate for row in found.rows if row.candidate.split(":")[0] in found.models
    ):
        values = found.of(track, measure.name)
        rows = [row for row in found.rows if row.candidate == track and row.item in values]
        sign = 1 if measure.better == "higher" else -1
        yield (
            track,
            sorted(rows, key=lambda row: sign * (values[row.item] - still.get(row.item, 0.0))),
            measure,
        )


def means(found: Report) -> dict[str, dict[str, dict[str, float]]]:
    """For every candidate the mean of each measure with the ends of its 95 % interval, by the measure's title."""
    told: dict[str, dict[str, dict[str, float]]] = {}
    for candidate in dict.fromkeys(row.candidate for row in found.rows):
        for measure in measures_of(found):
            one = mean(found.of(candidate, measure.name))
            if one is not None:
                facts = {"mean": one.mean, "low": one.low, "high": one.high, "count": one.count}
                told.setdefault(candidate, {})[measure.title] = facts
    return told
