"""Organic motion: anchored at rest, gentle, within its region, and the way the plan says."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from stillreel.frames.effects import MAKERS as EFFECTS
from stillreel.frames.effects import effects
from stillreel.motion.deformation import Deformation, flow_size
from stillreel.motion.organic import MAKERS, deformations
from stillreel.motion.organic.modal import JELLY, steepness
from stillreel.motion.organic.onset import Span, smooth
from stillreel.motion.organic.regions import layer_maps, region_map
from stillreel.motion.plan import KINDS, MotionPlan, RegionMotion
from stillreel.scene.values import Scene, Style
from tests.fakes.people import make_person
from tests.fakes.scenes import make_scene

REGIONS = {
    "hair": "hair", "cloth": "cloth", "foliage": "foliage", "water": "water", "clouds": "sky", "breathe": "person",
    "sway": "person", "rotate": "subject", "head_turn": "face", "smile": "mouth", "blink": "eyes",
    "fire": "box 0.7 0.6 0.95 0.95",
}  # fmt: skip
LANDSCAPE = ("foliage", "water", "clouds", "fire")


@cache
def landscape() -> Scene:
    """Sky over a bank of trees over water."""
    w, h = 640, 360
    bands = np.zeros((3, h, w), np.float32)
    bands[0, :140], bands[1, 140:230], bands[2, 230:] = 1, 1, 1
    scene = make_scene((w, h), disparity=np.linspace(0, 1, h)[:, None], sky=bands[0])
    parts = {**scene.parts, "foliage": bands[1], "water": bands[2]}
    return replace(scene, parts=parts, horizon=0.55)


@cache
def person() -> Scene:
    return make_person()


def scene_for(kind: str) -> Scene:
    return landscape() if kind in LANDSCAPE else person()


def plan_of(kind: str, seconds: float = 5.0, hold: tuple[str, ...] = (), **more: object) -> MotionPlan:
    item = RegionMotion.model_validate({"kind": kind, "region": REGIONS.get(kind, "whole"), "end": seconds, **more})
    return MotionPlan.model_validate({"seconds": seconds, "motions": (item,), "hold": hold})


def moved(made: tuple[Deformation, ...], t: float) -> np.ndarray:
    return np.sum([one.backward(t) for one in made], axis=0)


def test_every_kind_has_a_renderer() -> None:
    assert set(MAKERS) | set(EFFECTS) == set(KINDS)
    for kind in KINDS:
        plan = plan_of(kind)
        assert deformations(scene_for(kind), plan, 0, False) or effects(scene_for(kind), plan, 0, False), kind


@pytest.mark.parametrize("kind", REGIONS)
def test_at_rest_at_the_start_and_moving_after_it(kind: str) -> None:
    made = deformations(scene_for(kind), plan_of(kind), 3, False)
    w, h = flow_size(scene_for(kind).size)
    assert moved(made, 0.0).shape == (h, w, 2)
    assert moved(made, 0.0).dtype == np.float32
    assert not moved(made, 0.0).any()
    later = max(float(np.abs(moved(made, t)).max()) for t in np.arange(0.1, 5, 0.1))
    assert later > 0.4
    if kind != "blink":  # whose onset is the lid's own
        assert float(np.abs(moved(made, 0.05)).max()) < 0.05 * later


@pytest.mark.parametrize("kind", REGIONS)
def test_seed_and_loop(kind: str) -> None:
    scene, plan = scene_for(kind), plan_of(kind)
    one, again, other = (deformations(scene, plan, seed, False) for seed in (1, 1, 2))
    times = np.arange(0.3, 5, 0.21)
    assert all(np.array_equal(moved(one, t), moved(again, t)) for t in times)
    assert any(not np.allclose(moved(one, t), moved(other, t), atol=1e-3) for t in times)
    closed = deformations(scene, plan, 1, True)
    assert float(np.abs(moved(closed, 5.0)).max()) < 1e-3
    assert max(float(np.abs(moved(closed, t)).max()) for t in times) > 0.3


@pytest.mark.parametrize("kind", [kind for kind in REGIONS if kind != "blink"])
def test_it_acts_only_between_start_and_end(kind: str) -> None:
    made = deformations(scene_for(kind), plan_of(kind, start=1.0, end=3.0), 0, False)
    assert not any(moved(made, t).any() for t in (0.0, 0.5, 1.0, 3.0, 4.0))
    assert float(np.abs(moved(made, 2.0)).max()) > 0.1


STEEPEST = {"foliage": JELLY, "cloth": JELLY, "breathe": JELLY, "sway": JELLY, "hair": 0.15, "rotate": 0.15,
            "clouds": 0.15 + JELLY, "water": 0.22, "fire": 0.2, "head_turn": 0.34, "smile": 0.15}  # fmt: skip


@pytest.mark.parametrize("kind", STEEPEST)
def test_it_is_no_jelly(kind: str) -> None:
    scene = scene_for(kind)
    made = deformations(scene, plan_of(kind, amount=2.0), 0, False)
    inside = layer_maps(scene)[made[0].layer] > 0.9
    for t in np.arange(0.2, 5, 0.31):
        field = moved(made, t)
        rows, columns = np.where(inside)
        part = np.where(inside[..., None], field, 0)[rows.min() : rows.max(), columns.min() : columns.max()]
        solid = inside[rows.min() : rows.max(), columns.min() : columns.max()]
        steps = np.abs(np.diff(part, axis=1))[solid[:, 1:] & solid[:, :-1]] / 2
        assert float(steps.max()) <= STEEPEST[kind] * 1.25, t
    assert steepness(np.zeros((8, 8, 2), np.float32)) == 0


@pytest.mark.parametrize("kind", [kind for kind in REGIONS if kind not in ("head_turn", "breathe", "sway", "rotate")])
def test_nothing_moves_outside_its_region(kind: str) -> None:
    scene, grown = scene_for(kind), 1
    made = deformations(scene, plan_of(kind), 0, False)
    region = region_map(scene, "face" if kind in ("smile", "blink") else REGIONS[kind])
    still = (layer_maps(scene)[made[0].layer] > 0.5) & (region < 0.05)
    still[:grown], still[-grown:] = False, False
    worst = max(float(np.abs(moved(made, t))[still].max(initial=0)) for t in np.arange(0.1, 5, 0.17))
    assert worst <= 0.1
    active = np.max([one.activity() for one in made], axis=0)
    assert all(float(np.abs(moved(made, t))[active == 0].max()) <= 0.1 for t in (0.45, 1.3, 2.9))


def test_what_is_held_stands_still() -> None:
    plan = plan_of("hair", hold=("box 0 0 0.5 1",))
    made = deformations(person(), plan, 0, False)
    left, right = (np.abs(moved(made, 2.3))[:, side].max() for side in (slice(0, 160), slice(170, 320)))
    assert left <= 0.01
    assert right > 0.3
    assert deformations(landscape(), plan_of("foliage", hold=("background",)), 0, False) == ()


@pytest.mark.parametrize("kind", ["foliage", "hair", "cloth", "clouds", "head_turn", "rotate"])
def test_left_and_right_flip(kind: str) -> None:
    mean = {
        side: float(np.mean([moved(deformations(scene_for(kind), plan_of(kind, direction=side), 0, False), t)[..., 0]
                             for t in np.arange(1.5, 5, 0.5)]))
        for side in ("left", "right")
    }  # fmt: skip
    assert mean["left"] > 0 > mean["right"]  # backward: content that goes right is found further left


def test_hair_is_pinned_at_the_scalp_and_free_at_its_tips() -> None:
    made = deformations(person(), plan_of("hair"), 0, False)
    reach = np.max([np.abs(moved(made, t)).max(axis=-1) for t in np.arange(1, 5, 0.2)], axis=0)
    crown, tips = reach[18:30, 150:170].max(), reach[100:112, 121:132].max()
    assert tips > 4 * crown
    assert tips > 1.0
    assert reach.max() <= 0.05 * 124 * 1.1


def test_clouds_drift_faster_overhead() -> None:
    made = deformations(landscape(), plan_of("clouds", direction="right"), 0, False)
    speed = -(moved(made, 4.5) - moved(made, 3.5))[..., 0]
    overhead, low = float(speed[2:8, 220:300].mean()), float(speed[55:65, 220:300].mean())
    assert 8 * 0.625 * 0.8 < overhead < 14 * 0.625
    assert low < 0.75 * overhead


def test_water_is_calm_and_smaller_far_away_and_a_painted_sea_rolls() -> None:
    def reach(scene: Scene) -> np.ndarray:
        made = deformations(scene, plan_of("water"), 0, False)
        return np.max([np.hypot(*np.moveaxis(moved(made, t), -1, 0)) for t in np.arange(1, 5, 0.2)], axis=0)

    calm = reach(landscape())
    assert calm[125:135].mean() * 1.5 < calm[165:175].mean() < 3
    assert reach(replace(landscape(), style=Style("painting", 1.0))).max() > 2 * calm.max()


def test_displacement_grows_with_the_frame() -> None:
    def reach(size: tuple[int, int]) -> float:
        w, h = size
        band = np.zeros((h, w), np.float32)
        band[h // 3 :] = 1
        scene = make_scene(size)
        scene = replace(scene, parts={**scene.parts, "foliage": band})
        made = deformations(scene, plan_of("foliage"), 0, False)
        return max(float(np.abs(moved(made, t)).max()) for t in np.arange(1, 5, 0.2))

    assert reach((1280, 720)) == pytest.approx(2 * reach((640, 360)), rel=0.25)


def test_a_scene_without_the_thing_does_not_move() -> None:
    bare = make_scene((320, 180))
    for kind in ("hair", "foliage", "water", "clouds", "rotate", "head_turn", "blink", "smile"):
        assert deformations(bare, plan_of(kind), 0, False) == ()


def test_span() -> None:
    whole, part = Span(0, 5, 5, True), Span(1, 3, 5, False)
    assert whole.endless
    assert not part.endless
    assert part.returns
    assert not Span(0, 5, 5, False).returns
    assert part.envelope(1.0) == part.envelope(3.0) == 0
    assert part.envelope(2.0) == 1
    assert whole.frequency(0.4) * 5 == pytest.approx(2)
    assert part.frequency(0.4) == 0.4
    assert whole.frequency(0.01) * 5 == pytest.approx(1)
    course = whole.anchored(lambda t: np.array([np.cos(2 * np.pi * t * 0.4)]))
    assert course(0.0)[0] == 0
    assert abs(course(5.0)[0]) < 1e-9
    assert [smooth(x) for x in (-1, 0, 0.5, 1, 2)] == [0, 0, 0.5, 1, 1]
