"""The subject's outline follows colours where they agree with the network's guess."""

import cv2
import numpy as np
import pytest

from stillreel.scene.outline import outline, outlined, spread_out

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


def a_squat() -> tuple[np.ndarray, np.ndarray]:
    """A figure whose knees are wider than its shoulders on a floor of another colour, and its true mask."""
    rng = np.random.default_rng(3)
    picture = np.clip(rng.normal((150, 30, 30), 10, (H, W, 3)), 0, 255).astype(np.uint8)
    picture[120:] = np.clip(rng.normal((210, 160, 90), 10, (H - 120, W, 3)), 0, 255).astype(np.uint8)
    mask = np.zeros((H, W), np.uint8)
    cv2.circle(mask, (120, 35), 14, 1, -1)
    cv2.rectangle(mask, (100, 46), (140, 110), 1, -1)
    cv2.polylines(mask, [np.array([[110, 105], [80, 100], [85, 150]])], False, 1, 12)
    cv2.polylines(mask, [np.array([[130, 105], [160, 100], [155, 150]])], False, 1, 12)
    found = mask > 0
    picture[found] = np.clip(rng.normal((30, 40, 90), 10, (int(found.sum()), 3)), 0, 255).astype(np.uint8)
    return picture, found


def column() -> tuple[np.ndarray, np.ndarray]:
    """What a look at the head leaves: the truth down to row 70, then a straight column; and where it looked."""
    _, mask = a_squat()
    known = np.zeros((H, W), np.float32)
    known[:70, 70:170] = 1
    guess = np.zeros((H, W), np.float32)
    guess[70:, 60:180], guess[70:, 100:140] = 0.3, 0.55
    return np.where(known > 0, mask, guess).astype(np.float32), known


def test_a_body_below_a_head_takes_the_knees_and_leaves_the_floor():
    picture, mask = a_squat()
    soft, known = column()
    found = spread_out(picture, soft, known, np.zeros_like(soft))
    assert found.alpha[102, 82] > 0.8
    assert found.alpha[102, 158] > 0.8
    assert found.alpha[165:, 105:135].max() < 0.2
    assert iou(found.alpha > 0.5, mask) > 0.85


def test_a_body_that_no_colour_bears_out_agrees_little():
    picture, mask = a_squat()
    soft, known = column()
    hidden = np.full_like(picture, 128)
    hidden[:70] = picture[:70]
    plain = spread_out(hidden, soft, known, np.zeros_like(soft)).agreement
    exact = spread_out(picture, mask.astype(np.float32), known, np.zeros_like(soft)).agreement
    assert plain < 0.6 < 0.9 < exact
