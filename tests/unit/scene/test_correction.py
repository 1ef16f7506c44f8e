"""What the shipped depth network adds to the layered prior: smooth, the same in a mirror, nothing in the sky."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.scene import analyse
from stillreel.scene.canvas import Canvas, canvas_of
from stillreel.scene.correction import confidence, correct, spread

from .pictures import H, W, landscape, no_faces, nobody

RAMP = np.linspace(0.1, 0.9, H, dtype=np.float32)[:, None].repeat(W, 1)


def test_the_sky_stays_where_it_is_and_the_rest_is_moved_a_little():
    picture, sky = landscape()
    sure = sky.astype(np.float32)
    found, _ = correct(canvas_of(picture), RAMP * (1 - sure), sure)
    assert found.shape == (H, W)
    assert found.dtype == np.float32
    assert not found[sky].any()
    change = np.abs(found - RAMP)[~sky]
    assert 0.005 < change.max() < 0.4


def test_the_change_has_no_steps():
    picture, _ = landscape()
    change = correct(canvas_of(picture), RAMP, np.zeros((H, W), np.float32))[0] - RAMP
    inside = (RAMP + change > 0.001) & (RAMP + change < 0.999)
    steps = np.hypot(np.gradient(change, axis=0), np.gradient(change, axis=1))
    assert steps[inside].max() < 0.02  # of the whole range, from pixel to pixel of a picture of 384


def test_a_mirrored_photo_is_as_deep():
    picture, _ = landscape()
    nothing = np.zeros((H, W), np.float32)
    straight, doubt = correct(canvas_of(picture), RAMP, nothing)
    mirrored, again = correct(canvas_of(np.ascontiguousarray(picture[:, ::-1])), RAMP, nothing)
    assert np.abs(straight - mirrored[:, ::-1]).max() < 2e-3
    assert abs(doubt - again) < 2e-3


def test_one_cell_by_itself_makes_no_bump():
    coarse = np.zeros((10, 10), np.float32)
    coarse[4, 5] = 1
    wide = spread(coarse, (H, W))
    assert wide.max() < 0.15
    assert spread(np.ones((10, 10), np.float32), (H, W)).min() > 0.7


def test_the_analysis_corrects_its_depth_unless_told_not_to():
    picture, _ = landscape()
    corrected = analyse(picture, segment=nobody, find_faces=no_faces)
    plain = analyse(picture, segment=nobody, find_faces=no_faces, correct=None)
    assert 0.005 < np.abs(corrected.disparity - plain.disparity).max() < 0.4


def test_a_photo_of_another_size_is_moved_alike():
    picture, _ = landscape()
    large = cv2.resize(picture, (2 * W, 2 * H), interpolation=cv2.INTER_CUBIC)
    both = [analyse(each, segment=nobody, find_faces=no_faces).disparity for each in (picture, large)]
    assert np.abs(cv2.resize(both[1], (W, H), interpolation=cv2.INTER_AREA) - both[0]).mean() < 0.05


def test_confidence_grows_with_relief_and_falls_with_doubt():
    flat = np.full((H, W), 0.5, np.float32)
    assert confidence(RAMP, 0.0) > confidence(flat, 0.0) + 0.2
    assert confidence(RAMP, 0.0) > confidence(RAMP, 0.2) + 0.2
    assert 0 <= confidence(flat, 10.0) <= confidence(RAMP, -10.0) <= 1


def test_what_the_analysis_says_of_its_depth_is_that():
    picture, _ = landscape()
    found = analyse(picture, segment=nobody, find_faces=no_faces)

    def doubting(canvas: Canvas, disparity: np.ndarray, sky: np.ndarray) -> tuple[np.ndarray, float]:
        return correct(canvas, disparity, sky)[0], 0.5

    unsure = analyse(picture, segment=nobody, find_faces=no_faces, correct=doubting)
    assert unsure.confidence["disparity"] < found.confidence["disparity"] - 0.1
