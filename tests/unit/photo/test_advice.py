"""Advice: silent about good photographs, and right about spoiled ones, with numbers that follow the damage."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from benchmarks.photo_frames import framed
from stillreel.photo import Advice, Photo, advise, detail, grain, measures
from stillreel.photo.bars import bars
from tests.unit.photo.test_fit import shipped


def load(name: str) -> np.ndarray:
    return np.array(Image.open(shipped(name)).convert("RGB"))


def advice(pixels: np.ndarray) -> dict[str, Advice]:
    given = advise(Photo(np.ascontiguousarray(pixels), "photo", "PNG", ""))
    assert all(item.message and item.cost and item.fix for item in given)
    return {item.code: item for item in given}


def grained(pixels: np.ndarray, sigma: float) -> np.ndarray:
    noisy = pixels + np.random.default_rng(3).normal(0, sigma, pixels.shape)
    return noisy.clip(0, 255).astype(np.uint8)


def enlarged(pixels: np.ndarray, times: float, how: int = cv2.INTER_CUBIC) -> np.ndarray:
    height, width = pixels.shape[:2]
    small = cv2.resize(pixels, (round(width / times), round(height / times)), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=how)


@pytest.mark.parametrize("name", ["astronaut.png", "coffee.png", "chelsea.png", "grace_hopper.jpg"])
def test_a_good_photo_is_only_called_small(name: str) -> None:
    found = advice(load(name))
    assert set(found) == {"advice.small"}
    assert found["advice.small"].value == min(load(name).shape[:2])


@pytest.mark.parametrize("name", ["astronaut.png", "coffee.png"])
def test_blur_is_found_and_grows_with_the_blur(name: str) -> None:
    soft, softer = (advice(cv2.GaussianBlur(load(name), (0, 0), sigma)) for sigma in (3.0, 5.0))
    assert softer["advice.blur"].severity == "bad"
    assert softer["advice.blur"].value < soft["advice.blur"].value < soft["advice.blur"].threshold
    assert "advice.upscaled" not in softer  # one complaint about one fault


def test_sharpness_knows_no_contrast_and_no_bokeh() -> None:
    grey = measures.luma(load("astronaut.png"))
    assert measures.sharpness(grey * 0.5 + 60)[0] == pytest.approx(measures.sharpness(grey)[0], abs=0.05)
    bokeh = cv2.GaussianBlur(grey, (0, 0), 6)
    bokeh[150:350, 150:350] = grey[150:350, 150:350]
    assert "advice.blur" not in advice(np.repeat(bokeh[..., None], 3, axis=2).astype(np.uint8))


def test_sharpness_of_an_ideal_edge_follows_its_blur() -> None:
    edge = np.where((np.arange(512) + 16) % 64 < 32, 40.0, 200.0).astype(np.float32)[None].repeat(512, axis=0)
    for sigma in (1.0, 1.5, 2.5):
        blurred = cv2.GaussianBlur(edge, (0, 0), sigma)
        assert measures.sharpness(blurred)[1] == pytest.approx(1 / (sigma * np.sqrt(2 * np.pi)), rel=0.1)


def test_without_edges_nothing_is_said_of_sharpness() -> None:
    fog = np.linspace(150, 170, 400, dtype=np.float32)[None].repeat(300, axis=0)
    assert all(np.isnan(measures.sharpness(fog)))


@pytest.mark.parametrize("across", [True, False])
def test_a_shaken_photo_is_blurred_in_one_direction(across: bool) -> None:
    kernel = np.zeros((15, 15), np.float32)
    kernel[(7, slice(None)) if across else (slice(None), 7)] = 1 / 15
    found = advice(cv2.filter2D(load("astronaut.png"), -1, kernel))["advice.blur"]
    assert "one direction" in found.message


@pytest.mark.parametrize("sigma", [8, 10, 20])
@pytest.mark.parametrize("name", ["astronaut.png", "coffee.png"])
def test_noise_is_measured_and_reported(name: str, sigma: float) -> None:
    found = advice(grained(load(name), sigma))["advice.noise"]
    assert found.value == pytest.approx(0.669 * sigma, rel=0.25)  # the luma of independent channels
    assert found.severity == ("warn" if found.value <= 7 else "bad")


def test_texture_is_no_noise() -> None:
    weave = np.indices((400, 400)).sum(axis=0) % 8
    cloth = cv2.GaussianBlur((weave > 3).astype(np.float32) * 120 + 60, (0, 0), 0.8)
    assert grain.noise(cloth) == 0
    assert grain.noise(np.where(np.arange(400) < 40, cloth / 4 + 60, cloth)) == 0


@pytest.mark.parametrize("name", ["astronaut.png", "coffee.png"])
def test_noise_in_colour_alone_is_found(name: str) -> None:
    pixels = load(name)
    blotches = cv2.GaussianBlur(np.random.default_rng(5).normal(0, 1, (*pixels.shape[:2], 2)), (0, 0), 1.0)
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2YCrCb).astype(np.float32)
    lab[..., 1:] += 8 * blotches / blotches.std()
    spoiled = cv2.cvtColor(lab.clip(0, 255).astype(np.uint8), cv2.COLOR_YCrCb2RGB)
    assert grain.colour_noise(pixels) < 1.2 < grain.colour_noise(spoiled)
    assert "advice.noise" in advice(spoiled)


@pytest.mark.parametrize("cut", [(0, 0), (3, 5)])
def test_the_blocks_of_a_strong_jpeg_are_found_wherever_the_grid_begins(cut: tuple[int, int]) -> None:
    pixels = load("astronaut.png")
    data = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 10])[1]
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None
    blocky = decoded[cut[0] :, cut[1] :, ::-1]
    assert "advice.blocks" in advice(blocky)
    assert "advice.blocks" not in advice(pixels)


def test_bars_are_found_and_a_plain_ground_is_not() -> None:
    pixels = load("chelsea.png")
    boxed = np.pad(pixels, ((40, 40), (0, 0), (0, 0)))
    assert bars(boxed) == {"top": pytest.approx(40 / 380, abs=0.01), "bottom": pytest.approx(40 / 380, abs=0.01)}
    assert bars(pixels) == {}
    ground = np.full((300, 400, 3), 250, np.uint8)
    cv2.circle(ground, (200, 150), 90, (60, 60, 60), -1)
    assert bars(ground) == {}
    assert bars(np.full((300, 400, 3), 250, np.uint8)) == {}


def test_a_bar_of_the_pictures_brightness_is_found_by_its_colour() -> None:
    picture = np.random.default_rng(4).integers(90, 110, (300, 400, 1)).astype(np.uint8).repeat(3, axis=2)
    blue = np.pad(picture, ((0, 0), (50, 50), (0, 0)))
    blue[:, :50] = blue[:, -50:] = (60, 95, 175)  # luma 94
    assert set(bars(blue)) == {"left", "right"}


@pytest.mark.parametrize("seed", range(6))
def test_a_strip_with_words_and_a_screenshot_are_bars(seed: int) -> None:
    spoiled, words = framed(load("coffee.png"), np.random.default_rng(seed))
    found = advice(spoiled)
    assert found["advice.bars"].value > 0.015, words
    assert any(side in found["advice.bars"].message for side in ("top", "bottom", "left"))


def test_an_enlargement_by_a_crooked_factor_leaves_a_pulse() -> None:
    grey = measures.luma(load("coffee.png"))
    larger = measures.luma(enlarged(load("coffee.png"), 2.7, cv2.INTER_LINEAR))
    assert detail.repeats(larger) > 5.2 > detail.repeats(grey)


@pytest.mark.parametrize("name", ["astronaut.png", "coffee.png", "chelsea.png"])
@pytest.mark.parametrize("how", [cv2.INTER_CUBIC, cv2.INTER_LINEAR, cv2.INTER_LANCZOS4])
def test_an_enlarged_photo_is_found_out(name: str, how: int) -> None:
    pixels = load(name)
    found = advice(enlarged(pixels, 2, how))
    real = found.get("advice.upscaled", found.get("advice.blur"))
    assert real is not None
    if real.code == "advice.upscaled":
        assert 0.35 <= real.value / min(pixels.shape[:2]) <= 0.7


def test_darkness_brightness_and_flatness() -> None:
    pixels = load("coffee.png").astype(np.float32)
    assert "advice.dark" in advice((pixels * 0.12).astype(np.uint8))
    red = np.zeros((300, 400, 3), np.float32) + (215, 20, 25)
    red[100:200, 150:250] = 10
    assert "advice.dark" not in advice(red.astype(np.uint8))  # a red wall is lit, though its luma is low
    assert "advice.bright" in advice((pixels * 3 + 60).clip(0, 255).astype(np.uint8))
    assert "advice.flat" in advice((pixels * 0.15 + 100).astype(np.uint8))


def test_long_shapes() -> None:
    panorama = np.tile(load("coffee.png"), (1, 4, 1))
    assert advice(panorama)["advice.aspect"].severity == "warn"
    assert "wide" in advice(panorama.swapaxes(0, 1))["advice.aspect"].message
    assert "advice.aspect" not in advice(load("coffee.png"))


@pytest.mark.parametrize("shape", [(32, 32), (32, 4096), (200, 33)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_empty_pictures_get_advice_and_no_error(shape: tuple[int, int], level: int) -> None:
    assert "advice.flat" in advice(np.full((*shape, 3), level, np.uint8))
