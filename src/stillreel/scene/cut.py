"""Advice about what the border of the photo cuts: a face, or a thing at two opposite sides.

Thresholds from the training photos that `benchmarks/photo_advice.py` does not test on, untouched and cut through a face
by 20 to 50% of its width or height. Over 6% of a face's landmarks lie outside in one of 80 untouched photos with faces,
whose face is cut indeed. Of a face that is not recognised the skin may still be: it touches the border along over 8% of
the shorter side in 3 of 93 untouched photos without faces. Both together name 65% of 63 cut faces, 24 of 25 on the
right side; the rest is not seen as a face at all. A thing is cut at opposite sides in 2 of 138 untouched photos.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from stillreel.photo.advice import Advice
from stillreel.photo.bars import SIDES, listed
from stillreel.scene.faces import Face
from stillreel.scene.parts import NAMES, probabilities, within_person
from stillreel.scene.values import Scene

__all__ = ["advise_cut"]

OUTSIDE = 0.06  # share of a face's landmarks beyond the border
SKIN_AT_BORDER = 0.08  # length of a face's skin along the border, as a share of the shorter side
CUT = 0.12  # share of a side's length along which the border cuts a thing
PERSON = 0.3  # share of a subject from which it is a person: portraits are cut at the chest, and may be
SURE = 0.4  # confidence from which a subject is believed

Look = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


def advise_cut(scene: Scene, look: Look = probabilities) -> Iterator[Advice]:
    """What the border cuts off. look: the parts network, asked again where skin but no face is seen at the border."""
    if scene.faces:
        beyond, side = _beyond(scene.faces[0], scene.size)
        if beyond > OUTSIDE:
            yield _face(f"The border cuts the face at the {side} ({beyond:.0%} of it lies outside)", beyond, OUTSIDE)
    elif any(edge.any() for edge in _edges(scene.parts["skin"] > 0.5)):
        long, side = _skin_at_border(scene, look)
        if long > SKIN_AT_BORDER:
            text = f"The border cuts a face at the {side}, and what is left is not recognised as one"
            yield _face(f"{text} (skin along {long:.0%} of the shorter side)", long, SKIN_AT_BORDER)
    yield from _thing(scene)


def _face(text: str, value: float, threshold: float) -> Advice:
    cost = "A move out, or a turn of the head, would have to make up a face; it is held back."
    fix = "Use a wider crop or another shot; else move in, away from that side."
    return Advice("advice.face_cut", "warn", f"{text}.", round(value, 3), threshold, cost, fix)


def _beyond(face: Face, size: tuple[int, int]) -> tuple[float, str]:
    """(share of the landmarks outside, the side at which most of them are)."""
    x, y = face.landmarks[:, 0], face.landmarks[:, 1]
    out = np.stack([y < 0, y > size[1] - 1, x < 0, x > size[0] - 1])
    return float(out.any(axis=0).mean()), SIDES[int(out.sum(axis=1).argmax())]


def _skin_at_border(scene: Scene, look: Look) -> tuple[float, str]:
    """(longest stretch of a face's skin along one side as a share of the photo's shorter side, that side)."""
    seen = within_person(np.mean(look(scene.pixels), axis=0))[NAMES.index("face_skin")] > 0.5
    width, height = scene.size
    lengths = (width, width, height, height)
    found = [_longest(edge) * long / min(scene.size) for edge, long in zip(_edges(seen), lengths, strict=True)]
    return max(found), SIDES[int(np.argmax(found))]


def _edges(mask: np.ndarray) -> tuple[np.ndarray, ...]:
    """What of `mask` lies at each of SIDES."""
    return mask[:2].max(axis=0), mask[-2:].max(axis=0), mask[:, :2].max(axis=1), mask[:, -2:].max(axis=1)


def _longest(edge: np.ndarray) -> float:
    """The longest unbroken stretch as a share of the edge."""
    steps = np.diff(np.concatenate([[0], edge.astype(np.int8), [0]]))
    lengths = np.flatnonzero(steps < 0) - np.flatnonzero(steps > 0)
    return float(lengths.max(initial=0) / len(edge))


def _thing(scene: Scene) -> Iterator[Advice]:
    mask = scene.subject > 0.5
    if not mask.any() or scene.confidence.get("subject", 0.0) < SURE:
        return
    if float((scene.parts["person"][mask] > 0.5).mean()) > PERSON:
        return
    shares = dict(zip(SIDES, (_longest(edge) for edge in _edges(mask)), strict=True))
    cut = [side for side in SIDES if shares[side] > CUT]
    if {"top", "bottom"} <= set(cut) or {"left", "right"} <= set(cut):
        least = min(shares[side] for side in cut)
        text = f"The border cuts the subject at the {listed(cut)} (along {least:.0%} of a side and more)."
        cost = "It cannot turn or stand free: an orbit or a move out would have to make up the rest of it."
        fix = "Use a photo with room around it; with this one prefer a push in, light or a pan along it."
        yield Advice("advice.subject_cut", "info", text, round(least, 3), CUT, cost, fix)
