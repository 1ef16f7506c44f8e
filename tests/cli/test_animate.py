"""The whole way through the real command: a small real photo in, a clip out."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from .conftest import Ended

SHORT = ["--seconds", "1", "--fps", "8", "--size", "192x108"]


@pytest.fixture(scope="module")
def folder(astronaut: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small photo, whose name starts with a hyphen."""
    place = tmp_path_factory.mktemp("clips")
    with Image.open(astronaut) as picture:
        picture.convert("RGB").resize((320, 320)).save(place / "-face.png")
    return place


Run = Callable[..., Ended]


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    def call(*arguments: str) -> Ended:
        ended = subprocess.run(
            [sys.executable, "-m", "stillreel", *arguments],
            cwd=folder, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    return call


@pytest.fixture(scope="module")
def made(run: Run) -> Ended:
    places = ["-o", "clip.mp4", "--report", "report.json", "--keep-stages", "stages"]
    return run("animate", *SHORT, *places, "--seed", "5", "--json", "--", "-face.png", "slow push-in")


def packets(path: Path) -> str:
    """A hash over the encoded video packets."""
    digest = hashlib.sha256()
    with av.open(str(path)) as container:
        for packet in container.demux(video=0):
            digest.update(bytes(packet))
    return digest.hexdigest()


def test_the_clip_is_what_was_asked_for(made: Ended, folder: Path) -> None:
    assert made.status == 0, made
    facts = made.json
    assert (facts["clip"], facts["size"], facts["frames"], facts["fps"]) == ("clip.mp4", [192, 108], 8, 8)
    with av.open(str(folder / "clip.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.average_rate) == (192, 108, 8)
        assert sum(1 for _ in container.decode(video=0)) == 8


def test_the_report_says_the_same_as_stdout(made: Ended, folder: Path) -> None:
    report: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert report == made.json["report"]
    assert report["seed"] == 5
    assert report["plan"]["camera"][0]["move"] == "push"
    assert report["seconds"]["frames"] > 0
    assert len(report["photo"]["sha256"]) == 64


def test_each_stage_is_told_and_kept(made: Ended, folder: Path) -> None:
    told = made.err.splitlines()
    for title in (
        "Reading the photo",
        "1 Analysing the scene",
        "2 Planning the motion",
        "3 Making the frames",
    ):
        assert any(line.startswith(title) for line in told), title
    kept = {path.name for path in (folder / "stages").iterdir()}
    assert {
        "photo.png",
        "scene.json",
        "disparity.png",
        "subject.png",
        "scene.png",
        "plan.json",
        "plan.png",
    } <= kept


def test_a_rerun_has_the_same_packets_and_another_seed_has_not(made: Ended, run: Run, folder: Path) -> None:
    again = run("rerun", "clip.mp4", "-o", "again.mp4")
    assert again.status == 0, again
    assert packets(folder / "again.mp4") == packets(folder / "clip.mp4")
    other = run(
        "animate", *SHORT, "-o", "other.mp4", "--seed", "6", "--", "-face.png", "slow handheld push-in"
    )
    assert other.status == 0, other
    assert packets(folder / "other.mp4") != packets(folder / "clip.mp4")


def test_a_clip_is_never_overwritten_unasked(made: Ended, run: Run, folder: Path) -> None:
    before = packets(folder / "clip.mp4")
    ended = run("rerun", "clip.mp4", "-o", "clip.mp4", "--json")
    assert (ended.status, ended.json["error"]["code"]) == (2, "output.exists")
    assert packets(folder / "clip.mp4") == before


def test_a_plan_is_written_drawn_and_rendered(run: Run, folder: Path) -> None:
    words = ["--", "-face.png", "slow zoom in"]
    ended = run("plan", "-o", "plan.json", "--picture", "plan.png", "--seconds", "2", *words)
    assert ended.status == 0, ended
    assert "zoom in" in ended.out
    with Image.open(folder / "plan.png") as picture:
        assert min(picture.size) >= 64
    clip = run(
        "animate",
        "--plan",
        "plan.json",
        "--fps",
        "4",
        "--size",
        "128x72",
        "-o",
        "p.mp4",
        "--json",
        "--",
        "-face.png",
    )
    assert clip.status == 0, clip
    assert clip.json["frames"] == 8
    assert clip.json["report"]["plan"]["camera"][0]["move"] == "zoom"


def test_a_look_is_told_and_saved(run: Run, folder: Path) -> None:
    ended = run("look", "--save", "scene", "--json", "--", "-face.png")
    assert ended.status == 0, ended
    assert ended.json["photo"]["size"] == [320, 320]
    assert {item["code"] for item in ended.json["advice"]}, "a photo of 320 pixels calls for advice"
    saved = json.loads((folder / "scene" / "scene.json").read_text(encoding="utf-8"))
    assert saved
    assert (folder / "scene" / "scene.png").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(
    ("number", "moment"),
    [
        (signal.SIGINT, "Reading the photo"),
        (signal.SIGINT, "2 Planning the motion"),
        (signal.SIGTERM, "2 Planning the motion"),
    ],
    ids=["ctrl-c in the analysis", "ctrl-c in the frames", "terminate"],
)
def test_stopping_leaves_nothing_behind(folder: Path, tmp_path: Path, number: int, moment: str) -> None:
    photo = shutil.copy(folder / "-face.png", tmp_path / "face.png")
    long = ["--seconds", "15", "--fps", "60", "-o", "clip.mp4"]
    work = subprocess.Popen(
        [sys.executable, "-m", "stillreel", "animate", photo, "push in", *long],
        cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore Ctrl-C
    )  # fmt: skip
    guard = threading.Timer(240, work.kill)
    guard.start()
    try:
        assert work.stderr is not None
        for line in work.stderr:
            if line.startswith(moment):
                break
        os.kill(work.pid, number)
        out, err = work.communicate()
    finally:
        guard.cancel()
    assert work.returncode == 130, err
    assert out == ""
    assert "error [interrupted]" in err
    assert "Traceback" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["face.png"]
