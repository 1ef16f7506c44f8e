"""The whole way, on scenes drawn here: what is measured in the decoded clip against what was asked."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage
from PIL import Image

import stillreel
from stillreel import flow
from stillreel.clip import decode, read_document
from stillreel.motion.plan import MotionPlan
from tests.fakes.refit import fit_rotation, tracks
from tests.fakes.scenes import texture

SIZE = (480, 272)


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A textured plane: nothing to recognise, everything to track."""
    path = tmp_path_factory.mktemp("photo") / "plane.png"
    Image.fromarray(texture((960, 544), seed=3)).save(path)
    return path


def plan(*camera: dict, **more: object) -> MotionPlan:
    return MotionPlan.model_validate({"seconds": 1, "camera": camera, **more})


def frames_of(photo: Path, out: Path, asked: MotionPlan, **options: Any) -> list[np.ndarray]:
    stillreel.animate(
        photo, plan=asked, output=out, size=f"{SIZE[0]}x{SIZE[1]}", fps=12, overwrite=True, **options
    )
    return list(decode.frames(out))


def move(verb: str, direction: str | None, amount: float) -> dict:
    return {"move": verb, "direction": direction, "amount": amount, "end": 0.9}


@pytest.mark.parametrize(
    ("verb", "direction", "amount", "axis", "expected"),
    [
        ("pan", "left", 2.5, "yaw", -2.5),
        ("pan", "right", 2.5, "yaw", 2.5),
        ("tilt", "up", 2.0, "pitch", 2.0),
        ("tilt", "down", 2.0, "pitch", -2.0),
        ("roll", "clockwise", 3.0, "roll", 3.0),
        ("roll", "counterclockwise", 3.0, "roll", -3.0),
        ("zoom", "in", 1.12, "zoom", 1.12),
        ("zoom", "out", 1.06, "zoom", 1 / 1.06),
    ],
)
def test_rotations_and_zooms_are_found_again_in_the_clip(
    photo, tmp_path, verb, direction, amount, axis, expected
):
    frames = frames_of(photo, tmp_path / "clip.mp4", plan(move(verb, direction, amount)))
    found = fit_rotation(*tracks(frames[0], frames[-1]), 0.9 * SIZE[0], SIZE)
    assert found["zoom"] == pytest.approx(expected if axis == "zoom" else 1, rel=0.01)
    for angle in ("yaw", "pitch", "roll"):
        assert found[angle] == pytest.approx(expected if axis == angle else 0, abs=0.2)


@pytest.mark.parametrize(
    ("verb", "direction", "sign_x", "sign_y", "grows"),
    [
        ("truck", "right", -1, 0, 0),
        ("truck", "left", 1, 0, 0),
        ("pedestal", "up", 0, 1, 0),
        ("pedestal", "down", 0, -1, 0),
        ("push", "in", 0, 0, 1),
        ("push", "out", 0, 0, -1),
    ],
)
def test_translations_have_the_right_signs(photo, tmp_path, verb, direction, sign_x, sign_y, grows):
    frames = frames_of(
        photo, tmp_path / "clip.mp4", plan(move(verb, direction, 0.02 if grows == 0 else 0.08))
    )
    points, moved = tracks(frames[0], frames[-1])
    shift = np.median(moved - points, axis=0)
    for value, sign in zip(shift, (sign_x, sign_y), strict=True):
        assert value * sign > 0.5 if sign else abs(value) < 1.5
    arm = points - (np.array(SIZE) - 1) / 2
    growth = ((moved - points) * arm).sum() / (arm**2).sum()
    assert growth * grows > 0.005 if grows else abs(growth) < 0.02


def test_under_a_static_camera_the_background_stands_still(photo, tmp_path):
    frames = frames_of(photo, tmp_path / "clip.mp4", plan({"move": "static", "end": 1}))
    points, moved = tracks(frames[0], frames[-1])
    assert np.abs(np.median(moved - points, axis=0)).max() < 0.02
    assert np.percentile(np.abs(moved - points), 95) < 0.1


def test_the_first_frame_is_the_photo(tmp_path):
    """On a real photograph: what 4:2:0 costs on noise in every colour is not the encoder's to give."""
    portrait = Path(skimage.__file__).parent / "data" / "astronaut.png"
    stillreel.animate(portrait, "slow push-in", output=tmp_path / "c.mp4", seconds=1, fps=8, size="auto")
    first = next(iter(decode.frames(tmp_path / "c.mp4")))
    error = first.astype(float) - np.asarray(Image.open(portrait).convert("RGB"))
    assert np.abs(error).mean() < 2
    assert np.abs(error.mean()) < 1


def test_one_seed_gives_one_clip_and_another_gives_another(photo, tmp_path):
    shaky = plan(move("handheld", None, 1.0))
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        frames_of(photo, tmp_path / f"{name}.mp4", shaky, seed=seed)
    digest = {name: decode.packets_digest(tmp_path / f"{name}.mp4") for name in "abc"}
    assert digest["a"] == digest["b"] != digest["c"]


def test_rerun_repeats_the_packets_from_what_stands_in_the_clip(photo, tmp_path):
    first, again = tmp_path / "first.mp4", tmp_path / "again.mp4"
    stillreel.animate(
        photo, "slow pan left", output=first, seconds=1, fps=12, size="320x180", seed=5, options={"steps": 2}
    )
    flow.rerun(first, output=again)
    assert decode.packets_digest(first) == decode.packets_digest(again)
    assert read_document(first)["plan"] == read_document(again)["plan"]


def test_a_loop_ends_where_it_began(photo, tmp_path):
    clip = stillreel.animate(
        photo,
        plan=plan(move("pan", "left", 2.0)),
        output=tmp_path / "loop.mp4",
        fps=12,
        size="320x180",
        loop=True,
    )
    frames = [frame.astype(float) for frame in decode.frames(tmp_path / "loop.mp4")]
    steps = [np.abs(b - a).mean() for a, b in pairwise(frames)]
    assert np.abs(frames[0] - frames[-1]).mean() <= 1.2 * max(steps)
    assert max(steps) > 1
    assert clip.report["consistency"]["loop_seam"] is not None


def test_the_report_says_what_was_measured(photo, tmp_path):
    clip = stillreel.animate(
        photo, "slow push-in", output=tmp_path / "c.mp4", seconds=1, fps=8, size="320x180"
    )
    report = clip.report
    assert set(report["seconds"]) >= {"photo", "scene", "motion", "frames"}
    assert 0 <= report["frames"]["generated_share"] <= 1
    assert report["peak_memory_mb"] > 50
    assert report["plan"]["camera"][0]["move"] == "push"
    assert report["model"]["name"] == "embedded"
    assert len(report["photo"]["sha256"]) == 64
