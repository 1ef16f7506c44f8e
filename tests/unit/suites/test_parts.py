"""What a suite is made of: data folders, intervals, scores against the truth, wishes."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from stillreel.errors import UsageError
from stillreel.evaluation.footage import gather
from stillreel.motion.plan import DIRECTIONS
from stillreel.suites import bootstrap, data
from stillreel.suites.truth import carried, compared, looked_at
from stillreel.suites.values import Item
from stillreel.suites.wishes import paired, wishes


def item(name: str, source: str, kinds: tuple[str, ...] = ()) -> Item:
    return Item(name, Path(name), source, name, kinds=kinds)


def texture(height: int = 96, width: int = 160) -> np.ndarray:
    rng = np.random.default_rng(2)
    layers = [
        cv2.resize(
            rng.integers(0, 255, (4 * n, 6 * n, 3), np.uint8), (width, height), interpolation=cv2.INTER_CUBIC
        )
        for n in (1, 3, 6)
    ]
    return np.mean(layers, axis=0).astype(np.uint8)


def drift(step: float, count: int = 25) -> np.ndarray:
    """The picture goes `step` px a frame to the right, (n, h, w, 3)."""
    whole = texture(width=320)
    return np.stack([
        cv2.warpAffine(whole, np.array([[1, 0, step * i - 80], [0, 1, 0]], float), (160, 96)) for i in range(count)
    ])  # fmt: skip


def test_a_manifest_names_split_source_and_words(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"a")
    (tmp_path / "b.mp4").write_bytes(b"b")
    lines = [
        {"path": "b.mp4", "kind": "video", "split": "val", "source": "s", "source_path": "x.mp4", "caption": "A fox.",
         "camera": "pan", "category": ["animal"], "more": 1},
        {"path": "a.mp4", "kind": "video", "split": "train"},
    ]  # fmt: skip
    (tmp_path / "manifest.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (found,) = data.find(tmp_path, "video")
    assert (found.name, found.source, found.prompt) == ("b", "s/x.mp4", "A fox. the camera pans")
    assert len(found.digest) == 64
    assert found.kinds == ("animal",)


@pytest.mark.parametrize(
    "line", ['{"path": "../../etc/passwd", "kind": "video"}', '{"path": "gone.mp4", "kind": "video"}', "no json", "[1]",
             '{"kind": "video"}', '{"path": "a.mp4", "kind": "video", "sha256": "00"}'],
)  # fmt: skip
def test_a_hostile_manifest_is_one_error(tmp_path: Path, line: str) -> None:
    (tmp_path / "manifest.jsonl").write_text(line)
    with pytest.raises(UsageError) as refused:
        data.find(tmp_path, "video")
    assert refused.value.code == "suite.manifest"


def test_a_plain_folder_is_a_suite_too_and_an_empty_one_is_not(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        data.find(tmp_path, "photo")
    assert refused.value.code == "suite.no_data"
    (tmp_path / "one.JPG").write_bytes(b"1")
    (tmp_path / "notes.txt").write_bytes(b"2")
    assert [found.source for found in data.find(tmp_path, "photo")] == ["one"]


def test_the_interval_resamples_sources_and_not_clips() -> None:
    rng = np.random.default_rng(0)
    effects = rng.normal(1.0, 1.0, 12)
    clips = {item(f"{s}-{n}", f"s{s}"): float(effects[s]) for s in range(12) for n in range(30)}
    found = bootstrap.mean(clips)
    assert found is not None
    assert (found.count, found.sources) == (360, 12)
    assert found.mean == pytest.approx(effects.mean())
    # The standard error of 12 sources, not of 360 clips that repeat them.
    assert found.high - found.low == pytest.approx(2 * 1.96 * effects.std() / np.sqrt(12), rel=0.15)


def test_a_paired_difference_sees_what_the_means_hide() -> None:
    rng = np.random.default_rng(1)
    one = {item(str(n), str(n)): float(rng.normal(0, 10)) for n in range(20)}
    other = {each: value - 0.5 for each, value in one.items()}
    found = bootstrap.difference(one, other)
    assert found is not None
    assert found.clear
    assert found.mean == pytest.approx(0.5)
    assert bootstrap.difference(one, {}) is None


def test_a_share_is_one_of_sums_and_not_a_mean_of_shares() -> None:
    one, still = {item("a", "a"): 8.0, item("b", "b"): 0.03}, {item("a", "a"): 10.0, item("b", "b"): 0.01}
    found = bootstrap.ratio(one, still)
    assert found is not None
    assert found.mean == pytest.approx(8.03 / 10.01)
    assert bootstrap.ratio(one, dict.fromkeys(still, 0.0)) is None


def test_the_real_motion_wins_and_a_frozen_copy_is_worth_nothing() -> None:
    real = gather(drift(0.8), 12)
    truth = looked_at(real)
    assert truth.times == (0.25, 0.5, 1.0, 2.0)
    same = compared(truth, truth.frames)
    frozen = compared(truth, np.repeat(truth.frames[:1], 5, axis=0))
    away = compared(truth, gather(drift(-0.8), 12).frames[[0, 3, 6, 12, 24]])
    moved = compared(truth, carried(truth))
    far = 100 * 0.8 * 12 / 96  # percent of the short side in a second
    assert frozen["flow_error_1"] == pytest.approx(far, rel=0.05)
    assert (same["flow_error_1"] or 0) < 0.02 * far
    assert (moved["flow_error_1"] or 0) < 0.1 * far
    assert away["flow_error_1"] == pytest.approx(2 * far, rel=0.08)
    assert (same["direction"] or 0) > 0.99
    assert (away["direction"] or 0) < -0.95
    assert frozen["direction"] == 0
    assert (same["overlap"] or 0) > 0.95
    assert frozen["overlap"] == 0
    assert (same["hole_error"] or 0) < 1 < (frozen["hole_error"] or 0)
    assert (same["amounts_apart"] or 0) < 0.01 < 0.9 < (frozen["amounts_apart"] or 0)


def test_what_moves_where_reality_is_still_leaks() -> None:
    still = looked_at(gather(np.repeat(texture()[None], 25, axis=0), 12))
    quiet, loud = (
        compared(still, frames) for frames in (still.frames, gather(drift(0.8), 12).frames[[0, 3, 6, 12, 24]])
    )
    assert quiet["flow_error_1"] == pytest.approx(0, abs=0.05)
    assert quiet["leakage"] == pytest.approx(0, abs=0.1)
    assert loud["leakage"] == pytest.approx(
        100 * 0.8 * 12 / 96, rel=0.1
    )  # percent of the short side a second


def test_the_wishes_cover_every_move_and_most_kinds_and_are_valid() -> None:
    moves = {move.move for wish in wishes() for move in wish.plan.camera}
    kinds = {motion.kind for wish in wishes() for motion in wish.plan.motions}
    assert len(wishes()) == 40
    assert moves == set(DIRECTIONS)
    assert kinds >= {"head_turn", "blink", "smile", "breathe", "sway", "hair", "cloth", "water", "clouds", "foliage",
                     "smoke", "rain", "snow", "light"}  # fmt: skip


def test_a_wish_gets_a_photo_that_shows_what_it_needs() -> None:
    photos = [item("face", "a", ("people",)), item("lake", "b", ("water",)), item("room", "c", ("indoor",))]
    pairs = paired(photos)
    assert all(pair.digest == "face" for pair in pairs if "blink" in pair.prompt)
    assert not any("cloud" in pair.prompt.lower() for pair in pairs)  # no sky to be had
    assert len(paired([item("any", "a")])) == 40  # a plain folder does not say what it shows
