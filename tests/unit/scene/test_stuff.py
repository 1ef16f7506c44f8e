"""The network of sky, water, foliage, ground, buildings and mountains, on pictures that the tests draw."""

from __future__ import annotations

import numpy as np
import pytest

from stillreel.scene.analyse import analyse
from stillreel.scene.stuff import NAMES, recognise

from .pictures import H, W, blue_sky, coloured, lake, landscape, no_faces, nobody, noise


def share(found: np.ndarray, inside: np.ndarray) -> float:
    return float((found > 0.5)[inside].mean())


def test_every_class_has_a_map_of_the_pictures_size_and_a_confidence():
    seen = recognise(lake()[0])
    assert set(seen.maps) == set(seen.confidence) == set(NAMES)
    for name in NAMES:
        assert seen.maps[name].shape == (H, W)
        assert seen.maps[name].dtype == np.float32
        assert 0 <= seen.maps[name].min() <= seen.maps[name].max() <= 1
        assert 0 <= seen.confidence[name] <= 1
        assert seen.maps[name].any() == (seen.confidence[name] > 0)


def test_a_mirrored_picture_gives_mirrored_maps():
    picture = lake()[0]
    seen, mirrored = recognise(picture), recognise(np.ascontiguousarray(picture[:, ::-1]))
    for name in NAMES:
        assert np.abs(seen.maps[name] - mirrored.maps[name][:, ::-1]).max() < 0.02
        assert seen.confidence[name] == pytest.approx(mirrored.confidence[name], abs=0.02)


def test_the_sky_over_a_lake_is_sky_and_the_hills_between_are_no_water():
    picture, water = lake()
    _, sky = landscape()
    seen = recognise(picture)
    land = ~sky & ~water
    assert seen.confidence["sky"] > 0.4
    assert share(seen.maps["sky"], sky) > 0.9
    assert share(seen.maps["water"], sky) < 0.05
    assert share(seen.maps["water"], land) < 0.15


def test_soil_and_walls_hold_neither_sky_nor_water():
    for picture in (
        coloured(noise((H, W)), (105, 80, 55)),
        coloured(0.3 * noise((H, W), 5), (150, 60, 50), 30),
    ):
        scene = analyse(picture, segment=nobody, find_faces=no_faces)
        assert scene.confidence["sky"] < 0.5
        assert scene.confidence["water"] < 0.5


@pytest.mark.parametrize("shape", [(16, 16), (40, 700), (700, 40), (1200, 900)])
def test_odd_shapes_pass(shape):
    seen = recognise(blue_sky(*shape))
    assert all(plane.shape == shape for plane in seen.maps.values())
