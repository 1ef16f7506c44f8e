"""The report of a suite: Markdown for a repository, HTML for reading, and every row as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from stillreel.evaluation import footage
from stillreel.evaluation.page.pictures import Figure
from stillreel.evaluation.page.report import Chart, Section, Table, report
from stillreel.evaluation.page.sheet import contact_sheet
from stillreel.evaluation.page.svg import Bar, bar_chart
from stillreel.keepsake import write_text
from stillreel.suites.bootstrap import Interval, difference, mean, ratio
from stillreel.suites.tables import WORST, Measure, measures_of, ranked_by
from stillreel.suites.values import Report, Row

__all__ = ["write"]

SHOWN = 6  # frames of each of the worst clips
TITLES = {"held-out": "Real clips held out", "prompts": "Plain wishes", "photos": "Photos without words"}


def write(found: Report, out: Path) -> Report:
    """`found` with its files: report.md and report.html, rows.jsonl, and public.html without a picture of the data."""
    places = {name: out / name for name in ("report.md", "report.html", "public.html", "rows.jsonl")}
    sections = _sections(found)
    title = f"{TITLES[found.suite]}: {' and '.join(found.models)}"
    write_text(places["rows.jsonl"], "".join(json.dumps(_plain(row)) + "\n" for row in found.rows))
    write_text(places["report.md"], _markdown(title, _facts(found), sections))
    write_text(places["public.html"], report(title, _facts(found), sections, "Stillreel suite"))
    pictured = [*sections, Section("What the worst look like", figures=tuple(_figures(found)))]
    write_text(places["report.html"], report(title, _facts(found), pictured, "Stillreel suite"))
    return replace(found, files=tuple(places.values()))


def _plain(row: Row) -> dict[str, object]:
    numbers = {name: None if value is None else round(value, 5) for name, value in row.numbers.items()}
    return {"item": row.item.name, "source": row.item.source, "candidate": row.candidate, "numbers": numbers}


def _facts(found: Report) -> list[str]:
    command = f"stillreel evaluate --suite {found.suite} --model {next(iter(found.models))} --data FOLDER"
    said = [f"{found.settings['items']} items, seed {found.settings['seed']}, {date.today()}: {command}"]
    for name, facts in found.models.items():
        weights = ", ".join(f"{network} {digest[:8]}" for network, digest in facts["weights"].items())
        said.append(f"{name} {facts['version']} ({facts['licence']}; weights {weights or 'none'})")
    return said


def _sections(found: Report) -> list[Section]:
    measures = measures_of(found)
    candidates = list(dict.fromkeys(row.candidate for row in found.rows))
    sections = [
        Section(
            "Every candidate", _how(found), tables=(_means(found, measures, candidates),), charts=_bars(found)
        ),
        Section(
            "Against the baselines", _paired_words(), tables=tuple(_differences(found, measures, candidates))
        ),
    ]
    if found.extra.get("flips"):
        sections.append(_flips(found.extra["flips"]))
    sections.append(
        Section(
            "The worst",
            "By the first measure of the table; where a frozen copy has it too, by how much more error than that.",
            tables=tuple(_worst(found)),
        )
    )
    if found.failed:
        rows = [[what, why] for what, why in found.failed]
        sections.append(Section("What was left out", tables=(Table("And why", ("clip", "why"), rows),)))
    return sections


def _how(found: Report) -> str:
    lead = "Means over clips, with 95 % intervals by resampling sources."
    if found.suite == "held-out":
        return (
            f"{lead} Flow errors are percent of the short side; a frozen copy's is the real motion itself. `carried` "
            "is the first frame moved by the motion measured in the real clip. The prompt and the camera tracks may "
            "cover different clips: n is behind each name. A score says nothing without its frozen copy's and Ken "
            "Burns's."
        )
    return f"{lead} A score says nothing without those of a frozen copy and of Ken Burns beside it."


def _paired_words() -> str:
    return "Paired differences over the same clips; * marks an interval that leaves out 0."


def _means(found: Report, measures: Sequence[Measure], candidates: Sequence[str]) -> Table:
    rows: list[Sequence[str | float | None]] = [
        [measure.title, *(_interval(mean(found.of(one, measure.name))) for one in candidates), measure.better]
        for measure in measures
    ]
    for measure in (measure for measure in measures if measure.name.startswith("flow_error")):
        still = found.of("frozen", measure.name)
        shares = [_interval(ratio(found.of(one, measure.name), still)) for one in candidates]
        rows.append([f"{measure.title.removesuffix(' (%)')}, of standing still's", *shares, measure.better])
    counts = {one: sum(row.candidate == one for row in found.rows) for one in candidates}
    return Table("Means", ("measure", *(f"{one}, n = {counts[one]}" for one in candidates), "better"), rows)


def _interval(found: Interval | None) -> str:
    return "-" if found is None else f"{found.mean:.3g} [{found.low:.3g}, {found.high:.3g}]"


def _differences(found: Report, measures: Sequence[Measure], candidates: Sequence[str]) -> list[Table]:
    tracks = [one for one in candidates if one.split(":")[0] in found.models]
    tables = [_scores(found, tracks)]
    for track in tracks:
        others = [one for one in candidates if one != track and (one not in tracks or _rivals(one, track))]
        rows: list[list[str | float | None]] = []
        for measure in measures:
            cells = [
                _told(difference(found.of(track, measure.name), found.of(one, measure.name)))
                for one in others
            ]
            if any(cell != "-" for cell in cells):
                rows.append([measure.title, *cells, measure.better])
        if rows:
            tables.append(Table(f"{track}, less the others", ("measure", *others, "better"), rows))
    return tables


def _rivals(one: str, other: str) -> bool:
    """Two models on the same track."""
    return one.partition(":")[2] == other.partition(":")[2]


def _scores(found: Report, tracks: Sequence[str]) -> Table:
    """A score is compared with those of its own clip's frozen copy and Ken Burns."""
    rows: list[Sequence[str | float | None]] = []
    for track in tracks:
        own, names = found.of(track, "score"), ("score_frozen", "score_ken_burns")
        rows.append([track, *(_told(difference(own, found.of(track, name))) for name in names)])
    return Table("Score, less that of the same clip's baselines", ("track", "frozen copy", "Ken Burns"), rows)


