"""Pictures of a page: the colour wheel, the contact sheet, what is left without the camera, and heat."""

from __future__ import annotations

import base64
from dataclasses import replace
from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image

from stillreel.evaluation import footage
from stillreel.evaluation.camera import CameraReading, read_camera
from stillreel.evaluation.observation import Observation
from stillreel.evaluation.page import flow_colour, pictures, sheet
from stillreel.evaluation.page.moments import Moment
from stillreel.evaluation.page.remainder import remainder
from stillreel.evaluation.page.stillness import still
from stillreel.motion.plan import MotionPlan
from tests.fakes.scenes import make_scene, texture

SIZE = (320, 180)
PATCH = (slice(60, 120), slice(200, 260))


def opened(address: str) -> Image.Image:
    return Image.open(BytesIO(base64.b64decode(address.partition(",")[2])))


def zoomed(own: float = 0.0) -> Observation:
    """A zoom of 12 %, and a patch that goes `own` pixels to the right beside it."""
    first = texture(SIZE, 5)
    frames = []
    for share in np.linspace(0, 1, 7):
        frame = first.copy()
        moved = cv2.warpAffine(
            first, np.array([[1, 0, own * share], [0, 1, 0]]), SIZE, borderMode=cv2.BORDER_REFLECT
        )
        frame[PATCH] = moved[PATCH]
        by = 1 + 0.12 * share
        middle = (SIZE[0] - 1) / 2 * (1 - by), (SIZE[1] - 1) / 2 * (1 - by)
        frames.append(cv2.warpAffine(frame, np.array([[by, 0, middle[0]], [0, by, middle[1]]]), SIZE,
                                     flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT))  # fmt: skip
    return Observation(footage.gather(frames, 6))


@pytest.fixture(scope="module")
def moving() -> Observation:
    return zoomed(9.0)


@pytest.fixture(scope="module")
def camera(moving: Observation) -> CameraReading:
    return read_camera(moving)


def test_the_wheel_knows_rest_and_the_directions_apart() -> None:
    flow = np.array([[[0, 0], [4, 0], [-4, 0], [0, 4], [0, -4], [2, 0]]], np.float32)
    rest, right, left, down, up, half = flow_colour.coloured(flow, 4.0)[0].astype(int)
    assert rest.tolist() == [255, 255, 255]
    assert right[0] == 255
    assert right[1:].max() < 10  # red
    assert left[0] < 10  # cyan
    assert down[2] < 10  # yellow to green
    assert up[2] == 255  # blue to violet
    assert (half >= right).all()
    assert half.sum() > right.sum()


def test_neighbouring_directions_have_neighbouring_colours_all_around() -> None:
    turn = np.linspace(-np.pi, np.pi, 721)
    ring = flow_colour.coloured(np.stack([np.cos(turn), np.sin(turn)], -1)[None], 1.0)[0].astype(int)
    assert np.abs(np.diff(ring, axis=0)).max() <= 24


def test_untrusted_places_are_striped_and_do_not_set_the_scale() -> None:
    flow = np.zeros((4, 4, 2), np.float32)
    flow[0] = 900
    trusted = np.ones((4, 4), bool)
    trusted[0] = False
    assert flow_colour.reach(flow, trusted) == 1.0
    shown = flow_colour.coloured(flow, 1.0, trusted)
    assert set(np.unique(shown[0])) <= set(flow_colour.UNKNOWN)
    assert (shown[1:] == 255).all()


def test_the_legend_is_clear_around_its_disc() -> None:
    disc = flow_colour.wheel(64)
    assert disc[0, 0, 3] == 0
    assert disc[32, 32].tolist()[3] == 255
    assert disc[32, 62, 0] == 255
    assert disc[32, 62, 1] < 40


def test_a_contact_sheet_shows_first_and_last_at_their_times() -> None:
    frames = np.stack([np.full((90, 160, 3), value, np.uint8) for value in range(0, 240, 8)])
    shots = sheet.contact_sheet(frames, 10.0, most=5, longest=80)
    assert [shot.seconds for shot in shots] == [0.0, 0.7, 1.4, 2.2, 2.9]
    assert [opened(shot.address).size for shot in shots] == [(80, 45)] * 5
    assert abs(int(np.asarray(opened(shots[-1].address))[20, 20, 0]) - 232) <= 2


def test_a_contact_sheet_of_few_frames_shows_each_once() -> None:
    assert len(sheet.contact_sheet(np.zeros((3, 20, 30, 3), np.uint8), 3.0)) == 3


