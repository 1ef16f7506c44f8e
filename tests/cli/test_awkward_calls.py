"""What people and programs try on the command line: each ends in a clip or one clear error, and nothing is lost."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from stillreel.cli.plain import plain
from tests.fakes.scenes import texture

from .conftest import Stillreel

SHORT = ["--seconds", "1", "--size", "128x96", "-O", "steps=1"]
BLINK = {"kind": "blink", "region": "eyes", "end": 1}
PLANS = {
    "nested lists": "[" * 100_000 + "]" * 100_000,
    "nested objects": '{"camera":' * 3000 + "1" + "}" * 3000,
    "a number beyond floats": '{"seconds": 1e400}',
    "a number beyond integers": '{"seconds": 123456789012345678901234567890}',
    "not a number": '{"seconds": NaN}',
    "without end": '{"camera": [{"move": "pan", "direction": "left", "amount": Infinity}]}',
    "a million motions": json.dumps({"seconds": 1, "motions": [BLINK] * 200_000}),
    "too many motions": json.dumps({"seconds": 1, "motions": [BLINK] * 4000}),
    "wrong types": '{"seconds": "two", "camera": {"a": 1}, "motions": 7}',
    "a list": "[1, 2]",
    "nothing": "",
    "half a letter": '{"mood": ["\\ud800"]}',
    "a strange field": '{"seconds": 1, "run": "rm"}',
}
ESCAPES = "\x1b[31mpush in\x07\u202e 📷 慢慢推进 \x00"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    Image.fromarray(texture((192, 128), seed=1)).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


@pytest.mark.parametrize("plan", PLANS)
def test_a_hostile_plan_is_one_clear_error(quick: Stillreel, tmp_path: Path, plan: str) -> None:
    (tmp_path / "plan.json").write_text(PLANS[plan], encoding="utf-8")
    ended = quick("animate", "photo.png", "--plan", "plan.json", "--json")
    assert (ended.status, ended.json["error"]["code"]) in ((4, "plan.invalid"), (4, "plan.too_large"))
    assert len(ended.json["error"]["message"]) < 400
    assert ended.json["error"]["hint"]


@pytest.mark.parametrize("prompt", ["", " \n\t", ESCAPES, "x" * 2000, "медленный наезд", "\U0001f600" * 500])
def test_any_words_are_read_and_none_can_drive_the_terminal(quick: Stillreel, prompt: str) -> None:
    ended = quick("plan", "-", prompt)
    assert ended.status == 0
    assert all(letter.isprintable() or letter == "\n" for letter in ended.out + ended.err)


@pytest.mark.parametrize(("prompt", "status", "code"), [
    ("x" * 10_000, 4, "request.limit"), ("\ud800", 2, "request.invalid")
])  # fmt: skip
def test_words_that_are_too_many_or_broken(quick: Stillreel, prompt: str, status: int, code: str) -> None:
    ended = quick("plan", "-", prompt, "--json")
    assert (ended.status, ended.json["error"]["code"]) == (status, code)


def test_plain_text_keeps_what_can_be_read() -> None:
    assert plain("a b\nü 中 📷") == "a b\nü 中 📷"
    assert plain("\x1b[2J\u202e\udcff\x00") == "\ufffd[2J\ufffd\ufffd\ufffd"


@pytest.mark.parametrize(
    ("output", "more", "code", "words"),
    [
        ("taken", ["--format", "mp4"], "request.suffix", "taken"),
        ("folder.mp4", [], "output.exists", "is a folder"),
        ("folder.mp4", ["--overwrite"], "output.exists", "is a folder"),
        ("pipe.mp4", ["--overwrite"], "output.exists", "device or a pipe"),
        ("letters", ["--format", "png", "--overwrite"], "clip.exists", "not a folder of frames"),
        ("", [], "output.bad_name", "names no file"),
        ("a\nb.mp4", [], "clip.bad_name", "no name"),
    ],
)
def test_places_that_cannot_take_a_clip(
    quick: Stillreel, tmp_path: Path, photo: Path, output: str, more: list[str], code: str, words: str
) -> None:
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("keep me", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.mp4")
    before = sorted(tmp_path.rglob("*"))
    ended = quick("animate", photo, "pan left", "-o", output, *more, "--json")
    assert (ended.status, ended.json["error"]["code"]) == (2, code), ended
    assert words in ended.json["error"]["message"]
    assert sorted(tmp_path.rglob("*")) == before
    assert stat.S_ISFIFO((tmp_path / "pipe.mp4").stat().st_mode)


def test_a_narrow_photo_is_looked_at_and_saved(quick: Stillreel, tmp_path: Path) -> None:
    Image.fromarray(texture((48, 400), seed=2)).save(tmp_path / "tower.png")
    assert quick("look", "tower.png", "--save", "scene").status == 0
    with Image.open(tmp_path / "scene" / "scene.png") as sheet:
        assert sheet.width > 2 * 300


def test_odd_names_and_a_film_rate(quick: Stillreel, tmp_path: Path, photo: Path) -> None:
    ended = quick("animate", photo, "pan left", "-o", "-é 中 📷.mp4", "--fps", "23.976", *SHORT, "--json")
    assert ended.status == 0, ended
    assert (ended.json["clip"], ended.json["frames"]) == ("-é 中 📷.mp4", 24)
    assert ended.json["fps"] == pytest.approx(24000 / 1001)
    assert (tmp_path / "-é 中 📷.mp4").is_file()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems refuse such names")
def test_a_name_that_is_no_text(tmp_path: Path, photo: Path) -> None:
    os.rename(os.fsencode(photo), os.fsencode(tmp_path) + b"/\xff.png")
    ended = subprocess.run(
        [sys.executable, "-m", "stillreel", "animate", b"\xff.png", "pan left", "--fps", "2", *SHORT],
        cwd=tmp_path, capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.decode().splitlines()[0] == "\ufffd.mp4"
    assert sorted(os.listdir(os.fsencode(tmp_path))) == [b"\xff.mp4", b"\xff.png"]
