"""The plan's picture: pixels where the plan says something, none where it does not."""

import numpy as np
import pytest

from stillreel.motion import draw, parse_prompt
from stillreel.motion.picture import _COLOURS
from stillreel.motion.plan import KINDS, MotionPlan
from tests.unit.motion.test_scene_fit import scene

PHOTO = np.full((80, 120, 3), 90, np.uint8)


def picture(prompt: str, found=None) -> np.ndarray:
    return draw(parse_prompt(prompt, 5.0), PHOTO, found)


def test_the_photo_stands_on_a_mat_above_the_time_line() -> None:
    drawn = picture("static camera")
    assert drawn.dtype == np.uint8
    assert drawn.ndim == 3
    height, width = drawn.shape[:2]
    assert width >= 3 * 120
    assert height > width * 80 / 120
    assert drawn[height // 3, width // 2].tolist() == pytest.approx(
        [77, 77, 77], abs=2
    )  # the photo, a little darker
    assert drawn[0, 0].max() < 40
    assert drawn[-1, -1].max() < 40


def test_a_plan_is_drawn_the_same_each_time() -> None:
    assert np.array_equal(picture("push in, snow falls"), picture("push in, snow falls"))


def test_directions_are_seen() -> None:
    """A pan to the left puts the second frame to the left: the bright dashes move with it."""

    def middle(prompt: str) -> float:
        drawn = picture(prompt)
        top = drawn[: int(drawn.shape[0] * 0.7)].min(axis=2)
        return float(np.nonzero(top > 225)[1].mean()) / drawn.shape[1]

    assert middle("pan left 12 degrees") < middle("pan right 12 degrees")


def test_regions_are_outlined_in_their_colour() -> None:
    found = scene({"water": 0.9})
    with_water, without = picture("static, water ripples", found), picture("static", found)
    height = int(min(len(with_water), len(without)) * 0.6)
    changed = np.abs(with_water[:height].astype(int) - without[:height]).max(axis=2) > 20
    assert 0.02 < changed.mean() < 0.6
    blue = np.array(_COLOURS["water"])
    assert (np.abs(with_water[:height].astype(int) - blue).max(axis=2) < 50).sum() > 100


def test_every_row_of_the_time_line_takes_room() -> None:
    one, three = picture("water ripples"), picture("water ripples, clouds drift, hair moves")
    assert len(three) > len(one)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_drawn_with_and_without_a_scene(kind: str) -> None:
    data = {"motions": [{"kind": kind, "region": "whole", "direction": "left"}]}
    plan = MotionPlan.model_validate(data)
    assert draw(plan, PHOTO).shape == draw(plan, PHOTO, scene()).shape


def test_odd_shapes_of_photo_are_drawn() -> None:
    plan = parse_prompt("push out, truck right, orbit left, roll clockwise", 5.0)
    for height, width in ((1, 1), (16, 400), (400, 16)):
        assert draw(plan, np.zeros((height, width, 3), np.uint8)).ndim == 3
