"""The first sentences of a page: what is good, what is wrong, and where."""

from __future__ import annotations

import numpy as np
import pytest

from stillreel.evaluation.camera import Read
from stillreel.evaluation.metric import Metric
from stillreel.evaluation.page.findings import amount_words, move_words
from stillreel.evaluation.page.moments import course_times, is_events, peaks

FLICKER = Metric("flicker", "levels", "lower", "Changes that no motion explains.", (), lambda seen: None)
SHARP = Metric("sharpness", "", "higher", "Detail.", (), lambda seen: None)


def test_a_moment_that_stands_far_out_is_found_where_it_is() -> None:
    course = np.full(40, 0.5) + np.random.default_rng(3).normal(0, 0.02, 40)
    course[30] = 4.0
    (peak,) = peaks({"flicker": course, "sharpness": course}, [FLICKER, SHARP], 40, 10.0, ())
    assert (peak.name, peak.time, peak.value) == ("flicker", 3.0, 4.0)
    assert peak.times == pytest.approx(8, rel=0.05)


def test_every_moment_that_stands_out_is_found_the_highest_first() -> None:
    course = np.full(200, 0.5) + np.random.default_rng(4).normal(0, 0.02, 200)
    course[[30, 31, 90, 150]] = 3.0, 2.9, 4.0, 1.5  # 1.5 is far below the highest
    found = peaks({"flicker": course}, [FLICKER], 200, 25.0, ())
    assert [peak.time for peak in found] == [3.6, 1.2]


@pytest.mark.parametrize("course", [
    np.linspace(0, 1, 40), np.sin(np.linspace(0, np.pi, 40)), np.zeros(40), np.full(40, np.nan), np.array([0.1, 5.0]),
])  # fmt: skip
def test_a_course_that_rises_and_falls_has_no_peak(course: np.ndarray) -> None:
    assert peaks({"flicker": course}, [FLICKER], 40, 10.0, ()) == []


def test_values_of_a_course_know_their_times() -> None:
    assert course_times(5, 5, 2.0, ()).tolist() == [0, 0.5, 1.0, 1.5, 2.0]
    assert course_times(4, 5, 2.0, ()).tolist() == [0.25, 0.75, 1.25, 1.75]
    assert course_times(2, 5, 2.0, (2, 4)).tolist() == [1.0, 2.0]
    assert course_times(3, 9, 2.0, (4, 8)).tolist() == [0.0, 2.0, 4.0]
    assert course_times(8, 31, 10.0, (10, 20, 30)).max() < 3.0


def test_moves_are_said_with_their_units() -> None:
    assert (
        move_words(Read("push", "in", 0.0993, "near depth", 0.5, 4.5))
        == "push in 0.099 near depths, 0.5 to 4.5 s"
    )
    assert (
        move_words(Read("dolly_zoom", "in", 1.204, "ratio", 0, 2)) == "dolly zoom in 1.2 times, 0.0 to 2.0 s"
    )
    assert move_words(Read("static", None, 0.0, "none", 0, 4)) == "stands still"
    assert amount_words(Read("handheld", None, 0.52, "ratio", 0, 4)) == "strength 0.52"
    assert amount_words(Read("pan", "left", 12.34, "degrees", 0, 4)) == "12.3 degrees"


def test_courses_of_events_are_told_from_others() -> None:
    assert is_events(np.array([0, 1, 0, np.nan]))
    assert not is_events(np.array([0, 0.5, 1]))
