"""Which way things go, and how far, in finished clips: scenes drawn with known maps, rendered, encoded and decoded.

The scene is given, so that no guess of the analysis stands between what was asked and what is measured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from stillreel.clip import decode, encode
from stillreel.consistency import Keeper
from stillreel.frames.timing import Timing
from stillreel.models import registry
from stillreel.models.protocol import Shot, model_options
from stillreel.motion.plan import MotionPlan
from stillreel.scene.values import Scene
from tests.fakes.people import CENTRE, make_person
from tests.fakes.refit import tracks
from tests.fakes.scenes import fitted, make_scene, texture

SIZE = (512, 288)
SKY, TREES, WATER = slice(0, 112), slice(112, 184), slice(184, 288)
# Lucas and Kanade's windows reach so far over an edge; nearer, the measure itself mixes both sides.
REACH = 14
Clips = Callable[..., list[np.ndarray]]


@cache
def landscape() -> Scene:
    """A pale sky with soft clouds over dark trees over water; each a band of known rows."""
    w, h = SIZE
    rough, bands = texture(SIZE, seed=5).astype(np.float32) - 128, np.zeros((3, h, w), np.float32)
    pixels = np.empty((h, w, 3), np.float32)
    bands[0, SKY], bands[1, TREES], bands[2, WATER] = 1, 1, 1
    pixels[SKY] = (182, 204, 232) + 0.3 * cv2.GaussianBlur(rough, (0, 0), 4)[SKY]
    pixels[TREES] = (58, 78, 48) + 0.5 * rough[TREES]
    pixels[WATER] = (70, 96, 112) + 0.6 * rough[WATER]
    seen = make_scene(
        SIZE,
        disparity=np.linspace(0, 1, h)[:, None],
        sky=bands[0],
        pixels=pixels.clip(0, 255).astype(np.uint8),
    )
    parts = {**seen.parts, "foliage": bands[1], "water": bands[2]}
    return replace(
        seen, parts=parts, horizon=0.55, confidence={**seen.confidence, "foliage": 1.0, "water": 1.0}
    )


@pytest.fixture
def clips(tmp_path: Path) -> Clips:
    """`clips(scene, plan)`: the 16 decoded frames of a clip that went through the model, the keeper and the encoder."""

    def make(scene: Scene, plan: MotionPlan) -> list[np.ndarray]:
        model, timing, path = (
            registry.get("embedded"),
            Timing.of(plan.seconds, 16 / plan.seconds),
            tmp_path / "clip.mp4",
        )
        shot = Shot(fitted(scene), scene, plan, timing, 0, False, model_options(model, {"steps": 2}))
        keeper = Keeper(scene.pixels, faces=scene.faces)
        held = (
            keeper.hold(one.colour, one.source)[None] for one in model.render(shot, lambda event: None).frames
        )
        encode.write(held, path, timing, format="mp4", document={}, overwrite=True)
        return list(decode.frames(path))

    return make


def motion(kind: str, region: str, direction: str, words: str = "", seconds: float = 2) -> MotionPlan:
    """One motion under a camera that stands still."""
    item = {"kind": kind, "region": region, "direction": direction, "end": seconds}
    still, understood = {"move": "static", "end": seconds}, [words] if words else []
    return MotionPlan.model_validate(
        {"seconds": seconds, "camera": [still], "motions": [item], "words": {"understood": understood}}
    )


def flow(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """(H, W, 2) pixels: where each place of `first` is in `last` (DIS: Kroeger et al., ECCV 2016)."""
    grey = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in (first, last)]
    method = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return method.calc(grey[0], grey[1], np.zeros((*grey[0].shape, 2), np.float32))


def within(mask: np.ndarray) -> np.ndarray:
    """`mask` without its rim, to which flow bleeds from the other side."""
    return cv2.erode((mask > 0.5).astype(np.uint8), np.ones((17, 17))) > 0


def leakage(frames: list[np.ndarray], moving: np.ndarray) -> float:
    """How far (pixels) the most restless per cent of the places that should stand still went, at any time.

    moving: (H, W) map of what may move, or is too smooth to be tracked; its surroundings up to the measure's reach
    are not judged.
    """
    around = cv2.dilate((moving > 0.02).astype(np.uint8), np.ones((2 * REACH + 1, 2 * REACH + 1)))
    still = (around == 0).astype(np.uint8)
    worst = 0.0
    for frame in frames[len(frames) // 2 :: 3] + frames[-1:]:
        points, moved = tracks(frames[0], frame, still)
        assert len(points) > 200
        worst = max(worst, float(np.percentile(np.abs(moved - points), 99)))
    return worst


def opposite(ways: dict[str, float], *, within_share: float) -> None:
    """The first way is negative, the second positive, and both are alike in size."""
    low, high = ways.values()
    assert low < 0 < high
    assert abs(low + high) <= within_share * (high - low) / 2


def test_clouds_drift_to_the_side_that_was_named_and_the_land_stands_still(clips: Clips) -> None:
    sky, ways = landscape().parts["sky"], {}
    for side in ("left", "right"):
        frames = clips(landscape(), motion("clouds", "sky", side))
        ways[side] = float(flow(frames[0], frames[-1])[within(sky)][:, 0].mean())
        assert abs(float(flow(frames[0], frames[-1])[within(sky)][:, 1].mean())) < 0.3 * abs(ways[side])
        assert leakage(frames, sky) <= 0.1
    opposite(ways, within_share=0.25)
    assert ways["right"] > 2


@pytest.mark.parametrize(
    ("axis", "sides"), [(0, ("left", "right")), (1, ("up", "down"))], ids=["across", "along"]
)
def test_a_stream_flows_where_it_was_told_to(clips: Clips, axis: int, sides: tuple[str, str]) -> None:
    water, ways = landscape().parts["water"], {}
    for side in sides:
        frames = clips(landscape(), motion("water", "water", side, "the river flows"))
        steps = [flow(a, b)[within(water)].mean(axis=0) for a, b in pairwise(frames[6:])]
        ways[side], crosswise = float(np.mean(steps, axis=0)[axis]), float(np.mean(steps, axis=0)[1 - axis])
        assert abs(crosswise) < 0.1 * abs(ways[side])
        assert leakage(frames, 1 - landscape().parts["foliage"]) <= 0.1
    opposite(ways, within_share=0.1)
    assert ways[sides[1]] > 0.8  # of 1 to 3 px a frame that its speed makes, banks and all


def test_ripples_run_to_the_side_that_was_named(clips: Clips) -> None:
    water, ways = landscape().parts["water"], {}
    for side in ("left", "right"):
        frames = clips(landscape(), motion("water", "water", side, "water ripples"))
        ways[side] = float(np.mean([flow(a, b)[within(water)][:, 0].mean() for a, b in pairwise(frames[6:])]))
        assert leakage(frames, 1 - landscape().parts["foliage"]) <= 0.1
    opposite(ways, within_share=0.25)


def leaning(frames: list[np.ndarray], mask: np.ndarray) -> float:
    """Mean displacement to the right (pixels) over the time after the onset."""
    return float(np.mean([flow(frames[0], frame)[within(mask)][:, 0].mean() for frame in frames[2:]]))


@pytest.mark.parametrize("kind", ["foliage", "hair", "cloth"])
def test_what_the_wind_moves_leans_with_it(clips: Clips, kind: str) -> None:
    scene = landscape() if kind == "foliage" else make_person()
    moving = 1 - scene.parts["water"] if kind == "foliage" else scene.subject
    ways = {}
    for side in ("left", "right"):
        frames = clips(scene, motion(kind, kind, side, seconds=8))
        ways[side] = leaning(frames, scene.parts[kind])
        assert leakage(frames, moving) <= 0.1
    # Eight seconds: a whole slow gust. Swings about the lean are not mirrored, so the sides are alike and no more.
    opposite(ways, within_share=0.5)


def test_a_head_turns_to_the_side_that_was_named_and_the_wall_stands_still(clips: Clips) -> None:
    scene, ways = make_person(), {}
    x, y = (round(place) for place in CENTRE)
    for side in ("left", "right"):
        frames = clips(scene, motion("head_turn", "face", side))
        ways[side] = float(flow(frames[0], frames[-1])[y - 30 : y + 30, x - 25 : x + 25, 0].mean())
        assert leakage(frames, scene.subject) <= 0.1
    opposite(ways, within_share=0.25)
    assert ways["right"] > 4


NEAR, FAR = 0.8, 0.3  # disparity of the left and of the right half: at 1.25 and 3.3 near depths


@cache
def two_planes() -> Scene:
    disparity = np.full((SIZE[1], SIZE[0]), NEAR, np.float32)
    disparity[:, SIZE[0] // 2 :] = FAR
    return make_scene(SIZE, disparity=disparity, seed=3)


def halves(frames: list[np.ndarray]) -> dict[float, tuple[np.ndarray, np.ndarray]]:
    """Disparity -> tracked points of that half, off its edges, and where they went; about the picture's middle."""
    middle = (np.array(SIZE) - 1) / 2
    found = {}
    for disparity, columns in ((NEAR, slice(40, 200)), (FAR, slice(312, 472))):
        mask = np.zeros(SIZE[::-1], np.uint8)
        mask[40:-40, columns] = 1
        points, moved = tracks(frames[0], frames[-1], mask)
        assert len(points) > 100
        found[disparity] = points - middle, moved - middle
    return found


