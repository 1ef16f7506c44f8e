"""Advice that needs the scene: whether what matters is sharp, large, whole and turned so that it can be moved.

Thresholds from 110 analysed photos of the training set, those that `benchmarks/photo_advice.py` does not test on:
- sharpness inside the box of a face, least of 55 faces 0.46; after a Gaussian blur of 1.5 pixels 95% lie under 0.36, of
  2 under 0.33, whatever the face's size. Inside the subject 0.30 / 0.42 (percentiles 1 / 10 of 69).
- 10% of the faces are turned by over 38 degrees, 5% look down by over 20.
The rest are the limits that the motions themselves keep.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2
import numpy as np

from stillreel.photo import measures
from stillreel.photo.advice import Advice
from stillreel.scene.cut import advise_cut
from stillreel.scene.eyes import OPEN, SMALLEST_EYE
from stillreel.scene.faces import Face
from stillreel.scene.landmarks import LEFT_EYE, RIGHT_EYE
from stillreel.scene.values import Scene

__all__ = ["advise_scene"]

FACE_SOFT, FACE_BLURRED = 0.34, 0.25
SUBJECT_SOFT, SHARP_ELSEWHERE = 0.27, 1.5  # the second: how much crisper than the subject the rest is
FACE_EDGE = 9  # px, the window along which a face's edges are followed
MEASURED = 32  # px, a face's shorter side from which it is judged
SMALL_SUBJECT = 0.015  # share of the picture
TURNED, BOWED = 40.0, -22.0  # degrees of yaw and pitch
CROWD = 4  # faces
SURE = 0.4  # confidence from which a subject is believed
UNSURE_DEPTH = 0.65


def advise_scene(scene: Scene) -> tuple[Advice, ...]:
    """What to know about the scene before it is moved; empty for a good one. About 0.05 s of one core."""
    grey = measures.luma(scene.pixels)
    return (*_faces(scene, grey), *advise_cut(scene), *_subject(scene, grey), *_whole(scene))


def _faces(scene: Scene, grey: np.ndarray) -> Iterator[Advice]:
    if not scene.faces:
        return
    face = scene.faces[0]
    yield from _soft_face(face, grey)
    yield from _pose(face)
    yield from _eyes(scene.faces)
    if len(scene.faces) > CROWD:
        text = f"There are {len(scene.faces)} faces."
        cost = "Every one that moves must stay itself; small ones suffer first."
        fix = "Prefer a camera move to motions of faces."
        yield Advice("advice.faces_many", "info", text, len(scene.faces), CROWD, cost, fix)


def _soft_face(face: Face, grey: np.ndarray) -> Iterator[Advice]:
    x0, y0, x1, y1 = (max(0, round(float(edge))) for edge in face.box)
    near = np.ascontiguousarray(grey[y0:y1, x0:x1])
    if min(near.shape, default=0) < MEASURED:
        return
    sharp = measures.sharpness(near, percentile=99.5, window=FACE_EDGE)[0]
    if not math.isnan(sharp) and sharp < FACE_SOFT:
        severity, passed = ("bad", FACE_BLURRED) if sharp < FACE_BLURRED else ("warn", FACE_SOFT)
        text = f"The face is out of focus (sharpness {sharp:.2f})."
        cost = "Eyes, lips and hair have no clear edges, so their motions smear; nobody looks at the rest."
        yield Advice("advice.face_soft", severity, text, round(sharp, 3), passed, cost, "Use a shot with sharp eyes.")


def _pose(face: Face) -> Iterator[Advice]:
    yaw, pitch, _ = (float(angle) for angle in face.pose)
    if abs(yaw) > TURNED:
        text = f"The face is turned away by {abs(yaw):.0f} degrees."
        cost = "One eye and cheek are hardly seen: turns, blinks and smiles stay small."
        yield Advice(
            "advice.face_turned", "info", text, round(abs(yaw), 1), TURNED, cost, "Prefer a face toward the camera."
        )
    elif pitch < BOWED:
        text = f"The face looks down by {-pitch:.0f} degrees."
        cost = "Eyes may pass for shut, and a nod has little to show."
        yield Advice("advice.face_bowed", "info", text, round(pitch, 1), BOWED, cost, "Prefer hair, cloth and camera.")


def _eyes(faces: tuple[Face, ...]) -> Iterator[Advice]:
    """About blinking, which needs an eye that is large enough and surely open."""
    face = faces[0]
    width = max(_eye_width(face))
    if width < SMALLEST_EYE:
        text = f"The largest face has eyes of {width:.0f} pixels."
        cost = "Too small to tell whether they are open: nobody blinks."
        fix = "Cut the photo closer, or use a larger one."
        yield Advice("advice.face_small", "info", text, round(width, 1), SMALLEST_EYE, cost, fix)
    elif max(max(one.openness) for one in faces) <= OPEN:
        text, cost = "No eye is surely open.", "Shut or hidden eyes do not blink."
        value = round(float(max(face.openness)), 2)
        yield Advice("advice.eyes", "info", text, value, OPEN, cost, "For a blink use a photo with open eyes.")


def _eye_width(face: Face) -> tuple[float, float]:
    left, right = (face.landmarks[list(eye), :2] for eye in (LEFT_EYE, RIGHT_EYE))
    return float(np.ptp(left, axis=0).max()), float(np.ptp(right, axis=0).max())


def _subject(scene: Scene, grey: np.ndarray) -> Iterator[Advice]:
    mask = scene.subject > 0.5
    share, trust = float(mask.mean()), float(scene.confidence.get("subject", 0.0))
    if trust < SURE or share == 0:
        return
    if share < SMALL_SUBJECT and not scene.faces:
        text = f"The subject takes {share:.1%} of the picture."
        cost = "A motion of its own would hardly be seen."
        fix = "Cut the photo closer, or let the camera and the surroundings move."
        yield Advice("advice.subject_small", "info", text, round(share, 4), SMALL_SUBJECT, cost, fix)
        return
    inner = cv2.erode(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    outer = cv2.dilate(mask.astype(np.uint8), np.ones((9, 9), np.uint8)) == 0
    mine, rest = (measures.sharpness(grey, where)[0] for where in (inner, outer))
    if mine < SUBJECT_SOFT and rest > SHARP_ELSEWHERE * mine:  # False where either is NaN
        text = f"What is behind or beside the subject is sharper than the subject ({rest:.2f} against {mine:.2f})."
        cost = "The eye stays with a soft subject, and its matte is uncertain."
        fix = "Use a shot that is focused on it."
        yield Advice("advice.subject_soft", "warn", text, round(mine, 3), SUBJECT_SOFT, cost, fix)


def _whole(scene: Scene) -> Iterator[Advice]:
    depth = float(scene.confidence.get("disparity", 0.0))
    if scene.style.kind in ("painting", "drawing") and scene.style.confidence >= 0.5:
        text = f"It looks like a {scene.style.kind}."
        cost = "Its depth is made up: an orbit or truck bends the painted world."
        sure = round(float(scene.style.confidence), 2)
        yield Advice("advice.flat_style", "info", text, sure, 0.5, cost, "Prefer a zoom, a pan or light.")
    elif depth < UNSURE_DEPTH:
        text = f"Its depth is unsure ({depth:.2f})."
        cost = "Orbit, truck and pull are kept small."
        fix = "Prefer a pan, tilt or zoom, or a photo with a clear near and far."
        yield Advice("advice.depth", "info", text, round(depth, 2), UNSURE_DEPTH, cost, fix)
