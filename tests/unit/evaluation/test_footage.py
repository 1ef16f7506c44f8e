"""A clip as evaluation looks at it, and the motion measured in it."""

from __future__ import annotations

import numpy as np
import pytest

from stillreel.errors import UsageError
from stillreel.evaluation import flow, footage
from stillreel.evaluation.observation import Observation
from tests.fakes.scenes import texture


def slid(count: int, step: int, size: tuple[int, int] = (160, 96)) -> list[np.ndarray]:
    """A window that goes right over a texture: content goes left by `step` a frame."""
    wide = texture((size[0] + count * step, size[1]), 4)
    return [wide[:, index * step : index * step + size[0]].copy() for index in range(count)]


def test_frames_are_kept_small_and_the_first_whole():
    seen = footage.gather([texture((1024, 576), 1)] * 3, 24.0)
    assert (seen.frames.shape, seen.size, seen.scale) == ((3, 288, 512, 3), (1024, 576), 2.0)
    assert seen.seconds == pytest.approx(0.125)


def test_one_frame_is_no_clip():
    with pytest.raises(UsageError, match="1 frame") as caught:
        footage.gather([texture((64, 64))], 24.0)
    assert caught.value.code == "evaluate.too_short"


def test_later_frames_are_counted_not_kept():
    seen = footage.gather([texture((64, 48))] * 7, 24.0, most=4)
    assert (len(seen.frames), seen.left_out) == (4, 3)


def test_motion_is_measured_and_trusted_inside():
    one, other = footage.gather(slid(2, 3), 24.0).luma
    motion = flow.between(one, other)
    inner = motion.forward[16:-16, 16:-16]
    assert np.median(np.abs(inner - [-3, 0])) < 0.1
    assert motion.trusted[16:-16, 16:-16].mean() > 0.95
    assert not motion.trusted[:, 0].any()  # has left the picture


def test_the_way_from_the_first_frame_does_not_gather_errors():
    last = Observation(footage.gather(slid(9, 4), 24.0)).reach[-1]
    assert np.median(np.abs(last.forward[16:-16, 48:-16] - [-32, 0])) < 0.2


def test_steps_are_in_pixels_of_the_small_frames():
    steps = Observation(footage.gather(slid(4, 2), 24.0)).steps
    assert steps.forward.shape == (3, 48, 80, 2)
    assert np.median(np.abs(steps.forward[:, 8:-8, 8:-8].astype(float) - [-2, 0])) < 0.15
