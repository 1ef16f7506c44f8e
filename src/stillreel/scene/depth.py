"""Depth without a network: a layered prior of ground, walls, things that stand, subject and sky.

What a photographer's pictures have in common carries further than one might expect: ground rises to the horizon,
things stand where their foot is, parallel lines meet far away, haze grows with distance, the subject is nearer than
what it hides. The result is smooth inside things, because a wrong step tears under a moving camera.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.scene.canvas import Canvas, smoothstep
from stillreel.scene.diffuse import diffuse, region_edges
from stillreel.scene.structure import Lines

__all__ = ["Clues", "find_disparity"]


@dataclass(frozen=True)
class Clues:
    """What the other finders know; maps are (h, w) float32 at the canvas' size."""

    sky: np.ndarray
    sky_confidence: float
    subject: np.ndarray  # alpha of the accepted main subject
    person: np.ndarray  # probability of people, also those who are not the subject
    lines: Lines
    horizon: float  # share of the height
    horizon_confidence: float


@dataclass(frozen=True)
class Layout:
    """The room the photo is taken in, as rows and strengths."""

    row: float  # share of the height where the ground's disparity reaches `far`
    far: float  # disparity of what stands behind at that row
    top: float  # disparity of the background at the upper edge
    walls: float  # 0..1: strength of walls and ceiling around the vanishing point
    centre: float  # share of the width of the vanishing point


