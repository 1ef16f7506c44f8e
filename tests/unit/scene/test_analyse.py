"""The whole of stage 1 with people found by no network, and its files."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from stillreel.scene import PARTS, analyse, save
from stillreel.scene.parts import NAMES, Parts
from stillreel.scene.subject import accept_subject

from .pictures import H, W, figure, landscape, no_faces, nobody, someone


def seen(pixels: np.ndarray, segment=nobody, **options):
    return analyse(pixels, segment=segment, find_faces=no_faces, **options)


def test_a_scene_is_complete_and_within_its_ranges():
    picture, _ = landscape()
    scene = seen(picture, someone(figure()))
    assert tuple(scene.parts)
    assert set(scene.parts) == set(PARTS)
    for plane in (scene.disparity, scene.subject, *scene.parts.values()):
        assert plane.shape == (H, W)
        assert plane.dtype == np.float32
        assert 0 <= plane.min() <= plane.max() <= 1
    names = {"disparity", "subject", "faces", "horizon", "verticals", *PARTS}
    assert names <= set(scene.confidence)
    assert all(0 <= value <= 1 for value in scene.confidence.values())
    assert scene.pixels is picture
    assert scene.latent is None


def test_absent_parts_are_exactly_zero():
    picture, _ = landscape()
    scene = seen(picture)
    for name in ("person", "hair", "skin", "cloth"):
        assert not scene.parts[name].any()
        assert scene.confidence[name] == 0
    assert not scene.subject.any()


def test_the_subjects_step_in_depth_lies_on_its_matte():
    picture, _ = landscape()
    body = figure()
    scene = seen(picture, someone(body))
    row = scene.disparity[int(0.34 * H)]
    edge = int(np.argmax(np.abs(np.diff(row[: W // 2]))))
    assert abs(edge - (W // 2 - 16)) <= 3


def test_focal_length_comes_from_the_camera_where_it_is_known():
    picture, _ = landscape()
    assert seen(picture).focal == pytest.approx(0.9 * W)
    assert seen(picture, focal_35mm=43.27).focal == pytest.approx(np.hypot(W, H), rel=1e-3)
    assert seen(picture, focal_35mm=0.0).focal == pytest.approx(0.9 * W)


def test_steps_are_counted_to_the_end():
    calls: list[tuple[int, int]] = []
    seen(landscape()[0], on_step=lambda step, steps: calls.append((step, steps)))
    assert calls == [(i, 5) for i in range(1, 6)]


@pytest.mark.parametrize("shape", [(40, 700), (700, 40), (16, 16)])
def test_odd_shapes_pass(shape):
    pixels = np.random.default_rng(0).integers(0, 255, (*shape, 3), dtype=np.uint8)
    assert seen(pixels).disparity.shape == shape


def test_the_same_photo_gives_the_same_scene():
    picture, _ = landscape()
    first, second = seen(picture), seen(picture)
    assert np.array_equal(first.disparity, second.disparity)
    assert all(np.array_equal(first.parts[name], second.parts[name]) for name in PARTS)
    assert first.confidence == second.confidence


def found(alpha: np.ndarray, person: float, sure: float) -> Parts:
    maps = {name: np.zeros_like(alpha) for name in NAMES} | {"subject": alpha, "person": alpha * person}
    return Parts(**maps, confidence=dict.fromkeys(NAMES, 0.0) | {"subject": sure, "person": person})


def test_a_wall_and_a_guess_are_no_subject_and_a_figure_is():
    wall = np.zeros((H, W), np.float32)
    wall[: int(0.8 * H)] = 1
    assert accept_subject(found(wall, 0.0, 0.9))[1] == 0
    assert accept_subject(found(figure(), 1.0, 0.2))[1] == 0
    alpha, sure = accept_subject(found(figure(), 1.0, 0.9))
    assert sure > 0.8
    assert np.array_equal(alpha, figure())


def test_specks_are_dropped_from_the_subject():
    alpha = figure()
    alpha[5:9, 5:9] = 1
    kept, _ = accept_subject(found(alpha, 1.0, 0.9))
    assert not kept[:20, :20].any()
    assert kept[int(0.6 * H), W // 2] == 1


def test_saved_files_say_what_the_scene_holds(tmp_path):
    scene = seen(landscape()[0], someone(figure()))
    save(scene, tmp_path / "scene")
    folder = tmp_path / "scene"
    deep = np.asarray(Image.open(folder / "disparity.png"))
    assert deep.dtype == np.uint16
    assert np.abs(deep / 65535 - scene.disparity).max() < 1e-4
    subject = np.asarray(Image.open(folder / "subject.png"))
    assert np.abs(subject / 255 - scene.subject).max() < 0.005
    assert {path.stem for path in (folder / "parts").glob("*.png")} == set(PARTS)
    told = json.loads((folder / "scene.json").read_text())
    assert told["size"] == [W, H]
    assert told["confidence"]["sky"] == pytest.approx(scene.confidence["sky"], abs=1e-4)
    assert told["faces"] == []
    with Image.open(folder / "scene.png") as sheet:
        assert sheet.width > 2 * W
