"""The page of an evaluation as a browser reads it: one file, no scripts, no requests, every stranger's word escaped."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from stillreel.errors import UsageError
from stillreel.evaluation import footage, page
from stillreel.evaluation.adherence import Adherence, Followed
from stillreel.evaluation.camera import read_camera
from stillreel.evaluation.judge import Evaluation
from stillreel.evaluation.metrics import METRICS, measured
from stillreel.evaluation.observation import Observation
from stillreel.evaluation.page.moments import event_times
from stillreel.evaluation.score import Score
from stillreel.events import Warned
from stillreel.motion.plan import MotionPlan
from tests.fakes.scenes import make_scene, texture

SIZE = (192, 108)
NASTY = "<script>alert('x')</script>&\"quoted\".mp4"
PLAN = MotionPlan.model_validate({
    "seconds": 1,
    "camera": [{"move": "pan", "direction": "right", "amount": 2, "start": 0, "end": 1}],
    "motions": [{"kind": "cloth", "region": "box 0.6 0.3 0.9 0.7", "start": 0, "end": 1}],
    "mood": [NASTY],
    "words": {"unknown": [NASTY]},
})  # fmt: skip


class Reader(HTMLParser):
    """What stands in a page: its tags, their attributes, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in ("meta", "img", "br"):
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words += data


def panned(photo: bool = False, plan: bool = False) -> Observation:
    wide = texture((SIZE[0] + 20, SIZE[1]), 3)
    frames = [wide[:, 2 * at : 2 * at + SIZE[0]].copy() for at in range(8)]
    shown = frames[0] if photo else None
    return Observation(
        footage.gather(frames, 8.0), shown, PLAN if plan else None, make_scene(SIZE) if plan else None
    )


def judged(seen: Observation) -> Evaluation:
    """Measures and camera as they are; adherence and score made up, so that a page can be held against them."""
    film = seen.footage
    items = (
        Followed("pan right", "camera", 0.9, 2.0, 1.9, "degrees", True, None, 1.0, "as asked"),
        Followed("cloth moves", "motion", 0.2, 1.0, None, "", None, 0.1, None, NASTY),
    )
    return Evaluation(
        size=film.size,
        fps=film.fps,
        frames=len(film.frames),
        numbers=measured(seen),
        courses={each.name: each.course(seen) for each in METRICS if each.course is not None},
        camera=read_camera(seen),
        adherence=Adherence(score=0.55, camera=0.9, motions=0.2, leakage=0.4, items=items)
        if seen.plan
        else None,
        score=Score(61.0, {"steadiness": 45.0, "life": 80.0}, 30.0, 64.0),
        notes=(Warned("evaluate.own_plan", NASTY),),
    )


@pytest.fixture(scope="module")
def full() -> tuple[Evaluation, Observation]:
    seen = panned(photo=True, plan=True)
    return judged(seen), seen


