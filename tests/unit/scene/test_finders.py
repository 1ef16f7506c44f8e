"""Sky, water, foliage, ground, lines, light and style on drawn scenes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from stillreel.scene.canvas import canvas_of
from stillreel.scene.foliage import find_foliage
from stillreel.scene.light import find_light
from stillreel.scene.sky import find_sky
from stillreel.scene.structure import find_horizon, find_lines
from stillreel.scene.style import find_style
from stillreel.scene.water import find_water, mirror_axis

from .pictures import H, W, blue_sky, coloured, corridor, lake, landscape, noise

EMPTY = np.zeros((H, W), np.float32)


def overlap(found: np.ndarray, truth: np.ndarray) -> float:
    found = found > 0.5
    return float((found & truth).sum() / (found | truth).sum())


def test_a_blue_sky_over_hills_is_found_to_its_ridge():
    picture, truth = landscape()
    sky, confidence = find_sky(canvas_of(picture), EMPTY, 0.0)
    assert confidence > 0.6
    assert overlap(sky, truth) > 0.93


@pytest.mark.parametrize("wall", [(150, 30, 30), (120, 90, 60)], ids=["red", "brown"])
def test_a_wall_behind_people_is_no_sky(wall):
    picture = coloured(noise((H, W)), (70, 60, 50))
    picture[: H // 2] = coloured(0.1 * noise((H // 2, W), 2), wall, 20)
    _, confidence = find_sky(canvas_of(picture), EMPTY, 0.25)
    assert confidence < 0.5


def test_a_sky_never_enters_the_subject():
    picture, _ = landscape()
    subject = np.zeros((H, W), np.float32)
    subject[20:180, 150:230] = 1
    sky, _ = find_sky(canvas_of(picture), subject, 0.1)
    assert sky[30:170, 158:222].max() < 0.05


def test_rough_picture_without_sky_gives_an_empty_map():
    sky, confidence = find_sky(canvas_of(coloured(noise((H, W)), (90, 110, 70), 60)), EMPTY, 0.0)
    assert confidence < 0.5
    assert confidence > 0 or not sky.any()


def test_water_is_known_by_its_reflection():
    picture, truth = lake()
    canvas = canvas_of(picture)
    sky, sure = find_sky(canvas, EMPTY, 0.0)
    axis, mirrored = mirror_axis(canvas.grey)
    assert abs(axis - 0.62) < 0.03
    assert mirrored > 0.5
    water, confidence = find_water(canvas, sky, sure, EMPTY, 0.55, 0.0)
    assert confidence > 0.4
    assert overlap(water, truth) > 0.7


def test_dry_hills_and_a_blue_room_have_no_sure_water():
    hills, _ = landscape()
    canvas = canvas_of(hills)
    sky, sure = find_sky(canvas, EMPTY, 0.0)
    assert find_water(canvas, sky, sure, EMPTY, 0.5, 0.0)[1] < 0.2
    room = coloured(0.3 * noise((H, W), 5), (70, 100, 160), 30)
    assert find_water(canvas_of(room), EMPTY, 0.0, EMPTY, 0.5, 1.0)[1] < 0.3


def test_foliage_is_green_and_rough():
    leaves = coloured(noise((H, W), 7, octaves=6), (60, 100, 35), 55)
    found, confidence = find_foliage(canvas_of(leaves), EMPTY, EMPTY)
    assert (found > 0.5).mean() > 0.4
    assert confidence > 0.4
    painted = coloured(0.02 * noise((H, W)), (60, 120, 40))
    assert find_foliage(canvas_of(painted), EMPTY, EMPTY)[1] < 0.1
    rust = coloured(noise((H, W), 7, octaves=6), (130, 80, 40), 55)
    assert find_foliage(canvas_of(rust), EMPTY, EMPTY)[1] < 0.1


@pytest.mark.parametrize("point", [(0.42, 0.45), (0.6, 0.35)])
def test_lines_that_meet_tell_the_vanishing_point_and_the_horizon(point):
    lines = find_lines(canvas_of(corridor(point)))
    assert lines.vanishing_confidence > 0.5
    assert np.hypot(lines.vanishing[0] - point[0], lines.vanishing[1] - point[1]) < 0.03
    assert lines.verticals > 0.4
    row, sure = find_horizon(lines, EMPTY, 0.0)
    assert abs(row - point[1]) < 0.03
    assert sure > 0.5


def test_no_lines_no_horizon():
    lines = find_lines(canvas_of(blue_sky(H, W)))
    assert lines.verticals == 0
    assert find_horizon(lines, EMPTY, 0.0) == (0.5, 0.0)


@pytest.mark.parametrize(("side", "sign"), [("left", -1), ("right", 1)])
def test_light_comes_from_the_bright_side(side, sign):
    y, x = np.mgrid[0:H, 0:W].astype(np.float32)
    inside = np.hypot(x - W / 2, y - H / 2) < 70
    shade = 0.5 + sign * 0.4 * (x - W / 2) / 70
    picture = np.where(inside, 255 * np.clip(shade, 0.05, 1), 60)[..., None].repeat(3, 2).astype(np.uint8)
    light, confidence = find_light(canvas_of(picture), inside.astype(np.float32), EMPTY)
    assert light.direction[0] * sign > 0.9
    assert confidence > 0.5
    assert max(light.colour) == pytest.approx(1.0)


def test_flat_light_has_no_direction_and_warm_light_a_warm_colour():
    picture = coloured(0.3 * noise((H, W)), (180, 130, 80), 60)
    picture = (picture * np.array([1.0, 0.75, 0.5])).astype(np.uint8)
    light, confidence = find_light(canvas_of(picture), EMPTY, EMPTY)
    assert light.direction == (0.0, 0.0)
    assert confidence == 0.0
    assert light.colour[0] > light.colour[1] > light.colour[2]


def test_style_of_a_photo_a_black_and_white_one_and_a_drawing():
    photo, _ = landscape()
    noisy = np.clip(photo + np.random.default_rng(0).normal(0, 3, photo.shape), 0, 255).astype(np.uint8)
    assert find_style(noisy, canvas_of(noisy)).kind == "photo"
    grey = cv2.cvtColor(cv2.cvtColor(noisy, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    assert find_style(grey, canvas_of(grey)).kind == "monochrome"
    drawn = np.full((H, W, 3), (40, 60, 140), np.uint8)
    cv2.circle(drawn, (100, 80), 50, (230, 90, 40), -1)
    cv2.rectangle(drawn, (200, 60), (340, 200), (250, 210, 60), -1)
    style = find_style(drawn, canvas_of(drawn))
    assert style.kind == "drawing"
    assert style.confidence > 0.5
