"""Pixel effects: nothing at first, the same for the same seed, and each what its word says."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest

from stillreel.frames.effects import effects
from stillreel.motion.deformation import FrameView, flow_size
from stillreel.motion.organic import deformations
from stillreel.motion.organic.regions import shrink
from stillreel.motion.plan import MotionPlan
from stillreel.motion.rigs.anatomy import eyes_of
from stillreel.scene.values import Scene
from tests.fakes.people import make_person
from tests.fakes.scenes import make_scene

KINDS = ("rain", "snow", "smoke", "fire", "light", "water")


@cache
def shore() -> Scene:
    """A near block before a far wall, over water."""
    w, h = 480, 270
    block, water = np.zeros((h, w), np.float32), np.zeros((h, w), np.float32)
    block[60:230, 180:300], water[190:] = 1, 1
    scene = make_scene((w, h), disparity=0.05 + 0.85 * block, subject=block)
    return replace(scene, parts={**scene.parts, "water": water}, horizon=0.6)


def plan_of(kind: str, region: str = "whole", words: tuple[str, ...] = (), **more: object) -> MotionPlan:
    """A plan of one motion; extra keys that a plan has (mood, hold) go to the plan."""
    plan = {key: more.pop(key) for key in ("mood", "hold") if key in more}
    motions = [{"kind": kind, "region": region, "end": 5.0, **more}] if kind else []
    return MotionPlan.model_validate(
        {"seconds": 5.0, "motions": motions, "words": {"understood": words}, **plan}
    )


def view_of(scene: Scene, t: float, bend: np.ndarray | float = 0.0) -> FrameView:
    w, h = flow_size(scene.size)
    y, x = np.mgrid[:h, :w].astype(np.float32)
    source = np.stack([2 * x + 0.5, 2 * y + 0.5], axis=-1) + bend
    disparity, subject = shrink(scene, scene.disparity), shrink(scene, scene.subject)
    return FrameView(t, round(t * 24), source.astype(np.float32), disparity, subject)


def seen(scene: Scene, plan: MotionPlan, t: float, seed: int = 0, loop: bool = False) -> np.ndarray:
    frame = scene.pixels.copy()
    for effect in effects(scene, plan, seed, loop):
        frame = effect.apply(frame, view_of(scene, t))
    return frame


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_at_first_then_something_the_same_for_the_same_seed(kind: str) -> None:
    scene = shore()
    plan = plan_of(kind, "box 0.2 0.3 0.6 0.9" if kind == "fire" else "whole")
    before = scene.pixels.copy()
    assert np.array_equal(seen(scene, plan, 0.0), before)
    later = seen(scene, plan, 2.3)
    assert later.dtype == np.uint8
    assert later.shape == before.shape
    assert np.abs(later.astype(int) - before).max() >= 3
    assert np.array_equal(later, seen(scene, plan, 2.3))
    assert not np.array_equal(later, seen(scene, plan, 2.3, seed=1))
    assert np.array_equal(scene.pixels, before)  # the given frame is not painted on


@pytest.mark.parametrize("kind", KINDS)
def test_a_loop_ends_as_it_began(kind: str) -> None:
    scene, plan = shore(), plan_of(kind, "box 0.2 0.3 0.6 0.9" if kind == "fire" else "whole")
    assert np.abs(seen(scene, plan, 5.0, loop=True).astype(int) - scene.pixels).max() <= 1
    assert not np.array_equal(seen(scene, plan, 2.3, loop=True), scene.pixels)


@pytest.mark.parametrize("kind", KINDS)
def test_it_acts_only_between_start_and_end(kind: str) -> None:
    scene = shore()
    plan = plan_of(kind, "box 0.2 0.3 0.6 0.9" if kind == "fire" else "whole", start=1.0, end=3.0)
    assert np.array_equal(seen(scene, plan, 0.9), scene.pixels)
    assert np.array_equal(seen(scene, plan, 3.0), scene.pixels)
    assert not np.array_equal(seen(scene, plan, 1.9), scene.pixels)


def test_far_rain_falls_behind_a_near_thing() -> None:
    dark = replace(shore(), pixels=np.full((270, 480, 3), 40, np.uint8))
    wet = np.mean([seen(dark, plan_of("rain"), t).mean(axis=2) - 40 for t in np.arange(2, 5, 0.11)], axis=0)
    block, wall = wet[80:180, 190:290].mean(), wet[80:180, 20:160].mean()
    assert 0 < block < 0.6 * wall


@pytest.mark.parametrize("kind", ["rain", "snow"])
def test_the_wind_slants_what_falls(kind: str) -> None:
    dark = replace(make_scene((480, 270), disparity=0.0), pixels=np.full((270, 480, 3), 20, np.uint8))

    def sideways(direction: str) -> float:
        plan, gap = plan_of(kind, direction=direction, amount=0.3), 0.02
        first, second = (seen(dark, plan, t).mean(axis=2).astype(np.float32) for t in (2.5, 2.5 + gap))
        return cv2.phaseCorrelate(first, second)[0][0]

    assert sideways("left") < -0.02
    assert sideways("right") > 0.02


def grey_with_a_lamp() -> Scene:
    grey = replace(shore(), pixels=np.full((270, 480, 3), 128, np.uint8))
    grey.pixels[100:140, 330:420] = 220
    return grey


@pytest.mark.parametrize("word", [None, "flicker", "pulse", "flash", "right"])
def test_light_is_seen_and_stays_off_what_is_held(word: str | None) -> None:
    grey = grey_with_a_lamp()
    frames = [seen(grey, plan_of("light", direction=word), t) for t in np.arange(0, 5, 0.1)]
    gain = np.array(frames) / grey.pixels
    assert 0.08 < np.abs(gain - 1).max() <= 0.75
    kept = seen(grey, plan_of("light", direction=word, hold=("box 0 0 0.5 1",)), 2.5)
    assert np.abs(kept[:, :180].astype(int) - grey.pixels[:, :180]).max() <= 1


@pytest.mark.parametrize("word", ["darker", "brighter", "warmer", "cooler"])
def test_another_time_of_day_comes_gradually_and_stays(word: str) -> None:
    grey = replace(make_scene((480, 270), disparity=0.2), pixels=np.full((270, 480, 3), 150, np.uint8))
    times = np.arange(0, 5, 0.1)
    means = np.array([seen(grey, plan_of("light", direction=word), t).mean(axis=(0, 1)) for t in times])
    red, blue = means[-1, 0] - 150, means[-1, 2] - 150
    assert {
        "darker": red < -35 and abs(red - blue) < 2,
        "brighter": red > 25 and abs(red - blue) < 2,
        "warmer": red - blue > 35,
        "cooler": blue - red > 15,
    }[word]
    steps = np.diff(means, axis=0)
    assert np.abs(steps).max() <= 3
    assert (steps * np.sign(means[-1] - 150) > -0.6).all()


def test_darker_and_warmer_are_one_effect_and_whites_do_not_clip() -> None:
    scene = shore()
    motions = [
        {"kind": "light", "region": "whole", "direction": word, "end": 5.0} for word in ("darker", "warmer")
    ]
    both = MotionPlan.model_validate({"seconds": 5.0, "motions": motions})
    assert len(effects(scene, both, 0, False)) == 1
    ramp = np.tile(np.linspace(150, 255, 480).astype(np.uint8)[None, :, None], (270, 1, 3))
    lit = seen(replace(scene, pixels=ramp), plan_of("light", direction="brighter"), 4.95)
    assert (np.diff(cv2.blur(lit, (15, 270))[135, 60:420, 0].astype(float)) >= -1).all()
    assert lit[:, :380].max() < 255


def test_a_slow_change_makes_no_bands() -> None:
    """A ramp of a few levels keeps its mean everywhere: rounding is spread, not stepped."""
    ramp = np.tile(np.linspace(40, 60, 480)[None, :, None], (270, 1, 3)).round().astype(np.uint8)
    dark = replace(make_scene((480, 270), disparity=0.2), pixels=ramp)
    lit = seen(dark, plan_of("light", direction="brighter"), 4.9).mean(axis=(0, 2))
    assert np.abs(np.diff(cv2.blur(lit[None], (25, 1))[0])).max() < 0.25


def test_a_sweep_crosses_once_along_its_direction() -> None:
    dark = replace(make_scene((480, 270), disparity=0.2), pixels=np.full((270, 480, 3), 70, np.uint8))

    def brightest(direction: str, t: float) -> int:
        return int(seen(dark, plan_of("light", direction=direction), t).mean(axis=(0, 2)).argmax())

    right = [brightest("right", t) for t in (1.5, 2.5, 3.5)]
    assert right[0] < right[1] - 60 < right[2] - 120
    left = [brightest("left", t) for t in (1.5, 2.5, 3.5)]
    assert left[0] > left[1] + 60 > left[2] + 120
    assert np.array_equal(seen(dark, plan_of("light", direction="right"), 5.0), dark.pixels)


def test_fire_glows_warm_and_near() -> None:
    grey = replace(shore(), pixels=np.full((270, 480, 3), 100, np.uint8))
    plan = plan_of("fire", "box 0.1 0.5 0.3 0.8")
    change = np.max([np.abs(seen(grey, plan, t).astype(int) - 100) for t in np.arange(0.8, 5, 0.1)], axis=0)
    assert change[150:200, 60:130, 0].mean() > 1.5 * change[150:200, 60:130, 2].mean() > 0
    assert change[:, 400:].max() <= 1


def test_steam_rises_from_its_place() -> None:
    dark = replace(shore(), pixels=np.full((270, 480, 3), 30, np.uint8))
    steam = np.mean([seen(dark, plan_of("smoke", "box 0.45 0.7 0.55 0.8"), t).mean(axis=2) - 30
                     for t in np.arange(2, 5, 0.2)], axis=0)  # fmt: skip
    above, below, aside = (
        steam[150:190, 216:264].mean(),
        steam[240:, 216:264].mean(),
        steam[150:190, :120].mean(),
    )
    assert above > 1
    assert above > 4 * below
    assert aside < 0.05


def test_a_stream_flows_on_and_keeps_its_banks_and_its_contrast() -> None:
    scene, plan = shore(), plan_of("water", words=("the river flows",), direction="right")
    first, second = (seen(scene, plan, t).mean(axis=2).astype(np.float32) for t in (1.8, 1.84))
    water, bank = np.s_[215:265, 40:440], np.s_[:185]
    shift = cv2.phaseCorrelate(first[water], second[water])[0][0]
    assert 0.2 < shift < 4
    assert np.array_equal(first[bank], scene.pixels.mean(axis=2).astype(np.float32)[bank])
    contrast = [seen(scene, plan, t)[water].astype(float).std() for t in np.arange(1, 4, 0.15)]
    assert min(contrast) > 0.8 * scene.pixels[water].std()


def test_shallow_focus_softens_the_wall_and_keeps_the_subject() -> None:
    scene = shore()
    plan = plan_of("", mood=("warm light", "shallow depth of field"))
    assert np.array_equal(seen(scene, plan, 0.0), scene.pixels)
    soft = seen(scene, plan, 3.0)

    def sharpness(frame: np.ndarray, part: tuple[slice, slice]) -> float:
        return float(cv2.Laplacian(frame[part].astype(np.float32).mean(axis=2), cv2.CV_32F).std())

    wall, block = np.s_[20:180, 10:150], np.s_[80:210, 200:280]
    assert sharpness(soft, wall) < 0.6 * sharpness(scene.pixels, wall)
    assert np.abs(soft[block].astype(int) - scene.pixels[block]).max() <= 1
    assert effects(scene, plan_of("", mood=("deep focus",)), 0, False) == ()


def test_shallow_focus_leaves_no_halo() -> None:
    """A white subject on a black wall: the blurred wall stays black right beside it."""
    pixels = (shore().subject[..., None] * np.full(3, 255)).astype(np.uint8)
    soft = seen(replace(shore(), pixels=pixels), plan_of("", mood=("bokeh",)), 3.0)
    assert soft[80:210, 150:176].max() <= 6


def test_a_closed_lid_has_the_colour_of_skin() -> None:
    scene = make_person()
    plan = MotionPlan.model_validate(
        {"seconds": 5.0, "motions": [{"kind": "blink", "region": "eyes", "start": 1.0, "end": 1.3}]}
    )
    (lid,) = deformations(scene, plan, 0, False)
    (paint,) = effects(scene, plan, 0, False)
    bend = lid.backward(1.1)
    view = view_of(scene, 1.1, bend)
    at = cv2.resize(view.source, scene.size, interpolation=cv2.INTER_LINEAR)
    bare = cv2.remap(scene.pixels, at[..., 0], at[..., 1], cv2.INTER_LINEAR)
    shut = paint.apply(bare, view)
    for eye in eyes_of(scene.faces[0]):
        x, y = (round(float(value)) for value in eye.origin)
        patch = shut[y - 4 : y + 4, x - 5 : x + 6].reshape(-1, 3).astype(int)
        assert patch[:, 0].mean() > patch[:, 2].mean() + 10  # warm, as the skin is
        assert patch.max() < 225  # no white of the eye
    assert np.array_equal(shut[:90], bare[:90])
    assert np.array_equal(paint.apply(bare, view_of(scene, 2.0)), bare)


def test_rain_brings_its_light_to_a_bright_scene_and_takes_it_along() -> None:
    bright = replace(shore(), pixels=np.full((270, 480, 3), 190, np.uint8))
    plan = plan_of("rain", end=4.0)
    assert seen(bright, plan, 2.5).mean() < 170
    assert np.array_equal(seen(bright, plan, 4.5), bright.pixels)


def test_lightning_flashes_out_of_the_dark_and_seldom() -> None:
    grey = replace(shore(), pixels=np.full((270, 480, 3), 150, np.uint8))
    means = np.array(
        [seen(grey, plan_of("light", direction="flash"), t).mean() for t in np.arange(0, 5, 1 / 24)]
    )
    assert means.max() > 165
    assert 1 < (means > 150).sum() < 0.35 * len(means)


@pytest.mark.parametrize("word", ["darker", "cooler"])
def test_a_clipped_sun_stays_white_and_gets_no_ring_of_another_hue(word: str) -> None:
    """Around a sun in a warm sky every place keeps red over green over blue, as the photo has it."""
    rows, columns = np.mgrid[0:270, 0:480].astype(np.float32)
    glow = np.exp(-np.hypot(columns - 240, rows - 135) / 60)[..., None]
    sky = np.array((150, 110, 80), np.float32) + glow * np.array((300, 250, 200), np.float32)
    sunset = replace(make_scene((480, 270), disparity=0.2), pixels=np.clip(sky, 0, 255).astype(np.uint8))
    late = seen(sunset, plan_of("light", direction=word), 5.0).astype(int)
    assert late[135, 240].min() > 225
    warm = sunset.pixels[..., 0].astype(int) > sunset.pixels[..., 2].astype(int) + 40
    assert (late[..., 0] - late[..., 2])[warm].min() > -10
    assert (late[..., 1] - late[..., 0])[warm].max() < 12  # nowhere green
    far = np.abs(late[:20, :20] - sunset.pixels[:20, :20].astype(int)).mean()
    assert far > 4  # the rest does change


@pytest.mark.parametrize("level", [30, 120, 215])
def test_a_sweep_adds_light_and_takes_none_away(level: int) -> None:
    scene = replace(make_scene((480, 270), disparity=0.2), pixels=np.full((270, 480, 3), level, np.uint8))
    for t in (0.8, 1.7, 2.5, 3.4, 4.3):
        frame = seen(scene, plan_of("light", direction="right"), t)
        assert int(frame.min()) >= level - 1
    assert seen(scene, plan_of("light", direction="right"), 2.5).mean() > level + 5


@pytest.mark.parametrize("level", [20, 128, 250])
def test_rain_is_seen_as_fine_streaks_on_any_background(level: int) -> None:
    scene = replace(make_scene((640, 360), disparity=0.1), pixels=np.full((360, 640, 3), level, np.uint8))
    (rain,) = [one for one in effects(scene, plan_of("rain"), 0, False) if one.kind == "rain"]
    frame = rain.apply(scene.pixels, view_of(scene, 3.0)).astype(int)
    streaks = np.abs(frame - level).max(axis=2)
    assert 0.005 < (streaks > 12).mean() < 0.12  # fine
    assert streaks.max() < 140  # and never solid
    tall = cv2.morphologyEx((streaks > 8).astype(np.uint8), cv2.MORPH_OPEN, np.ones((7, 1), np.uint8))
    assert tall.sum() > 0.4 * (streaks > 8).sum()
