"""`stillreel evaluate` and `stillreel.evaluate`: clips of any origin, with and without what they were made from."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

import stillreel as door
from stillreel.errors import UsageError
from stillreel.evaluation.metrics import METRICS

from .conftest import Stillreel

SIZE, FPS, SECONDS = (192, 128), 12, 2


def picture() -> np.ndarray:
    """(h, w, 3) uint8: blots of many sizes, larger than the clip, so that a pan finds something to see."""
    rng = np.random.default_rng(5)
    layers = [
        cv2.resize(
            rng.integers(0, 255, (8 * n, 12 * n, 3), np.uint8), (288, 160), interpolation=cv2.INTER_CUBIC
        )
        for n in (1, 2, 5)
    ]
    return np.mean(layers, axis=0).astype(np.uint8)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """The camera turns to the right: the picture goes left by 2 px a frame."""
    place, whole = tmp_path / "pan.mp4", picture()
    out = cv2.VideoWriter(str(place), cv2.VideoWriter.fourcc(*"mp4v"), FPS, SIZE)
    for i in range(FPS * SECONDS):
        out.write(np.ascontiguousarray(whole[16:144, 2 * i : 2 * i + 192, ::-1]))
    out.release()
    cv2.imwrite(str(tmp_path / "photo.png"), np.ascontiguousarray(whole[16:144, :192, ::-1]))
    return place


def test_a_bare_clip_is_judged(quick: Stillreel, clip: Path) -> None:
    ended = quick("evaluate", clip, "--json")
    told = ended.json
    assert ended.status == 0
    assert {metric.name for metric in METRICS} <= set(told)
    assert {"temporal_flicker", "motion_amount", "first_frame_error", "camera", "adherence", "score"} <= set(
        told
    )
    assert (told["first_frame_error"], told["adherence"]) == (None, None)
    assert told["motion_amount"] > 5
    assert "right" in {move["direction"] for move in told["camera"]["moves"]}
    assert 0 <= told["score"]["frozen"] < told["score"]["total"] <= 100


def test_with_photo_and_prompt_it_is_held_against_both(quick: Stillreel, clip: Path, tmp_path: Path) -> None:
    scores = {}
    for way in ("right", "left"):
        told = quick(
            "evaluate", clip, "--photo", tmp_path / "photo.png", "--prompt", f"pan {way}", "--json"
        ).json
        scores[way] = told["adherence"]
    assert told["first_frame_error"] < 9  # of a coarse codec
    assert scores["right"] > 0.6 > 0.4 > scores["left"]


def test_a_plan_and_a_page(quick: Stillreel, clip: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(
        json.dumps({"seconds": 2, "camera": [{"move": "pan", "direction": "right", "amount": 12, "end": 2}]})
    )
    ended = quick("evaluate", clip, "--plan", tmp_path / "plan.json", "--html", tmp_path / "page.html")
    assert ended.status == 0
    assert "adherence" in ended.out
    assert "pan right" in ended.out
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "pan.mp4" in page
    assert "<svg" in page
    assert "<script" not in page
    again = quick("evaluate", clip, "--html", tmp_path / "page.html")
    assert (again.status, "output.exists" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty.mp4", b"", "clip.unreadable"),
        ("text.mp4", b"not a clip at all", "clip.unreadable"),
        ("cut.mp4", None, "clip.unreadable"),
        ("missing.mp4", ..., "clip.unreadable"),
    ],
)
def test_what_is_no_clip_is_one_error(
    quick: Stillreel, clip: Path, name: str, data: object, code: str
) -> None:
    place = clip.with_name(name)
    if data is not ...:
        place.write_bytes(data if isinstance(data, bytes) else clip.read_bytes()[:9000])
    ended = quick("evaluate", place, "--json")
    assert (ended.status, ended.json["error"]["code"]) == (2, code)


def test_a_plan_and_a_prompt_exclude_each_other(quick: Stillreel, clip: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text("{}")
    ended = quick("evaluate", clip, "--plan", tmp_path / "plan.json", "--prompt", "pan left")
    assert (ended.status, "request.plan_and_prompt" in ended.err) == (2, True)


def test_from_python(clip: Path) -> None:
    verdict = door.evaluate(clip, plan={"seconds": 2, "camera": [{"move": "static"}]})
    assert verdict.size == SIZE
    assert verdict.seconds == pytest.approx(SECONDS)
    assert verdict.adherence is not None
    assert verdict.adherence.score is not None
    assert verdict.adherence.score < 0.5  # it moves, against the plan
    assert json.loads(json.dumps(verdict.as_dict()))["frames"] == FPS * SECONDS
    with pytest.raises(UsageError):
        door.evaluate(clip.with_name("nothing.mp4"))


def test_a_suite_from_the_command_line(quick: Stillreel, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    cv2.imwrite(str(folder / "blots.png"), picture()[:96, :128])
    ended = quick("evaluate", "--suite", "photos", "--data", folder, "--out", tmp_path / "out", "--json")
    assert ended.status == 0
    assert ended.json["failed"] == []
    assert 0 < ended.json["means"]["embedded"]["score"]["mean"] <= 100
    assert (tmp_path / "out" / "report.md").is_file()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], "usage"),
        (["clip.mp4", "--suite", "photos"], "usage"),
        (["--suite", "vbench", "--data", "."], "suite.unknown"),
        (["--suite", "photos", "--data", "nowhere"], "suite.no_data"),
        (["--suite", "photos", "--data", ".", "--model", "nothing"], "model.unknown"),
    ],
)
def test_suites_that_cannot_run(quick: Stillreel, arguments: list[str], code: str) -> None:
    ended = quick("evaluate", *arguments, "--json")
    assert (ended.status, ended.json["error"]["code"]) == (2, code)


def test_vbench_says_what_is_missing(quick: Stillreel, clip: Path) -> None:
    told = quick("evaluate", clip, "--vbench", "--json").json["vbench"]
    assert {each["name"] for each in told["missing"]} == {
        name for name, value in told["values"].items() if value is None
    }
    assert all(each["why"] and each["fix"] for each in told["missing"])
