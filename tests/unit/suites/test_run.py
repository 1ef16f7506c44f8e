"""Whole suites, small: clips are made, measured, kept and reported."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from stillreel.errors import UsageError
from stillreel.suites import run

from .test_parts import drift, texture


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    folder = tmp_path / "clips"
    folder.mkdir()
    out = cv2.VideoWriter(str(folder / "a|b.mp4"), cv2.VideoWriter.fourcc(*"mp4v"), 8, (160, 96))
    for frame in drift(1.0, 12):
        out.write(np.ascontiguousarray(frame[..., ::-1]))
    out.release()
    (folder / "junk.mp4").write_bytes(b"no clip")
    return folder


def test_held_out_clips_are_reported_beside_baselines_and_nothing_is_made_twice(
    clips: Path, tmp_path: Path
) -> None:
    found = run("held-out", "embedded", clips, tmp_path / "out")
    candidates = {row.candidate for row in found.rows}
    assert {"real", "frozen", "ken_burns", "carried", "embedded: prompt"} <= candidates
    assert [what for what, _ in found.failed] == ["junk, real"]
    ((_, still),) = found.of("frozen", "flow_error_1").items()
    assert still == pytest.approx(100 * 8 / 96, rel=0.05)  # percent of the short side in a second
    assert next(iter(found.of("carried", "flow_error_1").values())) < 0.2 * still
    pairs = found.extra["flips"]["embedded"]
    assert pairs["pan left"] == [1, 1]
    assert pairs["zoom in"] == [1, 1]
    words = (tmp_path / "out" / "report.md").read_text("utf-8")
    assert "frozen" in words
    assert "a\\|b" in words
    assert "embedded: prompt, less the others" in words
    assert "data:image" not in (tmp_path / "out" / "public.html").read_text("utf-8")
    assert "data:image" in (tmp_path / "out" / "report.html").read_text("utf-8")
    rows = [json.loads(line) for line in (tmp_path / "out" / "rows.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) == len(found.rows)
    made = {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / "clips").iterdir()}
    again = run("held-out", "embedded", clips, tmp_path / "out")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / "clips").iterdir()} == made
    assert [row.numbers for row in again.rows] == [row.numbers for row in found.rows]


def test_photos_and_wishes_are_judged_and_failures_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    cv2.imwrite(str(folder / "a.png"), texture())
    (folder / "b.png").write_bytes(b"no photo")
    found = run("photos", "embedded", folder, tmp_path / "out")
    assert [row.item.name for row in found.rows] == ["a"]
    assert [what for what, _ in found.failed] == ["b, embedded"]
    assert "photo." in found.failed[0][1]
    wished = run("prompts", "embedded", folder, tmp_path / "out", limit=1)
    got = {
        one: next(iter(wished.of(one, "adherence").values())) for one in ("embedded", "frozen", "ken_burns")
    }
    assert got["embedded"] > 0.6 > got["frozen"]  # a push in; a zoom is nearly one


def test_what_is_no_suite_or_model_is_refused(clips: Path, tmp_path: Path) -> None:
    for name, model, code in (
        ("vbench", "embedded", "suite.unknown"),
        ("photos", "nothing", "model.unknown"),
    ):
        with pytest.raises(UsageError) as refused:
            run(name, model, clips, tmp_path / "out")
        assert refused.value.code == code
