"""What a scene cannot carry is said and left out; what the prompt left open is filled."""

from dataclasses import replace

import numpy as np
import pytest

from stillreel.motion import describe, fit_to_scene, parse_prompt
from stillreel.motion.plan import DIRECTIONS, KINDS, MotionPlan
from stillreel.scene.faces import Face
from stillreel.scene.values import PARTS, Light, Scene, Style

SIZE = (120, 80)  # width, height


def scene(sure: dict[str, float] | None = None, faces: int = 0, style: str = "photo") -> Scene:
    """A scene in which each part that is named fills the middle, with that confidence."""
    sure = sure or {}
    width, height = SIZE
    block = np.zeros((height, width), np.float32)
    block[20:60, 30:90] = 1
    empty = np.zeros_like(block)
    face = Face((40.0, 20.0, 70.0, 55.0), np.zeros((168, 3), np.float32), (1.0, 1.0), (0.0, 0.0, 0.0), 0.9)
    return Scene(
        pixels=np.full((height, width, 3), 90, np.uint8),
        disparity=np.linspace(0, 1, height, dtype=np.float32)[:, None].repeat(width, 1),
        subject=block if "subject" in sure else empty,
        parts={name: block if name in sure else empty for name in PARTS},
        faces=(face,) * faces,
        light=Light((0.0, 0.0), (1.0, 1.0, 1.0), 0.0),
        style=Style(style, 0.9),  # pyright: ignore[reportArgumentType]
        confidence={"disparity": 0.8, "faces": 0.9 if faces else 0.0, **sure},
        horizon=0.5,
        focal=0.9 * width,
    )


PORTRAIT = scene({"person": 0.9, "hair": 0.9, "subject": 0.9}, faces=1)


def test_motions_that_the_scene_carries_get_its_regions() -> None:
    plan, notes = fit_to_scene(parse_prompt("static, she blinks, hair moves, she breathes", 5.0), PORTRAIT)
    assert [(one.kind, one.region) for one in plan.motions] == [
        ("blink", "face"), ("hair", "hair"), ("breathe", "person"),
    ]  # fmt: skip
    assert notes == ()


@pytest.mark.parametrize(
    ("prompt", "missing"),
    [
        ("she blinks", "face"), ("she turns her head", "face"), ("hair moves", "hair"), ("clouds drift", "sky"),
        ("water ripples", "water"), ("leaves rustle", "foliage"), ("the dress moves", "cloth"),
        ("the product rotates", "subject"), ("she breathes", "person"),
    ],
)  # fmt: skip
def test_a_kind_without_its_region_is_impossible_with_the_reason(prompt: str, missing: str) -> None:
    plan, notes = fit_to_scene(parse_prompt(prompt, 5.0), scene())
    assert plan.motions == ()
    assert missing in plan.words.impossible[-1]
    assert "plan.impossible" in {note.code for note in notes}


def test_water_moves_only_where_it_is_sure_and_asked_for() -> None:
    asked = parse_prompt("water ripples", 5.0)
    assert [one.kind for one in fit_to_scene(asked, scene({"water": 0.8}))[0].motions] == ["water"]
    plan, notes = fit_to_scene(asked, scene({"water": 0.3}))  # a suspicion is enough for what was asked
    assert [(one.region, one.amount) for one in plan.motions] == [("water", 0.7)]
    assert "plan.place_assumed" in {note.code for note in notes}
    assert fit_to_scene(asked, scene({"water": 0.02}))[0].motions == ()
    assert fit_to_scene(parse_prompt("", 5.0), scene({"water": 0.3}))[0].motions == ()
    assert fit_to_scene(parse_prompt("", 5.0), scene({"water": 0.9}))[0].motions == ()


