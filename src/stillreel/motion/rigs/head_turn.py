"""Turning a head by a few degrees over a relief of landmarks and an ellipsoid.

The landmarks' depth gives the face, an ellipsoid the rest of the head under its hair; the outline has depth 0 and
stays where it is, so that only what lies within the head moves, and the neck fades the motion out. The head also
nods and tilts a little, because a head that turns on a spindle looks like a doll's.
"""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.motion.organic.modal import Modal, modal
from stillreel.motion.organic.onset import Course, Span
from stillreel.motion.organic.regions import area_from, grid, layer_maps, taper
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.motion.rigs.anatomy import Head, faces_in, head_of, layer_at
from stillreel.scene.values import Face, Scene

__all__ = ["head_turn"]

NATURAL, FARTHEST, IDLE = 11.0, 14.0, 2.0  # degrees
_NOD, _TILT = 2.0, 1.2  # degrees of drift
_STEEPEST = 0.3  # the sides of a head and of a nose do turn away: this is foreshortening and not jelly
_FACING = 3.0  # degrees of yaw that count as looking at the camera


def head_turn(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> Modal | None:
    """The largest face of the region turns; None without a face."""
    faces = faces_in(scene, item.region, hold)
    if not faces or not item.amount:
        return None
    head = head_of(faces[0])
    layer, (x, y) = layer_at(scene, head.centre), grid(scene)
    a, b = _head_frame(head, x, y)
    around = np.hypot(a / (0.62 * head.width), (b + 0.12 * head.height) / (0.74 * head.height))
    found = layer_maps(scene)["subject"] if layer == "subject" else (around < 1).astype(np.float32)
    area = area_from(scene, found, hold, layer)
    if area is None:
        return None
    free = taper(area, 1.0, 1 / (0.12 * head.height))
    carried = free * _carried(head, a, b)
    modes = _modes(head, relief(scene, faces[0], head) * free, carried, a, b)
    return modal("head_turn", area, modes, _course(item, span, head, seed), span, _STEEPEST, rounds=2)


def _head_frame(head: Head, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    dx, dy = x - head.centre[0], y - head.centre[1]
    return dx * head.across[0] + dy * head.across[1], dx * head.down[0] + dy * head.down[1]


def _carried(head: Head, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(h, w) 0..1: 1 on the head, falling through the neck to 0 on the shoulders, and beside the head."""
    below = np.clip((b - 0.42 * head.height) / (0.85 * head.height), 0, 1)
    beside = np.clip((np.abs(a) - 0.6 * head.width) / (0.9 * head.width), 0, 1)
    above = np.clip((-b - 0.95 * head.height) / (0.6 * head.height), 0, 1)
    falls = [1 - edge * edge * (3 - 2 * edge) for edge in (below, beside, above)]
    return (falls[0] * falls[1] * falls[2]).astype(np.float32)


def _modes(head: Head, deep: np.ndarray, carried: np.ndarray, a: np.ndarray, b: np.ndarray) -> list[np.ndarray]:
    """Forward displacement per unit of sin(yaw), sin(pitch) and roll: yaw and pitch slide what stands out."""
    across, down = (axis.astype(np.float32) for axis in (head.across, head.down))
    shift = deep + 0.10 * head.height * carried  # a neck lets the whole head move a little, too
    pivot = b - 0.55 * head.height  # the neck, under the chin
    roll = (-pivot * carried)[..., None] * across + (a * carried)[..., None] * down
    return [shift[..., None] * across, (deep + 0.06 * head.height * carried)[..., None] * down, roll]


def relief(scene: Scene, face: Face, head: Head) -> np.ndarray:
    """(h, w) float32 frame pixels toward the camera, above the plane through the ears."""
    x, y = grid(scene)
    a, b = _head_frame(head, x, y)
    around = np.square(a / (0.60 * head.width)) + np.square((b + 0.13 * head.height) / (0.72 * head.height))
    ellipsoid = 0.52 * head.height * np.clip(1 - around, 0, None) ** 0.8
    mesh, known = _mesh(face, head, x, y)
    level = (ellipsoid * known).sum() / max(float(known.sum()), 1e-6)
    together = ellipsoid + known * (mesh - (mesh * known).sum() / max(float(known.sum()), 1e-6) + level - ellipsoid)
    sigma = max(1.0, 0.045 * head.height / 2)
    return cv2.GaussianBlur(np.clip(together, 0, None).astype(np.float32), (0, 0), sigma)


def _mesh(face: Face, head: Head, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The landmarks' height over the flow grid, and how far it is to be believed (0..1, inside the outline).

    The points are spread by a bell about as wide as their spacing (normalised convolution).
    """
    shape = x.shape
    heights, weights = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    spots = np.asarray(face.landmarks, np.float32)
    columns, rows = (np.clip(np.round(spots[:, axis] / 2).astype(int), 0, shape[1 - axis] - 1) for axis in (0, 1))
    np.add.at(heights, (rows, columns), -spots[:, 2])
    np.add.at(weights, (rows, columns), 1.0)
    total = np.zeros((*shape, 2), np.float32)
    for share, believed in ((0.045, 1.0), (0.13, 1e-3)):  # the wide bell only where the narrow one finds nothing
        spread = cv2.GaussianBlur(np.dstack([heights, weights]), (0, 0), max(1.0, share * head.height / 2))
        total += np.float32(believed / max(float(spread[..., 1].max()), 1e-9)) * spread
    a, b = _head_frame(head, x, y)
    inside = np.clip(1.0 - np.hypot(a / (0.5 * head.width), b / (0.5 * head.height)), 0, 0.25) / 0.25
    return total[..., 0] / np.maximum(total[..., 1], 1e-12), (inside * inside * (3 - 2 * inside)).astype(np.float32)


def _course(item: RegionMotion, span: Span, head: Head, seed: int) -> Course:
    """(sin yaw, sin pitch, roll) over time: to its goal and held, with a slow drift that never repeats exactly."""
    rng = np.random.default_rng([seed, 61])
    goal = np.radians(_goal(item, head, rng))
    late = rng.uniform(0, 2 * np.pi, 3)
    turn = 2 * np.pi * span.frequency(0.19), 2 * np.pi * span.frequency(0.13)
    size = np.radians((0.5, _NOD / 2, _TILT / 2)) * min(item.amount, 1.3)

    def drift(t: float) -> np.ndarray:
        return size * (0.7 * np.sin(turn[0] * t + late) + 0.3 * np.sin(2 * turn[1] * t + late[::-1]))

    wander = span.anchored(drift, rise=1.5)
    rise = float(np.clip(0.45 * (span.end - span.start), 0.3, 2.2))

    def course(t: float) -> np.ndarray:
        yaw, pitch, roll = wander(t) + goal * span.swing(t, rise)
        return np.array([np.sin(yaw), np.sin(pitch), roll])

    return course


def _goal(item: RegionMotion, head: Head, rng: np.random.Generator) -> tuple[float, float, float]:
    """Degrees of yaw, pitch and roll to reach. To the camera is back from the face's own yaw."""
    side = 1.0 if rng.random() < 0.5 else -1.0
    degrees = min(NATURAL * item.amount, FARTHEST)
    if item.direction in ("up", "down"):
        return 0.0, (-0.5 if item.direction == "up" else 0.5) * degrees, 0.0
    if item.direction == "camera":
        facing = abs(head.yaw) < _FACING
        yaw = side * IDLE * item.amount if facing else -np.sign(head.yaw) * min(abs(head.yaw), FARTHEST)
        return float(yaw), 0.0, 0.0
    yaw = {"left": -1.0, "right": 1.0}.get(item.direction or "", side) * degrees
    return float(yaw), 0.0, float(0.08 * yaw)
