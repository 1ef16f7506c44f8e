"""The score: what it puts above what, and the two baselines beside it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from stillreel.evaluation import footage
from stillreel.evaluation.ladder import spoiled
from stillreel.evaluation.metrics import measured
from stillreel.evaluation.observation import Observation
from stillreel.evaluation.score import Score, rated, score
from tests.fakes.scenes import texture

SIZE = (256, 144)


def lively(count: int = 16) -> np.ndarray:
    """A disc of another texture that swings before a still ground."""
    ground, thing = texture(SIZE, 1), texture(SIZE, 2)
    frames = []
    for index in range(count):
        way = 24 * np.sin(index / 7)
        mask = np.zeros(SIZE[::-1], np.float32)
        cv2.circle(mask, (int(128 + way), 72), 40, 1.0, -1)
        mask = cv2.GaussianBlur(mask, (0, 0), 1.0)[..., None]
        moved = cv2.warpAffine(thing, np.array([[1, 0, way], [0, 1, 0.0]]), SIZE, borderMode=cv2.BORDER_REFLECT)
        frames.append((mask * moved + (1 - mask) * ground).astype(np.uint8))
    return np.stack(frames)


def scored(frames: np.ndarray) -> Score:
    seen = Observation(footage.gather(frames, 24.0), photo=lively(1)[0])
    return score(seen, measured(seen))


def test_a_clip_that_lives_is_above_its_frozen_copy_and_ken_burns():
    found = scored(lively())
    assert found.total > found.ken_burns + 5 > found.frozen + 10
    assert set(found.parts) == {"steadiness", "consistency", "picture", "fidelity", "life"}
    assert all(0 <= part <= 100 for part in found.parts.values())


@pytest.mark.parametrize("kind", ["jitter", "shuffled", "wobble", "faded", "frozen"])
def test_a_spoiled_copy_is_below(kind):
    assert scored(spoiled(lively(), kind)).total < scored(lively()).total - 3


def test_the_frozen_baseline_is_what_a_frozen_clip_gets():
    still = np.repeat(lively(1), 16, axis=0)
    found = scored(still)
    assert found.total == pytest.approx(found.frozen, abs=0.5)
    assert found.parts["life"] == pytest.approx(0, abs=0.5)


def test_a_cut_costs_more_than_half_of_consistency():
    cut = np.concatenate([lively(8), np.stack([texture(SIZE, 9)] * 8)])
    assert scored(cut).parts["consistency"] < 55


def test_numbers_that_nobody_could_measure_leave_a_score():
    total, parts = rated(dict.fromkeys(measured(Observation(footage.gather(lively(3), 24.0)))))
    assert 0 <= total <= 100
    assert parts["life"] == 0


def test_as_dict_is_ready_for_json():
    assert set(scored(lively(4)).as_dict()) == {"total", "parts", "frozen", "ken_burns"}
