"""The subject's outline follows colours where they agree with the network's guess."""

import cv2
import numpy as np
import pytest

from stillreel.scene.outline import outline, outlined

H, W = 180, 240


def scene_of_a_ball(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """A textured red ball on textured grass, and its true mask."""
    rng = np.random.default_rng(seed)
    picture = np.clip(rng.normal((60, 130, 50), 18, (H, W, 3)), 0, 255).astype(np.uint8)
    mask = cv2.circle(np.zeros((H, W), np.uint8), (120, 95), 52, 1, -1) > 0
    picture[mask] = np.clip(rng.normal((190, 50, 40), 18, (int(mask.sum()), 3)), 0, 255).astype(np.uint8)
    return cv2.GaussianBlur(picture, (0, 0), 0.8), mask


def iou(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum())


@pytest.mark.parametrize("faint", [1.0, 0.4])
def test_a_blob_that_misses_the_edge_is_drawn_onto_it(faint):
    picture, mask = scene_of_a_ball()
    shifted = np.roll(mask, (9, -12), (0, 1)).astype(np.float32)
    soft = cv2.GaussianBlur(shifted, (0, 0), 8) * faint
    found = outline(picture, soft)
    assert iou(shifted > 0.5, mask) < 0.75
    assert iou(found.alpha > 0.5, mask) > 0.93
    assert found.agreement > 0.5


def test_a_gap_inside_is_closed_and_specks_are_dropped():
    picture, mask = scene_of_a_ball()
    picture[90:98, 110:118] = (60, 130, 50)
    picture[20:28, 20:28] = (190, 50, 40)
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 8)
    soft[20:28, 20:28] = 0.5
    found = outline(picture, soft)
    assert found.alpha[94, 114] > 0.9
    assert found.alpha[24, 24] < 0.1


def test_a_guess_that_colours_do_not_bear_out_stays_as_it_is():
    stripes = np.repeat((np.arange(W) // 6 % 2)[None], H, axis=0)
    picture = np.where(stripes[..., None] > 0, (30, 60, 200), (200, 180, 40)).astype(np.uint8)
    soft = cv2.circle(np.zeros((H, W), np.float32), (120, 90), 40, 1.0, -1)  # a disc across stripes
    soft = cv2.GaussianBlur(soft, (0, 0), 25)
    assert outline(picture, soft).agreement < 0.5
    assert np.array_equal(outlined(picture, soft), soft)


def test_no_guess_no_outline():
    picture, _ = scene_of_a_ball()
    nothing = np.zeros((H, W), np.float32)
    assert outline(picture, nothing).agreement == 0
    assert not outlined(picture, nothing).any()


def test_the_same_photo_gives_the_same_outline():
    picture, mask = scene_of_a_ball()
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 10)
    assert np.array_equal(outline(picture, soft).alpha, outline(picture, soft).alpha)
