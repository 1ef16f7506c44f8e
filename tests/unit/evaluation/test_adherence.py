"""Plan adherence over clips drawn here, whose motion is known: presence, direction, place, time, and what must rest."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
import pytest

from stillreel.evaluation import footage
from stillreel.evaluation.adherence import Adherence, adherence
from stillreel.evaluation.camera import CameraReading
from stillreel.evaluation.following.values import Followed, amount_score
from stillreel.evaluation.observation import Observation
from stillreel.motion.plan import MotionPlan
from stillreel.scene.faces import COUNT, LEFT_EYE, RIGHT_EYE, Face
from stillreel.scene.values import Scene
from tests.fakes.scenes import make_scene, texture

SIZE, FRAMES, RATE = (192, 108), 17, 8.0
BOX = "box 0.25 0.25 0.75 0.75"
Course = Callable[[float], float]


def reading(times: np.ndarray, **path: np.ndarray) -> CameraReading:
    """A camera that was read without error; what is not given stands still."""
    none, one = np.zeros(len(times)), np.ones(len(times))
    zoom = path.get("zoom", one)
    return CameraReading(
        times=tuple(times), pan=tuple(path.get("pan", none)), tilt=tuple(path.get("tilt", none)),
        roll=tuple(path.get("roll", none)), zoom=tuple(zoom), position=((0.0, 0.0, 0.0),) * len(times),
        expansion=tuple(path.get("expansion", zoom)), moves=(), error_median=0.1, error_p90=0.2, explained=1.0,
        confidence=1.0, focal=0.9 * SIZE[0], notes=(),
    )  # fmt: skip


def ease(times: np.ndarray, start: float = 0.0, end: float = 2.0) -> np.ndarray:
    x = np.clip((times - start) / (end - start), 0, 1)
    return x * x * x * (x * (6 * x - 15) + 10)


@cache
def resting() -> footage.Footage:
    return footage.gather([texture(SIZE)] * FRAMES, RATE)


def film(draw: Callable[[float], np.ndarray] | None = None) -> footage.Footage:
    return resting() if draw is None else footage.gather([draw(at / RATE) for at in range(FRAMES)], RATE)


MEASURED: dict[int, tuple[footage.Footage, dict]] = {}


def watched(clip: footage.Footage, plan: MotionPlan, scene: Scene | None) -> Observation:
    """What one test measured of a clip is not measured again."""
    seen = Observation(clip, None, plan, scene)
    _, known = MEASURED.setdefault(id(clip), (clip, {}))
    seen.__dict__.update(known)
    known.update({name: getattr(seen, name) for name in ("keys", "reach", "coarse")})
    return seen


def shifted(
    course: Course, where: tuple[float, float, float, float] = (0.25, 0.25, 0.75, 0.75), down: float = 0.0
):
    """The texture moved inside a soft-edged box by course(t) pixels to the right."""
    still, (w, h) = texture(SIZE), SIZE
    inside = np.zeros((h, w), np.float32)
    inside[int(where[1] * h) : int(where[3] * h), int(where[0] * w) : int(where[2] * w)] = 1
    soft = cv2.GaussianBlur(inside, (0, 0), 4)
    x, y = np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32))

    def draw(t: float) -> np.ndarray:
        moved = np.float32(course(t)) * soft
        return cv2.remap(
            still, x - moved, y - np.float32(down) * moved, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )

    return draw


def judged(
    clip: footage.Footage, plan: dict, camera: CameraReading | None = None, scene: Scene | None = None
) -> Adherence:
    seen = watched(clip, MotionPlan.model_validate({"seconds": 2.0, **plan}), scene)
    times = np.array([0, *seen.keys]) / clip.fps
    found = adherence(seen, camera or reading(times))
    assert found is not None
    return found


def moving(judgement: Adherence) -> Followed:
    return next(item for item in judgement.items if item.kind == "motion")


def motion(
    kind: str, region: str = BOX, direction: str | None = None, start: float = 0.0, end: float = 2.0
) -> dict:
    return {"motions": [{"kind": kind, "region": region, "direction": direction, "start": start, "end": end}]}


def move(verb: str, direction: str, amount: float, start: float = 0.0, end: float = 2.0) -> dict:
    return {"camera": [{"move": verb, "direction": direction, "amount": amount, "start": start, "end": end}]}


# -- the camera -------------------------------------------------------------------------------------------------------
TIMES = np.arange(FRAMES) / RATE  # every frame is a key


@pytest.mark.parametrize(
    ("verb", "way", "other", "amount", "path"),
    [
        ("pan", "right", "left", 5.0, {"pan": 5 * ease(TIMES)}),
        ("tilt", "up", "down", 4.0, {"tilt": 4 * ease(TIMES)}),
        ("roll", "clockwise", "counterclockwise", 4.0, {"roll": 4 * ease(TIMES)}),
        ("zoom", "in", "out", 1.2, {"zoom": 1.2 ** ease(TIMES)}),
        ("truck", "left", "right", 0.1, {"pan": -2.3 * ease(TIMES)}),  # read as its twin
        ("push", "in", "out", 0.2, {"zoom": 1 / (1 - 0.4 * 0.2 * ease(TIMES))}),  # likewise
    ],
)
def test_a_planned_move_scores_high_and_less_when_turned_or_late(verb, way, other, amount, path) -> None:
    still, camera = film(), reading(TIMES, **path)
    true = judged(still, move(verb, way, amount), camera).camera
    turned = judged(still, move(verb, other, amount), camera).camera
    late = judged(still, move(verb, way, amount, 1.2), camera).camera
    missing = judged(still, move(verb, way, amount)).camera
    assert true is not None
    assert turned is not None
    assert late is not None
    assert true > 0.9
    assert late < true - 0.2
    assert turned == 0
    assert missing == 0


def test_the_right_way_by_a_wild_amount_counts_in_part() -> None:
    camera = reading(TIMES, pan=25 * ease(TIMES))
    wild = judged(film(), move("pan", "right", 5.0), camera).items[0]
    assert wild.direction_right
    assert wild.score is not None
    assert 0.6 < wild.score < 0.95
    assert wild.seen == pytest.approx(25, rel=0.1)
    assert "asked 5 degrees right, saw 2" in wild.note


def test_a_camera_that_should_stand_still_must_not_move() -> None:
    static = {"camera": [{"move": "static", "end": 2.0}]}
    calm = judged(film(), static).camera
    restless = judged(film(), static, reading(TIMES, pan=6 * ease(TIMES))).camera
    assert calm == 1
    assert restless is not None
    assert restless < 0.2


def test_a_move_that_nobody_planned_costs_something() -> None:
    plan = move("zoom", "in", 1.2)
    pure = judged(film(), plan, reading(TIMES, zoom=1.2 ** ease(TIMES))).camera
    mixed = judged(film(), plan, reading(TIMES, zoom=1.2 ** ease(TIMES), pan=9 * ease(TIMES))).camera
    assert pure is not None
    assert mixed is not None
    assert mixed < pure - 0.1


def test_a_delay_is_said_in_seconds() -> None:
    note = judged(film(), move("pan", "right", 5.0), reading(TIMES, pan=5 * ease(TIMES, 1.2))).items[0].note
    assert "0.6 s later than planned" in note


def test_an_open_camera_is_not_judged() -> None:
    assert judged(film(), motion("hair")).camera is None


# -- motions ----------------------------------------------------------------------------------------------------------
def sway(t: float) -> float:
    return 2.5 * float(np.sin(2 * np.pi * 0.8 * t))


def drift(t: float) -> float:
    return 4.0 * t


def test_hair_that_sways_scores_and_hair_that_rests_does_not() -> None:
    swaying, resting = (
        moving(judged(film(shifted(sway)), motion("hair"))),
        moving(judged(film(), motion("hair"))),
    )
    assert swaying.score is not None
    assert swaying.score > 0.8
    assert swaying.seen == pytest.approx(2, rel=0.4)
    assert resting.score == 0
    assert "nothing move" in resting.note


def test_direction_is_told() -> None:
    right = moving(judged(film(shifted(drift)), motion("clouds", direction="right")))
    left = moving(judged(film(shifted(drift)), motion("clouds", direction="left")))
    assert right.direction_right
    assert left.direction_right is False
    assert right.score is not None
    assert left.score is not None
    assert left.score < 0.3 * right.score


def test_motion_elsewhere_is_not_the_planned_one() -> None:
    there = moving(judged(film(shifted(sway)), motion("hair")))
    elsewhere = moving(
        judged(film(shifted(sway, (0.0, 0.0, 0.2, 1.0))), motion("hair", "box 0.5 0.2 0.95 0.8"))
    )
    assert there.where is not None
    assert there.where > 0.8
    assert there.score is not None
    assert elsewhere.score is not None
    assert elsewhere.score < 0.7 * there.score
    assert elsewhere.where is not None
    assert elsewhere.where < 0.1


def test_motion_at_another_time_counts_less() -> None:
    early = film(shifted(lambda t: sway(min(t, 0.8))))
    right, late = (
        moving(judged(early, motion("hair", start=start, end=end))) for start, end in ((0.0, 0.8), (1.2, 2.0))
    )
    assert right.when is not None
    assert late.when is not None
    assert late.when < right.when - 0.5


def test_what_moves_with_the_camera_alone_is_no_motion() -> None:
    pan = reading(TIMES, pan=3 * ease(TIMES))
    still, focal = texture((SIZE[0] + 40, SIZE[1])), 0.9 * SIZE[0]

    def draw(t: float) -> np.ndarray:
        gone = focal * np.tan(np.radians(3 * float(ease(np.array(t)))))
        whole = cv2.warpAffine(still, np.array([[1, 0, -gone], [0, 1, 0]], np.float32), still.shape[1::-1])
        return np.ascontiguousarray(whole[:, : SIZE[0]])

    found = judged(film(draw), motion("hair") | move("pan", "right", 3.0), pan)
    assert moving(found).score == pytest.approx(0, abs=0.05)
    assert found.camera is not None
    assert found.camera > 0.9


def test_leakage_is_the_motion_where_none_is_planned() -> None:
    plan = {"motions": [], "hold": [BOX], "camera": [{"move": "static", "end": 2.0}]}
    calm, leaking = judged(film(), plan), judged(film(shifted(sway)), plan)
    assert calm.leakage == pytest.approx(0, abs=0.1)
    assert leaking.leakage is not None
    assert leaking.leakage > 0.7
    held = [next(item for item in found.items if item.kind == "hold").score for found in (calm, leaking)]
    assert held[0] == 1
    assert held[1] is not None
    assert held[1] < 0.8


# -- light, weather, faces --------------------------------------------------------------------------------------------
def lit(stops: Course) -> footage.Footage:
    light = (texture(SIZE).astype(np.float32) / 255) ** 2.2
    return film(lambda t: (255 * np.clip(light * 2 ** stops(t), 0, 1) ** (1 / 2.2)).astype(np.uint8))


def test_light_turns_the_way_that_was_asked() -> None:
    clip = lit(lambda t: -0.5 * t)
    dark, bright = (moving(judged(clip, motion("light", "whole", way))) for way in ("darker", "brighter"))
    late = moving(judged(clip, motion("light", "whole", "darker", 1.4)))
    assert dark.score is not None
    assert dark.score > 0.8
    assert bright.score == 0
    assert late.score is not None
    assert late.score < dark.score
    assert moving(judged(film(), motion("light", "whole", "darker"))).score == 0


def test_flicker_is_told_from_a_steady_light() -> None:
    clip = lit(lambda t: 0.15 * float(np.sin(2 * np.pi * 2.7 * t)))
    trembling, steady = (
        moving(judged(one, motion("light", "whole", "flicker"))).score for one in (clip, film())
    )
    assert trembling is not None
    assert trembling > 0.6
    assert steady == 0


def test_snow_is_told_from_none() -> None:
    rng, sky = np.random.default_rng(5), np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)

    def draw(t: float) -> np.ndarray:
        frame = sky.copy()
        for x, y in rng.integers((0, 0), SIZE, (60 if t else 0, 2)):
            cv2.circle(frame, (int(x), int(y)), 1, (240, 240, 240), -1)
        return frame

    falling, clear = (
        moving(judged(film(one), motion("snow", "whole"))).score for one in (draw, lambda t: sky)
    )
    assert falling is not None
    assert falling > 0.6
    assert clear == 0


def face() -> Face:
    spots = np.zeros((COUNT, 3), np.float32)
    for group, x in ((LEFT_EYE, 72.0), (RIGHT_EYE, 120.0)):
        angle = np.linspace(0, 2 * np.pi, len(group), endpoint=False)
        spots[list(group), 0], spots[list(group), 1] = x + 12 * np.cos(angle), 45 + 5 * np.sin(angle)
    return Face((48.0, 20.0, 144.0, 95.0), spots, (1.0, 1.0), (0.0, 0.0, 0.0), 1.0)


def blinking(start: float | None) -> tuple[footage.Footage, Scene]:
    skin = texture(SIZE) // 8 + 150

    def draw(t: float) -> np.ndarray:
        frame = skin.copy()
        for x in (72, 120):
            if start is None or not start <= t < start + 0.3:
                cv2.ellipse(frame, (x, 45), (11, 4), 0, 0, 360, (250, 250, 250), -1)
                cv2.circle(frame, (x, 45), 4, (20, 20, 20), -1)
        return frame.astype(np.uint8)

    scene = make_scene(SIZE, pixels=draw(-1.0))
    object.__setattr__(scene, "faces", (face(),))
    return film(draw), scene


def test_a_blink_is_found_at_its_time() -> None:
    plan = motion("blink", "face", start=0.8, end=1.1)
    scores = {}
    for name, start in (("true", 0.8), ("late", 1.5), ("none", None)):
        clip, scene = blinking(start)
        scores[name] = moving(judged(clip, plan, scene=scene)).score
    assert scores["true"] == 1
    assert scores["late"] < 0.3
    assert scores["none"] == 0


# -- what cannot be judged --------------------------------------------------------------------------------------------
def test_without_a_plan_there_is_no_adherence() -> None:
    assert adherence(Observation(film()), reading(TIMES)) is None


def test_without_a_scene_a_named_region_is_not_judged_and_said_so() -> None:
    found = judged(
        film(), motion("hair", "hair") | move("pan", "right", 5.0), reading(TIMES, pan=5 * ease(TIMES))
    )
    assert moving(found).score is None
    assert "without the photo's scene" in moving(found).note
    assert found.leakage is None
    assert found.score == found.camera


@pytest.mark.parametrize("shape", [(16, 16), (16, 300), (108, 192)])
@pytest.mark.parametrize("count", [2, 3, 12])
def test_black_tiny_and_short_clips_are_judged_without_a_crash(shape: tuple[int, int], count: int) -> None:
    clip = footage.gather([np.zeros((*shape, 3), np.uint8)] * count, 24.0)
    kinds = ("hair", "water", "blink", "smile", "light", "rain", "smoke", "fire", "head_turn", "rotate")
    every = [
        {"kind": kind, "region": region, "end": 1.0} for kind in kinds for region in ("whole", "face", BOX)
    ]
    sweep = [
        {"kind": "light", "region": "whole", "direction": way, "end": 1.0}
        for way in ("left", "warmer", "flash")
    ]
    camera = [*move("push", "in", 0.1, end=1.0)["camera"], {"move": "handheld", "amount": 0.5, "end": 1.0}]
    seen = Observation(clip, None, MotionPlan.model_validate(
        {"seconds": 1.0, "motions": [*every[:28], *sweep], "hold": ["whole", "sky"], "camera": camera}))  # fmt: skip
    found = adherence(seen, reading(np.array([0, *seen.keys]) / 24.0))
    assert found is not None
    assert all(item.score is None or 0 <= item.score <= 1 for item in found.items)
    assert found.as_dict()["items"]


def test_an_amount_scores_ever_less_the_farther_it_is_off() -> None:
    less = [amount_score(share, 1.0) for share in (1.0, 0.5, 0.3, 0.15, 0.1, 0.0)]
    more = [amount_score(share, 1.0) for share in (1.0, 2.5, 5.0, 12.0)]
    assert less == sorted(less, reverse=True)
    assert more == sorted(more, reverse=True)
    assert less[0] == more[0] == 1
    assert less[-2] == less[-1] == 0
    assert more[-1] == 0.5
