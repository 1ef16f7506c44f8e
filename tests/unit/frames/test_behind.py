"""Behind a subject: what surrounds it goes on there, and nothing of it stays in the background."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.frames.behind import moved_in
from stillreel.frames.fill import fill_hole
from stillreel.frames.matte import strays
from tests.fakes.scenes import disc, texture

SIZE = (240, 150)


def shelf() -> np.ndarray:
    """(H, W, 3) uint8: books of a rhythm that no mirror keeps, on a board."""
    x = np.arange(SIZE[0])
    row = np.stack([60 + x % 24 * 6, 200 - x % 24 * 5, 90 + (x % 24 > 7) * 80], 1)
    wall = np.broadcast_to(row[None], (SIZE[1], SIZE[0], 3)).astype(np.uint8).copy()
    wall[100:108] = (40, 30, 20)
    return wall


def test_a_shelf_goes_on_behind_a_subject():
    truth = shelf()
    hole = disc(SIZE, 0.25) > 0.5
    found, fits = moved_in(np.where(hole[..., None], np.array([255, 0, 0], np.uint8), truth), hole)
    assert np.abs(found - truth)[hole].mean() < 12
    assert fits[hole].mean() > 0.7


def test_nothing_of_the_subject_is_brought_back():
    hole = disc(SIZE, 0.3) > 0.5
    image = np.where(hole[..., None], np.array([255, 0, 0], np.uint8), texture(SIZE) // 4 + 90)
    filled = fill_hole(image, hole, reach=30).astype(int)
    assert (filled[..., 0] - filled[..., 1])[hole].max() < 100


def test_what_fills_the_whole_picture_leaves_nothing_to_move():
    image = texture(SIZE)
    hole = np.ones(SIZE[::-1], bool)
    hole[:2, :2] = False
    filled = fill_hole(image, hole, reach=20)
    assert filled.shape == image.shape
    assert np.array_equal(filled[:2, :2], image[:2, :2])


def test_stray_hair_is_told_from_the_wall():
    alpha = (disc(SIZE, 0.25) > 0.5).astype(np.float32)
    image = np.full((SIZE[1], SIZE[0], 3), 200, np.uint8)
    image[alpha > 0] = (70, 40, 20)
    column = int(np.nonzero(alpha.any(0))[0].max())
    hair = (slice(73, 77), slice(column + 1, column + 4))
    image[hair] = (70, 40, 20)
    found = strays(image, alpha)
    assert found[hair].all()
    assert found.mean() < 0.01


def test_a_wall_of_the_subjects_colour_has_no_strays():
    alpha = cv2.GaussianBlur((disc(SIZE, 0.25) > 0.5).astype(np.float32), (0, 0), 2)
    image = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
    assert not strays(image, alpha).any()