def test_an_empty_prompt_gets_what_is_safe() -> None:
    plan, notes = fit_to_scene(parse_prompt("", 5.0), PORTRAIT)
    assert [one.kind for one in plan.motions] == ["blink", "breathe"]
    assert [(move.move, move.direction) for move in plan.camera] == [("push", "in")]
    assert {note.code for note in notes} == {"plan.motions_filled", "plan.camera_filled"}
    clouds, _ = fit_to_scene(parse_prompt("", 5.0), scene({"sky": 0.9}))
    assert [one.kind for one in clouds.motions] == ["clouds"]


def test_a_prompt_that_asks_only_for_the_impossible_still_gets_a_modest_plan() -> None:
    plan, _ = fit_to_scene(parse_prompt("she walks and sings", 5.0), PORTRAIT)
    assert [one.kind for one in plan.motions] == ["blink", "breathe"]
    assert plan.words.impossible


@pytest.mark.parametrize(
    ("found", "move"),
    [
        (scene({"sky": 0.9}), "push"),
        (scene({"subject": 0.9}), "orbit"),
        (scene(style="drawing"), "zoom"),
        (scene({"disparity": 0.1}), "pan"),
    ],
)
def test_the_camera_suits_the_scene(found: Scene, move: str) -> None:
    plan, _ = fit_to_scene(parse_prompt("rain falls", 5.0), found)
    assert [one.move for one in plan.camera] == [move]
    assert [one.kind for one in plan.motions] == ["rain"]


def test_a_subject_that_turns_is_seen_by_a_still_camera() -> None:
    plan, notes = fit_to_scene(parse_prompt("rotate the product", 5.0), scene({"subject": 0.9, "person": 0.9}))
    assert [move.move for move in plan.camera] == ["static"]
    assert [one.kind for one in plan.motions] == ["rotate"]
    assert "still camera" in notes[-1].message


def test_the_head_of_an_animal_is_said_not_to_be_moved() -> None:
    plan, _ = fit_to_scene(parse_prompt("static, the coyote turns its head", 5.0), scene({"subject": 0.9}))
    assert "animals" in plan.words.impossible[-1]


def test_static_and_a_held_background_forbid_filling() -> None:
    for prompt in ("static camera", "the background stays still"):
        plan, _ = fit_to_scene(parse_prompt(prompt, 5.0), PORTRAIT)
        assert [move.move for move in plan.camera] == ["static"]
    asked, _ = fit_to_scene(parse_prompt("pan left", 5.0), PORTRAIT)
    assert [(move.move, move.direction) for move in asked.camera] == [("pan", "left")]
    assert asked.motions == ()


def test_a_clip_in_which_nothing_moves_is_told() -> None:
    def told(prompt: str, found: Scene) -> bool:
        return "plan.nothing_moves" in {note.code for note in fit_to_scene(parse_prompt(prompt, 5.0), found)[1]}

    assert told("a man juggles, static camera", scene())
    assert told("static camera, hair moves", scene({"sky": 0.1}))
    assert not told("a man juggles, static camera", PORTRAIT)  # who breathes
    assert not told("static camera, nothing moves", scene())  # as asked
    assert not told("slow pan left", scene())


def test_a_box_in_a_plan_is_the_users_own_region() -> None:
    data = {"motions": [{"kind": "water", "region": "box 0.1 0.5 0.9 1.0"}]}
    plan, _ = fit_to_scene(MotionPlan.model_validate(data), scene())
    assert [one.region for one in plan.motions] == ["box 0.1 0.5 0.9 1.0"]


# -- describe ------------------------------------------------------------------------------------------------------
def _facts(plan: MotionPlan) -> tuple[object, ...]:
    camera = [(move.move, move.direction, move.start, move.end) for move in plan.camera]
    return camera, [(one.kind, one.direction) for one in plan.motions], plan.hold


_SIDED = [
    (kind, side) for kind in KINDS for side in (None, "left", "right", "up", "down")
    if side is None or kind not in ("blink", "smile", "breathe")
]  # fmt: skip


