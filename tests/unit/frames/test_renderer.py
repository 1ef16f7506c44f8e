"""The renderer against the camera it was given, recovered from its pixels."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from stillreel.frames.layers import cut
from stillreel.frames.warp import Renderer
from stillreel.motion.camera import Intrinsics
from stillreel.motion.limits import camera_of
from stillreel.motion.plan import MotionPlan
from stillreel.motion.projection import Places
from stillreel.scene.values import Scene
from tests.fakes.refit import fit_rotation, fit_similarity, tracks
from tests.fakes.scenes import disc, fitted, make_scene, texture

SIZE = (480, 270)


def renderer(scene: Scene, plan: MotionPlan, *, subject: bool = False, sky: bool = False) -> Renderer:
    layers = cut(fitted(scene), scene, subject=subject, sky=sky)
    return Renderer(layers, camera_of(scene, plan), Intrinsics.of(scene.size, scene.focal), scene.size, ())


def move(verb: str, direction: str, amount: float) -> MotionPlan:
    return MotionPlan.model_validate({"camera": [{"move": verb, "direction": direction, "amount": amount}]})


@pytest.mark.parametrize(
    ("verb", "direction", "amount", "axis", "expected"),
    [
        ("pan", "left", 3.0, "yaw", -3.0),
        ("pan", "right", 3.0, "yaw", 3.0),
        ("tilt", "up", 2.0, "pitch", 2.0),
        ("tilt", "down", 2.0, "pitch", -2.0),
        ("roll", "clockwise", 4.0, "roll", 4.0),
        ("roll", "counterclockwise", 4.0, "roll", -4.0),
    ],
)
def test_rotations_are_recovered_within_a_fifth_of_a_degree(verb, direction, amount, axis, expected):
    scene = make_scene(SIZE)
    last = renderer(scene, move(verb, direction, amount)).at(5.0).colour
    found = fit_rotation(*tracks(scene.pixels, last), scene.focal, SIZE)
    assert found[axis] == pytest.approx(expected, abs=0.2)
    assert all(abs(found[other]) < 0.2 for other in {"yaw", "pitch", "roll"} - {axis})
    assert found["zoom"] == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(("direction", "expected"), [("in", 1.12), ("out", 1 / 1.12)])
def test_zoom_is_recovered_within_one_percent(direction, expected):
    scene = make_scene(SIZE)
    last = renderer(scene, move("zoom", direction, 1.12)).at(5.0).colour
    assert fit_rotation(*tracks(scene.pixels, last), scene.focal, SIZE)["zoom"] == pytest.approx(
        expected, rel=0.01
    )


@pytest.mark.parametrize(
    ("verb", "direction", "x", "y"),
    [
        ("truck", "right", -1, 0),
        ("truck", "left", 1, 0),
        ("pedestal", "up", 0, 1),
        ("pedestal", "down", 0, -1),
    ],
)
def test_translations_shift_a_plane_by_focal_times_disparity(verb, direction, x, y):
    scene = make_scene(SIZE, disparity=0.5)
    last = renderer(scene, move(verb, direction, 0.08)).at(5.0).colour
    found = fit_similarity(*tracks(scene.pixels, last), SIZE)
    shift = 0.08 * 0.5 * scene.focal
    assert (found["x"], found["y"]) == pytest.approx((x * shift, y * shift), abs=0.15)


@pytest.mark.parametrize(("direction", "expected"), [("in", 1 / (1 - 0.1)), ("out", 1 / (1 + 0.1))])
def test_push_scales_a_plane_by_its_depth(direction, expected):
    scene = make_scene(SIZE, disparity=0.5)
    last = renderer(scene, move("push", direction, 0.2)).at(5.0).colour
    assert fit_similarity(*tracks(scene.pixels, last), SIZE)["scale"] == pytest.approx(expected, rel=0.01)


def test_near_things_move_more_than_far_ones():
    alpha = disc(SIZE)
    scene = make_scene(SIZE, disparity=0.2 + 0.7 * alpha, subject=alpha)
    last = renderer(scene, move("truck", "right", 0.06), subject=True).at(5.0).colour
    inside = (alpha > 0.99).astype(np.uint8) * 255
    points, moved = tracks(scene.pixels, last)
    near = inside[points[:, 1].astype(int), points[:, 0].astype(int)] > 0
    shifts = (moved - points)[:, 0]
    assert np.median(shifts[near]) == pytest.approx(-0.06 * 0.9 * scene.focal, abs=0.5)
    far = np.hypot(*(points - (np.array(SIZE) - 1) / 2).T) > 0.35 * SIZE[1]
    assert np.median(shifts[far]) == pytest.approx(-0.06 * 0.2 * scene.focal, abs=0.5)


def test_at_rest_the_layers_are_the_photo():
    alpha = disc(SIZE)
    scene = make_scene(SIZE, disparity=0.2 + 0.7 * alpha, subject=alpha)
    whole = renderer(scene, MotionPlan()).at(0.0).colour
    layered = renderer(scene, MotionPlan(), subject=True).at(0.0).colour
    error = np.abs(whole.astype(int) - layered)
    assert error.mean() < 0.1
    assert np.percentile(error, 99.9) <= 4
    assert np.abs(whole.astype(int) - scene.pixels).mean() < 1.0


def test_a_frame_does_not_depend_on_the_frames_before_it():
    """Two threads share the frames out as they happen to be free; the clip must not show it."""
    alpha = disc(SIZE)
    scene = make_scene(SIZE, disparity=0.2 + 0.7 * alpha, subject=alpha)
    drawn = renderer(scene, move("push", "in", 0.2), subject=True)
    alone = renderer(scene, move("push", "in", 0.2), subject=True).at(3.0)
    with ThreadPoolExecutor(2) as pool:
        frames = list(pool.map(drawn.at, (4.0, 3.0, 1.0, 3.0)))
    for frame in (frames[1], frames[3]):
        assert np.array_equal(frame.colour, alone.colour)
        assert np.array_equal(frame.source, alone.source)


def test_a_subject_that_fills_a_corner_is_sampled_whole():
    """Only what is seen is sampled; at the edge of its box nothing may be missing."""
    alpha = np.zeros(SIZE[::-1], np.float32)
    alpha[150:, 300:] = 1
    scene = make_scene(SIZE, disparity=0.5, subject=alpha)
    asked = move("truck", "right", 0.03)
    whole, layered = (renderer(scene, asked, subject=subject).at(5.0).colour for subject in (False, True))
    difference = np.abs(whole.astype(int) - layered).max(axis=2)
    inside = np.zeros(difference.shape, bool)
    inside[8:-8, 8 : -8 - round(0.03 * 0.5 * scene.focal)] = True
    assert np.percentile(difference[inside], 99) <= 4


def test_what_the_photo_does_not_show_is_marked_invalid():
    alpha = disc(SIZE)
    pixels = texture(SIZE)
    pixels[alpha > 0.5] //= 3
    scene = make_scene(SIZE, disparity=0.1 + 0.8 * alpha, subject=alpha, pixels=pixels)
    rendered = renderer(scene, move("truck", "right", 0.1), subject=True).at(5.0)
    assert rendered.valid[:, -4:].min() == 0  # the picture moved left: its right border is invented
    middle = rendered.valid[rendered.valid.shape[0] // 2]
    hole = np.flatnonzero(middle[: int(0.95 * len(middle))] < 0.1)
    assert 5 < len(hole) < 0.2 * len(middle)  # a sickle beside the disc
    assert rendered.valid[5, 20] == 1


def test_forward_and_backward_projection_agree():
    y = np.linspace(0.1, 0.9, SIZE[1], dtype=np.float32)[:, None]
    scene = make_scene(SIZE, disparity=np.broadcast_to(y, SIZE[::-1]))
    drawn = renderer(scene, move("push", "in", 0.3))
    rendered = drawn.at(5.0)
    source = Places(rendered.source[..., 0].copy(), rendered.source[..., 1].copy())
    there = drawn.path(5.0, "background")(source)
    rows, columns = np.indices(rendered.valid.shape)
    assert np.abs(there.x - (2 * columns + 0.5)).max() < 0.1
    assert np.abs(there.y - (2 * rows + 0.5)).max() < 0.1