def test_without_the_camera_a_zoom_leaves_nothing() -> None:
    seen = zoomed()
    left = remainder(seen, read_camera(seen))
    assert np.linalg.norm(seen.reach[-1].forward[5:-5, 5:-5], axis=-1).max() > 9
    assert np.nanquantile(left.speed, 0.9) < 0.4


def test_without_the_camera_what_moves_by_itself_is_left(moving: Observation, camera: CameraReading) -> None:
    left = remainder(moving, camera)
    inside = left.last[75:105, 215:245]
    assert np.median(inside[..., 0]) == pytest.approx(9 * 1.12, abs=1.0)
    assert abs(np.median(inside[..., 1])) < 0.5
    assert np.nanmedian(left.speed[:, :150]) < 0.4


def test_the_pictures_of_motion_have_one_scale_in_clip_pixels(
    moving: Observation, camera: CameraReading
) -> None:
    made = pictures.motion_pictures(moving, camera)
    assert [opened(one.shot.address).size for one in made.figures] == [SIZE] * 4
    assert 9 < made.wheel.reach < 30
    assert all(one.caption and one.alt for one in made.figures)
    hot = np.asarray(opened(made.figures[-1].shot.address)).astype(int)
    assert hot[PATCH].max(-1).mean() > 2 * hot[:, :150].max(-1).mean()


def test_a_camera_that_is_hardly_known_is_not_taken_out(moving: Observation, camera: CameraReading) -> None:
    doubtful = replace(camera, confidence=0.1)
    made = pictures.motion_pictures(moving, doubtful)
    assert made.left is None
    assert made.heat.unit == "px a second"
    assert "the camera included" in made.figures[-1].caption
    assert not any("taken out" in one.caption for one in made.figures)


def test_leakage_is_shown_only_where_the_plan_lets_nothing_move(
    moving: Observation, camera: CameraReading
) -> None:
    plan = MotionPlan.model_validate({"seconds": 1, "motions": [{"kind": "cloth", "region": "box 0.6 0.3 0.9 0.7",
                                                                 "start": 0, "end": 1}]})  # fmt: skip
    seen = replace(moving, plan=plan, scene=make_scene(SIZE))
    where = still(seen)
    assert where is not None
    assert not where[PATCH].any()
    assert where[:, :150].all()
    made = pictures.motion_pictures(seen, camera)
    assert made.leaked is not None
    alone, leaked = (
        np.asarray(opened(one.shot.address)).astype(int) for one in (made.figures[-1], made.leaked)
    )
    assert (np.ptp(leaked[PATCH], axis=-1) < 40).mean() > 0.9  # no heat there
    assert np.ptp(alone[PATCH], axis=-1).mean() > 60


def test_what_is_held_shall_stand_still_though_all_else_moves(moving: Observation) -> None:
    whole = {"kind": "sway", "region": "whole", "start": 0, "end": 1}
    plan = MotionPlan.model_validate({"seconds": 1, "motions": [whole]})
    assert still(replace(moving, plan=plan, scene=make_scene(SIZE))) is None
    held = still(
        replace(moving, plan=plan.model_copy(update={"hold": ("box 0 0 0.5 1",)}), scene=make_scene(SIZE))
    )
    assert held is not None
    assert held[:, :150].all()
    assert not held[:, 170:].any()
    assert still(moving) is None


def test_a_moment_is_shown_between_the_frames_beside_it() -> None:
    frames = [np.full((40, 60, 3), 20 * value, np.uint8) for value in range(8)]
    film = footage.gather(frames, 10.0)
    shown = pictures.moments(
        film, [Moment(0.4, ("temporal_flicker", "cuts")), Moment(0.0, ("cuts",)), Moment(0.7, ())]
    )
    assert shown[0].caption == "0.40 s: temporal flicker, cuts"
    rows = [np.asarray(opened(one.shot.address)).astype(int)[20, :, 0] for one in shown]
    assert [[round(row[at] / 20) for at in (30, 94, 158)] for row in rows] == [
        [3, 4, 5],
        [0, 1, 2],
        [6, 7, 7],
    ]


def test_photo_and_first_frame_are_held_against_each_other() -> None:
    photo = np.full((60, 90, 3), 100, np.uint8)
    first = photo.copy()
    first[:, 45:] += 10
    apart = pictures.faithful(photo, first)[2]
    shown = np.asarray(opened(apart.shot.address)).astype(int)
    assert abs(shown[30, 10].mean()) <= 3
    assert abs(shown[30, 80].mean() - 40) <= 4
    assert "5.00 of 255" in apart.caption


def test_a_photo_of_another_size_is_compared_too() -> None:
    assert len(pictures.faithful(np.zeros((30, 50, 3), np.uint8), np.zeros((60, 90, 3), np.uint8))) == 3
