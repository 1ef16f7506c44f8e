"""Motions that displace what the photo shows: hair, leaves, cloth, water, clouds, bodies, heads, smiles.

What moves in the region is set against what the program itself would move there for an amount of 1 (its own fields for
this scene), by strength, heading, place and time, never place by place: another model's hair is as good.
"""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.evaluation.following.rest import Rest
from stillreel.evaluation.following.values import Followed, amount_score, overlap, ramp
from stillreel.motion.deformation import Deformation
from stillreel.motion.organic import MAKERS
from stillreel.motion.organic.onset import Span
from stillreel.motion.organic.regions import held
from stillreel.motion.organic.wind import TOWARD
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.motion.timeline import title
from stillreel.scene.values import Scene

__all__ = ["DISPLACED", "follow_displaced", "planned_fields"]

DISPLACED = (
    "hair",
    "cloth",
    "foliage",
    "water",
    "clouds",
    "sway",
    "breathe",
    "head_turn",
    "rotate",
    "smile",
    "fire",
)
SWINGING = ("hair", "cloth", "foliage", "water", "sway", "breathe", "fire")
"""Kinds that go to and fro: what moves in step with the camera is not theirs but a depth known badly."""
GOING = ("head_turn", "rotate", "smile")
"""Kinds that go somewhere and stay: they need not move all the time."""
NATURAL = {"hair": 4.0, "cloth": 4.0, "foliage": 4.0, "water": 1.5, "clouds": 18.0, "sway": 6.0, "breathe": 2.0,
           "head_turn": 8.0, "rotate": 8.0, "smile": 2.0, "fire": 2.5}  # fmt: skip
"""Pixels at 1024 to which a region moves, root mean square, where the program has no field of its own to ask."""
FAINT, TINY = 0.15, 0.5
"""Pixels of the small frames: less motion in a region is not told from none; and of one place, when places are told."""
DOUBT = 0.12  # of disparity: a camera that travels moves things by as much as their depth may be wrong
SURE_WAY = 0.25  # of the motion that must go one way for its direction to be sure


def planned_fields(
    scene: Scene | None, plan: MotionPlan, item: RegionMotion, rest: Rest, width: int
) -> np.ndarray | None:
    """(k, h, w, 2): the program's own field of one item for this scene, in pixels of a clip of `width`, at the times
    and on the grid of `rest`; None where it has none."""
    if scene is None or item.kind not in MAKERS:
        return None
    made = MAKERS[item.kind](scene, plan, item, Span.of(item, plan.seconds, False), held(scene, plan.hold), 0)
    parts: tuple[Deformation, ...] = made if isinstance(made, tuple) else (made,) if made is not None else ()
    if not parts:
        return None
    size, grown, found = rest.raw.shape[2:0:-1], np.float32(width / scene.size[0]), []
    for t in rest.times:
        field = np.sum([part.backward(min(float(t), plan.seconds)) for part in parts], axis=0).astype(
            np.float32
        )
        found.append(-grown * cv2.resize(field, size, interpolation=cv2.INTER_AREA))
    return np.stack(found)


def follow_displaced(
    item: RegionMotion, rest: Rest, place: np.ndarray, still: np.ndarray, field: np.ndarray | None
) -> Followed:
    """One planned motion; `place` (h, w) bool is its region, `still` where nothing at all is planned."""
    swings = item.kind in SWINGING
    moved = rest.moving(_unbound(rest.raw, rest)) if swings else rest
    inside, calm = moved.strength(place), _calm(moved, still)
    doubt = 0.0 if swings else DOUBT * _high(rest.aside)
    seen = float(np.sqrt(max(_high(inside) ** 2 - _high(calm) ** 2 - doubt**2, 0.0)))
    own = None if field is None else _unbound(field, rest) if swings else field
    asked = _asked(item, own, place, rest)
    least = FAINT * rest.scale
    present = ramp(seen, 0.5 * least, 1.5 * least)
    heading, right = _heading(item, rest, place, field)
    where, when = _where(moved, place, still), _when(item, moved, place, still)
    factor = 1.0 if heading is None else 0.15 + 0.85 * ramp(heading, -SURE_WAY, SURE_WAY)
    rest_of = (
        0.35 + 0.3 * (1.0 if where is None else ramp(where, 0, 0.6)) + 0.35 * (1.0 if when is None else when)
    )
    score = present * amount_score(seen, asked, enough=0.4, generous=3.0) * factor * rest_of
    return Followed(
        f"{title(item)} ({item.region})", "motion", float(score), asked, seen, "px", direction_right=right,
        where=where, when=when, note=_said(item, asked, seen, least, right, where, when),
    )  # fmt: skip


def _unbound(moved: np.ndarray, rest: Rest) -> np.ndarray:
    """(k, h, w, 2): less what every place does in step with the camera."""
    course = rest.camera / max(float(rest.camera.max()), 1e-6)
    if rest.camera.max() < 2 * rest.scale or len(course) < 6:
        return moved
    step, _ = np.linalg.qr(np.stack([course, course**2], axis=-1))
    along = np.einsum("kb,khwc->bhwc", step, moved)
    return (moved - np.einsum("kb,bhwc->khwc", step, along)).astype(np.float32)


