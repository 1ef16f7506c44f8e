"""Generated residuals: carried along the motion, seen only where they belong."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import numpy as np
import pytest

from stillreel.frames.compose import Between, Composer, Overlay, between
from stillreel.frames.keys import grid_size, key_frames, key_of
from stillreel.frames.layers import cut
from stillreel.frames.shapes import Generated
from stillreel.frames.timing import Timing
from stillreel.frames.warp import Rendered, Renderer
from stillreel.motion.camera import Intrinsics
from stillreel.motion.limits import camera_of
from stillreel.motion.plan import MotionPlan
from tests.fakes.scenes import disc, fitted, make_scene, texture

SIZE = (448, 256)


class Set:
    """A truck to the right past a near disc, with two keys."""

    def __init__(self) -> None:
        alpha = disc(SIZE)
        pixels = texture(SIZE)
        pixels[alpha > 0.5] //= 3
        self.scene = make_scene(SIZE, disparity=0.1 + 0.8 * alpha, subject=alpha, pixels=pixels)
        plan = MotionPlan.model_validate(
            {"seconds": 1, "camera": [{"move": "truck", "direction": "right", "amount": 0.1, "end": 1}]}
        )
        layers = cut(fitted(self.scene), self.scene, subject=True, sky=False)
        lens = Intrinsics.of(SIZE, self.scene.focal)
        self.renderer = Renderer(layers, camera_of(self.scene, plan), lens, SIZE, ())
        self.composer = Composer(self.renderer, SIZE)
        self.timing = Timing.of(1, 24)
        still = np.zeros(((SIZE[1] + 1) // 2, (SIZE[0] + 1) // 2), np.float32)
        times = [(number, self.timing.time(number)) for number in (0, 12, 23)]
        self.keys = [key_of(number, t, self.renderer.at(t), still, SIZE) for number, t in times]

    def rendered(self, number: int) -> Rendered:
        return self.renderer.at(self.timing.time(number))

    def place(self, number: int, made: list[Generated]) -> Between:
        """Frame `number` among the three keys, with what was `made` for each."""
        overlays = [self.composer.overlay(key, one) for key, one in zip(self.keys, made, strict=True)]
        return list(between(overlays, self.timing.frames))[number]

    def add(self, number: int, made: list[Generated]) -> np.ndarray:
        return self.composer.add(self.rendered(number), self.place(number, made))


@pytest.fixture(scope="module")
def stage() -> Set:
    return Set()


def test_nothing_generated_changes_nothing(stage):
    nothing = [Generated(key.render.colour, np.zeros_like(key.render.valid)) for key in stage.keys]
    assert np.array_equal(stage.add(17, nothing), stage.rendered(17).colour)


def test_what_is_generated_in_a_hole_fills_the_hole_between_keys_and_nothing_else(stage):
    made = []
    for key in stage.keys:
        red = np.broadcast_to(np.array([1, 0, 0], np.float32), key.render.colour.shape)
        made.append(Generated(red, (1 - key.render.valid) * np.float32(key.number > 0)))
    rendered = stage.rendered(18)
    out = stage.add(18, made).astype(int)
    change = np.abs(out - rendered.colour).max(axis=2)[::2, ::2]
    hole = rendered.valid < 0.05
    inside = (rendered.valid > 0.98) & (rendered.subject < 0.02)
    assert hole.mean() > 0.02
    assert out[::2, ::2, 0][hole].mean() > 200  # red has arrived in the holes of a frame that is no key
    assert change[rendered.subject > 0.98].max() <= 2  # and not on the subject in front of them
    assert np.percentile(change[inside], 95) <= 2


def test_a_pattern_generated_on_the_background_moves_with_it(stage):
    """A mark painted at both keys where the camera carries it lands where the camera carries it in between."""
    w, h = grid_size(SIZE)
    spot = np.array([0.12 * w, 0.2 * h])
    rows, columns = np.indices((h, w))
    made = []
    for key in stage.keys:
        colour, blend = key.render.colour.copy(), np.zeros_like(key.render.valid)
        if key.number:
            # backward = photo position - position here, so the spot of the photo is seen at spot - backward
            centre = spot - key.render.backward[0, int(spot[1]), int(spot[0])]
            near = np.hypot(columns - centre[0], rows - centre[1]) < 6
            colour[0, near] = 1.0
            blend[0, near] = 1.0
        made.append(Generated(colour, blend))
    rendered = stage.rendered(18)
    added = stage.add(18, made).astype(float) - rendered.colour
    weight = np.abs(added).sum(axis=2)
    y, x = (float((weight * axis).sum() / weight.sum()) for axis in np.indices(weight.shape))
    source = rendered.source[int(y) // 2, int(x) // 2]
    expected = spot * np.array(SIZE) / (w, h)
    assert np.abs(source - expected).max() < 2.5


def test_a_key_is_let_go_once_the_frames_have_passed_it():
    """Memory stays flat: no more than two keys are held, and none is asked for before it is due."""
    alive: weakref.WeakSet[Overlay] = weakref.WeakSet()
    asked: list[int] = []

    def overlays() -> Iterator[Overlay]:
        for number in range(0, 41, 8):
            asked.append(number)
            overlay = Overlay(number, ())
            alive.add(overlay)
            yield overlay
            del overlay

    for place in between(overlays(), 41):
        assert place.before.number <= place.number <= place.after.number
        assert asked[-1] < place.number + 8
        gc.collect()
        assert len(alive) <= 2


def test_keys_are_dense_and_catch_a_blink():
    plan = MotionPlan.model_validate(
        {"motions": [{"kind": "blink", "region": "face", "start": 1.0, "end": 1.3}]}
    )
    keys = key_frames(Timing.of(5, 24), plan)
    assert keys[0] == 0
    assert keys[-1] == 119
    still = key_frames(Timing.of(5, 24), MotionPlan())
    assert max(np.diff(still)) <= 12
    assert max(np.diff(keys)) <= 18
    assert len(keys) == len(still)  # one more would be a second window for the denoiser
    assert round(1.15 * 24) in keys


@pytest.mark.parametrize("size", [(1024, 576), (576, 1024), (1920, 1080), (700, 700), (1920, 480), (64, 64)])
def test_the_denoisers_grid_keeps_the_aspect_in_multiples_of_16(size):
    w, h = grid_size(size)
    assert w % 16 == 0
    assert h % 16 == 0
    assert 0.8 < (w / h) / (size[0] / size[1]) < 1.25
    assert 0.7 < w * h / (448 * 256) < 1.4