def _told(found: Interval | None) -> str:
    if found is None:
        return "-"
    return f"{found.mean:+.3g} [{found.low:+.3g}, {found.high:+.3g}]{'*' if found.clear else ''}"


def _bars(found: Report) -> tuple[Chart, ...]:
    """The score beside its baselines, track by track."""
    charts: list[Chart] = []
    for track in dict.fromkeys(row.candidate for row in found.rows):
        values = {name: mean(found.of(track, name)) for name in ("score", "score_ken_burns", "score_frozen")}
        if values["score"] is None:
            continue
        titles = {"score": track, "score_ken_burns": "Ken Burns", "score_frozen": "frozen copy"}
        bars = [
            Bar(titles[name], one.mean, one.low, one.high, name == "score")
            for name, one in values.items()
            if one
        ]
        charts.append(Chart(track, "of 100", bar_chart(bars, title=f"Score of {track}", unit="of 100")))
    return tuple(charts)


def _flips(flips: Mapping[str, Mapping[str, Sequence[int]]]) -> Section:
    pairs = list(dict.fromkeys(pair for found in flips.values() for pair in found))
    rows: list[Sequence[str | float | None]] = [
        [model, *(" of ".join(str(n) for n in found.get(pair, (0, 0))) for pair in pairs)]
        for model, found in flips.items()
    ]
    words = (
        "The same first frame asked to go one way and the other: how often the picture went opposite ways."
    )
    heads = [f"{pair} and back" for pair in pairs]
    return Section(
        "Do words decide the motion?", words, tables=(Table("Prompt flips", ("model", *heads), rows),)
    )


def _worst(found: Report) -> list[Table]:
    tables: list[Table] = []
    for track, rows, measure in ranked_by(found):
        cells: list[list[str | float | None]] = [
            [row.item.name, row.item.source, row.numbers.get(measure.name), row.numbers.get("score")]
            for row in rows[:WORST]
        ]
        tables.append(Table(track, ("clip", "source", measure.title, "score"), cells))
    return tables


def _figures(found: Report) -> list[Figure]:
    figures: list[Figure] = []
    for track, rows, _ in ranked_by(found):
        for row in rows[:WORST]:
            if row.clip is None or not row.clip.exists():
                continue
            film = footage.read(row.clip)
            for shot in contact_sheet(film.frames, film.fps, SHOWN, 320):
                caption = f"{track}, {row.item.name}, {shot.seconds:.1f} s"
                figures.append(Figure(shot, caption, f"A frame of {row.item.name}"))
    return figures


def _markdown(title: str, facts: Sequence[str], sections: Sequence[Section]) -> str:
    lines = [f"# {title}", "", *(f"- {fact}" for fact in facts), ""]
    for section in sections:
        lines += [f"## {section.heading}", "", *([section.lead, ""] if section.lead else [])]
        for table in section.tables:
            lines += [
                f"**{_safe(table.caption)}**",
                "",
                f"| {' | '.join(_safe(cell) for cell in table.head)} |",
            ]
            lines.append(f"|{'|'.join(['---'] * len(table.head))}|")
            lines += [f"| {' | '.join(_safe(cell) for cell in row)} |" for row in table.rows]
            lines.append("")
    return "\n".join(lines)


def _safe(cell: str | float | None) -> str:
    """A cell of a Markdown table; names come from files."""
    if cell is None:
        return "-"
    text = cell if isinstance(cell, str) else f"{cell:.3g}"
    return (
        "".join("\\" + mark if mark in "|<>`_[]" else mark for mark in " ".join(text.split()))
        if text
        else "-"
    )
