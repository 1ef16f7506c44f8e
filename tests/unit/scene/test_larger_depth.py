"""A larger depth network in the analysis: what it is given, how its answer is laid out, when it is doubted."""

from __future__ import annotations

import numpy as np
import onnxruntime as ort
import pytest

from stillreel.errors import ModelError
from stillreel.scene import analyse
from stillreel.scene.canvas import canvas_of
from stillreel.scene.larger_depth import DEVIATION, MEAN, TRUST, LargerDepth
from stillreel.scene.save import facts
from tests.fakes.networks import tiny_depth

from .pictures import H, W, figure, landscape, no_faces, nobody, someone

RAMP = np.linspace(0.1, 0.9, H, dtype=np.float32)[:, None] * np.ones((1, W), np.float32)
NO_SKY = np.zeros((H, W), np.float32)


def larger(plane, name: str = "big") -> LargerDepth:
    return LargerDepth(name, "0" * 64, lambda given: np.asarray(plane(given)))


def test_the_network_is_given_what_it_learned_from():
    picture = np.full((90, 160, 3), (255, 128, 0), np.uint8)
    canvas, given = canvas_of(picture), []

    def run(pixels: np.ndarray) -> np.ndarray:
        given.append(pixels)
        return np.mgrid[: pixels.shape[2], : pixels.shape[3]][:1].astype(np.float32)

    larger(run).find(canvas, np.zeros((90, 160), np.float32), np.zeros((90, 160), np.float32))
    shape, kind = given[0].shape, given[0].dtype
    assert kind == np.float32
    assert shape[2] % 14 == shape[3] % 14 == 0
    assert shape[3] / shape[2] == pytest.approx(160 / 90, rel=0.03)
    assert shape[2] * shape[3] == pytest.approx(518 * 518, rel=0.06)
    expected = (np.array([1, 128 / 255, 0]) - MEAN) / DEVIATION
    assert given[0][0].mean((1, 2)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("size", [(2000, 20), (20, 2000), (8, 8)])
def test_no_shape_of_photo_asks_for_more_than_about_the_usual_area(size: tuple[int, int]):
    canvas, asked = canvas_of(np.zeros((size[1], size[0], 3), np.uint8)), []

    def run(pixels: np.ndarray) -> np.ndarray:
        asked.append(pixels.shape[2] * pixels.shape[3])
        return np.random.default_rng(0).random((1, 5, 5), np.float32)

    found, _ = larger(run).find(canvas, np.zeros(canvas.shape, np.float32), np.zeros(canvas.shape, np.float32))
    assert found.shape == canvas.shape
    assert asked[0] < 2 * 518 * 518


@pytest.mark.parametrize(("scale", "shift"), [(1, 0), (1e4, 0), (1e-3, 7), (3, -900)])
def test_scale_and_shift_of_the_answer_do_not_matter(scale: float, shift: float):
    canvas = canvas_of(landscape()[0])
    shape = np.random.default_rng(1).random((1, 6, 1), np.float32).cumsum(1) * np.ones((1, 1, 8), np.float32)
    found, trust = larger(lambda given: shape * scale + shift).find(canvas, RAMP, NO_SKY)
    same, _ = larger(lambda given: shape).find(canvas, RAMP, NO_SKY)
    assert np.abs(found - same).max() < 0.01
    assert trust == pytest.approx(TRUST, abs=0.01)


def test_order_is_the_networks_and_range_the_priors():
    canvas = canvas_of(landscape()[0])
    upside_down = RAMP[::-1][None]
    found, _ = larger(lambda given: upside_down).find(canvas, RAMP, NO_SKY)
    assert found[: H // 4].min() > found[-H // 4 :].max() + 0.3
    assert np.percentile(found, [2, 98]) == pytest.approx(np.percentile(RAMP, [2, 98]), abs=0.03)
    flat, _ = larger(lambda given: upside_down).find(canvas, np.full_like(RAMP, 0.97), NO_SKY)
    assert np.ptp(flat) > 0.3  # where the prior knows no range


def test_sky_is_at_infinity_and_a_network_that_sees_it_near_is_doubted():
    canvas = canvas_of(landscape()[0])
    sky = (np.arange(H)[:, None] < H // 3) * np.ones((1, W), np.float32)
    found, trust = larger(lambda given: RAMP[None]).find(canvas, RAMP, sky)
    assert not found[: H // 3 - 8].any()
    assert trust > 0.85
    found, doubted = larger(lambda given: RAMP[::-1][None]).find(canvas, RAMP, sky)
    assert not found[: H // 3 - 8].any()
    assert doubted < 0.2


def test_a_network_that_sees_the_mirror_image_otherwise_is_doubted():
    noise = np.random.default_rng(2)
    _, trust = larger(lambda given: noise.random((1, 40, 60), np.float32)).find(
        canvas_of(landscape()[0]), RAMP, NO_SKY
    )
    assert trust < 0.1


def test_one_depth_all_over_leaves_the_prior_untrusted():
    found, trust = larger(lambda given: np.full((1, 4, 4), 3.0)).find(canvas_of(landscape()[0]), RAMP, NO_SKY)
    assert found is RAMP
    assert trust == 0


@pytest.mark.parametrize(
    "answer", [np.full((1, 4, 4), np.nan), np.zeros((2, 4, 4)), np.zeros(9), np.zeros((1, 1, 4)), np.float32(1)]
)
def test_an_answer_that_is_no_depth_is_an_error(answer: np.ndarray):
    with pytest.raises(ModelError) as raised:
        larger(lambda given: answer).find(canvas_of(landscape()[0]), RAMP, NO_SKY)
    assert raised.value.code == "model.answer"


def test_a_scene_says_whose_depth_it_holds():
    session = ort.InferenceSession(tiny_depth(), providers=["CPUExecutionProvider"])
    rows = larger(lambda given: session.run(None, {"pixel_values": given})[0], "rows")
    picture, _ = landscape()
    scene = analyse(picture, segment=nobody, find_faces=no_faces, larger=rows)
    assert (scene.depth_network, facts(scene)["depth_network"]) == ("rows", "rows")
    assert scene.confidence["disparity"] > 0.8
    assert analyse(picture, segment=nobody, find_faces=no_faces).depth_network == "ours"


def test_a_step_beside_the_matte_is_moved_onto_it():
    picture, _ = landscape()
    body = figure()
    beside = np.roll(body, 4, axis=1)[None] + 0.001 * np.arange(H, dtype=np.float32)[None, :, None]
    scene = analyse(picture, segment=someone(body), find_faces=no_faces, larger=larger(lambda given: beside))
    row = scene.disparity[int(0.34 * H)]
    for side, edge in ((row[: W // 2], W // 2 - 16), (row[W // 2 :], 16)):
        assert abs(int(np.argmax(np.abs(np.diff(side)))) - edge) <= 2
