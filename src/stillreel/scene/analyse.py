"""Stage 1: what is in the photo, as one Scene. The finders in their order; each map comes with a confidence."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np

from stillreel.scene import correction
from stillreel.scene import faces as face_finder
from stillreel.scene import parts as part_finder
from stillreel.scene import stuff as stuff_finder
from stillreel.scene.canvas import Canvas, canvas_of
from stillreel.scene.depth import Clues, find_disparity
from stillreel.scene.faces import Face
from stillreel.scene.ground import find_ground
from stillreel.scene.larger_depth import OURS, LargerDepth
from stillreel.scene.light import find_light
from stillreel.scene.outline import outlined
from stillreel.scene.parts import Parts
from stillreel.scene.people import complete
from stillreel.scene.refine import guided_filter, refine
from stillreel.scene.sky import find_sky
from stillreel.scene.structure import find_horizon, find_lines
from stillreel.scene.stuff import Stuff
from stillreel.scene.style import find_style
from stillreel.scene.subject import accept_subject
from stillreel.scene.upright import straighten
from stillreel.scene.values import Scene
from stillreel.scene.water import find_water

__all__ = ["STEPS", "analyse"]

STEPS = 5  # calls of on_step: people, faces, surroundings, depth, light
DIAGONAL_35MM = math.hypot(36, 24)  # mm
WIDTH_TO_FOCAL = 0.9  # where no EXIF tells: a normal lens, 58 degrees wide
SEEN = 0.3  # confidence from which people are set into the depth

Segment = Callable[[np.ndarray], Parts]
Recognise = Callable[[np.ndarray], Stuff]
FindFaces = Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[Face, ...]]
Correct = Callable[[Canvas, np.ndarray, np.ndarray], tuple[np.ndarray, float]]
OnStep = Callable[[int, int], None]


def analyse(
    pixels: np.ndarray,
    focal_35mm: float | None = None,
    on_step: OnStep | None = None,
    *,
    segment: Segment = part_finder.segment,
    recognise: Recognise = stuff_finder.recognise,
    find_faces: FindFaces = face_finder.find_faces,
    correct: Correct | None = correction.correct,
    larger: LargerDepth | None = None,
) -> Scene:
    """Analyse `pixels`, (H, W, 3) uint8 sRGB: the clip's first frame.

    focal_35mm: EXIF focal length in 35 mm equivalent. on_step(step, STEPS) is called after each step. segment,
    recognise, find_faces, correct: the networks, for those who bring their own; with None for `correct` depth is the
    layered prior's. larger: a depth network that the user asked for instead. ModelError where the weights are missing.
    """
    done = on_step or (lambda step, steps: None)
    canvas = canvas_of(pixels)
    found = segment(pixels)
    done(1, STEPS)
    faces = find_faces(pixels, found.person, found.face_skin)
    found = complete(pixels, found, faces)
    done(2, STEPS)
    subject, subject_trust = accept_subject(replace(found, subject=outlined(pixels, found.subject)))
    seen = recognise(canvas.rgb)
    clues, places, trust = _surroundings(canvas, seen, found, subject)
    done(3, STEPS)
    disparity, disparity_trust = find_disparity(canvas, clues)
    sure_sky = clues.sky * clues.sky_confidence
    if larger is not None:
        disparity, disparity_trust = larger.find(canvas, disparity, sure_sky)
    elif correct is not None:
        disparity, doubt = correct(canvas, disparity, sure_sky)
        disparity = straighten(disparity, clues, seen)
        disparity_trust = correction.confidence(disparity, doubt)
    sharp = {name: _sharp(pixels, plane) for name, plane in places.items()}
    sharp["sky"] = outlined(pixels, sharp["sky"], absent=0.3)  # snow and foam have the colours of clouds
    people = found.person * float(found.confidence["person"] > SEEN)
    disparity = _snap(disparity, np.maximum(subject, people) - sharp["sky"])
    done(4, STEPS)
    light, light_trust = find_light(canvas, _lit_body(canvas, found, subject), clues.sky)
    style = find_style(pixels, canvas)
    known = found.confidence
    trust |= {
        "disparity": disparity_trust, "subject": subject_trust, "horizon": clues.horizon_confidence,
        "verticals": clues.lines.verticals, "faces": max((face.confidence for face in faces), default=0.0),
        "light": light_trust, "person": known["person"], "hair": known["hair"], "cloth": known["clothes"],
        "skin": max(known["face_skin"], known["body_skin"]),
    }  # fmt: skip
    sharp |= {"person": found.person, "hair": found.hair, "cloth": found.clothes,
              "skin": np.maximum(found.face_skin, found.body_skin)}  # fmt: skip
    done(5, STEPS)
    return Scene(pixels, disparity, subject, sharp, faces, light, style, trust, clues.horizon,
                 _focal(pixels, focal_35mm), depth_network=larger.name if larger else OURS)  # fmt: skip


def _surroundings(
    canvas: Canvas, seen: Stuff, found: Parts, subject: np.ndarray
) -> tuple[Clues, dict[str, np.ndarray], dict[str, float]]:
    """Where people are not: sky, horizon, foliage, water, ground; the clues for depth, the maps, their confidence."""
    lines = find_lines(canvas)
    person = canvas.fit(found.person) * float(found.confidence["person"] > SEEN)
    alpha = canvas.fit(subject)
    things = np.maximum(alpha, person)
    sky, sky_trust = find_sky(canvas, seen, things, float(person.mean()))
    horizon, horizon_trust = find_horizon(lines, sky, sky_trust)
    clues = Clues(sky, sky_trust, alpha, person, lines, horizon, horizon_trust)
    ground, ground_trust = find_ground(canvas, clues, seen)
    water, water_trust = find_water(canvas, seen, sky, sky_trust, things, horizon, lines.verticals)
    maps = {"sky": sky, "ground": ground, "water": water, "foliage": seen.maps["foliage"] * (1 - things)}
    trust = {
        "sky": sky_trust,
        "ground": ground_trust,
        "water": water_trust,
        "foliage": seen.confidence["foliage"],
    }
    return clues, maps, trust


def _sharp(pixels: np.ndarray, plane: np.ndarray) -> np.ndarray:
    """A working-size map at the photo's size, its edges on the photo's; an absent part stays exactly zero."""
    if not plane.any():
        return np.zeros(pixels.shape[:2], np.float32)
    return refine(pixels, plane, share=0.008)


def _snap(disparity: np.ndarray, matte: np.ndarray) -> np.ndarray:
    """Disparity at the photo's size, its steps moved onto the matte's edge (subject 1, sky -1)."""
    height, width = matte.shape
    full = cv2.resize(disparity, (width, height), interpolation=cv2.INTER_LINEAR)
    snapped = guided_filter(matte.astype(np.float32), full, max(2, round(0.012 * max(height, width))), 4e-4)
    return np.clip(snapped, 0, 1).astype(np.float32)


def _lit_body(canvas: Canvas, found: Parts, subject: np.ndarray) -> np.ndarray:
    """What light is read from: faces, else people, else the subject."""
    for plane in (found.face_skin, found.person):
        if (plane > 0.6).mean() > 0.004:
            return canvas.fit(plane)
    return canvas.fit(subject)


def _focal(pixels: np.ndarray, focal_35mm: float | None) -> float:
    """Focal length in pixels. A 35 mm equivalent keeps the angle over the diagonal (CIPA DCG-001)."""
    height, width = pixels.shape[:2]
    if focal_35mm is None or not 5 <= focal_35mm <= 2000:
        return WIDTH_TO_FOCAL * width
    return focal_35mm / DIAGONAL_35MM * math.hypot(width, height)
