"""Faces: heads that turn, eyes that blink, mouths that smile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from stillreel.motion.organic import deformations
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.motion.rigs.anatomy import eyes_of, head_of
from stillreel.motion.rigs.blink import LENGTH, Blinks, blinking, blinks_of
from stillreel.scene import landmarks as points
from stillreel.scene.values import Scene
from tests.fakes.people import CENTRE, HIGH, SIZE, WIDE, make_face, make_person


def plan_of(*items: Mapping[str, object], seconds: float = 5.0) -> MotionPlan:
    motions = [{"region": "face", "end": seconds, **item} for item in items]
    return MotionPlan.model_validate({"seconds": seconds, "motions": motions})


def moved(scene: Scene, plan: MotionPlan, t: float, kind: str | None = None) -> np.ndarray:
    made = [one for one in deformations(scene, plan, 0, False) if kind in (None, one.kind)]
    return np.sum([one.backward(t) for one in made], axis=0)


def at(field: np.ndarray, x: float, y: float) -> np.ndarray:
    """The field at a frame pixel."""
    return field[round(y / 2), round(x / 2)]


def test_a_head_is_measured_from_its_landmarks() -> None:
    head, (left, right) = head_of(make_face(yaw=20)), eyes_of(make_face())
    assert head.centre == pytest.approx(CENTRE, abs=1)
    assert head.width == pytest.approx(WIDE, rel=0.02)
    assert head.height == pytest.approx(HIGH, rel=0.02)
    assert head.yaw == pytest.approx(20, abs=3)
    assert head_of(make_face(yaw=-20)).yaw < -15
    assert left.origin[0] < CENTRE[0] < right.origin[0]
    assert left.opening == pytest.approx(0.09 * HIGH, rel=0.15)
    assert left.brow < -0.08 * HIGH


def test_a_turning_head_slides_its_nose_and_keeps_its_outline() -> None:
    field = moved(make_person(), plan_of({"kind": "head_turn", "direction": "right"}), 4.0)
    nose = at(field, CENTRE[0] + 4, CENTRE[1])[0]
    assert -20 < nose < -8  # backward: what goes right is found further left
    assert abs(at(field, 320, 345)).max() < 0.3  # the chest
    assert abs(at(field, 60, 130)).max() < 0.05  # the wall
    assert abs(at(field, 320 + 80, 130)[0]) < 0.5 * abs(nose)  # the hair's outline


def test_toward_the_camera_turns_back_from_the_heads_own_yaw() -> None:
    plan = plan_of({"kind": "head_turn", "direction": "camera"})
    looking_right, looking_left = (at(moved(make_person(yaw=yaw), plan, 4.5), *CENTRE)[0] for yaw in (9, -9))
    assert looking_right > 3
    assert looking_left < -3
    facing = at(moved(make_person(), plan, 4.5), *CENTRE)[0]
    assert 0.2 < abs(facing) < 4


def test_a_lid_closes_in_80_ms_and_opens_in_180() -> None:
    one = Blinks((1.0,))
    assert one.closure(1.0) == one.closure(1.0 + LENGTH) == one.closure(0.5) == 0
    assert one.closure(1.08) == one.closure(1.1) == one.closure(1.12) == 1
    assert 0 < one.closure(1.04) < 1
    assert 0 < one.closure(1.2) < 1


def test_a_short_item_is_one_blink_and_a_long_one_blinks_as_people_do() -> None:
    def item(start: float, end: float) -> RegionMotion:
        return RegionMotion(kind="blink", region="eyes", start=start, end=end, amount=1.0)

    assert blinks_of(item(1.4, 1.7), 0).starts == pytest.approx((1.4,), abs=0.01)
    starts = blinks_of(item(1.0, 15.0), 0).starts
    gaps = np.diff(starts)
    assert starts[0] == pytest.approx(1.4, abs=0.06)
    assert 4 <= len(starts) <= 6
    assert gaps.min() >= 2.5
    assert gaps.max() <= 4.0
    assert starts[-1] + LENGTH <= 15.0
    assert starts != blinks_of(item(1.0, 15.0), 1).starts


def test_a_blink_moves_brow_and_lower_lid_a_little_and_nothing_else() -> None:
    scene, face = make_person(), make_face()
    field = moved(scene, plan_of({"kind": "blink", "start": 1.0, "end": 1.3}), 1.1)
    for eye in eyes_of(face):
        x, y = eye.origin
        assert (
            -0.15 * eye.opening < at(field, x, y + 1.15 * eye.brow)[1] < -0.02
        )  # found higher: it has come down
        assert (
            0.02
            < at(field, x, y + float(np.polyval(eye.lower, 0.0)) + 0.05 * eye.width)[1]
            < 0.15 * eye.opening
        )
    assert abs(at(field, CENTRE[0], CENTRE[1] + 0.3 * HIGH)).max() < 0.02
    assert not moved(scene, plan_of({"kind": "blink", "start": 1.0, "end": 1.3}), 1.31).any()


def test_two_people_do_not_blink_in_one_instant() -> None:
    scene = make_person()
    other = replace(scene.faces[0], landmarks=scene.faces[0].landmarks + np.array((120, 0, 0), np.float32))
    two = replace(scene, faces=(scene.faces[0], other))
    plan = plan_of({"kind": "blink", "start": 1.0, "end": 1.3})
    nobody = np.zeros((SIZE[1] // 2, SIZE[0] // 2), bool)
    (first, _), (second, _) = blinking(two, plan, plan.motions[0], nobody, 0)
    assert abs(first.starts[0] - second.starts[0]) > LENGTH
    late = plan_of({"kind": "blink", "start": 4.7, "end": 5.0})
    for blinks, _ in blinking(two, late, late.motions[0], nobody, 0):
        assert blinks.starts[0] + LENGTH <= 5.0 + 1e-6


@pytest.mark.parametrize("openness", [0.05, 0.5])
def test_shut_eyes_and_unsure_ones_are_left_alone(openness: float) -> None:
    assert deformations(make_person(openness=openness), plan_of({"kind": "blink"}), 0, False) == ()


def test_the_lids_go_where_the_head_has_gone() -> None:
    scene = make_person()
    turn, blink = {"kind": "head_turn", "direction": "right"}, {"kind": "blink", "start": 3.0, "end": 3.3}
    still = moved(scene, plan_of(blink), 3.1, "blink")
    carried = moved(scene, plan_of(turn, blink), 3.1, "blink")
    shift = -at(moved(scene, plan_of(turn), 3.1), *eyes_of(scene.faces[0])[0].origin)[0]
    columns = np.arange(still.shape[1]) * 2

    def centre(field: np.ndarray) -> float:
        weight = np.abs(field[..., 1]).sum(axis=0)[: int(CENTRE[0] / 2)]
        return float((weight * columns[: len(weight)]).sum() / weight.sum())

    assert shift > 2
    assert centre(carried) - centre(still) == pytest.approx(shift, rel=0.25)


def test_a_smile_lifts_the_corners_and_no_more_than_the_face() -> None:
    scene = make_person()
    field = moved(scene, plan_of({"kind": "smile"}), 3.0)
    left, right = scene.faces[0].landmarks[list(points.MOUTH_CORNERS), :2]
    for corner, side in ((left, -1), (right, 1)):
        u = -at(field, *corner)  # forward
        assert u[1] < -1.0
        assert side * u[0] > 0.5
    lips = scene.faces[0].landmarks[list(points.LIPS_INNER), :2]
    above, below = at(field, *lips[5])[1], at(field, *lips[15])[1]
    assert abs(above - below) < 0.3
    assert abs(above) < 0.8
    assert abs(at(field, CENTRE[0], CENTRE[1] - 0.2 * HIGH)).max() < 0.1
