"""The network of sky, water, foliage, ground, buildings and mountains, on pictures that the tests draw."""

from __future__ import annotations

from typing import cast

import numpy as np
import onnxruntime as ort
import pytest

from stillreel.models.embedded.networks import using
from stillreel.scene.analyse import analyse
from stillreel.scene.stuff import NAMES, THINGS, recognise

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


class KnowsThings:
    """A network of ten maps, to whom whatever is red is an animal."""

    def run(self, names: None, given: dict[str, np.ndarray]) -> list[np.ndarray]:
        maps = np.zeros((len(given["rgb"]), len(NAMES) + len(THINGS), *given["rgb"].shape[2:]), np.float32)
        maps[:, len(NAMES)] = given["rgb"][:, 0] > 0.8
        return [maps]


def test_a_network_that_knows_things_is_heard():
    picture = np.zeros((H, W, 3), np.uint8)
    picture[:, : W // 4, 0] = 255
    with using({"stuff": cast(ort.InferenceSession, KnowsThings())}):
        seen = recognise(picture)
    assert set(seen.maps) == {*NAMES, *THINGS}
    assert seen.confidence["animal"] > 0.9
    assert share(seen.maps["animal"], picture[..., 0] > 0) > 0.95
    assert share(seen.maps["animal"], picture[..., 0] == 0) < 0.05
    assert seen.confidence["fire"] == 0
    assert not seen.maps["fire"].any()


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
