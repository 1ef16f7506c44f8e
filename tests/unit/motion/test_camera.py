"""The camera path: signs, easing, loops, limits."""

from __future__ import annotations

import numpy as np
import pytest

from stillreel.motion.borders import CUT, EASY, HARD, Borders
from stillreel.motion.camera import Camera, Intrinsics, ease
from stillreel.motion.companions import VISIBLE
from stillreel.motion.field import FlowField
from stillreel.motion.limits import camera_of, limit_camera
from stillreel.motion.plan import MotionPlan
from stillreel.motion.projection import Places, project, unproject
from stillreel.motion.view import View
from tests.fakes.scenes import disc, make_scene

SIZE = (320, 180)


def plan(*moves: dict, seconds: float = 5.0) -> MotionPlan:
    return MotionPlan.model_validate({"seconds": seconds, "camera": moves})


def centre_flow(verb: str, direction: str, amount: float) -> np.ndarray:
    scene = make_scene(SIZE, disparity=0.5)
    asked = plan({"move": verb, "direction": direction, "amount": amount})
    return FlowField(scene, camera_of(scene, asked), ()).at(5.0)[SIZE[1] // 2, SIZE[0] // 2]


@pytest.mark.parametrize(
    ("verb", "direction", "axis", "sign"),
    [
        ("pan", "left", 0, 1),  # the camera turns left: content moves right
        ("pan", "right", 0, -1),
        ("tilt", "up", 1, 1),
        ("tilt", "down", 1, -1),
        ("truck", "left", 0, 1),
        ("truck", "right", 0, -1),
        ("pedestal", "up", 1, 1),
        ("pedestal", "down", 1, -1),
    ],
)
def test_directions_are_the_cameras_own(verb, direction, axis, sign):
    flow = centre_flow(verb, direction, 2.0 if verb in ("pan", "tilt") else 0.05)
    assert flow[axis] * sign > 2
    assert abs(flow[1 - axis]) < 0.1


def test_a_clockwise_roll_turns_the_picture_counterclockwise():
    scene = make_scene(SIZE)
    asked = plan({"move": "roll", "direction": "clockwise", "amount": 5})
    flow = FlowField(scene, camera_of(scene, asked), ()).at(5.0)
    right_edge = flow[SIZE[1] // 2, SIZE[0] - 1]
    assert right_edge[1] < -5  # the right edge rises


def test_an_orbit_keeps_the_subject_in_place_and_moves_what_is_behind():
    alpha = disc(SIZE)
    scene = make_scene(SIZE, disparity=0.1 + 0.7 * alpha, subject=alpha)
    asked = plan({"move": "orbit", "direction": "right", "amount": 8})
    flow = FlowField(scene, camera_of(scene, asked), ()).at(5.0)
    assert np.abs(flow[SIZE[1] // 2, SIZE[0] // 2]).max() < 0.5
    assert (
        flow[10, SIZE[0] // 2, 0] > 5
    )  # the camera goes right and looks back left: the background moves right


def test_a_dolly_zoom_keeps_the_subjects_size_and_changes_the_background():
    scene = make_scene(SIZE, disparity=0.5)
    asked = plan({"move": "dolly_zoom", "direction": "out", "amount": 1.2})
    camera = Camera(asked, pivot_disparity=0.5)
    lens = Intrinsics.of(SIZE, scene.focal)
    corner = Places(np.array([[300.0]], np.float32), np.array([[90.0]], np.float32))
    kept = project(corner, camera.at(5.0), lens, np.array([[0.5]], np.float32))
    grown = project(corner, camera.at(5.0), lens, np.array([[0.1]], np.float32))
    assert kept.x[0, 0] == pytest.approx(300, abs=0.01)
    assert grown.x[0, 0] > 310


def test_unproject_inverts_project_over_a_varied_depth():
    depth = np.linspace(0.1, 0.9, 90, dtype=np.float32)[:, None] * np.ones((1, 160), np.float32)
    asked = plan(
        {"move": "push", "direction": "in", "amount": 0.3}, {"move": "pan", "direction": "left", "amount": 4}
    )
    pose, lens = Camera(asked).at(5.0), Intrinsics.of(SIZE, 288)
    at = Places(
        *np.meshgrid(np.arange(40, 280, 7, dtype=np.float32), np.arange(20, 160, 7, dtype=np.float32))
    )
    photo = unproject(at, pose, lens, depth, None)
    from stillreel.motion.projection import lookup

    again = project(photo, pose, lens, lookup(depth, photo))
    assert np.abs(again.x - at.x).max() < 0.05
    assert np.abs(again.y - at.y).max() < 0.05


@pytest.mark.parametrize("name", ["linear", "smooth", "smoother", "in", "out"])
def test_easings_run_from_zero_to_one_without_turning_back(name):
    values = [ease(name, x) for x in np.linspace(-0.2, 1.2, 60)]
    assert (values[0], values[-1]) == (0, 1)
    assert np.all(np.diff(values) >= -1e-12)


def test_moves_in_sequence_add_up_and_hold():
    camera = Camera(
        plan(
            {"move": "pan", "direction": "left", "amount": 4, "start": 0, "end": 2},
            {"move": "zoom", "direction": "in", "amount": 1.2, "start": 2, "end": 5},
        )
    )
    assert camera.at(2.0).zoom == pytest.approx(1)
    yaw = np.degrees(np.arctan2(camera.at(2.0).rotation[2, 0], camera.at(2.0).rotation[2, 2]))
    assert yaw == pytest.approx(-4)
    assert camera.at(5.0).zoom == pytest.approx(1.2)
    assert camera.at(5.0).rotation == pytest.approx(camera.at(2.0).rotation)


@pytest.mark.parametrize("verb", ["pan", "zoom", "push", "orbit", "handheld"])
def test_a_loop_comes_back(verb):
    direction = {"pan": "left", "zoom": "in", "push": "in", "orbit": "right", "handheld": None}[verb]
    amount = {"zoom": 1.1, "push": 0.2, "handheld": 1.0}.get(verb, 4.0)
    camera = Camera(plan({"move": verb, "direction": direction, "amount": amount}), loop=True)
    middle, end = camera.at(2.6), camera.at(5.0)
    assert end.zoom == pytest.approx(1)
    assert end.rotation == pytest.approx(np.eye(3), abs=1e-9)
    assert end.position == pytest.approx(np.zeros(3), abs=1e-9)
    moved = abs(middle.zoom - 1) + np.abs(middle.rotation - np.eye(3)).max() + np.abs(middle.position).max()
    assert moved > 1e-3


def test_handheld_starts_from_rest_and_follows_its_seed():
    shaky = plan({"move": "handheld", "amount": 1.0})
    one, other = Camera(shaky, seed=1), Camera(shaky, seed=2)
    assert one.at(0.0).rotation == pytest.approx(np.eye(3))
    assert np.abs(one.at(2.0).rotation - other.at(2.0).rotation).max() > 1e-4
    assert one.at(2.0).rotation == pytest.approx(Camera(shaky, seed=1).at(2.0).rotation)


def test_a_wide_pan_is_limited_to_what_the_border_holds_and_said_so():
    scene = make_scene(SIZE)
    limited, notes = limit_camera(plan({"move": "pan", "direction": "left", "amount": 30}), scene)
    assert 1 < limited.camera[0].amount < 6
    assert [note.code for note in notes] == ["camera.limited.border"]
    assert f"{Borders.of(scene).room.left:.0%}" in notes[0].message


def test_a_push_is_limited_by_how_sure_the_depth_is():
    wide = plan({"move": "push", "direction": "in", "amount": 0.9})
    unsure, notes = limit_camera(wide, make_scene(SIZE, sure=0.2))
    sure, _ = limit_camera(wide, make_scene(SIZE, sure=1.0))
    assert unsure.camera[0].amount == pytest.approx(0.15)
    assert sure.camera[0].amount == pytest.approx(0.40)
    assert notes[0].code == "camera.limited.depth"


def test_what_is_within_the_limits_is_left_alone_and_limiting_twice_changes_nothing():
    scene = make_scene(SIZE)
    gentle = plan({"move": "push", "direction": "in", "amount": 0.1})
    assert limit_camera(gentle, scene) == (gentle, ())
    once, _ = limit_camera(plan({"move": "zoom", "direction": "out", "amount": 2}), scene)
    assert limit_camera(once, scene) == (once, ())


def test_more_may_be_shown_beyond_what_is_smooth_than_beyond_structure():
    wide, smooth = plan({"move": "pan", "direction": "right", "amount": 30}), np.full((180, 320, 3), 120, np.uint8)
    rough = np.random.default_rng(0).integers(0, 255, (45, 80, 3), np.uint8).repeat(4, 0).repeat(4, 1)
    structured, even = (make_scene(SIZE, pixels=pixels) for pixels in (rough, smooth))
    assert Borders.of(structured).room.right < HARD + 0.02
    assert Borders.of(even).room.right == pytest.approx(EASY)
    amounts = [limit_camera(wide, scene)[0].camera[0].amount for scene in (structured, even)]
    assert amounts[1] > 1.8 * amounts[0]


def cropped() -> np.ndarray:
    """A figure that the upper border cuts through."""
    subject = np.zeros((180, 320), np.float32)
    subject[:120, 110:210] = 1
    return subject


def test_a_subject_cut_by_the_border_is_not_continued_and_the_tilt_goes_inside_a_zoom():
    scene = make_scene(SIZE, subject=cropped())
    assert Borders.of(scene).names == ("upper",)
    limited, notes = limit_camera(plan({"move": "tilt", "direction": "up", "amount": 4}), scene)
    tilt, zoom = limited.camera
    assert (tilt.move, tilt.direction, zoom.move, zoom.direction) == ("tilt", "up", "zoom", "in")
    assert tilt.amount > 2
    assert [note.code for note in notes] == ["camera.joined.border"]
    assert "upper border" in notes[0].message
    lens = Intrinsics.of(SIZE, scene.focal)
    for t in np.linspace(0, 5, 21):
        top = unproject(Places(*(np.array([[v]], np.float32) for v in (160, 0))), camera_of(scene, limited).at(t),
                        lens, scene.disparity[::2, ::2], None)  # fmt: skip
        assert top.y[0, 0] > -(CUT + 0.002) * SIZE[0]


def test_a_pull_out_turns_away_from_the_side_that_cuts_the_subject():
    scene = make_scene(SIZE, subject=cropped(), pixels=np.full((180, 320, 3), 120, np.uint8))
    limited, notes = limit_camera(plan({"move": "zoom", "direction": "out", "amount": 1.15}), scene)
    assert [(move.move, move.direction) for move in limited.camera] == [("zoom", "out"), ("tilt", "down")]
    assert limited.camera[0].amount > 1.05
    assert [note.code for note in notes] == ["camera.joined.border"]
    assert limit_camera(limited, scene) == (limited, ())


@pytest.mark.parametrize(("move", "joined"), [("truck", "pan"), ("pedestal", "tilt")])
def test_a_move_that_would_not_be_seen_is_joined_by_one_that_is(move: str, joined: str):
    far, side = make_scene(SIZE, disparity=0.1, sure=0.2), {"truck": "right", "pedestal": "up"}[move]
    asked = plan({"move": move, "direction": side, "amount": 0.06})
    limited, notes = limit_camera(asked, far)
    assert [(one.move, one.direction) for one in limited.camera] == [(move, side), (joined, side)]
    assert View.of(far).travel(limited) == pytest.approx(VISIBLE, abs=0.002)
    assert [note.code for note in notes] == ["camera.limited.depth", "camera.joined.visible"]
    assert limit_camera(limited, far) == (limited, ())
    tiny = plan({"move": move, "direction": side, "amount": 0.005})
    assert limit_camera(tiny, far) == (tiny, ())  # as small as it was asked for


def test_a_push_goes_toward_a_subject_that_stands_aside_and_it_keeps_its_place():
    subject = np.zeros((180, 320), np.float32)
    subject[70:110, 40:80] = 1
    scene = make_scene(SIZE, subject=subject, disparity=0.6)
    limited, notes = limit_camera(plan({"move": "push", "direction": "in", "amount": 0.3}), scene)
    assert [(one.move, one.direction) for one in limited.camera] == [("push", "in"), ("pan", "left")]
    assert [note.code for note in notes] == ["camera.aimed"]
    lens, at = Intrinsics.of(SIZE, scene.focal), [np.array([[v]], np.float32) for v in (60, 90)]
    end = project(Places(*at), camera_of(scene, limited).at(5.0), lens, np.full((1, 1), 0.6, np.float32))
    assert end.x[0, 0] == pytest.approx(60, abs=6)  # 18 px farther out without
    middle = make_scene(SIZE, subject=disc(SIZE), disparity=0.6)
    assert len(limit_camera(plan({"move": "push", "direction": "in", "amount": 0.3}), middle)[0].camera) == 1
