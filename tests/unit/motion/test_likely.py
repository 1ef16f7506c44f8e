"""Where an asked thing most probably is, when the analysis is not sure of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stillreel.motion import fit_to_scene, parse_prompt
from stillreel.motion.likely import likely_box, place_in_words
from stillreel.motion.organic.regions import place
from stillreel.scene.faces import Face
from stillreel.scene.values import Scene
from tests.fakes.scenes import make_scene

SIZE = (320, 180)
SAND, SEA, HAZE, LEAF = (215, 190, 150), (90, 120, 130), (235, 232, 228), (70, 120, 50)


def bands(*rows: tuple[float, tuple[int, int, int]], **sure: float) -> Scene:
    """A scene of coloured bands, each down to a share of the height; a little grain, nothing found but `sure`."""
    pixels, top = np.zeros((SIZE[1], SIZE[0], 3), np.uint8), 0
    for share, colour in rows:
        pixels[top : round(share * SIZE[1])] = colour
        top = round(share * SIZE[1])
    grain = np.random.default_rng(0).integers(0, 6, pixels.shape, np.uint8)
    made = make_scene(SIZE, pixels=np.clip(pixels.astype(int) + grain, 0, 255).astype(np.uint8))
    return replace(made, horizon=0.4, confidence={"disparity": 0.6, "sky": 0.0, **sure})


def box(region: str) -> list[float]:
    return [float(word) for word in region.split()[1:]]


BEACH = bands((0.4, HAZE), (0.6, SEA), (1.0, SAND), horizon=0.7)


def test_the_sea_lies_below_the_horizon_where_it_has_its_colour() -> None:
    found = likely_box(BEACH, "water")
    assert found is not None
    assert box(found) == pytest.approx([0, 0.4, 1, 0.6], abs=0.03)
    plan, notes = fit_to_scene(parse_prompt("static, waves roll in", 5.0), BEACH)
    assert [(one.kind, one.region, one.amount) for one in plan.motions] == [("water", found, 0.7)]
    assert [note.code for note in notes] == ["plan.place_assumed"]
    assert "moved gently" in notes[0].message
    assert fit_to_scene(plan, BEACH)[0] == plan
    assert not [one for one in fit_to_scene(parse_prompt("", 5.0), BEACH)[0].motions if one.kind == "water"]


@pytest.mark.parametrize("scene", [
    bands((1.0, SAND), horizon=0.7),  # a dry photo
    bands((0.5, HAZE), (1.0, (120, 118, 120)), verticals=0.9),  # a room with a grey floor
    bands((1.0, SEA), person=0.9),  # a blue wall behind somebody
])  # fmt: skip
def test_no_water_is_made_of_sand_of_a_floor_or_of_a_wall(scene: Scene) -> None:
    assert likely_box(scene, "water") is None
    plan, notes = fit_to_scene(parse_prompt("static, water ripples", 5.0), scene)
    assert plan.motions == ()
    assert "nothing in the picture looks like it" in notes[0].message


def test_leaves_are_green_and_clouds_are_bright_and_at_the_top_of_an_open_view() -> None:
    garden = bands((0.5, HAZE), (1.0, LEAF), horizon=0.7)
    assert box(likely_box(garden, "foliage") or "") == pytest.approx([0, 0.5, 1, 1], abs=0.03)
    assert box(likely_box(garden, "clouds") or "") == pytest.approx([0, 0, 1, 0.5], abs=0.08)
    assert likely_box(BEACH, "foliage") is None
    assert likely_box(bands((0.5, HAZE), (1.0, LEAF), verticals=0.9), "clouds") is None


def test_hair_is_around_a_face_whose_features_do_not_move_and_nowhere_without_a_head() -> None:
    face = Face((120.0, 60.0, 180.0, 130.0), np.zeros((168, 3), np.float32), (1.0, 1.0), (0.0, 0.0, 0.0), 0.9)
    portrait = replace(bands((1.0, HAZE), faces=0.9), faces=(face,))
    region = likely_box(portrait, "hair")
    assert region is not None
    x0, y0, x1, _ = box(region)
    assert x0 < 120 / 320 < 180 / 320 < x1
    assert y0 < 60 / 180
    moved = place(portrait, "hair", region)
    assert moved[47, 75] == 0  # the face's middle, on the half-size grid
    assert moved[25, 75] == 1
    assert likely_box(bands((1.0, HAZE)), "hair") is None


def test_water_in_a_box_leaves_people_out() -> None:
    person = np.zeros((SIZE[1], SIZE[0]), np.float32)
    person[90:170, 100:140] = 1
    scene = replace(BEACH, parts={**BEACH.parts, "person": person}, confidence={**BEACH.confidence, "person": 0.8})
    moved = place(scene, "water", "box 0 0.4 1 1")
    assert moved[60, 60] == 0
    assert moved[60, 20] == 1


@pytest.mark.parametrize(
    ("region", "words"),
    [
        ("box 0 0 1 1", "nearly the whole"), ("box 0 0.6 1 1", "the lower part"), ("box 0 0 0.4 0.4", "the upper left"),
        ("box 0.3 0.3 0.7 0.7", "the middle"),
    ],
)  # fmt: skip
def test_a_place_is_said_in_words(region: str, words: str) -> None:
    assert words in place_in_words(region)