def find_disparity(canvas: Canvas, clues: Clues) -> tuple[np.ndarray, float]:
    """((h, w) float32 disparity, 0 farthest .. 1 nearest; confidence 0..1: how far a camera may trust it)."""
    h, w = canvas.shape
    size = max(8, w // 2), max(8, h // 2)
    small = {name: cv2.resize(getattr(clues, name), size, interpolation=cv2.INTER_AREA)
             for name in ("sky", "subject", "person")}  # fmt: skip
    things = np.maximum(small["subject"], small["person"])
    layout = lay_out(clues, float((things > 0.5).mean()))
    lab = cv2.resize(canvas.lab, size, interpolation=cv2.INTER_AREA)
    texture = cv2.resize(canvas.texture, size, interpolation=cv2.INTER_AREA)
    ramp = room(layout, (size[1], size[0]))
    background = _background(ramp, layout, lab, texture, small, things, clues)
    flat = backdrop(canvas, things)
    background *= 1 - clues.sky_confidence**0.5 * small["sky"]  # infinity, as far as it is sure to be sky
    disparity = _place(background * (1 - 0.4 * flat), ramp, things, small["person"])
    full = cv2.resize(disparity, (w, h), interpolation=cv2.INTER_LINEAR)
    return np.clip(full, 0, 1), confidence(clues)


def lay_out(clues: Clues, filled: float) -> Layout:
    """The layout that the clues speak for; without any, a table or floor seen from above."""
    outdoor, corridor = clues.sky_confidence, clues.lines.vanishing_confidence
    known = clues.horizon_confidence
    upright = max(clues.lines.verticals, smoothstep(0.02, 0.2, float(clues.person.mean())), outdoor)
    guess = -0.35 + 0.7 * float(upright)
    row = known * clues.horizon + (1 - known) * guess
    far = 0.08 * outdoor + (1 - outdoor) * 0.25
    top = (1 - outdoor) * 0.12 + 0.03 * outdoor
    built = 0.2 * clues.lines.verticals * (1 - outdoor)  # a room, seen from somewhere in its middle
    walls = max(0.75 * corridor, built) * float(smoothstep(-0.1, 0.25, row))
    centre = corridor * clues.lines.vanishing[0] + (1 - corridor) * 0.5
    return Layout(float(row), far, top, walls, centre)


def room(layout: Layout, shape: tuple[int, int]) -> np.ndarray:
    """(h, w) disparity of floor, back, walls and ceiling: the nearest plane wins."""
    h, w = shape
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    y, x = (y + 0.5) / h, (x + 0.5) / w
    floor = (y - layout.row) / (1 - layout.row)
    floor = layout.far + (1 - layout.far) * np.maximum(floor, 0)
    rise = layout.top + (layout.far - layout.top) * np.clip(y / max(layout.row, 1e-3), 0, 1)
    plan = np.where(y > layout.row, floor, rise)
    if layout.walls > 0.05:
        reach = max(layout.centre, 1 - layout.centre, 0.2)
        sides = np.abs(x - layout.centre) / reach
        ceiling = np.maximum(layout.row - y, 0) / max(layout.row, 0.25) * 0.8
        around = layout.far + (1 - layout.far) * np.maximum(sides, ceiling) * 0.9
        plan = np.maximum(plan, layout.walls * around + (1 - layout.walls) * plan)
    return plan.astype(np.float32)


def _background(ramp: np.ndarray, layout: Layout, lab: np.ndarray, texture: np.ndarray,
                small: dict[str, np.ndarray], things: np.ndarray, clues: Clues) -> np.ndarray:  # fmt: skip
    """Everything behind the subject: ground is believed, what stands takes the depth of its foot, haze corrects."""
    h, w = ramp.shape
    y = ((np.arange(h, dtype=np.float32) + 0.5) / h)[:, None]
    below = smoothstep(layout.row, layout.row + 0.35, y) * np.ones((1, w), np.float32)
    weight = 0.05 + 0.9 * below + 0.5 * layout.walls
    weight = weight * (1 - np.minimum(things, 0.98)) * (1 - 0.97 * small["sky"])
    value = ramp
    if clues.sky_confidence > 0.2:
        value = _haze(ramp, lab, small["sky"], clues.sky_confidence, below)
    edges = region_edges(lab, texture, 2.0)
    edges = edges + np.abs(_gradient(np.maximum(things, small["sky"])))
    spread = diffuse(value, weight, edges, (0.06 * w, 0.30 * h))
    mixed = spread * (1 - below) + (0.5 * spread + 0.5 * value) * below
    return diffuse(mixed, np.ones_like(mixed), edges, (0.02 * w, 0.02 * w), 2)


def backdrop(canvas: Canvas, things: np.ndarray) -> float:
    """0..1: how surely what is beside the subject is a backdrop or far out of focus, not ground at its feet.

    The subject is cut by the lower edge, as in a bust, or it is sharp and its surroundings are blurred.
    """
    mask = things > 0.5
    share = float(mask.mean())
    if share < 0.04:
        return 0.0
    bust = float(smoothstep(0.15, 0.5, mask[-2:].any(0).mean()) * smoothstep(0.08, 0.2, share))
    gradient = cv2.resize(canvas.gradient, mask.shape[::-1], interpolation=cv2.INTER_AREA)
    rim = cv2.dilate(mask.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    lower = ~rim & (np.arange(len(mask))[:, None] > 0.4 * len(mask))
    if lower.mean() < 0.04:
        return bust
    sharp, around = np.percentile(gradient[mask], 95), np.percentile(gradient[lower], 95)
    return max(bust, float(smoothstep(0.4, 0.15, around / max(sharp, 0.02)) * smoothstep(0.03, 0.08, sharp)))


def _gradient(plane: np.ndarray) -> np.ndarray:
    return np.hypot(cv2.Scharr(plane, cv2.CV_32F, 1, 0), cv2.Scharr(plane, cv2.CV_32F, 0, 1)) / 16


def _haze(ramp: np.ndarray, lab: np.ndarray, sky: np.ndarray, trust: float, below: np.ndarray) -> np.ndarray:
    """Outdoors far things take on the colour of the air above the horizon (He et al., 2009: dark channel)."""
    mask = sky > 0.6
    if mask.mean() < 0.03:
        return ramp
    rows = np.nonzero(mask.any(1))[0]
    low = mask & (np.arange(len(sky))[:, None] > np.percentile(rows, 50))
    air = np.median(lab[low if low.sum() > 20 else mask], axis=0)
    apart = np.abs(cv2.GaussianBlur(lab, (0, 0), 2.0) - air) @ np.array([1.0, 0.7, 0.7], np.float32)
    near = smoothstep(8, 60, apart)
    lift = 0.30 * trust * (1 - below) * near
    return ramp + lift


def _place(background: np.ndarray, ramp: np.ndarray, things: np.ndarray, person: np.ndarray) -> np.ndarray:
    """Set people and subject before the background, the farthest first, each at the depth of its foot."""
    mask = (things > 0.5).astype(np.uint8)
    count, label, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    feet = stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT]
    alpha, out = smoothstep(0.25, 0.75, things), background
    for index in sorted(range(1, count), key=lambda i: feet[i]):
        if stats[index, cv2.CC_STAT_AREA] < 0.0015 * mask.size:
            continue
        inside = label == index
        own = alpha * cv2.dilate(inside.astype(np.uint8), np.ones((5, 5), np.uint8))
        human = min(1.0, 1.3 * float(person[inside].mean()))
        out = out * (1 - own) + _standing(inside, ramp, background, human) * own
    return np.clip(out, 0, 1)


def _standing(inside: np.ndarray, ramp: np.ndarray, background: np.ndarray, human: float) -> np.ndarray:
    """The disparity of one thing: its foot's on the ground, at least in front of what surrounds it, and round."""
    h, w = inside.shape
    rows, columns = np.nonzero(inside)
    foot = int(np.percentile(rows, 98))
    cut = inside[-2:].any(0).sum() / max(inside.any(0).sum(), 1)
    stand = float(ramp[min(foot, h - 1), columns[rows >= foot]].mean())
    stand = max(stand, 0.80) if cut > 0.3 else stand
    ring = cv2.dilate(inside.astype(np.uint8), np.ones((15, 15), np.uint8)).astype(bool) & ~inside
    ring[foot:] = False
    behind = float(np.percentile(background[ring], 85)) if ring.sum() > 10 else 0.0
    level = min(max(stand + 0.03, behind + 0.06), 0.95)
    lean = (1 - human) * 0.5 + human * 0.08
    tilt = (ramp - float(np.mean(ramp[inside]))) * lean
    distance = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 3)
    reach = min(float(distance.max()), 0.12 * max(h, w))
    t = np.clip(distance / max(reach, 1.0), 0, 1)
    bulge = np.sqrt(1 - (1 - t) ** 2) - 0.6
    bulge = cv2.GaussianBlur(bulge.astype(np.float32), (0, 0), max(1.0, 0.25 * reach))
    swell = 0.30 * reach / max(h, w)
    return np.clip(level + tilt + swell * bulge, 0, 1).astype(np.float32)


def confidence(clues: Clues) -> float:
    """How far the prior can be trusted: what is known of subject and room, less what stands upright in no known room,
    since on hand-ordered pairs streets and rooms come out worst."""
    subject = float(smoothstep(0.01, 0.06, float(np.maximum(clues.subject, clues.person).mean())))
    corridor = clues.lines.vanishing_confidence
    room_known = max(clues.horizon_confidence, corridor)
    lost = clues.lines.verticals * (1 - corridor) * (1 - 0.6 * subject)
    return float(
        np.clip(0.32 + 0.28 * subject + 0.22 * room_known + 0.1 * clues.sky_confidence - 0.22 * lost, 0, 0.85)
    )
