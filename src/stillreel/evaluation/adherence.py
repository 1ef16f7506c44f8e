"""Plan adherence: did each planned motion happen, where, which way, how much and when; and did the rest stand still.

The score is the mean of two wholes, each 0..1: the camera (the mean of its moves, the item for what it does besides
counting half) and the motions (the mean of the planned motions, held regions and the rest of the picture counting
half each). A whole that cannot be judged is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.evaluation.camera import CameraReading
from stillreel.evaluation.following.appearance import SHOWN, Looks, follow_shown
from stillreel.evaluation.following.camera import follow_camera
from stillreel.evaluation.following.displaced import follow_displaced, planned_fields
from stillreel.evaluation.following.faces import follow_blink
from stillreel.evaluation.following.places import motion_place, region_place, shape_of
from stillreel.evaluation.following.rest import ENOUGH_STILL, Rest, left_over
from stillreel.evaluation.following.stillness import follow_hold, leakage, stillness
from stillreel.evaluation.following.values import Followed, together
from stillreel.evaluation.observation import Observation
from stillreel.motion.plan import RegionMotion
from stillreel.motion.timeline import title

__all__ = ["Adherence", "Followed", "adherence"]

BESIDES, STILL = 0.5, 0.5
"""How much the unasked camera move, and what should stand still, count beside one planned item."""
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
    moves = follow_camera(plan, camera, observation.scene, max(observation.footage.size))
    planned = [item for item in plan.motions if item.amount > 0]
    places = [motion_place(observation, item) for item in planned]
    still = _still(observation, planned, places)
    rest = left_over(observation, camera, still)
    motions = _motions(observation, rest, planned, places, still)
    held = [follow_hold(region, rest, region_place(observation, region)) for region in plan.hold]
    leaking = None if len(places) > sum(place is not None for place in places) else leakage(rest, still)
    whole_camera = together([(item.score, BESIDES if item.what.startswith("no other") else 1.0) for item in moves])
    calm = None if leaking is None else stillness(leaking, rest)
    whole = together([*((item.score, 1.0) for item in motions), *((item.score, STILL) for item in held), (calm, STILL)])
    score = together([(whole_camera, 1.0), (whole, 1.0 if motions or held else STILL)])
    return Adherence(score, whole_camera, whole, leaking, (*moves, *motions, *held))


def _still(observation: Observation, planned: list[RegionMotion], places: list[np.ndarray | None]) -> np.ndarray:
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
    observation: Observation, rest: Rest, planned: list[RegionMotion], places: list[np.ndarray | None], still: np.ndarray
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
            found.append(follow_shown(item, looks, place))
        else:
            field = planned_fields(observation.scene, plan, item, rest, observation.footage.size[0])
            found.append(follow_displaced(item, rest, place, still, field))
    return found


def _unplaced(item: RegionMotion, observation: Observation) -> Followed:
    why = "without the photo's scene" if observation.scene is None else "in this picture"
    note = f"where its {item.region} is could not be told {why}, so it was not judged"
    return Followed(f"{title(item)} ({item.region})", "motion", None, None, None, "", note=note)
