"""Frames held to their photo: what is wrong is measured and undone, what is right passes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from stillreel.consistency import ConsistencyReport, Keeper
from stillreel.consistency.anchor import Sharpness
from stillreel.consistency.grid import Grid
from stillreel.consistency.identity import ssim

W, H, COUNT = 192, 128, 16
Change = Callable[[np.ndarray, int], np.ndarray]


@dataclass(frozen=True)
class Box:
    box: tuple[float, float, float, float]


def photo() -> np.ndarray:
    """Soft texture at several scales, in colour."""
    rng = np.random.default_rng(5)
    layers = [cv2.GaussianBlur(rng.normal(0, s * 40, (H, W, 3)), (0, 0), s) for s in (1, 4, 12)]
    return np.clip(128 + sum(layers), 20, 235).astype(np.uint8)


def pan() -> list[tuple[np.ndarray, np.ndarray]]:
    """Frames of a slow pan, by whole pixels, and the exact flow."""
    first = photo()
    x, y = np.meshgrid(np.arange(W // 2) * 2 + 0.5, np.arange(H // 2) * 2 + 0.5)
    moved = [cv2.copyMakeBorder(first[:, i:], 0, 0, 0, i, cv2.BORDER_REPLICATE) for i in range(COUNT)]
    return [(frame, np.stack([x + i, y], -1).astype(np.float32)) for i, frame in enumerate(moved)]


def held(change: Change, flow: bool = True, **options: object) -> tuple[list[np.ndarray], ConsistencyReport]:
    keeper = Keeper(photo(), **options)  # type: ignore[arg-type]
    frames = [
        keeper.hold(change(frame, i) if i else frame, source if flow else None)
        for i, (frame, source) in enumerate(pan())
    ]
    return frames, keeper.report()


def shifted(frame: np.ndarray, levels: object) -> np.ndarray:
    return np.clip(frame.astype(int) + np.asarray(levels), 0, 255).astype(np.uint8)


def error(frames: list[np.ndarray]) -> float:
    return max(float(np.abs(got.astype(int) - frame).mean()) for got, (frame, _) in zip(frames, pan()))


def flash(frame: np.ndarray, i: int) -> np.ndarray:
    return shifted(frame, 7 if i % 2 else -7)


def tint(frame: np.ndarray, i: int) -> np.ndarray:
    return shifted(frame, np.array([9, 0, -8]) * i // COUNT)


@pytest.mark.parametrize("flow", [True, False])
def test_clean_frames_pass_untouched(flow: bool) -> None:
    frames, report = held(lambda frame, i: frame, flow)
    assert error(frames) == 0
    assert report.corrected_frames == 0
    assert report.sharpness_ratio > 0.95
    assert report.flow_known is flow


def test_flicker_is_measured_and_damped() -> None:
    frames, report = held(flash)
    assert report.flicker_given > 10
    assert report.flicker < 0.1 * report.flicker_given
    assert error(frames) < 1


def test_flicker_is_damped_without_flow() -> None:
    frames, report = held(flash, flow=False)
    assert report.flicker_given > 10
    assert error(frames) < 4


def test_a_flickering_patch_is_damped() -> None:
    spot = cv2.GaussianBlur(cv2.circle(np.zeros((H, W), np.float32), (90, 60), 34, 14, -1), (0, 0), 4)[
        ..., None
    ]
    quiet = cv2.GaussianBlur(photo(), (0, 0), 8)
    given, taken = [], []
    keeper = Keeper(quiet)
    source = pan()[0][1]
    for i in range(COUNT):
        frame = shifted(quiet, np.rint(spot * (-1) ** i)) if i else quiet
        given.append(np.abs(frame.astype(int) - quiet).mean())
        taken.append(np.abs(keeper.hold(frame, source).astype(int) - quiet).mean())
    assert max(taken[1:]) < 0.7 * max(given)
    assert keeper.report().flicker < 0.7 * keeper.report().flicker_given


def test_a_colour_cast_is_removed() -> None:
    frames, report = held(tint)
    assert report.colour_drift_given_max >= 7
    assert report.colour_drift_max < 1
    assert error(frames) < 1


def test_lost_contrast_comes_back() -> None:
    def flat(frame: np.ndarray, i: int) -> np.ndarray:
        return np.rint((frame.astype(float) - 128) * 0.92 + 128).astype(np.uint8)

    frames, _ = held(flat)
    last = pan()[-1][0]
    assert (
        np.abs(frames[-1].astype(int) - last).mean() < 0.4 * np.abs(flat(last, 1).astype(int) - last).mean()
    )


def test_a_planned_change_of_light_survives() -> None:
    frames, report = held(tint, exempt_light=True)
    assert all(np.array_equal(got, tint(frame, i)) for i, (got, (frame, _)) in enumerate(zip(frames, pan())))
    assert report.light_exempt
    assert report.colour_drift_max >= 7
    assert report.corrected_frames == 0


def test_a_thing_that_comes_into_view_is_no_cast() -> None:
    def thing(frame: np.ndarray, i: int) -> np.ndarray:
        return cv2.rectangle(frame.copy(), (20, 20), (20 + 4 * i, 100), (250, 20, 20), -1)

    _, report = held(thing)
    assert report.colour_drift_given_max < 2


def test_the_first_frame_is_the_photo() -> None:
    keeper = Keeper(photo())
    assert np.array_equal(keeper.hold(shifted(photo(), 3), pan()[0][1]), photo())
    assert keeper.report().first_frame_bias == pytest.approx(3, abs=0.1)
    assert keeper.report().first_frame_error == pytest.approx(3, abs=0.1)


def test_sharpness_does_not_pop() -> None:
    _, report = held(lambda frame, i: cv2.GaussianBlur(frame, (0, 0), 0.5))
    grid = Grid(photo())
    ratio = Sharpness(grid, photo()).ratio(cv2.GaussianBlur(photo(), (0, 0), 0.5), grid.see(photo(), None))
    assert ratio < 0.85
    assert report.sharpness_pop < 0.6 * (1 - ratio)


def test_a_changed_face_is_noticed() -> None:
    def other(frame: np.ndarray, i: int) -> np.ndarray:
        frame = frame.copy()
        frame[40:90, 60:120] = frame[90:40:-1, 120:60:-1]
        return frame

    face = Box((60, 40, 120, 90))
    _, same = held(lambda frame, i: frame, faces=(face,))
    _, changed = held(other, faces=(face, Box((2, 2, 6, 6))))
    assert (same.identity[0] or 0) > 0.95
    assert (changed.identity[0] or 0) < 0.6
    assert changed.identity[1] is None
    plane = photo()[..., 0].astype(np.float32)
    assert ssim(plane, plane, np.ones((H, W), bool)) == pytest.approx(1)


def test_the_seam_of_a_loop() -> None:
    open_loop, closed = Keeper(photo(), loop=True), Keeper(photo(), loop=True)
    frames = pan()
    for frame, source in frames:
        open_loop.hold(frame, source)
    for frame, source in [*frames[:8], *frames[8:0:-1]]:
        closed.hold(frame, source)
    assert (open_loop.report().loop_seam or 0) > 3
    assert (closed.report().loop_seam or 9) < 1.5
    assert Keeper(photo()).report().loop_seam is None


def test_the_report_is_json_and_frames_are_checked() -> None:
    _, report = held(tint, faces=(Box((60, 40, 120, 90)),))
    assert json.loads(json.dumps(report.as_dict()))["frames"] == COUNT
    with pytest.raises(ValueError, match="shape"):
        Keeper(photo()).hold(photo()[:-2], None)
