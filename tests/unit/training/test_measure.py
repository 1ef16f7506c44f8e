"""The figures by which the denoiser is judged: what they reward and what they do not."""

import numpy as np
import pytest

from stillreel.frames.shapes import KeyRender
from training.denoiser.evaluate import blurred
from training.denoiser.fills import by_shifts, smooth
from training.denoiser.measure import bootstrap, compared, figures

KEYS, HEIGHT, WIDTH = 4, 64, 96
HOLE = (slice(None), slice(None), slice(60, 96))


def noisy(seed: int) -> np.ndarray:
    """(KEYS, HEIGHT, WIDTH, 3) float32 0..1: fine texture, the same in every frame."""
    frame = np.random.default_rng(seed).uniform(0.3, 0.7, (HEIGHT, WIDTH, 3)).astype(np.float32)
    return np.repeat(frame[None], KEYS, 0)


def rendered() -> tuple[np.ndarray, KeyRender]:
    """(truth, render): right where the photo is seen, texture of the same kind but another place in the hole."""
    truth, colour = noisy(1), noisy(1)
    colour[HOLE] = noisy(2)[HOLE]
    valid = np.ones((KEYS, HEIGHT, WIDTH), np.float32)
    valid[HOLE] = 0
    still = np.zeros_like(valid)
    backward = np.zeros((*valid.shape, 2), np.float32)
    return truth, KeyRender(colour, valid, backward, still, still, np.arange(KEYS, dtype=np.float32))


def test_blur_is_nearer_to_the_truth_but_loses_its_detail():
    truth, render = rendered()
    off, soft = figures(truth, render, render.colour), figures(truth, render, blurred(render, 3.0, 1.0))
    assert soft["hole"] < 0.8 * off["hole"]
    assert soft["band"] > 3 * off["band"]
    assert off["sharpness"] == pytest.approx(1, abs=0.05)
    assert soft["sharpness"] < 0.5


def test_the_truth_has_no_error_and_its_own_detail():
    truth, render = rendered()
    found = figures(truth, render, truth)
    assert found["hole"] == found["band"] == found["flicker"] == found["static"] == 0
    assert found["sharpness"] == 1


def test_what_changes_from_key_to_key_flickers():
    truth, render = rendered()
    restless = render.colour.copy()
    restless[2][HOLE[1:]] += 0.1
    assert figures(truth, render, render.colour)["flicker"] == pytest.approx(0, abs=1e-4)
    assert figures(truth, render, restless)["flicker"] == pytest.approx(25.5, rel=0.01)


def test_without_a_hole_nothing_is_said_of_holes():
    truth, render = rendered()
    render.valid[:] = 1
    found = figures(truth, render, truth)
    assert np.isnan(found["hole"])
    assert found["static"] == 0


def test_samples_of_one_source_count_as_one_witness():
    values = [1.0, 1.0, 1.0, 1.0, -1.0, -1.0]
    alone = bootstrap(values, [str(i) for i in range(6)])
    together = bootstrap(values, ["a", "a", "b", "b", "c", "c"])
    assert alone[0] == together[0] == pytest.approx(1 / 3)
    assert together[2] - together[1] > alone[2] - alone[1]
    assert bootstrap([np.nan, 2.0], ["a", "b"]) == (2.0, 2.0, 2.0)


def test_too_sharp_is_as_far_from_right_as_too_soft():
    rows = [{"on": {"sharpness": 2.0}, "off": {"sharpness": 0.5}}]
    assert compared(rows, ["a"], "sharpness", "on", "off") == (0, 0, 0)


def test_stand_ins_fill_the_hole_and_leave_the_rest():
    image = (255 * noisy(5)[0]).astype(np.uint8)
    known = np.ones(image.shape[:2], bool)
    known[20:40, 30:60] = False
    for filled in (smooth(image, known), by_shifts(np.random.default_rng(3), image, known)):
        np.testing.assert_array_equal(filled[known], image[known])
        assert (filled[~known] != image[~known]).mean() > 0.5
        assert abs(float(filled[~known].mean()) - float(image.mean())) < 20