@pytest.mark.parametrize(("direction", "amount", "sign"), [("in", 0.12, 1), ("out", 0.08, -1)])
def test_a_push_enlarges_each_depth_by_what_it_must(
    clips: Clips, direction: str, amount: float, sign: int
) -> None:
    move = {"move": "push", "direction": direction, "amount": amount, "end": 0.9}
    frames = clips(two_planes(), MotionPlan.model_validate({"seconds": 1, "camera": [move]}))
    for disparity, (points, moved) in halves(frames).items():
        grown = float((moved * points).sum() / (points**2).sum())
        assert grown == pytest.approx(1 / (1 - sign * amount * disparity), abs=0.003)


@pytest.mark.parametrize(
    ("verb", "direction", "axis", "sign"),
    [
        ("truck", "left", 0, 1),
        ("truck", "right", 0, -1),
        ("pedestal", "up", 1, 1),
        ("pedestal", "down", 1, -1),
    ],
)
def test_a_sideways_move_shifts_each_depth_by_what_it_must(
    clips: Clips, verb: str, direction: str, axis: int, sign: int
) -> None:
    move = {"move": verb, "direction": direction, "amount": 0.03, "end": 0.9}
    frames = clips(two_planes(), MotionPlan.model_validate({"seconds": 1, "camera": [move]}))
    for disparity, (points, moved) in halves(frames).items():
        shift = np.median(moved - points, axis=0)
        assert shift[axis] == pytest.approx(sign * 0.03 * disparity * two_planes().focal, abs=0.25)
        assert abs(shift[1 - axis]) < 0.15
