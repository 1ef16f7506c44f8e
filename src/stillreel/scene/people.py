"""The look at the whole photo and the looks at its heads, put together: faces say who is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

import cv2
import numpy as np

from stillreel.scene.faces import Face
from stillreel.scene.heads import NAMES, Heads, find_heads
from stillreel.scene.outline import outline
from stillreel.scene.parts import Parts

__all__ = ["complete", "with_heads"]

BELIEVED = 0.45  # confidence from which the look at the whole photo counts where no head is
BODY = 0.62  # how likely a body goes straight on below a head's crop, until colours decide
LARGE = 0.05  # of the photo's shorter side: a face from this size on is the subject's
COMPANION = 0.5  # of the largest face: smaller ones are other people's
FITS = 0.45  # agreement of colours with the guess below a head, from which they draw the body
SAME = 0.5  # intersection over union from which the whole photo's subject is the one with the face


def complete(pixels: np.ndarray, found: Parts, faces: Sequence[Face]) -> Parts:
    """`found` with what closer looks at `faces` tell; as it is where there are none.

    pixels: (H, W, 3) uint8 sRGB.
    """
    return with_heads(pixels, found, find_heads(pixels, faces), faces) if faces else found


def with_heads(pixels: np.ndarray, found: Parts, heads: Heads, faces: Sequence[Face]) -> Parts:
    """Inside the heads' crops their maps; below them bodies; elsewhere `found`, as far as it is sure."""
    if heads.confidence["person"] == 0:
        return found
    person = _bodies(pixels, found, heads)
    maps, sure = {"person": person}, {"person": max(heads.confidence["person"], _trusted(found, "person"))}
    for name in NAMES[1:]:
        beyond = getattr(found, name) * (1 - heads.cover) * float(found.confidence[name] >= BELIEVED)
        maps[name] = np.minimum(heads.maps[name] + beyond, person)
        sure[name] = heads.confidence[name] or _trusted(found, name) * float(beyond.any())
    subject, trust = _subject(found, heads, person, faces)
    confidence = MappingProxyType({**sure, "subject": trust})
    return replace(found, **maps, subject=subject, confidence=confidence)


def _trusted(found: Parts, name: str) -> float:
    return found.confidence[name] if found.confidence[name] >= BELIEVED else 0.0


def _bodies(pixels: np.ndarray, found: Parts, heads: Heads) -> np.ndarray:
    """(H, W) everyone: bodies go on below the crops' border along the photo's colours, not to a straight edge."""
    whole = found.person * float(found.confidence["person"] >= BELIEVED)
    guess = heads.maps["person"] + (1 - heads.cover) * np.maximum(whole, BODY * _below(heads))
    body = outline(pixels, guess)
    beyond = body.alpha if body.agreement > FITS else guess
    return np.clip(heads.maps["person"] + (1 - heads.cover) * np.maximum(beyond, whole), 0, 1).astype(np.float32)


def _below(heads: Heads) -> np.ndarray:
    """(H, W) 0..1: the columns in which someone stands at the lower border of a crop, on down to the photo's."""
    known = heads.cover > 0.99
    rows = np.arange(len(known))[:, None]
    last = np.where(known.any(0), len(known) - 1 - known[::-1].argmax(0), len(known))
    at_border = heads.maps["person"][np.minimum(last, len(known) - 1), np.arange(known.shape[1])]
    return np.where(rows > last, at_border, 0).astype(np.float32)


def _subject(found: Parts, heads: Heads, person: np.ndarray, faces: Sequence[Face]) -> tuple[np.ndarray, float]:
    """The people whose faces are large, with what the whole photo's subject adds to them, and its confidence."""
    sizes = [max(x1 - x0, y1 - y0) for x0, y0, x1, y1 in (face.box for face in faces)]
    least = max(LARGE * min(person.shape), COMPANION * max(sizes))
    theirs = [face for face, size in zip(faces, sizes, strict=True) if size >= least]
    alpha = _around(person, theirs)
    if not alpha.any():
        return found.subject, found.confidence["subject"]
    trust = heads.confidence["person"] * max(face.confidence for face in theirs)
    mine, whole = alpha > 0.5, found.subject > 0.5
    if found.confidence["subject"] >= BELIEVED and (mine & whole).sum() > SAME * (mine | whole).sum():
        both = (alpha + found.subject) / 2  # pale clothes are doubtful to either look alone
        alpha = np.maximum(alpha, found.subject + (both - found.subject) * heads.cover)
        trust = max(trust, found.confidence["subject"])
    return alpha, trust


def _around(person: np.ndarray, faces: Sequence[Face]) -> np.ndarray:
    """The pieces of `person` that hold one of `faces`."""
    _, label = cv2.connectedComponents((person > 0.4).astype(np.uint8))
    held = set()
    for face in faces:
        x, y = ((face.box[i] + face.box[i + 2]) / 2 for i in (0, 1))
        x, y = np.clip(round(x), 0, person.shape[1] - 1), np.clip(round(y), 0, person.shape[0] - 1)
        held.add(int(label[y, x]))
    near = cv2.dilate(np.isin(label, list(held - {0})).astype(np.uint8), np.ones((9, 9), np.uint8))
    return (person * near).astype(np.float32)
