"""Parts at head scale, on photographs that ship inside scikit-image."""

from types import MappingProxyType

import numpy as np
import pytest
from skimage import data

from stillreel.scene.faces import LEFT_EYE, RIGHT_EYE, find_faces
from stillreel.scene.heads import NAMES, Heads, find_heads, head_crop
from stillreel.scene.parts import Parts, segment
from stillreel.scene.people import complete, with_heads


@pytest.fixture(scope="module")
def looked():
    pixels = data.astronaut()
    found = segment(pixels)
    faces = find_faces(pixels, found.person, found.face_skin)
    return pixels, found, faces, find_heads(pixels, faces)


def test_the_astronauts_hair_and_face_are_known(looked):
    heads: Heads = looked[3]
    for name in NAMES:
        values = heads.maps[name]
        assert values.shape == (512, 512)
        assert values.dtype == np.float32
        assert 0 <= values.min() <= values.max() <= 1
    assert heads.maps["hair"][30:55, 195:250].mean() > 0.6
    assert heads.maps["face_skin"][100:150, 205:240].mean() > 0.6
    assert heads.maps["person"][60:160, 190:250].mean() > 0.8
    assert heads.maps["hair"][100:150, 205:240].mean() < 0.2


def test_nothing_is_said_away_from_the_heads(looked):
    heads: Heads = looked[3]
    away = heads.cover == 0
    assert away.any()
    assert all(not heads.maps[name][away].any() for name in NAMES)


def test_a_crop_has_level_eyes_and_looks_further_below_than_above(looked):
    face = looked[2][0]
    crop = head_crop(face.landmarks)
    ends = np.array([face.landmarks[list(eye), :2].mean(0) for eye in (LEFT_EYE, RIGHT_EYE)])
    placed = ends @ crop.matrix(160)[:, :2].T + crop.matrix(160)[:, 2]
    assert abs(placed[0, 1] - placed[1, 1]) < 0.5
    assert placed[:, 1].mean() < 80


def test_without_faces_nothing_changes(looked):
    pixels, found, _, _ = looked
    assert complete(pixels, found, ()) is found


def test_the_person_with_the_face_is_the_subject(looked):
    pixels, found, faces, heads = looked
    empty = np.zeros((512, 512), np.float32)
    blind = Parts(*[empty] * 6, confidence=MappingProxyType(dict.fromkeys(found.confidence, 0.0)))
    seen = with_heads(pixels, blind, heads, faces)
    assert seen.confidence["subject"] > 0.4
    assert seen.subject[60:160, 190:250].mean() > 0.8
    assert seen.subject[:100, :60].mean() < 0.1
