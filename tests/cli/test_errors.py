"""How the command fails: status, one clear message, nothing written, and JSON where it was asked for."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stillreel import errors
from stillreel.cli.outcome import explain

from .conftest import Stillreel


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (["animate"], 2, "usage"),
        (["animat"], 2, "usage"),
        (["animate", "photo.png", "--fit", "squeeze"], 2, "usage"),
        (["animate", "photo.png", "--seconds", "soon"], 2, "usage"),
        (["animate", "photo.png", "--size", "huge"], 2, "usage.size"),
        (["animate", "photo.png", "--size", "20x20"], 4, "size.limits"),
        (["animate", "photo.png", "--seconds", "16"], 4, "request.limit"),
        (["animate", "photo.png", "--fps", "0.5"], 4, "request.limit"),
        (["animate", "photo.png", "--fps", "nan"], 2, "request.invalid"),
        (["animate", "photo.png", "--seed", "-1"], 4, "request.limit"),
        (["animate", "photo.png", "x" * 2001], 4, "request.limit"),
        (["animate", "photo.png", "--background", "white"], 2, "request.invalid"),
        (["animate", "photo.png", "-O", "steps"], 2, "usage.option"),
        (["animate", "photo.png", "-o", "clip.avi"], 2, "request.suffix"),
        (["animate", "photo.png", "-o", "clip.mp4", "--format", "gif"], 2, "request.suffix"),
        (["animate", "photo.png", "-o", "nowhere/clip.mp4"], 2, "output.no_folder"),
        (["animate", "photo.png", "-o", "taken.mp4"], 2, "output.exists"),
        (["animate", "photo.png", "--report", "taken.mp4"], 2, "output.exists"),
        (["animate", "photo.png", "-o", "a.mp4", "--report", "a.mp4"], 2, "output.twice"),
        (["animate", "photo.png", "-o", "n" * 300 + ".mp4"], 2, "output.bad_name"),
        (["animate", "photo.gif", "-o", "photo.gif", "--overwrite"], 2, "output.is_photo"),
        (["animate", "photo.png", "--plan", "missing.json"], 2, "plan.unreadable"),
        (["animate", "photo.png", "--plan", "bad.json"], 4, "plan.invalid"),
        (["animate", "photo.png", "push in", "--plan", "good.json"], 2, "request.plan_and_prompt"),
        (["animate", "photo.png", "--model", "nonesuch"], 2, "model.unknown"),
        (["plan", "-", "push in", "--picture", "a.png"], 2, "usage.picture"),
        (["plan", "-", "push in", "-o", "taken.mp4"], 2, "output.exists"),
        (["look", "photo.png", "--save", "taken.mp4"], 2, "output.exists"),
        (["models", "show", "nonesuch"], 2, "model.unknown"),
    ],
)
def test_each_fault_has_its_status_and_code(
    quick: Stillreel, tmp_path: Path, arguments: list[str], status: int, code: str
) -> None:
    (tmp_path / "taken.mp4").write_bytes(b"mine")
    (tmp_path / "photo.gif").write_bytes(b"GIF89a")
    (tmp_path / "bad.json").write_text('{"version": 2}', encoding="utf-8")
    (tmp_path / "good.json").write_text("{}", encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    ended = quick(*arguments, "--json")
    assert (ended.status, ended.json["error"]["code"]) == (status, code), ended
    assert ended.json["error"]["message"]
    assert ended.json["error"]["hint"]
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "taken.mp4").read_bytes() == b"mine"


def test_without_json_an_error_is_plain_words_on_stderr(stillreel: Stillreel) -> None:
    ended = stillreel("animate", "photo.png", "--seconds", "16")
    assert ended.status == 4
    assert ended.out == ""
    assert (
        ended.err.splitlines()[0]
        == "error [request.limit]: seconds is 16.0: it should be less than or equal to 15."
    )
    assert "Traceback" not in ended.err


def test_the_debug_setting_adds_the_traceback(stillreel: Stillreel) -> None:
    ended = stillreel("animate", "photo.png", "--seconds", "16", STILLREEL_DEBUG="1")
    assert ended.status == 4
    assert "Traceback (most recent call last)" in ended.err


def test_json_after_the_dashes_is_a_file_and_not_an_option(quick: Stillreel) -> None:
    ended = quick("animate", "--size", "huge", "--", "--json")
    assert ended.status == 2
    assert ended.out == ""
    assert "usage.size" in ended.err


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (MemoryError(), 6, "resource.memory"),
        (OSError(errno.ENOSPC, "No space left on device"), 6, "resource.disk"),
        (ZeroDivisionError("division by zero"), 1, "unexpected"),
        (errors.PhotoError("photo.empty", "The file is empty."), 3, "photo.empty"),
    ],
)
def test_every_exception_becomes_one_of_ours(error: BaseException, status: int, code: str) -> None:
    known = explain(error)
    assert (known.exit_status, known.code) == (status, code)


@pytest.mark.parametrize("buffered", [True, False], ids=["at the end", "in the middle"])
def test_a_closed_pipe_is_not_an_error_to_talk_about(tmp_path: Path, buffered: bool) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, *([] if buffered else ["-u"]), "-m", "stillreel", "models", "list"]
    ended = subprocess.run(command, cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (1, b"")
