"""From files to what the measures work on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from stillreel.clip import write
from stillreel.errors import UsageError
from stillreel.evaluation.observe import observe
from stillreel.frames.timing import Timing
from stillreel.motion.plan import MotionPlan, parse_plan

SIZE, FPS = (128, 96), 12
RNG = np.random.default_rng(3)


def picture(size: tuple[int, int] = SIZE) -> np.ndarray:
    """Soft random colours, (h, w, 3) uint8."""
    coarse = Image.fromarray(RNG.integers(0, 255, (9, 12, 3), np.uint8))
    return np.asarray(coarse.resize(size, Image.Resampling.BICUBIC))


def clip(place: Path, frame: np.ndarray, seconds: float = 2.0, plan: MotionPlan | None = None) -> Path:
    timing = Timing.of(seconds, FPS)
    frames = (np.roll(frame, i // 2, axis=1)[None] for i in range(timing.frames))
    document = {} if plan is None else {"plan": plan.model_dump(mode="json")}
    kind: Any = place.suffix[1:]
    write(frames, place, timing, format=kind, document=document)
    return place


def plan(seconds: float) -> MotionPlan:
    return parse_plan(
        f'{{"seconds": {seconds}, "camera": [{{"move": "pan", "direction": "left", "amount": 2, "end": {seconds}}}]}}'
    )


def codes(notes: tuple[object, ...]) -> list[str]:
    return [getattr(note, "code", "") for note in notes]


def test_a_bare_clip_is_seen_with_the_scene_of_its_first_frame(tmp_path: Path) -> None:
    seen, notes = observe(clip(tmp_path / "bare.mp4", picture()))
    assert (seen.photo, seen.plan, notes) == (None, None, ())
    assert seen.scene is not None
    assert seen.scene.size == SIZE
    assert len(seen.footage.frames) == 2 * FPS
    assert seen.footage.fps == pytest.approx(FPS)


def test_the_photo_is_brought_to_the_clips_size_cut_or_between_bars(tmp_path: Path) -> None:
    wide = picture((256, 96))
    Image.fromarray(wide).save(tmp_path / "wide.png")
    cut = clip(tmp_path / "cut.mp4", np.ascontiguousarray(wide[:, 64:192]))
    padded = np.zeros((96, 128, 3), np.uint8)
    padded[24:72] = np.asarray(Image.fromarray(wide).resize((128, 48), Image.Resampling.LANCZOS))
    barred = clip(tmp_path / "barred.mp4", padded)
    for place, said in ((cut, []), (barred, ["evaluate.padded"])):
        seen, notes = observe(place, photo=tmp_path / "wide.png")
        assert seen.photo is not None
        assert codes(notes) == said
        assert np.abs(seen.photo.astype(int) - seen.footage.first).mean() < 4


def test_the_clips_own_plan_is_taken_unless_another_is_given(tmp_path: Path) -> None:
    own = clip(tmp_path / "own.mp4", picture(), plan=plan(2.0))
    seen, notes = observe(own)
    assert seen.plan == plan(2.0)
    assert codes(notes) == ["evaluate.own_plan"]
    seen, notes = observe(own, plan=plan(4.0))
    assert seen.plan == plan(2.0)
    assert codes(notes) == ["plan.retimed"]
    seen, _ = observe(own, prompt="tilt up")
    assert seen.plan is not None
    assert [move.move for move in seen.plan.camera] == ["tilt"]


def test_a_plan_of_another_length_is_not_guessed_onto_what_is_left(tmp_path: Path) -> None:
    seen, notes = observe(clip(tmp_path / "cut.mp4", picture(), plan=plan(5.0)))
    assert seen.plan is None
    assert codes(notes) == ["evaluate.other_length"]


def test_a_tiny_clip_has_no_scene(tmp_path: Path) -> None:
    frames = [Image.fromarray(picture((48, 32))) for _ in range(4)]
    frames[0].save(tmp_path / "tiny.gif", save_all=True, append_images=frames[1:], duration=100)
    seen, notes = observe(tmp_path / "tiny.gif")
    assert seen.scene is None
    assert codes(notes) == ["evaluate.small"]


def test_a_large_clip_is_analysed_at_a_usual_size(tmp_path: Path) -> None:
    seen, _ = observe(clip(tmp_path / "large.mp4", picture((1600, 1200)), seconds=1.0))
    assert seen.scene is not None
    assert seen.scene.size[0] * seen.scene.size[1] < 1.01 * 1024 * 576
    assert seen.scene.size[0] / seen.scene.size[1] == pytest.approx(4 / 3, abs=0.01)


@pytest.mark.parametrize("kind", ["mp4", "gif", "webm"])
def test_a_clip_that_is_cut_short_is_one_clear_error(tmp_path: Path, kind: str) -> None:
    place = clip(tmp_path / f"whole.{kind}", picture(), seconds=4.0)
    data = place.read_bytes()
    (tmp_path / f"cut.{kind}").write_bytes(data[: int(len(data) * 0.6)])
    with pytest.raises(UsageError) as refused:
        observe(tmp_path / f"cut.{kind}")
    assert refused.value.code == "clip.unreadable"
    assert "cut short" in refused.value.message
