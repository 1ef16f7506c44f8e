"""The look at the whole photo and the looks at its heads, put together: faces say who is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

import cv2
import numpy as np

from stillreel.scene.canvas import smoothstep
from stillreel.scene.faces import Face
from stillreel.scene.heads import NAMES, Heads, find_heads
from stillreel.scene.outline import spread_out
from stillreel.scene.parts import Parts

__all__ = ["complete", "with_heads"]

BELIEVED = 0.45  # confidence from which the look at the whole photo counts where no head is
GLIMPSED = (0.15, 0.4)  # confidence between which the look at the whole photo counts as a guess at bodies
BODY, BESIDE = 0.55, 0.3  # how likely a body is straight below a head's crop, and beside that: never sure
TALL = 6.0  # face heights from a face down to the feet
LARGE = 0.05  # of the photo's shorter side: a face from this size on is the subject's
COMPANION = 0.5  # of the largest face: smaller ones are other people's
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
    person, borne_out = _bodies(pixels, found, heads, faces)
    own = heads.confidence["person"] * borne_out
    maps, sure = {"person": person}, {"person": max(own, _trusted(found, "person"))}
    for name in NAMES[1:]:
        beyond = getattr(found, name) * (1 - heads.cover) * float(found.confidence[name] >= BELIEVED)
        maps[name] = np.minimum(heads.maps[name] + beyond, person)
        sure[name] = heads.confidence[name] or _trusted(found, name) * float(beyond.any())
    subject, trust = _subject(found, own, heads.cover, person, faces)
    confidence = MappingProxyType({**sure, "subject": trust})
    return replace(found, **maps, subject=subject, confidence=confidence)


def _trusted(found: Parts, name: str) -> float:
    return found.confidence[name] if found.confidence[name] >= BELIEVED else 0.0


def _bodies(
    pixels: np.ndarray, found: Parts, heads: Heads, faces: Sequence[Face]
) -> tuple[np.ndarray, float]:
    """(H, W) everyone: bodies go on below the crops' border along the photo's colours; 0..1 how far that is borne out.

    A body that is all inside the crops is known; one that is all outside is worth what colours and guess agree on.
    """
    whole = found.person * float(found.confidence["person"] >= BELIEVED)
    doubtful = float(heads.confidence["person"] < BELIEVED)
    near = np.maximum(heads.maps["person"], whole * heads.cover * doubtful)
    glimpsed = float(smoothstep(*GLIMPSED, found.confidence["person"]))
    beyond = np.maximum(found.person * glimpsed, _below(heads, faces) * (1 - 0.8 * glimpsed))
    guess = near + (1 - heads.cover) * beyond
    body = spread_out(pixels, guess.astype(np.float32), heads.cover, whole * (1 - heads.cover))
    person = np.clip(near + (1 - heads.cover) * np.maximum(body.alpha, whole), 0, 1).astype(np.float32)
    mine = person > 0.5
    outside = float((mine & (heads.cover < 0.5)).sum() / max(int(mine.sum()), 1))
    return person, 1 - outside * (1 - body.agreement)


def _below(heads: Heads, faces: Sequence[Face]) -> np.ndarray:
    """(H, W) 0..BODY: the columns in which someone stands at a crop's lower border, down to the feet, and beside."""
    known = heads.cover > 0.99
    rows = np.arange(len(known))[:, None]
    last = np.where(known.any(0), len(known) - 1 - known[::-1].argmax(0), len(known))
    at_border = heads.maps["person"][np.minimum(last, len(known) - 1), np.arange(known.shape[1])]
    tall = max(face.box[3] - face.box[1] for face in faces)
    feet = max(face.box[3] for face in faces) + TALL * tall
    column = np.where((rows > last) & (rows < feet), at_border, 0).astype(np.float32)
    wide = cv2.dilate(column, np.ones((1, 2 * max(1, round(tall)) + 1), np.uint8))
    return np.maximum(BODY * column, BESIDE * cv2.GaussianBlur(wide, (0, 0), max(0.5, 0.3 * float(tall))))


def _subject(
    found: Parts, own: float, cover: np.ndarray, person: np.ndarray, faces: Sequence[Face]
) -> tuple[np.ndarray, float]:
    """The people whose faces are large, with what the whole photo's subject adds to them, and its confidence."""
    sizes = [max(x1 - x0, y1 - y0) for x0, y0, x1, y1 in (face.box for face in faces)]
    least = max(LARGE * min(person.shape), COMPANION * max(sizes))
    theirs = [face for face, size in zip(faces, sizes, strict=True) if size >= least]
    alpha = _around(person, theirs)
    if not alpha.any():
        return found.subject, found.confidence["subject"]
    trust = own * _either(own, max(face.confidence for face in theirs))
    mine, whole = alpha > 0.5, found.subject > 0.5
    if found.confidence["subject"] >= BELIEVED and (mine & whole).sum() > SAME * (mine | whole).sum():
        both = (alpha + found.subject) / 2  # pale clothes are doubtful to either look alone
        alpha = np.maximum(alpha, found.subject + (both - found.subject) * cover)
        trust = max(trust, found.confidence["subject"])
    return alpha, trust


def _either(first: float, second: float) -> float:
    """How sure it is where two looks each see it (0..1 each): both would have to be wrong (noisy or; Pearl, 1988)."""
    return 1 - (1 - first) * (1 - second)


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