@pytest.mark.parametrize(("kind", "direction"), _SIDED)
def test_a_described_motion_is_read_back(kind: str, direction: str | None) -> None:
    if kind in ("rain", "snow") and direction is None:
        direction = "down"
    data = {"motions": [{"kind": kind, "region": "whole", "direction": direction, "end": 5.0}]}
    plan = MotionPlan.model_validate(data)
    read = parse_prompt(describe(plan), 5.0)
    assert [(one.kind, one.direction) for one in read.motions] == [(kind, direction)]
    assert read.camera == ()


@pytest.mark.parametrize(
    ("move", "direction"), [(m, d) for m, sides in DIRECTIONS.items() for d in sides or (None,)]
)
def test_a_described_move_is_read_back(move: str, direction: str | None) -> None:
    amount = {"static": 0.0, "handheld": 0.5, "zoom": 1.25, "dolly_zoom": 1.3}.get(move, 0.1)
    one = {"move": move, "direction": direction, "amount": amount, "start": 0.0, "end": 5.0}
    plan = MotionPlan.model_validate({"camera": [one]})
    read = parse_prompt(describe(plan), 5.0)
    assert _facts(read) == _facts(plan)
    assert read.camera[0].amount == pytest.approx(amount)


@pytest.mark.parametrize(
    "prompt",
    [
        "zoom in for two seconds then pan left, hair moves left, keep the background still",
        "push in while tilting up, she turns her head toward the camera and blinks",
        "static camera, clouds drift right, the sky glows, warm window light",
        "first roll clockwise 5 degrees, then orbit left, finally truck right",
    ],
)
def test_a_described_plan_is_read_back(prompt: str) -> None:
    plan = parse_prompt(prompt, 6.0)
    assert _facts(parse_prompt(describe(plan), 6.0)) == _facts(plan)


def test_an_empty_plan_has_nothing_to_say() -> None:
    assert describe(MotionPlan.model_validate({})) == ""


def test_steam_rises_from_the_subject_or_from_where_the_eye_goes() -> None:
    steam = MotionPlan.model_validate({"motions": [{"kind": "smoke", "region": "subject"}]})
    assert fit_to_scene(steam, PORTRAIT)[0].motions[0].region == "subject"
    plan, notes = fit_to_scene(steam, scene())
    assert plan.motions[0].region.startswith("box ")
    assert "plan.place_assumed" in [note.code for note in notes]
    assert MotionPlan.model_validate(plan.model_dump()) == plan


def test_what_is_not_seen_is_said_plainly() -> None:
    asked = [{"kind": kind, "region": "person"} for kind in ("breathe", "head_turn", "hair")]
    plan, notes = fit_to_scene(MotionPlan.model_validate({"motions": asked}), scene())
    assert not plan.motions
    assert all("invent" not in note.message for note in notes)


@pytest.mark.parametrize("said", ["light", "smoke"])
def test_directions_are_checked_for_each_kind(said: str) -> None:
    """`warmer` is light's alone, and light knows no `camera`."""
    for kind, direction, fits in ((said, "warmer", said == "light"), (said, "camera", said != "light")):
        plan = {"motions": [{"kind": kind, "region": "whole", "direction": direction}]}
        if fits:
            MotionPlan.model_validate(plan)
        else:
            with pytest.raises(ValueError, match="takes direction"):
                MotionPlan.model_validate(plan)


def test_shut_eyes_do_not_blink_and_that_is_said() -> None:
    shut = replace(PORTRAIT, faces=tuple(replace(face, openness=(0.2, 0.5)) for face in PORTRAIT.faces))
    plan, notes = fit_to_scene(parse_prompt("static, she blinks", 5.0), shut)
    assert not plan.motions
    assert any("surely open" in text for text in plan.words.impossible)
    assert any(note.code == "plan.impossible" and "blink" in note.message for note in notes)
    safe, _ = fit_to_scene(parse_prompt("static", 5.0), shut)
    assert "blink" not in [motion.kind for motion in safe.motions]
