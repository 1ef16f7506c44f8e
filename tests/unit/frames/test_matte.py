"""Mattes against the sky: masts belong to the land, clouds and birds to the sky; and before plain backdrops."""

from functools import partial

import cv2
import numpy as np

from stillreel.frames.fill import fill_hole, separate
from stillreel.frames.matte import alike, clear, land_matte, plain, strays

H, W = 240, 360
LAND = 170


def harbour() -> tuple[np.ndarray, np.ndarray]:
    """A cloudy sky over textured land with a mast, a sloping wire and a bird; and the sky as it was found: all that
    is above the land."""
    rng = np.random.default_rng(1)
    clouds = cv2.GaussianBlur(rng.normal(0, 1, (H, W)).astype(np.float32), (0, 0), 18)
    clouds *= 12 / clouds.std()
    ramp = np.linspace(200, 235, H)[:, None] + clouds
    picture = np.dstack([ramp - 40, ramp - 15, ramp]).clip(0, 255).astype(np.uint8)
    picture[LAND:] = rng.integers(20, 90, (H - LAND, W, 3), dtype=np.uint8)
    cv2.line(picture, (120, LAND + 5), (120, 30), (40, 35, 30), 3, cv2.LINE_AA)
    cv2.line(picture, (120, 32), (220, LAND + 3), (60, 60, 60), 1, cv2.LINE_AA)
    cv2.line(picture, (300, 60), (308, 64), (30, 30, 30), 2)
    sky = np.zeros((H, W), np.float32)
    sky[:LAND] = 1
    return picture, cv2.GaussianBlur(sky, (0, 0), 2)


def test_a_mast_is_land_all_the_way_up():
    picture, sky = harbour()
    alpha = land_matte(picture, sky)
    assert alpha[35 : LAND - 8, 120].min() > 0.8
    assert alpha[60 : LAND - 8, 100:112].max() < 0.2


def test_a_wire_is_land_for_most_of_its_way():
    picture, sky = harbour()
    alpha = land_matte(picture, sky)
    x = np.linspace(130, 212, 60)
    y = 32 + (x - 120) * (LAND + 3 - 32) / 100
    near = [
        alpha[round(b) - 1 : round(b) + 2, round(a) - 1 : round(a) + 2].max()
        for a, b in zip(x, y, strict=True)
    ]
    assert np.mean(np.array(near) > 0.5) > 0.8


def test_clouds_and_a_bird_are_sky():
    picture, sky = harbour()
    alpha = land_matte(picture, sky)
    assert alpha[55:70, 295:315].max() < 0.1
    assert alpha[: LAND - 30, 230:290].max() < 0.1
    assert alpha[LAND + 6 :].min() > 0.9


def test_snow_that_land_surrounds_is_land_although_it_was_taken_for_sky():
    picture, sky = harbour()
    picture[190:215, 20:90] = (205, 225, 240)
    sky[190:215, 20:90] = 1
    assert land_matte(picture, sky)[195:210, 30:80].min() > 0.9


def half_a_plate() -> tuple[np.ndarray, np.ndarray]:
    """A white plate on a dark table, and a matte that holds its left half only."""
    picture = np.full((H, W, 3), 40, np.uint8)
    cv2.circle(picture, (180, 120), 90, (225, 222, 215), -1)
    matte = np.zeros((H, W), np.float32)
    cv2.circle(matte, (180, 120), 90, 1.0, -1)
    matte[:, 180:] = 0
    return picture, matte


def test_a_rim_through_a_plate_is_known_from_the_rim_around_it():
    found = alike(*half_a_plate())
    assert found[60:180, 178:183].min() > 0.8
    assert found[115:125, 86:94].max() < 0.05
    assert found[120, 40] == found[120, 330] == 0


def test_a_matte_that_goes_round_its_thing_parts_everywhere():
    picture, _ = half_a_plate()
    whole = (picture[..., 0] > 100).astype(np.float32)
    assert alike(picture, whole).max() < 0.05


def portrait(rough: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A dark figure with a blurred rim and fine hair before a wall with a gradient, `rough` levels of detail on it;
    the matte that stops short of both; and the wall alone."""
    rows, columns = np.mgrid[0:400, 0:480].astype(np.float32)
    wall = np.dstack([150 + 0.1 * columns, 140 + 0.08 * rows, 150 - 0.05 * columns])
    wall += rough * np.random.default_rng(2).normal(0, 1, (400, 480, 1))
    true = cv2.circle(np.zeros((400, 480), np.float32), (240, 220), 89, 1.0, -1)
    for angle in range(0, 360, 9):
        end = round(240 + 92 * np.cos(np.radians(angle))), round(220 + 92 * np.sin(np.radians(angle)))
        cv2.line(true, (240, 220), end, 1.0, 1)
    true = cv2.GaussianBlur(true, (0, 0), 1.2)[..., None]
    picture = wall * (1 - true) + (50, 30, 20) * true
    matte = cv2.GaussianBlur(cv2.circle(np.zeros((400, 480), np.float32), (240, 220), 87, 1.0, -1), (0, 0), 1)
    return picture.clip(0, 255).astype(np.uint8), matte, wall


def test_a_wall_is_a_plain_backdrop_and_a_hedge_is_none():
    picture, matte, _ = portrait(rough=1.0)
    calm, beside = plain(picture, matte)
    assert calm.min() > 0.9
    assert beside[220, 240 + 94]
    assert not beside[220, 240 + 130]
    picture, matte, _ = portrait(rough=30.0)
    calm, beside = plain(picture, matte)
    assert calm.max() < 0.1
    assert not beside.any()


def test_no_outline_is_left_on_a_plain_backdrop():
    picture, matte, wall = portrait(rough=1.0)
    calm, beside = plain(picture, matte)
    fill = partial(fill_hole, plain=calm)
    _, back = separate(picture, matte, 40, strays=strays(picture, matte) | beside, fill=fill)
    _, before = separate(picture, matte, 40, strays=strays(picture, matte), clear=clear(picture, matte))
    around = np.s_[100:340, 120:360]
    assert np.abs(back.astype(float) - wall)[around].max() < 8
    assert np.abs(before.astype(float) - wall)[around].max() > 12
