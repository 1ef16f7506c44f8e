"""Faces on photographs that ship inside scikit-image and matplotlib; places measured by hand and by the teacher."""

import cv2
import numpy as np
import pytest
from matplotlib import cbook
from PIL import Image
from skimage import data

from stillreel.scene.faces import (
    CHIN,
    COUNT,
    LEFT_EYE,
    LIPS_OUTER,
    MIRROR,
    NOSE_RIDGE,
    RIGHT_EYE,
    Face,
    find_faces,
)
from stillreel.scene.heads import shows_a_face
from stillreel.scene.landmarks import (
    LEFT_EYE_LOWER,
    LEFT_EYE_UPPER,
    LEFT_IRIS,
    MOUTH_CORNERS,
    OVAL,
    RIGHT_EYE_LOWER,
    RIGHT_EYE_UPPER,
)
from stillreel.scene.parts import segment

# Picture's left eye, right eye, nose tip, left and right mouth corner, chin.
ASTRONAUT = np.array([[204, 102], [247, 104], [223, 127], [202, 139], [245, 141], [221, 178]])
HOPPER = np.array([[223, 192], [306, 188], [266, 238], [235, 279], [302, 277], [271, 334]])


def grace_hopper() -> np.ndarray:
    with Image.open(str(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False))) as photo:
        return np.asarray(photo.convert("RGB"))


def faces_of(pixels: np.ndarray) -> tuple[Face, ...]:
    parts = segment(pixels)
    return find_faces(pixels, parts.person, parts.face_skin)


def marks(face: Face) -> np.ndarray:
    """(6, 2): the places of ASTRONAUT and HOPPER."""
    p = face.landmarks[:, :2]
    return np.array([p[list(LEFT_EYE)].mean(0), p[list(RIGHT_EYE)].mean(0), p[NOSE_RIDGE[5]], p[MOUTH_CORNERS[0]],
                     p[MOUTH_CORNERS[1]], p[OVAL[18]]])  # fmt: skip


def error(face: Face, truth: np.ndarray) -> float:
    """Mean distance as a share of the distance between the eyes."""
    apart = np.linalg.norm(marks(face) - truth, axis=1).mean()
    return float(apart / np.linalg.norm(truth[0] - truth[1]))


@pytest.fixture(scope="module")
def astronaut() -> Face:
    faces = faces_of(data.astronaut())
    assert len(faces) == 1
    return faces[0]


def test_the_astronauts_landmarks(astronaut: Face):
    assert astronaut.landmarks.shape == (COUNT, 3)
    assert astronaut.landmarks.dtype == np.float32
    assert error(astronaut, ASTRONAUT) < 0.12
    assert astronaut.confidence > 0.4
    x0, y0, x1, y1 = astronaut.box
    assert x0 < 204 < 247 < x1
    assert y0 < 102 < 178 < y1 + 8


def test_grace_hoppers_landmarks():
    faces = faces_of(grace_hopper())
    assert len(faces) == 1
    assert error(faces[0], HOPPER) < 0.12


def test_a_face_is_found_without_maps():
    faces = find_faces(grace_hopper(), None, None)
    assert len(faces) == 1
    assert error(faces[0], HOPPER) < 0.12


def test_open_eyes_are_open_and_the_lids_apart(astronaut: Face):
    assert min(astronaut.openness) > 0.5
    p = astronaut.landmarks
    for upper, lower in ((LEFT_EYE_UPPER, LEFT_EYE_LOWER), (RIGHT_EYE_UPPER, RIGHT_EYE_LOWER)):
        assert (p[list(lower), 1] - p[list(upper), 1])[2:-2].min() > 0
        assert upper[0] == lower[0]
        assert upper[-1] == lower[-1]
    assert p[LEFT_IRIS[0], 0] == pytest.approx(p[list(LEFT_EYE), 0].mean(), abs=6)


