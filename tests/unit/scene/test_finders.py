"""Sky, water, ground, lines, light and style on drawn scenes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from stillreel.scene.analyse import analyse
from stillreel.scene.canvas import canvas_of
from stillreel.scene.depth import Clues
from stillreel.scene.ground import find_ground
from stillreel.scene.light import find_light
from stillreel.scene.sky import both, find_sky
from stillreel.scene.structure import find_horizon, find_lines
from stillreel.scene.stuff import Stuff
from stillreel.scene.style import find_style
from stillreel.scene.water import find_traces, find_water, mirror_axis

from .pictures import H, W, blue_sky, coloured, corridor, lake, landscape, noise, stuff

EMPTY = np.zeros((H, W), np.float32)


def overlap(found: np.ndarray, truth: np.ndarray) -> float:
    found = found > 0.5
    return float((found & truth).sum() / (found | truth).sum())


def test_a_blue_sky_over_hills_is_believed_where_the_network_sees_it():
    picture, truth = landscape()
    sky, confidence = find_sky(canvas_of(picture), stuff(0.6, sky=truth), EMPTY, 0.0)
    assert confidence > 0.8
    assert overlap(sky, truth) > 0.99


@pytest.mark.parametrize("wall", [(150, 30, 30), (120, 90, 60)], ids=["red", "brown"])
def test_a_wall_behind_people_is_no_sky_even_where_the_network_takes_it_for_one(wall):
    picture = coloured(noise((H, W)), (70, 60, 50))
    picture[: H // 2] = coloured(0.1 * noise((H // 2, W), 2), wall, 20)
    upper = np.zeros((H, W), bool)
    upper[: H // 2] = True
    sky, confidence = find_sky(canvas_of(picture), stuff(0.6, sky=upper), EMPTY, 0.25)
    assert confidence == 0
    assert not sky.any()


def test_a_sky_never_enters_the_subject():
    picture, truth = landscape()
    subject = np.zeros((H, W), np.float32)
    subject[20:180, 150:230] = 1
    sky, confidence = find_sky(canvas_of(picture), stuff(0.9, sky=truth), subject, 0.1)
    assert confidence > 0.5
    assert sky[:, 150:230][20:180].max() == 0


def test_without_a_sky_in_sight_none_is_claimed():
    sky, confidence = find_sky(canvas_of(landscape()[0]), stuff(0.0), EMPTY, 0.0)
    assert confidence == 0
    assert not sky.any()


def test_two_beliefs_strengthen_or_cancel_each_other():
    assert both(0.7, 0.7) == pytest.approx(0.49 / 0.58)
    assert both(0.8, 0.2) == pytest.approx(0.5)
    assert both(0.6, 0.5) == pytest.approx(0.6)
    assert both(0.0, 1.0) == 0.0


def test_a_lake_is_filled_up_by_its_reflection_where_the_network_sees_some_of_it():
    picture, truth = lake()
    canvas = canvas_of(picture)
    sky = landscape()[1].astype(np.float32)
    axis, mirrored = mirror_axis(canvas.grey)
    assert abs(axis - 0.62) < 0.03
    assert mirrored > 0.5
    faint = Stuff(
        {**stuff(0.0).maps, "water": 0.4 * truth.astype(np.float32)}, {**stuff(0.0).confidence, "water": 0.3}
    )
    water, confidence = find_water(canvas, faint, sky, 0.9, EMPTY, 0.55, 0.0)
    assert overlap(water, truth) > 0.6
    assert confidence > 0.3


def test_traces_of_water_count_for_nothing_where_the_network_sees_none():
    picture, truth = lake()
    canvas = canvas_of(picture)
    sky = landscape()[1].astype(np.float32)
    assert find_traces(canvas, sky, 0.9, EMPTY, 0.55, 0.0)[1] > 0.4
    water, confidence = find_water(canvas, stuff(0.0), sky, 0.9, EMPTY, 0.55, 0.0)
    assert confidence == 0
    assert not water.any()
    half = truth.copy()
    half[:, W // 2 :] = False
    water, _ = find_water(canvas, stuff(0.8, water=half), sky, 0.9, EMPTY, 0.55, 0.0)
    assert not water[:, W // 2 :].any()


def test_ground_spreads_over_the_soil_but_not_into_the_water():
    picture, sky = landscape()
    pond = np.zeros((H, W), bool)
    pond[int(0.8 * H) :, : W // 2] = True
    ground, confidence = ground_of(picture, sky, stuff(0.0, sky=sky, water=pond))
    assert confidence > 0.2
    assert (ground[int(0.85 * H) :, int(0.6 * W) :] > 0.5).mean() > 0.8
    assert ground[pond].mean() < 0.2
    assert ground[sky].max() < 0.2


def test_ground_seen_by_the_network_needs_no_horizon():
    floor = np.zeros((H, W), bool)
    floor[H // 2 :] = True
    ground, confidence = ground_of(coloured(noise((H, W)), (90, 80, 70)), None, stuff(0.7, ground=floor))
    assert confidence == pytest.approx(0.7)
    assert overlap(ground, floor) > 0.95


def ground_of(picture: np.ndarray, sky: np.ndarray | None, seen: Stuff) -> tuple[np.ndarray, float]:
    canvas = canvas_of(picture)
    plane = EMPTY if sky is None else sky.astype(np.float32)
    horizon = (0.5, 0.0) if sky is None else (0.5, 0.7)
    clues = Clues(plane, float(sky is not None), EMPTY, EMPTY, find_lines(canvas), *horizon)
    return find_ground(canvas, clues, seen)


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


def test_dry_hills_and_a_blue_room_have_no_sure_water_to_the_whole_analysis():
    room = coloured(0.3 * noise((H, W), 5), (70, 100, 160), 30)
    assert analyse(landscape()[0]).confidence["water"] < 0.2
    assert analyse(room).confidence["water"] < 0.3


def test_flat_green_paint_is_no_foliage_to_the_whole_analysis():
    painted = coloured(0.02 * noise((H, W)), (60, 120, 40))
    assert analyse(painted).confidence["foliage"] < 0.1
