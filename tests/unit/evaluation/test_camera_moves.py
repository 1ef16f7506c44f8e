"""From a path to moves: a small move counts in a time of its own, and not beside a large one."""

from __future__ import annotations

import numpy as np

from stillreel.evaluation.camera_moves import moves_of
from stillreel.evaluation.refit import Fit

TIMES = np.linspace(0, 4, 17)
FOCAL, WIDTH = 460.0, 512
PAN, ROLL = np.radians(8.0), np.radians(0.9)


def named(yaw: np.ndarray, roll: np.ndarray) -> list[tuple[str, str | None]]:
    state = np.zeros((17, 7))
    state[:, 0], state[:, 2] = yaw, roll
    found = Fit(state[1:], np.full(50, 0.5), (0, 2), np.zeros(50), 1.0, 1.0)
    return [(move.move, move.direction) for move in moves_of(TIMES, state, found, [found], FOCAL, WIDTH)]


def first_half() -> np.ndarray:
    return np.clip(TIMES / 2, 0, 1)


def second_half() -> np.ndarray:
    return np.clip(TIMES / 2 - 1, 0, 1)


def test_a_small_roll_before_a_pan_is_a_move() -> None:
    assert named(PAN * second_half(), ROLL * first_half()) == [("pan", "right"), ("roll", "clockwise")]


def test_a_small_roll_within_a_pan_is_the_fits_own_play() -> None:
    assert named(PAN * second_half(), ROLL * second_half()) == [("pan", "right")]
    assert named(PAN * TIMES / 4, ROLL * TIMES / 4) == [("pan", "right")]


def test_a_tremble_beside_a_pan_is_no_move() -> None:
    noise = np.random.default_rng(1).normal(0, ROLL / 12, 17)
    assert named(PAN * second_half(), noise) == [("pan", "right")]