def test_depth_is_negative_toward_the_camera(astronaut: Face):
    z = astronaut.landmarks[:, 2]
    assert z[NOSE_RIDGE[5]] < z[list(LIPS_OUTER)].mean() < z[[OVAL[8], OVAL[28]]].mean()
    assert z[list(CHIN)].mean() < z[[OVAL[8], OVAL[28]]].mean()


def test_a_mirrored_photo_mirrors_the_face(astronaut: Face):
    (face,) = faces_of(np.ascontiguousarray(data.astronaut()[:, ::-1]))
    back = face.landmarks[list(MIRROR)] * (-1, 1, 1) + (511, 0, 0)
    apart = np.linalg.norm((back - astronaut.landmarks)[:, :2], axis=1).mean()
    assert apart < 0.06 * np.linalg.norm(ASTRONAUT[0] - ASTRONAUT[1])
    assert face.pose[0] == pytest.approx(-astronaut.pose[0], abs=4)
    assert face.pose[2] == pytest.approx(-astronaut.pose[2], abs=3)


@pytest.mark.parametrize("degrees", [-18, 18])
def test_roll_follows_the_picture(astronaut: Face, degrees: float):
    matrix = cv2.getRotationMatrix2D((224, 128), -degrees, 1.0)  # OpenCV turns counterclockwise
    turned = cv2.warpAffine(data.astronaut(), matrix, (512, 512), borderMode=cv2.BORDER_REPLICATE)
    (face,) = faces_of(turned)
    assert face.pose[2] - astronaut.pose[2] == pytest.approx(degrees, abs=6)
    assert error(face, ASTRONAUT @ matrix[:, :2].T + matrix[:, 2]) < 0.15


def test_a_small_face_in_a_large_photo_is_found():
    photo = np.full((720, 1280, 3), 90, np.uint8)
    photo[300:556, 700:956] = cv2.resize(data.astronaut(), (256, 256), interpolation=cv2.INTER_AREA)
    (face,) = faces_of(photo)
    assert error(face, ASTRONAUT / 2 + (700, 300)) < 0.2


def test_two_faces_come_largest_first():
    hopper = grace_hopper()
    photo = np.full((600, 1024, 3), 120, np.uint8)
    photo[:, :512] = hopper
    photo[88:, 512:] = data.astronaut()
    faces = faces_of(photo)
    assert len(faces) == 2
    assert error(faces[0], HOPPER) < 0.15
    assert error(faces[1], ASTRONAUT + (512, 88)) < 0.15


@pytest.mark.parametrize("name", ["coffee", "chelsea", "rocket", "brick"])
def test_no_face_where_nobody_is(name: str):
    picture = getattr(data, name)()
    picture = picture if picture.ndim == 3 else np.dstack([picture] * 3)
    assert faces_of(picture) == ()


def test_mirroring_twice_changes_nothing():
    assert [MIRROR[MIRROR[i]] for i in range(COUNT)] == list(range(COUNT))
    assert MIRROR[LEFT_EYE[0]] == RIGHT_EYE[0]


@pytest.mark.parametrize(("turns", "roll"), [(1, -90), (3, 90)])
def test_a_head_that_lies_is_found(astronaut: Face, turns: int, roll: int):
    faces = faces_of(np.ascontiguousarray(np.rot90(data.astronaut(), turns)))
    assert len(faces) == 1
    assert abs(faces[0].pose[2] - roll) < 20
    x, y = (astronaut.box[0] + astronaut.box[2]) / 2, (astronaut.box[1] + astronaut.box[3]) / 2
    x, y = (y, 511 - x) if turns == 1 else (511 - y, x)
    assert faces[0].box[0] < x < faces[0].box[2]
    assert faces[0].box[1] < y < faces[0].box[3]


@pytest.mark.parametrize("away", [(0, 90, 0), (100, 60, 0), (0, 200, 0), (-150, 100, 0)])
def test_only_a_face_is_a_face_at_head_scale(astronaut: Face, away: tuple[int, int, int]):
    assert shows_a_face(data.astronaut(), astronaut.landmarks)
    assert not shows_a_face(data.astronaut(), astronaut.landmarks + np.array(away, np.float32))
