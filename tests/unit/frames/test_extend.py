"""Beyond the border: the picture itself is untouched, goes on at its border and is not mirrored."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from stillreel.frames.extend import extend
from tests.fakes.scenes import texture

SIZE, MARGIN = (240, 150), 30
INNER = (slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))


def stairs(width: int, height: int, period: int) -> np.ndarray:
    """(H, W, 3) uint8: a wall of sawteeth, which a mirror would turn round."""
    tooth = np.arange(width) % period * (180 // period) + 40
    return np.broadcast_to(tooth[None, :, None], (height, width, 3)).astype(np.uint8).copy()


@pytest.mark.parametrize("channels", [None, 1, 3, 4])
def test_the_picture_stays_and_no_seam_shows_at_its_border(channels):
    whole = np.dstack([texture(SIZE), texture(SIZE)[..., :1]])
    image = np.ascontiguousarray(whole[..., 0] if channels is None else whole[..., :channels])
    grown = extend(image, MARGIN)
    assert grown.shape[:2] == (SIZE[1] + 2 * MARGIN, SIZE[0] + 2 * MARGIN)
    assert grown.dtype == np.uint8
    assert np.array_equal(grown[INNER], image)
    levels = grown.astype(int)
    steps = np.abs(np.diff(levels, axis=1))[MARGIN:-MARGIN]
    usual = steps[:, MARGIN:-MARGIN].mean()
    assert steps[:, MARGIN - 1].mean() < 2.0 * usual
    assert steps[:, -MARGIN].mean() < 2.0 * usual


def test_a_rhythm_goes_on_instead_of_turning_round():
    truth = stairs(SIZE[0] + 2 * MARGIN, SIZE[1], 20)
    grown = extend(np.ascontiguousarray(truth[:, MARGIN:-MARGIN]), MARGIN)[MARGIN:-MARGIN].astype(int)
    beyond = np.r_[0:MARGIN, SIZE[0] + MARGIN : SIZE[0] + 2 * MARGIN]
    assert np.abs(grown - truth)[:, beyond].mean() < 6
    mirrored = cv2.copyMakeBorder(truth[:, MARGIN:-MARGIN], 0, 0, MARGIN, MARGIN, cv2.BORDER_REFLECT_101)
    assert np.abs(mirrored.astype(int) - truth)[:, beyond].mean() > 30


def test_a_slanted_line_goes_on_straight():
    truth = np.full((SIZE[1], SIZE[0] + 2 * MARGIN, 3), 200, np.uint8)
    cv2.line(truth, (0, 110), (SIZE[0] + 2 * MARGIN, 30), (40, 40, 40), 5)
    grown = extend(np.ascontiguousarray(truth[:, MARGIN:-MARGIN]), MARGIN)[MARGIN:-MARGIN].astype(int)
    right = slice(SIZE[0] + MARGIN, SIZE[0] + MARGIN + 15)
    assert np.abs(grown - truth)[:, right].mean() < 4
    assert grown[:, right].min() < 110


def test_the_subject_is_not_copied_beyond_the_border():
    image = texture(SIZE, seed=3) // 4 + 90
    subject = np.zeros((SIZE[1], SIZE[0]), np.float32)
    cv2.rectangle(subject, (165, 40), (225, 110), 1.0, -1)
    image[subject > 0] = (250, 20, 20)
    grown = extend(image, MARGIN, subject)
    grown[INNER] = 0
    assert not ((grown[..., 0].astype(int) - grown[..., 1]) > 90).any()


def shore() -> tuple[np.ndarray, np.ndarray]:
    """A pale sky that darkens toward the upper border, over a sea as pale with surf; and where the sky is."""
    rows = np.arange(SIZE[1])[:, None, None]
    image = np.full((SIZE[1], SIZE[0], 3), 240.0) - np.clip(40 - rows, 0, 40) * 0.6
    surf = cv2.GaussianBlur(texture(SIZE, seed=5), (0, 0), 1.5)
    image[70:] = 216 + 0.14 * (surf[70:].astype(float) - 128)
    sky = np.zeros((SIZE[1], SIZE[0]), np.float32)
    sky[:70] = 1
    return image.round().astype(np.uint8), sky


def test_a_sky_goes_on_as_sky():
    image, sky = shore()

    def wild(grown: np.ndarray) -> float:
        above = grown[:MARGIN, MARGIN:-MARGIN].astype(float)
        return float((above - above.mean(1, keepdims=True)).std())

    assert wild(extend(image, MARGIN)) > 2.5  # unaware of the sky, the sea's pale surf fits well enough
    assert wild(extend(image, MARGIN, sky=sky)) < 1.0


def test_land_at_the_border_goes_on_as_land():
    image, sky = shore()
    aware = extend(image, MARGIN, sky=sky)
    below = aware[-MARGIN:, MARGIN:-MARGIN].astype(float)
    assert 0.6 < below.std() / image[90:].astype(float).std() < 1.5


def test_a_subject_cut_by_the_border_goes_on():
    image = np.full((SIZE[1], SIZE[0], 4), 0, np.uint8)
    image[60:, 80:160] = (180, 120, 60, 255)
    below = extend(image, MARGIN)[-MARGIN:, MARGIN + 85 : MARGIN + 155].astype(int)
    assert np.abs(below[: MARGIN // 2] - (180, 120, 60, 255)).max() <= 6


def test_what_is_empty_at_a_border_stays_empty_beyond_it():
    image = np.zeros((SIZE[1], SIZE[0], 4), np.uint8)
    image[50:100, 90:150] = 255
    grown = extend(image, MARGIN)
    grown[INNER] = 0
    assert not grown.any()


@pytest.mark.parametrize("size", [(40, 40), (64, 200), (31, 90)])
def test_a_picture_too_narrow_to_search_is_carried_on_softly(size):
    image = texture(size)
    grown = extend(image, MARGIN)
    assert np.array_equal(grown[INNER], image)
    assert abs(float(grown.mean()) - float(image.mean())) < 25


def test_the_same_picture_gives_the_same_margin():
    image = texture(SIZE, seed=9)
    assert np.array_equal(extend(image, MARGIN), extend(image.copy(), MARGIN))