@pytest.fixture(scope="module")
def text(full: tuple[Evaluation, Observation], tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("page") / "page.html"
    page.write(place, *full, NASTY)
    return place.read_text(encoding="utf-8")


def test_a_page_has_no_scripts_and_asks_for_nothing(text: str) -> None:
    read = Reader(text)
    assert read.open == []
    assert not read.tags.keys() & {"script", "link", "iframe", "object", "embed", "form", "base"}
    for _, name, value in read.attributes:
        assert not name.startswith("on")
        assert name not in ("src", "href", "data", "action") or value.startswith("data:image/")
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text


def test_words_of_strangers_stand_as_they_are(text: str) -> None:
    words = Reader(text).words
    assert words.count(NASTY) >= 6  # title, heading, mood, unknown word, note of an item, note
    assert "<script" not in text


def test_a_page_says_the_verdict_beside_its_baselines(text: str) -> None:
    words = Reader(text).words
    assert "61 of 100" in " ".join(words.split())
    assert "This clip 61; Ken Burns 64; Frozen copy 30" in words
    assert "Worse than a Ken Burns zoom of its first frame, by 3 points." in words
    assert "The weakest part of the score: steadiness, 45 of 100." in words
    assert "Follows its plan: 55%." in words
    assert "Followed least: cloth moves (20%)" in words
    assert "0.4 px of motion leak in" in words
    assert "right way · 100% in time" in words
    assert "10% in place" in words


def test_every_measure_stands_in_the_table_with_its_meaning(
    text: str, full: tuple[Evaluation, Observation]
) -> None:
    words = Reader(text).words
    for metric in METRICS:
        assert metric.meaning in words
    assert f"{full[0].numbers['motion_amount']:.4g}" in words


def test_pictures_have_words_and_tables_have_heads(text: str) -> None:
    read = Reader(text)
    told = [value for tag, name, value in read.attributes if tag == "img" and name == "alt"]
    assert len(told) == read.tags["img"] > 8
    assert all(told)
    assert read.tags["caption"] == read.tags["table"] == 3
    assert read.tags["th"] == sum(name == "scope" for tag, name, _ in read.attributes if tag == "th")
    assert read.tags["h1"] == 1
    charts = sum(value == "chart" for tag, name, value in read.attributes if tag == "svg" and name == "class")
    assert read.tags["desc"] == charts > 3
    assert ("html", "lang", "en") in read.attributes


def test_repeated_frames_count_where_things_move_not_where_they_rest(
    full: tuple[Evaluation, Observation],
) -> None:
    verdict = replace(full[0], frames=60, fps=20.0)
    repeated, motion = np.zeros(59), np.zeros(60)
    repeated[[2, 20, 21, 22, 50]] = 1
    motion[12:20] = motion[24:40] = 3.0
    courses = {"repeated_frames": repeated, "motion_amount": motion}
    found = event_times(replace(verdict, courses=courses), METRICS, (59,))
    assert found == {"repeated_frames": pytest.approx([1.025, 1.075, 1.125])}
    frozen = {"repeated_frames": np.ones(59), "motion_amount": np.zeros(60)}
    assert len(event_times(replace(verdict, courses=frozen), METRICS, (59,))["repeated_frames"]) == 59


def test_a_page_is_small(text: str) -> None:
    assert len(text.encode()) < 2_000_000


def test_what_is_not_known_has_no_section(tmp_path: Path) -> None:
    seen = panned()
    page.write(tmp_path / "bare.html", judged(seen), seen, "bare.mp4")
    labels = {value for tag, name, value in Reader((tmp_path / "bare.html").read_text("utf-8")).attributes
              if tag == "section" and name == "aria-label"}  # fmt: skip
    assert {"The clip", "Motion", "Camera", "All numbers"} <= labels
    assert not labels & {"Plan", "Photo and first frame"}


def test_a_frozen_clip_of_two_frames_has_a_page_too(tmp_path: Path) -> None:
    seen = Observation(footage.gather([np.full((48, 64, 3), 90, np.uint8)] * 2, 2.0))
    page.write(tmp_path / "tiny.html", judged(seen), seen, "tiny.gif")
    words = Reader((tmp_path / "tiny.html").read_text("utf-8")).words
    assert "64 × 48" in words
    assert "could not be read" in words
    assert "nan" not in words.lower().split()


def test_a_page_is_written_whole_or_not_at_all(tmp_path: Path, full: tuple[Evaluation, Observation]) -> None:
    place = tmp_path / "page.html"
    place.write_text("old", encoding="utf-8")
    with pytest.raises(AttributeError):
        page.write(place, replace(full[0], score=None), full[1], "x")  # type: ignore[arg-type]
    assert place.read_text(encoding="utf-8") == "old"
    page.write(place, *full, "x")
    assert place.read_text(encoding="utf-8").endswith("</html>\n")
    assert [each.name for each in tmp_path.iterdir()] == ["page.html"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, full: tuple[Evaluation, Observation]) -> None:
    with pytest.raises(UsageError) as caught:
        page.write(tmp_path / "no" / "page.html", *full, "x")
    assert caught.value.code == "clip.no_folder"
