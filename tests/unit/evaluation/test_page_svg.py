"""Charts as text: read as XML, and measured in their own coordinates."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from stillreel.evaluation.page.svg import (
    Bar,
    Events,
    Line,
    Mark,
    Span,
    bar_chart,
    event_chart,
    line_chart,
    ticks,
)


def read(text: str) -> ET.Element:
    """As inline SVG is read by HTML: without a namespace of its own."""
    return ET.fromstring(text)


def chart(*lines: Line, **more) -> ET.Element:
    return read(line_chart(lines, **({"title": "Flicker", "unit": "levels", "seconds": 5.0} | more)))


def points(path: ET.Element) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path.attrib["d"])]


def labels(drawing: ET.Element, anchor: str) -> list[str]:
    return [each.text or "" for each in drawing.iter("text") if each.attrib["text-anchor"] == anchor]


def test_a_rising_line_rises_from_left_to_right() -> None:
    (path,) = chart(Line("flicker", [0, 2.5, 5], [0, 1, 2])).iter("path")
    xs, ys = zip(*points(path)[1:])
    assert xs[0] < xs[1] < xs[2]
    assert ys[0] > ys[1] > ys[2]
    assert xs[1] - xs[0] == pytest.approx(xs[2] - xs[1], abs=0.2)


def test_every_point_lies_inside_the_drawing_and_between_its_ticks() -> None:
    values = np.sin(np.arange(200)) * 1234.5 - 300
    drawing = chart(Line("wild", np.linspace(0, 5, 200), values))
    _, _, width, height = map(float, drawing.attrib["viewBox"].split())
    (path,) = drawing.iter("path")
    assert all(0 <= x <= width and 0 <= y <= height for x, y in points(path))
    levels = [float(text.replace("−", "-")) for text in labels(drawing, "end")[:-1]]
    assert levels[0] <= values.min()
    assert levels[-1] >= values.max()


def test_what_is_not_known_breaks_the_line() -> None:
    (path,) = chart(Line("gap", [0, 1, 2, 3], [1, float("nan"), 2, 3])).iter("path")
    assert path.attrib["d"].count("M") == 2
    assert "nan" not in path.attrib["d"]


@pytest.mark.parametrize(
    "values", [[], [float("nan")] * 3, [0.0, 0.0, 0.0], [7.0, 7.0, 7.0], [-3.0], [1e5, 1e5 + 1]]
)
def test_courses_without_a_course_are_drawn_too(values: list[float]) -> None:
    drawing = chart(Line("flat", np.arange(len(values)), values))
    assert "nan" not in ET.tostring(drawing, "unicode")
    said = labels(drawing, "end")
    assert 3 <= len(said) <= 9
    assert len(set(said)) == len(said)


def test_noise_is_not_blown_up_where_a_least_height_is_given() -> None:
    (path,) = chart(Line("pan", [0, 1, 2], [0, 0.001, -0.001]), least=1.0).iter("path")
    ys = [y for _, y in points(path)]
    assert max(ys) - min(ys) < 2


def test_texts_are_escaped_and_said_to_those_who_do_not_see() -> None:
    drawing = chart(
        Line("<b>&", [0, 5], [1, 3]), title='"<script>', spans=[Span(1, 2, "<i>")], marks=[Mark(5, 3, "<u>")]
    )
    assert drawing.attrib["role"] == "img"
    assert drawing.findtext("title") == '"<script>'
    assert drawing.findtext("desc") == "<b>&: from 1 to 3 levels, lowest 1, highest 3"
    assert {"<i>", "<u>"} <= {each.text for each in drawing.iter("text")}


def test_a_span_covers_its_time() -> None:
    drawing = chart(Line("x", [1, 2], [0, 1]), spans=[Span(1, 2)])
    (box,), (path,) = drawing.iter("rect"), drawing.iter("path")
    start, _, end = (x for x, _ in points(path))
    assert float(box.attrib["x"]) == pytest.approx(start, abs=0.1)
    assert float(box.attrib["width"]) == pytest.approx(end - start, abs=2)


def test_bars_are_as_long_as_their_values_from_zero() -> None:
    drawing = read(bar_chart([Bar("a", 80.0), Bar("b", 20.0, 10.0, 30.0), Bar("c", None)], title="Score"))
    bars = [
        float(each.attrib["width"]) for each in drawing.iter("rect") if each.attrib["class"].startswith("bar")
    ]
    assert bars[0] == pytest.approx(4 * bars[1], abs=0.2)
    assert len(bars) == 2
    assert len(list(drawing.iter("path"))) == 1  # the interval of b
    assert drawing.findtext("desc") == "a 80; b 20; c —"


def test_bars_end_at_the_ends_of_their_scale() -> None:
    drawing = read(bar_chart([Bar("over", 140.0), Bar("under", -5.0)], title="Score"))
    track, *_ = (each for each in drawing.iter("rect") if each.attrib["class"] == "track")
    over, under = (each for each in drawing.iter("rect") if each.attrib["class"].startswith("bar"))
    assert float(over.attrib["width"]) == float(track.attrib["width"])
    assert float(under.attrib["width"]) == 0


def test_moments_stand_at_their_times() -> None:
    rows = [Events("Cuts", [0.0, 2.0]), Events("<i>", [1.0])]
    drawing = read(event_chart(rows, title="Bad moments", seconds=2.0))
    cuts, other = (
        [float(x) for x in re.findall(r"M(-?[\d.]+)", path.attrib["d"])] for path in drawing.iter("path")
    )
    assert other[0] == pytest.approx(sum(cuts) / 2, abs=0.1)
    assert drawing.findtext("desc") == "Cuts at 0.00, 2.00 s; <i> at 1.00 s"


def test_ticks_are_round_and_inside() -> None:
    assert ticks(0, 5, 6) == [0, 1, 2, 3, 4, 5]
    assert ticks(0, 1, 4) == [0, 0.5, 1]
    assert ticks(-0.3, 0.31, 4) == [-0.2, 0, 0.2]
