"""The camera read back from clips whose path is known, drawn here over planes and over a ramp of depth."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from stillreel.evaluation import footage
from stillreel.evaluation.camera import read_camera
from stillreel.evaluation.observation import Observation
from stillreel.motion.camera import Camera, Intrinsics
from stillreel.motion.plan import MotionPlan
from tests.fakes.scenes import make_scene, texture

SIZE = (320, 180)
FRAMES = 9
LENS = Intrinsics.of(SIZE, 0.9 * SIZE[0])
RAMP = np.repeat(np.linspace(0.1, 1.0, SIZE[1], dtype=np.float32)[:, None], SIZE[0], axis=1)


def clip(verb: str, direction: str | None, amount: float, disparity: float | np.ndarray) -> Observation:
    """Frames by an inverse warp of their own: not the renderer of the program."""
    move = {"move": verb, "direction": direction, "amount": amount, "start": 0, "end": 1}
    camera = Camera(MotionPlan.model_validate({"seconds": 1, "camera": [move]}))
    depth = np.broadcast_to(np.float32(disparity), SIZE[::-1])
    noise = np.random.default_rng(1)
    first = texture(SIZE, 5)
    frames = [_seen(first, camera.at(index / (FRAMES - 1)), depth) for index in range(FRAMES)]
    noisy = [np.clip(frame + noise.normal(0, 1.5, frame.shape), 0, 255).astype(np.uint8) for frame in frames]
    return Observation(footage.gather([first, *noisy[1:]], FRAMES - 1))


def _seen(first: np.ndarray, pose, depth: np.ndarray) -> np.ndarray:
    x, y = (axis.astype(float) for axis in np.meshgrid(*(np.arange(n) for n in depth.shape[::-1])))
    at_x, at_y = x.copy(), y.copy()
    for _ in range(12):  # the place whose projection is (x, y), by fixed point
        d = cv2.remap(depth.astype(np.float32), at_x.astype(np.float32), at_y.astype(np.float32), cv2.INTER_LINEAR,
                      borderMode=cv2.BORDER_REPLICATE)  # fmt: skip
        ray = np.stack([(at_x - LENS.cx) / LENS.focal, (at_y - LENS.cy) / LENS.focal, np.ones_like(x)], -1)
        seen = (ray - d[..., None] * pose.position) @ (LENS.matrix(pose.zoom) @ pose.rotation).T
        at_x, at_y = at_x + x - seen[..., 0] / seen[..., 2], at_y + y - seen[..., 1] / seen[..., 2]
    return cv2.remap(
        first,
        at_x.astype(np.float32),
        at_y.astype(np.float32),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REFLECT,
    )


@pytest.mark.parametrize(
    ("verb", "direction", "amount"),
    [("pan", "left", 3.0), ("pan", "right", 1.0), ("tilt", "up", 2.0), ("roll", "clockwise", 3.0),
     ("zoom", "in", 1.15), ("zoom", "out", 1.1)],
)  # fmt: skip
def test_turns_and_zooms_are_read_to_two_percent(verb, direction, amount):
    reading = read_camera(clip(verb, direction, amount, 0.5))
    (move,) = reading.moves
    assert (move.move, move.direction) == (verb, direction)
    grown = (move.amount - 1) / (amount - 1) if verb == "zoom" else move.amount / amount
    assert grown == pytest.approx(1, abs=0.02)
    assert reading.error_median is not None
    assert reading.error_median < 0.3


@pytest.mark.parametrize(("direction", "amount"), [("in", 0.15), ("out", 0.12)])
def test_a_push_over_depth_is_no_zoom_and_its_expansion_is_right(direction, amount):
    reading = read_camera(clip("push", direction, amount, RAMP))
    assert [(move.move, move.direction) for move in reading.moves] == [("push", direction)]
    signed = amount if direction == "in" else -amount
    centre = 1 / (1 - signed * 0.55)
    assert reading.expansion[-1] == pytest.approx(centre, abs=0.02)


def test_over_a_plane_a_push_and_a_zoom_are_one():
    (move,) = read_camera(clip("push", "in", 0.2, 0.5)).moves
    assert {move.move, move.alike} == {"push", "zoom"}


@pytest.mark.parametrize("direction", ["left", "right"])
def test_a_truck_over_depth(direction):
    moves = read_camera(clip("truck", direction, 0.06, RAMP)).moves
    assert [(move.move, move.direction) for move in moves] == [("truck", direction)]


def test_nothing_moves_where_a_thing_moves_by_itself():
    back, front = texture(SIZE, 2), texture((90, 90), 3)
    frames = []
    for index in range(FRAMES):
        frame = back.copy()
        frame[60:150, 100 + index : 190 + index] = front
        frames.append(frame)
    reading = read_camera(Observation(footage.gather(frames, 8.0)))
    assert [move.move for move in reading.moves] == ["static"]


def test_the_scene_gives_the_focal_length_and_the_depth():
    seen = clip("truck", "right", 0.06, RAMP)
    scene = make_scene(SIZE, disparity=RAMP)
    reading = read_camera(Observation(seen.footage, scene=scene))
    (move,) = reading.moves
    assert move.move == "truck"
    assert move.amount == pytest.approx(0.06, rel=0.03)
    assert reading.notes == ()


def test_a_blank_clip_says_that_it_cannot_be_read():
    blank = np.full((90, 160, 3), 128, np.uint8)
    reading = read_camera(Observation(footage.gather([blank, blank, blank], 3.0)))
    assert (reading.moves, reading.confidence) == ((), 0.0)
    assert any("too few places" in note for note in reading.notes)


def test_a_pan_over_more_than_the_view_is_read_in_parts():
    wide = texture((1400, 180), 4)
    reading = read_camera(Observation(footage.gather(_panned(wide, 60.0), 12.0)))
    assert [(move.move, move.direction) for move in reading.moves] == [("pan", "right")]
    assert reading.moves[0].amount == pytest.approx(60, rel=0.03)


def test_the_way_a_pan_bends_the_picture_gives_the_focal_length():
    wide = texture((1400, 180), 6)
    reading = read_camera(Observation(footage.gather(_panned(wide, 12.0, focal=1.25 * SIZE[0]), 12.0)))
    assert [(move.move, move.direction) for move in reading.moves] == [("pan", "right")]
    assert reading.focal == pytest.approx(1.25 * SIZE[0], rel=0.1)
    assert any("focal length" in note for note in reading.notes)


def test_after_a_cut_nothing_is_claimed_and_it_is_said():
    one, other = texture(SIZE, 5), texture(SIZE, 99)
    reading = read_camera(Observation(footage.gather([one] * 6 + [other] * 6, 12.0)))
    assert {move.move for move in reading.moves} <= {"static"}
    assert any("cut" in note or "too little" in note or "too few" in note for note in reading.notes)


def test_two_tiny_frames_are_no_crash():
    tiny = texture((24, 16), 1)
    reading = read_camera(Observation(footage.gather([tiny, tiny], 2.0)))
    assert {move.move for move in reading.moves} <= {"static"}


def _panned(cylinder: np.ndarray, degrees: float, focal: float = 0.9 * SIZE[0], count: int = 13) -> list[np.ndarray]:
    """A camera at the axis of a textured cylinder, turning to the right."""
    x, y = np.meshgrid(np.arange(SIZE[0]) - (SIZE[0] - 1) / 2, np.arange(SIZE[1]) - (SIZE[1] - 1) / 2)
    frames = []
    for yaw in np.radians(np.linspace(0, degrees, count)):
        at_x = (np.arctan2(x, focal) + yaw + 0.65) * focal
        at_y = y / np.hypot(x, focal) * focal + (cylinder.shape[0] - 1) / 2
        frames.append(cv2.remap(cylinder, at_x.astype(np.float32), at_y.astype(np.float32), cv2.INTER_CUBIC,
                                borderMode=cv2.BORDER_REFLECT))  # fmt: skip
    return frames
