"""Cuts, repeated and broken frames, faces: on clips that were damaged on purpose."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from stillreel.evaluation import footage
from stillreel.evaluation.metrics import METRICS
from stillreel.evaluation.observation import Observation
from stillreel.scene.faces import Face
from tests.fakes.scenes import make_scene, texture

SIZE = (256, 144)
MEASURES = {metric.name: metric for metric in METRICS}


def value(name: str, seen: Observation) -> float | None:
    return MEASURES[name].measure(seen)


def slid(count: int, seed: int = 4) -> list[np.ndarray]:
    wide = texture((SIZE[0] + 2 * count, SIZE[1]), seed)
    return [wide[:, 2 * index : 2 * index + SIZE[0]].copy() for index in range(count)]


def seen(frames: list[np.ndarray]) -> Observation:
    return Observation(footage.gather(frames, 24.0))


def test_shots_are_told_apart_where_they_meet():
    observation = seen([*slid(5), *slid(5, 9), *slid(4, 11)])
    course = MEASURES["cuts"].course
    assert course is not None
    assert np.flatnonzero(course(observation)).tolist() == [4, 9]
    assert value("cuts", seen(slid(10))) == 0


@pytest.mark.parametrize("broken", [np.zeros((144, 256, 3), np.uint8), texture(SIZE, 12)])
def test_a_frame_that_belongs_to_nothing_is_found(broken):
    frames = slid(11)
    frames[6] = broken
    course = MEASURES["broken_frames"].course
    assert course is not None
    assert np.flatnonzero(course(seen(frames))).tolist() == [6]
    assert value("broken_frames", seen(slid(11))) == 0


def test_frames_shown_twice_are_counted():
    twice = [frame for frame in slid(6) for _ in range(2)]
    assert value("repeated_frames", seen(twice)) == pytest.approx(6 / 11)
    assert value("repeated_frames", seen(slid(6))) == 0


def test_flicker_is_seen_in_light_and_in_shaking_but_not_in_steady_motion():
    steady = slid(10)
    flashing = [cv2.convertScaleAbs(frame, alpha=1 + 0.03 * (-1) ** at) for at, frame in enumerate(steady)]
    shaken = [np.roll(frame, 2 * (-1) ** at, axis=0) for at, frame in enumerate(steady)]
    quiet = value("temporal_flicker", seen(steady)) or 0.0
    assert quiet < 1.5
    assert (value("temporal_flicker", seen(flashing)) or 0) > quiet + 3
    assert (value("temporal_flicker", seen(shaken)) or 0) > quiet + 3


def with_face(frames: list[np.ndarray]) -> Observation:
    face = Face((90.0, 40.0, 160.0, 110.0), np.zeros((168, 3), np.float32), (1.0, 1.0), (0.0, 0.0, 0.0), 0.9)
    return Observation(footage.gather(frames, 24.0), scene=replace(make_scene(SIZE, pixels=frames[0]), faces=(face,)))


def test_a_face_that_moves_is_the_same_and_one_that_changes_is_not():
    frames = slid(9)
    other = [frame.copy() for frame in frames]
    for at, frame in enumerate(other):
        share = at / 8
        inner = slice(40, 110), slice(90, 160)
        frame[inner] = ((1 - share) * frame[inner] + share * texture((70, 70), 30)).astype(np.uint8)
    same, changed = (value("face_identity", with_face(each)) for each in (frames, other))
    assert same is not None
    assert changed is not None
    assert same > 0.9 > 0.8 > changed
    assert value("face_identity", Observation(footage.gather(frames, 24.0), scene=make_scene(SIZE))) is None


def test_blur_and_cast_are_told():
    frames = slid(9)
    faded = [cv2.GaussianBlur(frame, (0, 0), 2.0) if at > 2 else frame for at, frame in enumerate(frames)]
    warmer = [np.clip(frame + np.array([2, 0, -2]) * at, 0, 255).astype(np.uint8) for at, frame in enumerate(frames)]
    assert (value("sharpness", seen(faded)) or 1) < 0.7
    assert (value("colour_drift", seen(warmer)) or 0) > 4 > (value("colour_drift", seen(frames)) or 0)
