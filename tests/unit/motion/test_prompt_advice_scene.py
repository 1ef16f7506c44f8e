"""Advice that has seen the photo: the template that fits it, and motions that it carries."""

from __future__ import annotations

import dataclasses

import numpy as np

from stillreel.motion.advice import advise_prompt
from stillreel.motion.advice.suggest import carried, kind_of
from stillreel.scene.values import Scene, Style
from tests.fakes.scenes import make_scene


def _with(scene: Scene, **parts: float) -> Scene:
    """The scene with these parts over the lower half, surely."""
    w, h = scene.size
    half = np.zeros((h, w), np.float32)
    half[h // 2 :] = 1
    return dataclasses.replace(
        scene,
        parts={**scene.parts, **dict.fromkeys(parts, half)},
        confidence={**scene.confidence, **parts},
    )


def test_the_template_follows_the_photo_not_the_words() -> None:
    lake = _with(make_scene(), water=0.9)
    assert kind_of(lake) == "landscape"
    assert advise_prompt("make our perfume cool", scene=lake).template == "landscape"
    painting = dataclasses.replace(lake, style=Style("painting", 0.9))
    assert kind_of(painting) == "artwork"
    assert kind_of(_with(make_scene(), person=0.9)) == "portrait"
    thing = np.zeros((180, 320), np.float32)
    thing[40:140, 100:220] = 1
    assert kind_of(make_scene(subject=thing)) == "product"


def test_nothing_is_claimed_of_a_photo_that_shows_nothing_sure() -> None:
    bare = make_scene(sure=0.0)
    assert kind_of(bare) is None
    assert carried(bare, 5.0).motions == ()


def test_a_wish_without_motion_is_answered_with_what_the_photo_carries() -> None:
    lake = _with(make_scene(), water=0.9)
    advice = advise_prompt("make it cool", scene=lake)
    assert advice.rewritten is not None
    assert [motion.kind for motion in advice.rewritten.plan.motions] == ["water"]
    told = next(remark for remark in advice.remarks if remark.code == "prompt.photo_carries")
    assert "water" in told.message
    assert advise_prompt(advice.rewritten.text, scene=lake).flags == ()


def test_at_most_two_motions_are_suggested() -> None:
    scene = _with(make_scene(), water=0.9, foliage=0.9, cloth=0.9, hair=0.9)
    assert len(carried(scene, 3.0).motions) == 2
    assert all(motion.end <= 3.0 for motion in carried(scene, 3.0).motions)
