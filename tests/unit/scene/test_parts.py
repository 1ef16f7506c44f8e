"""Subject and parts of people, on photographs that ship inside scikit-image and on pictures drawn here."""

import numpy as np
import pytest
from skimage import data

from stillreel.errors import ModelError
from stillreel.models.embedded.networks import session, weights_hash, weights_path
from stillreel.scene.parts import NAMES, Parts, scenery, segment
from stillreel.scene.refine import guided_filter, refine


@pytest.fixture(scope="module")
def astronaut() -> Parts:
    return segment(data.astronaut())


def ellipse(shape: tuple[int, int], x: float, y: float, rx: float, ry: float) -> np.ndarray:
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    return ((columns - x) / rx) ** 2 + ((rows - y) / ry) ** 2 <= 1


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum())


def test_maps_have_the_photos_size_and_range():
    parts = segment(data.astronaut()[:300])
    for name in NAMES:
        values = getattr(parts, name)
        assert values.shape == (300, 512)
        assert values.dtype == np.float32
        assert 0 <= values.min() <= values.max() <= 1
        assert 0 <= parts.confidence[name] <= 1


def test_the_astronauts_face_and_hair_lie_where_they_are(astronaut: Parts):
    face = ellipse((512, 512), 222, 122, 44, 58)
    assert overlap(astronaut.face_skin > 0.5, face) > 0.55
    assert astronaut.hair[30:55, 195:250].mean() > 0.6
    assert astronaut.hair[100:150, 205:240].mean() < 0.2
    assert astronaut.confidence["face_skin"] > 0.4


def test_the_astronaut_is_subject_and_person(astronaut: Parts):
    body = ellipse((512, 512), 222, 110, 60, 80)
    body[270:480, 120:330] = True
    for values in (astronaut.subject, astronaut.person):
        assert values[body].mean() > 0.8
        assert values[:120, :100].mean() < 0.3
    assert astronaut.confidence["person"] > 0.5


def test_a_mirrored_photo_gives_mirrored_maps(astronaut: Parts):
    mirrored = segment(np.ascontiguousarray(data.astronaut()[:, ::-1]))
    assert np.abs(mirrored.person[:, ::-1] - astronaut.person).mean() < 0.01
    assert mirrored.confidence["hair"] == pytest.approx(astronaut.confidence["hair"], abs=0.02)


@pytest.mark.parametrize("name", ["coffee", "chelsea"])
def test_a_cup_and_a_cat_have_no_face(name: str):
    parts = segment(getattr(data, name)())
    assert parts.confidence["face_skin"] * float((parts.face_skin > 0.5).mean()) < 0.01


def test_an_empty_picture_has_no_parts():
    parts = segment(np.full((90, 160, 3), 128, np.uint8))
    for name in NAMES[1:]:
        assert (getattr(parts, name) > 0.5).mean() < 0.02


def mountains() -> tuple[np.ndarray, np.ndarray]:
    """A bright sky over a rugged ridge from side to side, and the ridge's mask at the network's size."""
    rows, columns = np.mgrid[:256, :256]
    ridge = rows > 140 - 40 * np.abs(np.sin(columns / 40))
    rough = np.random.default_rng(0).integers(20, 90, (256, 256))
    grey = np.where(ridge, rough, 220).astype(np.uint8)
    return np.dstack([grey, grey, grey]), ridge.astype(np.float32)


def test_a_ridge_under_a_sky_is_scenery_and_an_object_is_not():
    picture, ridge = mountains()
    nobody = np.zeros_like(ridge)
    assert scenery(picture, ridge, nobody) > 0.9
    assert scenery(picture, ellipse((256, 256), 128, 150, 60, 60).astype(np.float32), nobody) == 0
    assert scenery(picture, ridge, ridge) == 0  # a person as wide as the picture stays a subject


def test_the_guided_filter_moves_an_edge_onto_the_photos():
    photo = np.full((200, 300, 3), 40, np.uint8)
    photo[:, 150:] = 200
    coarse = np.clip((np.arange(300, dtype=np.float32) - 138) / 20, 0, 1)[None].repeat(200, 0)
    fine = refine(photo, coarse, share=0.04)
    step = np.diff(fine[100])
    assert abs(int(step.argmax()) - 149) <= 1
    assert step.max() > 3 * np.diff(coarse[100]).max()


def test_the_guided_filter_keeps_a_flat_map():
    guide = np.random.default_rng(0).random((50, 60), np.float32)
    assert np.abs(guided_filter(guide, np.full((50, 60), 0.3, np.float32), 5, 1e-3) - 0.3).max() < 1e-4


def test_weights_are_opened_once_and_have_a_hash():
    assert session("parts") is session("parts")
    assert len(weights_hash("parts")) == 64
    assert weights_path("parts").stat().st_size < 20e6


def test_missing_weights_say_so():
    with pytest.raises(ModelError) as caught:
        weights_path("no-such-network")
    assert caught.value.code == "model.weights_missing"


def test_a_cat_has_no_hair_of_a_person():
    parts = segment(data.chelsea())
    assert parts.confidence["hair"] * float((parts.hair > 0.5).mean()) < 0.01
