"""A report of sections: in order, escaped, numbers to the right."""

from __future__ import annotations

from pathlib import Path

from stillreel.evaluation.page import write_report
from stillreel.evaluation.page.report import Chart, Section, Table, report
from stillreel.evaluation.page.svg import Bar, bar_chart

NASTY = "<b onclick='x'>&"


def test_sections_stand_in_order_with_what_they_hold(tmp_path: Path) -> None:
    bars = Chart("Score", "of 100", bar_chart([Bar("embedded", 61.0, 55.0, 66.0)], title="Score"))
    table = Table(
        "Ten worst clips", ("Clip", "Score", "Why"), [("a.mp4", 12.3456, "cuts"), ("b.mp4", None, "still")]
    )
    write_report(tmp_path / "r.html", "Held-out clips", ("22 clips",), [
        Section("Verdict", "Beside its baselines.", ("Better than both.",), (bars,)), Section("Worst", tables=(table,)),
    ])  # fmt: skip
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    parts = ("<h1>Held-out clips", "22 clips", "<h2>Verdict", "Better than both.", 'class="whisker"', "<h2>Worst",
             "Ten worst clips", "12.3<", "—<")  # fmt: skip
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert '<th scope="col" class="number">Score</th><th scope="col">Why</th>' in text
    assert '<th scope="row">a.mp4</th>' in text


def test_every_text_is_escaped() -> None:
    table = Table(NASTY, (NASTY, NASTY), [(NASTY, NASTY)])
    text = report(NASTY, (NASTY,), [Section(NASTY, NASTY, (NASTY,), tables=(table,))], NASTY)
    assert "<b " not in text
    assert text.count("&lt;b onclick=") >= 10
