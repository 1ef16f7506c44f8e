"""The registry of measures, and each measure on clips whose answer is known."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from stillreel.evaluation import footage
from stillreel.evaluation.metrics import METRICS, measured
from stillreel.evaluation.observation import Observation
from tests.fakes.scenes import texture

SIZE = (320, 180)


def slid(count: int, step: float, size: tuple[int, int] = SIZE) -> list[np.ndarray]:
    wide = texture((size[0] + math.ceil(count * step), size[1]), 4)
    starts = [round(index * step) for index in range(count)]
    return [wide[:, start : start + size[0]].copy() for start in starts]


def seen(frames: list[np.ndarray], fps: float = 24.0, photo: np.ndarray | None = None) -> Observation:
    return Observation(footage.gather(frames, fps), photo)


def test_names_are_stable_and_unique():
    names = [metric.name for metric in METRICS]
    assert len(set(names)) == len(names)
    assert {"temporal_flicker", "motion_amount", "first_frame_error"} <= set(names)
    assert set(measured(seen(slid(5, 1)))) == set(names)


def test_a_still_has_no_motion_no_flicker_and_no_change():
    still = [texture(SIZE, 3)] * 9
    numbers = measured(seen(still, photo=still[0]))
    nothing = {"temporal_flicker", "motion_amount", "own_motion", "motion_tremor", "warping_error",
               "first_frame_error", "colour_drift", "dynamic_degree_proxy"}  # fmt: skip
    assert {name: round(numbers[name] or 0.0, 3) for name in nothing} == dict.fromkeys(nothing, 0.0)
    whole = {"vbench_temporal_flickering", "motion_smoothness_proxy", "photo_consistency_proxy", "sharpness"}
    assert {name: round(numbers[name] or 0.0, 3) for name in whole} == dict.fromkeys(whole, 1.0)


def test_motion_is_told_in_shares_of_the_short_side_a_second():
    numbers = measured(seen(slid(13, 3), 24.0))
    assert numbers["motion_amount"] == pytest.approx(100 * 3 * 24 / 180, rel=0.03)
    assert numbers["own_motion"] == pytest.approx(0, abs=1)


@pytest.mark.parametrize("scale", [1, 2])
def test_motion_does_not_depend_on_the_size_of_the_clip(scale):
    frames = [np.kron(frame, np.ones((scale, scale, 1), np.uint8)) for frame in slid(9, 4, (256, 144))]
    assert measured(seen(frames, 12.0))["motion_amount"] == pytest.approx(100 * 4 * 12 / 144, rel=0.04)


def test_vbench_flickering_is_the_plain_mean_difference():
    frames = slid(4, 5)
    exact = 1 - np.mean([np.abs(a.astype(float) - b).mean() for a, b in itertools.pairwise(frames)]) / 255
    assert measured(seen(frames))["vbench_temporal_flickering"] == pytest.approx(exact, abs=1e-6)


def test_a_first_frame_that_is_not_the_photo_is_told_in_levels():
    frames = slid(3, 1)
    darker = np.clip(frames[0].astype(int) - 10, 0, 255).astype(np.uint8)
    expected = np.abs(frames[0].astype(float) - darker).mean()
    assert measured(seen(frames, photo=darker))["first_frame_error"] == pytest.approx(expected, abs=0.05)
    assert measured(seen(frames))["first_frame_error"] is None


@pytest.mark.parametrize("size", [(64, 48), (16, 16), (48, 400)])
@pytest.mark.parametrize("count", [2, 3, 7])
@pytest.mark.parametrize("look", ["texture", "black", "white", "noise"])
def test_no_clip_is_too_odd_to_be_measured(size, count, look):
    rng = np.random.default_rng(1)
    frames = {
        "texture": lambda: slid(count, 1, size),
        "black": lambda: [np.zeros((size[1], size[0], 3), np.uint8)] * count,
        "white": lambda: [np.full((size[1], size[0], 3), 255, np.uint8)] * count,
        "noise": lambda: [rng.integers(0, 256, (size[1], size[0], 3), np.uint8) for _ in range(count)],
    }[look]()
    observation = seen(frames, 60.0, frames[0])
    assert all(value is None or math.isfinite(value) for value in measured(observation).values())
    for metric in METRICS:
        if metric.course is not None:
            assert metric.course(observation).ndim == 1


@pytest.mark.parametrize("count", [12, 13, 14])
def test_a_clip_and_its_reverse_move_alike(count):
    frames = [np.roll(texture(SIZE, 5), (index**2 // 6, index), (0, 1)) for index in range(count)]
    one, other = (measured(seen(each, 24.0)) for each in (frames, frames[::-1]))
    for name in ("motion_amount", "own_motion", "motion_tremor", "temporal_flicker"):
        assert one[name] == pytest.approx(other[name], rel=0.01)
