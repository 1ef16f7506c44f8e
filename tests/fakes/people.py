"""A drawn person: a face whose 168 landmarks are known, hair, shoulders and cloth, before a textured wall."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from stillreel.scene import landmarks as points
from stillreel.scene.values import Face, Scene
from tests.fakes.scenes import make_scene, texture

SIZE = (640, 360)
CENTRE, WIDE, HIGH = (320.0, 130.0), 96.0, 124.0  # of the face, frame pixels


def make_face(yaw: float = 0.0, openness: float = 1.0) -> Face:
    """A frontal face, turned by `yaw` degrees (positive toward the picture's right) in its depths."""
    at = np.zeros((points.COUNT, 3), np.float32)
    turn = np.linspace(0, 2 * np.pi, len(points.OVAL), endpoint=False)
    at[list(points.OVAL), 0], at[list(points.OVAL), 1] = 0.5 * np.sin(turn), -0.5 * np.cos(turn)
    for side, eye, brow in ((-1, points.LEFT_EYE, points.LEFT_BROW), (1, points.RIGHT_EYE, points.RIGHT_BROW)):
        ring = np.linspace(0, 2 * np.pi, 16, endpoint=False)
        at[list(eye), 0] = side * (0.21 + 0.10 * np.cos(ring))
        at[list(eye), 1] = -0.10 - 0.045 * max(openness, 0.05) * np.sin(ring)
        at[list(brow), 0] = side * np.tile(np.linspace(0.33, 0.09, 5), 2)
        at[list(brow), 1] = np.repeat((-0.235, -0.26), 5)
        at[list(points.LEFT_IRIS if side < 0 else points.RIGHT_IRIS), :2] = side * 0.21, -0.10
    for lips, wide, high in ((points.LIPS_OUTER, 0.19, 0.045), (points.LIPS_INNER, 0.15, 0.01)):
        ring = np.linspace(np.pi, 3 * np.pi, 20, endpoint=False)
        at[list(lips), 0], at[list(lips), 1] = wide * np.cos(ring), 0.26 + high * np.sin(ring)
    at[list(points.NOSE), 1] = np.linspace(-0.08, 0.12, len(points.NOSE))
    at[list(points.FOREHEAD), 1], at[list(points.CHIN), 1] = -0.35, 0.42
    at[list(points.LEFT_CHEEK), :2], at[list(points.RIGHT_CHEEK), :2] = (-0.25, 0.1), (0.25, 0.1)
    radius = np.hypot(at[:, 0], at[:, 1] * 0.9)
    at[:, 2] = -0.45 * np.sqrt(np.clip(0.25 - radius**2, 0, None)) * 2
    at[list(points.NOSE_RIDGE), 2] -= 0.12
    at[:, 2] += np.tan(np.radians(yaw)) * at[:, 0]
    at *= (WIDE, HIGH, WIDE)
    at[:, :2] += CENTRE
    box = (*at[:, :2].min(axis=0), *at[:, :2].max(axis=0))
    return Face(tuple(float(v) for v in box), at, (openness, openness), (yaw, 0.0, 0.0), 0.95)  # type: ignore[arg-type]


def make_person(yaw: float = 0.0, openness: float = 1.0, seed: int = 0) -> Scene:
    """The scene of one such person, standing in the middle and cut by the frame's bottom."""
    w, h = SIZE
    face, pixels = make_face(yaw, openness), texture(SIZE, seed) // 2 + 60
    layers = {name: np.zeros((h, w), np.uint8) for name in ("hair", "skin", "cloth", "subject")}
    cv2.ellipse(layers["hair"], (320, 130), (82, 96), 0, 0, 360, 255, -1, cv2.LINE_AA)
    cv2.rectangle(layers["hair"], (240, 130), (400, 236), 255, -1)
    cv2.ellipse(layers["cloth"], (320, 380), (210, 150), 0, 0, 360, 255, -1, cv2.LINE_AA)
    layers["hair"][layers["cloth"] > 0] = 0
    cv2.ellipse(layers["skin"], (320, 130), (48, 62), 0, 0, 360, 255, -1, cv2.LINE_AA)
    cv2.rectangle(layers["skin"], (298, 180), (342, 250), 255, -1)
    for name in ("hair", "cloth"):
        layers[name][layers["skin"] > 0] = 0
        layers["subject"] = np.maximum(layers["subject"], layers[name])
    layers["subject"] = np.maximum(layers["subject"], layers["skin"])
    pixels[layers["skin"] > 0] = pixels[layers["skin"] > 0] // 4 + np.array((150, 110, 90), np.uint8)
    _draw_eyes(pixels, face)
    maps = {name: mask.astype(np.float32) / 255 for name, mask in layers.items()}
    subject = maps.pop("subject")
    scene = make_scene(SIZE, disparity=0.2 + 0.6 * subject, subject=subject, pixels=pixels)
    parts = {**scene.parts, **maps, "person": subject}
    return replace(scene, faces=(face,), parts=parts)


def _draw_eyes(pixels: np.ndarray, face: Face) -> None:
    for eye, iris in ((points.LEFT_EYE, points.LEFT_IRIS), (points.RIGHT_EYE, points.RIGHT_IRIS)):
        ring = np.round(face.landmarks[list(eye), :2]).astype(np.int32)
        cv2.fillPoly(pixels, [ring], (235, 235, 235), cv2.LINE_AA)
        x, y = np.round(face.landmarks[iris[0], :2]).astype(int)
        cv2.circle(pixels, (int(x), int(y)), 4, (40, 60, 90), -1, cv2.LINE_AA)
        cv2.polylines(pixels, [ring[:9]], False, (30, 20, 20), 1, cv2.LINE_AA)
