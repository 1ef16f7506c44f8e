"""Advice that needs the scene, and what a photo can do, on scenes drawn by the tests."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from stillreel.motion.abilities import abilities, in_words
from stillreel.photo.advice import Advice
from stillreel.scene import Scene
from stillreel.scene.advice import advise_scene
from stillreel.scene.analyse import analyse
from stillreel.scene.cut import advise_cut
from stillreel.scene.faces import Face
from stillreel.scene.landmarks import COUNT, LEFT_EYE, RIGHT_EYE
from stillreel.scene.parts import NAMES
from stillreel.scene.values import Style
from tests.unit.scene.pictures import H, W, figure, landscape, no_faces, nobody, someone, stuff


def view() -> Scene:
    picture, sky = landscape()
    return analyse(picture, segment=nobody, recognise=lambda rgb: stuff(0.9, sky=sky), find_faces=no_faces)


def portrait(
    pose: tuple[float, float, float] = (0, 0, 0), openness: float = 0.9, left: float = 140, blur: float = 0
) -> Scene:
    """A face of 100 px with crisp features, before hills."""
    picture, _ = landscape()
    cv2.rectangle(picture, (int(left), 60), (int(left) + 100, 160), (225, 180, 150), -1)
    for x in range(int(left) + 8, int(left) + 92, 14):
        cv2.rectangle(picture, (x, 70), (x + 6, 150), (40, 25, 20), -1)
        cv2.line(picture, (x, 150), (x + 40, 110), (250, 240, 230), 2)
    picture = cv2.GaussianBlur(picture, (0, 0), blur) if blur else picture
    points = np.random.default_rng(1).uniform((left, 60, -20), (left + 100, 160, 20), (COUNT, 3)).astype(np.float32)
    for eye, x in ((LEFT_EYE, left + 15), (RIGHT_EYE, left + 60)):
        points[list(eye), 0] = np.linspace(x, x + 25, len(eye))
        points[list(eye), 1] = 95
    face = Face((left, 60, left + 100, 160), points, (openness, openness), pose, 0.9)
    scene = analyse(picture, segment=someone(figure()), recognise=lambda rgb: stuff(0.9), find_faces=no_faces)
    return replace(scene, faces=(face,), confidence={**scene.confidence, "faces": 0.9})


def advice(scene: Scene) -> dict[str, Advice]:
    found = advise_scene(scene)
    assert all(item.message and item.cost and item.fix for item in found)
    return {item.code: item for item in found}


def test_a_sharp_whole_open_face_gets_no_warning() -> None:
    assert not [item for item in advise_scene(portrait()) if item.severity != "info"]


@pytest.mark.parametrize(("blur", "severity"), [(1.1, "warn"), (3.5, "bad")])
def test_a_soft_face_is_found(blur: float, severity: str) -> None:
    assert advice(portrait(blur=blur))["advice.face_soft"].severity == severity


def test_a_cut_turned_or_bowed_face_and_shut_eyes_are_said() -> None:
    assert advice(portrait(left=-40))["advice.face_cut"].value > 0.3
    assert "advice.face_turned" in advice(portrait(pose=(55, 0, 0)))
    assert "advice.face_bowed" in advice(portrait(pose=(5, -35, 0)))
    assert "advice.eyes" in advice(portrait(openness=0.2))
    assert not {"advice.face_turned", "advice.face_bowed", "advice.eyes", "advice.face_cut"} & set(advice(portrait()))


@pytest.mark.parametrize(("left", "side"), [(-40, "left"), (W - 60, "right")])
def test_the_side_that_cuts_a_face_is_said(left: float, side: str) -> None:
    assert f"at the {side}" in advice(portrait(left=left))["advice.face_cut"].message


@pytest.mark.parametrize(("rows", "cut"), [(slice(0, 40), True), (slice(60, 100), False)])
def test_a_face_of_which_too_little_is_left_is_known_by_its_skin_at_the_border(rows: slice, cut: bool) -> None:
    seen = np.zeros((len(NAMES), 128, 128), np.float32)
    for name in ("person", "face_skin"):
        seen[NAMES.index(name), rows, 40:80] = 1
    skin = cv2.resize(seen[NAMES.index("face_skin")], (W, H))
    scene = view()
    scene = replace(scene, parts={**scene.parts, "skin": skin})
    found = list(advise_cut(scene, look=lambda rgb: (seen, seen)))
    assert [item.code for item in found] == ["advice.face_cut"] * cut
    assert not cut or "at the top" in found[0].message


def test_arms_that_reach_in_from_the_border_are_no_face() -> None:
    scene = view()
    arm = np.zeros((H, W), np.float32)
    arm[H // 2 :, 100:160] = 1
    scene = replace(scene, parts={**scene.parts, "skin": arm})
    blank = np.zeros((len(NAMES), 128, 128), np.float32)
    assert not list(advise_cut(scene, look=lambda rgb: (blank, blank)))


@pytest.mark.parametrize(
    ("rows", "columns", "person", "sides"),
    [
        (slice(60, 140), slice(0, W), False, "left and right"),
        (slice(60, H), slice(100, 200), False, ""),
        (slice(60, H), slice(0, W), True, ""),
    ],
)
def test_a_thing_cut_at_opposite_sides_is_said_and_a_chest_is_not(
    rows: slice, columns: slice, person: bool, sides: str
) -> None:
    scene, mask = view(), np.zeros((H, W), np.float32)
    mask[rows, columns] = 1
    parts = {**scene.parts, "person": mask * person}
    scene = replace(scene, subject=mask, parts=parts, confidence={**scene.confidence, "subject": 0.9})
    found = advice(scene)
    assert ("advice.subject_cut" in found) is bool(sides)
    assert not sides or sides in found["advice.subject_cut"].message


def test_a_painting_is_said_to_be_flat() -> None:
    painted = replace(view(), style=Style("painting", 0.8))
    assert "advice.flat_style" in advice(painted)
    assert "advice.flat_style" not in advice(view())
    by_name = {one.name: one for one in abilities(painted)}
    assert by_name["orbit"].verdict == "limited"
    assert "flat" in by_name["orbit"].why


def test_a_tiny_subject_is_said() -> None:
    scene = view()
    subject = np.zeros((H, W), np.float32)
    subject[100:115, 100:120] = 1
    tiny = replace(scene, subject=subject, confidence={**scene.confidence, "subject": 0.9})
    assert advice(tiny)["advice.subject_small"].value == pytest.approx(300 / (H * W), abs=1e-3)


def test_abilities_follow_what_is_there() -> None:
    nowhere, shut = ({one.name: one for one in abilities(scene)} for scene in (view(), portrait(openness=0.2)))
    assert nowhere["clouds"].verdict == "yes"
    assert {nowhere[kind].verdict for kind in ("blink", "hair", "head_turn", "rotate")} == {"no"}
    assert shut["blink"].verdict == "no"
    assert "open" in shut["blink"].why
    assert shut["head_turn"].verdict == "yes"


def test_abilities_agree_with_the_limits_of_the_plan() -> None:
    unsure = view()
    low = replace(unsure, confidence={**unsure.confidence, "disparity": 0.1})
    orbit = next(one for one in abilities(low) if one.name == "orbit")
    assert orbit.verdict == "limited"
    assert orbit.given <= 3.0


def test_the_words_are_few() -> None:
    lines = in_words(abilities(portrait(openness=0.2)))
    assert 1 < len(lines) <= 3
    assert any("blink (no eye is surely open)" in line for line in lines)