def _high(course: np.ndarray) -> float:
    return float(np.quantile(course, 0.8)) if len(course) else 0.0


def _calm(rest: Rest, still: np.ndarray) -> np.ndarray:
    """(k,) how far what is to stand still seems to move: its middle place, so that no passer-by counts."""
    if not still.any():
        return np.zeros(len(rest.times))
    size = np.linalg.norm(rest.moved[:, still], axis=-1)
    return np.median(np.where(rest.trusted[:, still], size, 0.0), axis=1)


def _asked(item: RegionMotion, field: np.ndarray | None, place: np.ndarray, rest: Rest) -> float:
    if field is not None:
        found = _high(np.sqrt(np.square(field[:, place]).sum(-1).mean(1)))
        if found > 0.1 * rest.scale and item.kind != "water":  # glints and eddies move more than its surface
            return found
    return NATURAL[item.kind] * max(item.amount, 0.1) * rest.long_side / 1024


def _heading(
    item: RegionMotion, rest: Rest, place: np.ndarray, field: np.ndarray | None
) -> tuple[float | None, bool | None]:
    """How much of the motion goes the way that was asked, -1..1, and whether that is right."""
    way = _way(item, field, place)
    if way is None:
        return None, None
    during = rest.times >= item.start
    there = rest.moved[during][:, place] - (rest.moved[~during][-1:, place] if (~during).any() else 0)
    if not len(there):
        return None, None
    size = float(np.linalg.norm(there, axis=-1).mean())
    along = float((there @ way).mean()) / max(size, 1e-6)
    return along, along > 0


def _way(item: RegionMotion, field: np.ndarray | None, place: np.ndarray) -> np.ndarray | None:
    """Unit vector in the picture: that of the program's own field, else the word's."""
    if item.direction is None:
        return None
    if field is not None and item.kind in ("head_turn", "rotate", "clouds"):
        mean = field[-3:][:, place].mean(axis=(0, 1))
        if np.linalg.norm(mean) > 0.05:
            return mean / np.linalg.norm(mean)
    words = TOWARD | {"clockwise": (-1.0, 0.0), "counterclockwise": (1.0, 0.0)}
    return (
        np.array(words[item.direction], np.float32)
        if item.direction in words and item.direction != "camera"
        else None
    )


def _where(rest: Rest, place: np.ndarray, still: np.ndarray) -> float | None:
    """The share of all motion that lies in the region rather than where nothing is planned, each place counting."""
    if not still.any():
        return None
    size = np.linalg.norm(rest.moved, axis=-1) * rest.trusted
    beyond = np.square(np.maximum(size - TINY * rest.scale, 0)).mean(axis=0)
    inside, outside = float(beyond[place].sum()), float(beyond[still].sum())
    return inside / (inside + outside) if inside + outside > 0 else None


def _when(item: RegionMotion, rest: Rest, place: np.ndarray, still: np.ndarray) -> float | None:
    """How far the motion's speed along the clip has the planned course, 0..1."""
    if len(rest.times) < 4:
        return None
    speeds = np.diff(np.concatenate([np.zeros_like(rest.raw[:1]), rest.raw]), axis=0)
    steps = np.diff(np.concatenate([[0.0], rest.times]))
    each = rest.moving(speeds)
    found = each.strength(place) / steps
    quiet = _calm(each, still) / steps
    middle, speed = rest.times - steps / 2, np.sqrt(np.maximum(found**2 - quiet**2, 0))
    course = _course(item, middle)
    if item.kind in GOING:
        return ramp(
            float((speed * steps * course).sum() / max(float((speed * steps).sum()), 1e-9)), 0.35, 0.85
        )
    shared = overlap(speed * steps, course * steps)
    return None if shared is None else ramp(shared, 0.35, 0.8)


def _course(item: RegionMotion, times: np.ndarray) -> np.ndarray:
    """0..1 between start and end, eased over a third of a second."""
    rise = np.clip((times - item.start) / 0.35 + 0.5, 0, 1)
    return np.minimum(rise, np.clip((item.end - times) / 0.35 + 0.5, 0, 1))


def _said(
    item: RegionMotion, asked: float, seen: float, least: float, right: bool | None, where: float | None,
    when: float | None,
) -> str:  # fmt: skip
    if seen < least:
        return f"asked about {asked:.1f} px there, saw nothing move beyond the camera"
    text = f"asked about {asked:.1f} px, saw {seen:.1f} px"
    if right is False:
        text += f", not to the {item.direction}" if item.direction in ("left", "right") else ", another way"
    if where is not None and where < 0.5:
        text += f"; only {100 * where:.0f} % of all motion lies there"
    return text + ("; at another time than planned" if when is not None and when < 0.5 else "")
