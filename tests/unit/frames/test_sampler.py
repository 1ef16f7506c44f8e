"""Trajectories, condition maps and the Euler sampler, against arithmetic that can be done by hand."""

import numpy as np
import pytest

from stillreel.frames.sampler import (
    TOKEN,
    condition_maps,
    follow,
    noise_levels,
    rotary_angles,
    sample,
    uncertainty,
)

FRAMES, ROWS, COLUMNS = 3, 4, 6


def still() -> tuple[np.ndarray, np.ndarray]:
    """backward and valid of a frame in which nothing moves."""
    shape = (FRAMES, ROWS * TOKEN, COLUMNS * TOKEN)
    return np.zeros((*shape, 2), np.float32), np.ones(shape, np.float32)


def test_a_still_scene_keeps_every_token_in_its_place():
    paths = follow(*still())
    assert paths.gather.shape == (FRAMES, ROWS * COLUMNS)
    assert (paths.seen == 1).all()
    for k in range(FRAMES):
        np.testing.assert_array_equal(paths.gather[k][paths.scatter[k]], np.arange(ROWS * COLUMNS))


def test_a_shift_by_one_cell_joins_neighbours():
    backward, valid = still()
    backward[1, ..., 0] = TOKEN  # frame 1 shows what stood one cell further right in frame 0
    paths = follow(backward, valid)
    row, column = 2, 3
    place = paths.scatter[1][row * COLUMNS + column]
    assert paths.gather[0][place] == row * COLUMNS + column + 1
    assert paths.gather[1][place] == row * COLUMNS + column


def test_what_lies_outside_frame_0_has_places_of_its_own():
    backward, valid = still()
    backward[1, ..., 0], backward[2, ..., 0] = TOKEN, 2 * TOKEN
    paths = follow(backward, valid)
    last, before = COLUMNS - 1, COLUMNS - 2  # one place seen by the last column of frame 1, one earlier in frame 2
    assert paths.scatter[1][last] == paths.scatter[2][before]
    assert paths.seen[0][paths.scatter[1][last]] == 0
    assert (paths.scatter < paths.gather.shape[1]).all()


def test_a_hole_keeps_the_place_that_a_foreground_shares():
    backward, valid = still()
    front, hole = (slice(0, TOKEN), slice(0, TOKEN)), (slice(0, TOKEN), slice(TOKEN, 2 * TOKEN))
    backward[1][hole] = (-TOKEN, 0)
    valid[1][hole] = 0
    paths = follow(backward, valid)
    assert paths.scatter[1][0] == paths.scatter[1][1]
    assert paths.gather[1][paths.scatter[1][0]] == 1
    assert backward[1][front].max() == 0


def test_motion_far_out_of_reach_is_held_at_the_margin():
    backward, valid = still()
    backward[1] = 1e5
    backward[2] = -1e5
    paths = follow(backward, valid)
    assert paths.gather.min() >= 0
    assert paths.gather.max() < ROWS * COLUMNS


def test_condition_maps_hold_means_and_the_least_validity():
    backward, valid = still()
    valid[1, :4, :8] = 0  # half of one latent cell
    backward[2] = (32, -64)
    maps = condition_maps(valid, backward, valid * 0.25, valid * 0.5)
    assert maps.shape == (FRAMES, 6, ROWS * 2, COLUMNS * 2)
    assert maps[1, :2, 0, 0] == pytest.approx([0.5, 0])
    assert maps[2, 2:4, 1, 1] == pytest.approx([0.5, -1])
    assert maps[0, 4:, 3, 3] == pytest.approx([0.25, 0.5])


def test_holes_and_motion_are_more_uncertain():
    maps = np.zeros((1, 6, 1, 3), np.float32)
    maps[0, 0, 0] = [1, 1, 0]
    maps[0, 4, 0] = [0, 1, 0]
    shown, moving, hole = uncertainty(maps)[0, 0, 0]
    assert 0 < shown < moving < hole < 1.5


def test_rotary_angles_depend_on_the_distance_alone():
    angles = rotary_angles(5, 7, 32)
    assert angles.shape == (35, 16)
    np.testing.assert_allclose(angles[8] - angles[0], angles[16] - angles[8], atol=1e-6)


@pytest.mark.parametrize("steps", [1, 4, 9])
def test_straight_lines_are_followed_exactly(steps: int):
    rng = np.random.default_rng(3)
    noise, truth = rng.standard_normal((2, FRAMES, 4, 2, 2)).astype(np.float32)
    told: list[tuple[int, int]] = []
    none = np.zeros(FRAMES, bool)
    made = sample(lambda x, level: noise - truth, noise, truth * 0, none, steps, lambda *at: told.append(at))
    np.testing.assert_allclose(made, truth, atol=1e-5)
    assert told == [(step, steps) for step in range(1, steps + 1)]
    assert noise_levels(steps)[0] == 1
    assert noise_levels(steps)[-1] == 0


def test_known_frames_stay_and_are_shown_as_clean():
    rng = np.random.default_rng(4)
    noise, known = rng.standard_normal((2, FRAMES, 4, 2, 2)).astype(np.float32)
    is_known = np.array([True, False, True])
    levels = []

    def velocity(x: np.ndarray, level: np.ndarray) -> np.ndarray:
        levels.append(level)
        np.testing.assert_array_equal(x[is_known], known[is_known])
        return np.ones_like(x)

    made = sample(velocity, noise, known, is_known, 3)
    np.testing.assert_array_equal(made[is_known], known[is_known])
    np.testing.assert_allclose(made[1], noise[1] - 1, atol=1e-5)
    assert all((level[is_known] == 0).all() and level[1] > 0 for level in levels)
