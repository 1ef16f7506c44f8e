"""Plan adherence: did each planned motion happen, where, which way, how much and when; and did the rest stand still.

The score is the mean of two wholes, each 0..1; one that cannot be judged is left out. The camera is the mean of its
moves, of which moves that nobody planned take away up to 40 %. The motions are the mean of the planned motions, held
regions counting half, of which motion where nothing is planned takes away up to 30 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.evaluation.camera import CameraReading
from stillreel.evaluation.following.camera import ELSE, follow_camera
from stillreel.evaluation.following.displaced import follow_displaced, planned_fields
from stillreel.evaluation.following.faces import follow_blink
from stillreel.evaluation.following.light import follow_light
from stillreel.evaluation.following.looks import Looks
from stillreel.evaluation.following.places import motion_place, region_place, shape_of
from stillreel.evaluation.following.rest import ENOUGH_STILL, Rest, left_over
from stillreel.evaluation.following.stillness import follow_hold, leakage, stillness
from stillreel.evaluation.following.values import Followed, together
from stillreel.evaluation.following.weather import follow_weather
from stillreel.evaluation.observation import Observation
from stillreel.motion.plan import RegionMotion
from stillreel.motion.timeline import title

__all__ = ["Adherence", "Followed", "adherence"]

SHOWN = ("light", "fire", "rain", "snow", "smoke")
"""Kinds that change how things look rather than where they are."""
BESIDES, LEAKING = 0.4, 0.3
"""Shares of a whole that moves nobody planned, and motion where none is planned, can take away."""
HELD = 0.5
"""How much a held region counts beside a planned motion, and a plan without any motion beside its camera."""
WIDE = 0.9  # share of the picture: light or weather over more of it has no place
MARGIN = 0.02  # of the long side around a region in which nothing counts as leaking


@dataclass(frozen=True)
class Adherence:
    """What became of a plan."""

    score: float | None  # 0..1; None where nothing could be judged
    camera: float | None  # 0..1: the camera as a whole
    motions: float | None  # 0..1: the motions and what should stand still
    leakage: float | None  # pixels of the clip: 95th percentile of motion where nothing is planned
    items: tuple[Followed, ...]

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {"score": self.score, "camera": self.camera, "motions": self.motions, "leakage": self.leakage,
                "items": [item.as_dict() for item in self.items]}  # fmt: skip


def adherence(observation: Observation, camera: CameraReading) -> Adherence | None:
    """How far the clip follows its plan; None without one. Without a scene only what needs no place is judged."""
    plan = observation.plan
    if plan is None:
        return None
    moves = follow_camera(plan, camera, observation)
    planned = [item for item in plan.motions if item.amount > 0]
    places = [motion_place(observation, item) for item in planned]
    still = _still(observation, planned, places)
    rest = left_over(observation, camera, still)
    motions = _motions(observation, rest, planned, places, still)
    held = [follow_hold(region, rest, region_place(observation, region)) for region in plan.hold]
    leaking = None if len(places) > sum(place is not None for place in places) else leakage(rest, still)
    calm = None if leaking is None else stillness(leaking, rest)
    whole_camera = _less(together([(item.score, 1.0) for item in moves if item.what != ELSE]),
                         next((item.score for item in moves if item.what == ELSE), None), BESIDES)  # fmt: skip
    parts = [*((item.score, 1.0) for item in motions), *((item.score, HELD) for item in held)]
    whole = _less(together(parts), calm, LEAKING) if parts else calm
    score = together([(whole_camera, 1.0), (whole, 1.0 if parts else HELD)])
    return Adherence(score, whole_camera, whole, leaking, (*moves, *motions, *held))


def _less(mean: float | None, purity: float | None, most: float) -> float | None:
    """`mean` less what an impure whole loses: nothing at `purity` 1, the share `most` at 0."""
    return mean if mean is None or purity is None else mean * (1 - most * (1 - purity))


def _still(
    observation: Observation, planned: list[RegionMotion], places: list[np.ndarray | None]
) -> np.ndarray:
    """(h, w) bool: where no motion is planned, with a margin while that leaves enough; light that is everywhere and
    weather move nothing."""
    moving = np.zeros(shape_of(observation), np.uint8)
    for item, place in zip(planned, places, strict=True):
        if place is not None and not (item.kind in SHOWN and place.mean() > WIDE):
            moving |= place.astype(np.uint8)
    reach = max(1, round(MARGIN * max(moving.shape)))
    still = cv2.dilate(moving, np.ones((2 * reach + 1,) * 2, np.uint8)) == 0
    return still if still.mean() > ENOUGH_STILL else moving == 0


def _motions(
    observation: Observation, rest: Rest, planned: list[RegionMotion], places: list[np.ndarray | None],
    still: np.ndarray,
) -> list[Followed]:  # fmt: skip
    looks, plan = Looks(observation, rest), observation.plan
    assert plan is not None
    found = []
    for item, place in zip(planned, places, strict=True):
        if item.kind == "blink":
            found.append(follow_blink(item, observation))
        elif place is None:
            found.append(_unplaced(item, observation))
        elif item.kind in SHOWN:
            follow = follow_light if item.kind == "light" else follow_weather
            found.append(follow(item, looks, place))
        else:
            field = planned_fields(observation.scene, plan, item, rest, observation.footage.size[0])
            found.append(follow_displaced(item, rest, place, still, field))
    return found


def _unplaced(item: RegionMotion, observation: Observation) -> Followed:
    why = "without the photo's scene" if observation.scene is None else "in this picture"
    note = f"where its {item.region} is could not be told {why}, so it was not judged"
    return Followed(f"{title(item)} ({item.region})", "motion", None, None, None, "", note=note)
