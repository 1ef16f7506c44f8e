"""Faces with eyelids: where they are, 168 points in three dimensions, how open the eyes are, how the head is turned.

Patches of face skin, in the whole photo and in tiles of it, are candidates; a small network (models/embedded/card.md)
looks at each head again upright and centred, also in its mirror image, and must recognise a face each time. Figures
that hold none are searched again, turned as well: heads lie, hang and look up. What is not sure must also be skin to
the look at head scale (`heads`). Left and right are the picture's, not the person's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np

from stillreel.models.embedded.networks import session
from stillreel.scene.crop import Crop
from stillreel.scene.eyes import seen_openness
from stillreel.scene.heads import shows_a_face
from stillreel.scene.landmarks import (
    CHIN,
    COUNT,
    FOREHEAD,
    LEFT_BROW,
    LEFT_CHEEK,
    LEFT_EYE,
    LEFT_EYE_LOWER,
    LEFT_EYE_UPPER,
    LEFT_IRIS,
    LIPS_INNER,
    LIPS_OUTER,
    MIRROR,
    MOUTH_CORNERS,
    NOSE,
    NOSE_BASE,
    NOSE_RIDGE,
    OVAL,
    RIGHT_BROW,
    RIGHT_CHEEK,
    RIGHT_EYE,
    RIGHT_EYE_LOWER,
    RIGHT_EYE_UPPER,
    RIGHT_IRIS,
)
from stillreel.scene.parts import probabilities

__all__ = [
    "CHIN", "COUNT", "FOREHEAD", "LEFT_BROW", "LEFT_CHEEK", "LEFT_EYE", "LEFT_EYE_LOWER", "LEFT_EYE_UPPER",
    "LEFT_IRIS", "LIPS_INNER", "LIPS_OUTER", "MIRROR", "MOUTH_CORNERS", "NOSE", "NOSE_BASE", "NOSE_RIDGE", "OVAL",
    "RIGHT_BROW", "RIGHT_CHEEK", "RIGHT_EYE", "RIGHT_EYE_LOWER", "RIGHT_EYE_UPPER", "RIGHT_IRIS", "Face", "find_faces",
]  # fmt: skip

SIDE = 128  # px, the network's input
HEAD = 1.6  # a crop's side, in longer sides of the landmarks' box, as in training
MOST = 8  # faces returned
SMALLEST = 24  # px, longer side of a face; smaller ones cannot be rigged
TILES = ((2, 0.62), (3, 0.42))  # tiles a side, and each tile's share of the photo's side
CANDIDATES = 48  # looked at, the most skin first
SWEEP = (0.9, 0.6, 0.4, 0.25)  # sides of the crops of a sweep, as shares of a figure's longer side
SWEPT = 96  # crops of a sweep for each figure
FIGURES = 3  # figures without a face that are swept, the largest first
ALIKE = 0.3  # of the largest figure's area: smaller ones are not swept
TURNS = (-90.0, 90.0, 180.0, -45.0, 45.0, -135.0, 135.0)  # degrees by which a head may lie
RETRIED = 6  # candidates, recognised at once but not a second time, that are looked at turned
SURELY = 0.8  # confidence from which the look at head scale need not bear a face out
FIRST, SECOND = 0.35, 0.6  # presence that the first and the second look must find
SURE = 0.55  # confidence below which a face is none


@dataclass(frozen=True)
class Face:
    """One face. `landmarks` are indexed by the groups of `stillreel.scene.landmarks`.

    Yaw and pitch are those of the head set upright; roll is the head's lean in the picture.
    """

    box: tuple[float, float, float, float]  # x0, y0, x1, y1 in pixels, around the landmarks
    landmarks: (
        np.ndarray
    )  # (168, 3) float32: x, y in pixels; z in pixels of the same size, negative toward the camera
    openness: tuple[float, float]  # eyes, picture's left and right: 0 shut .. 1 open, 0.5 not known
    pose: tuple[float, float, float]  # degrees: yaw (nose to the right), pitch (nose up), roll (clockwise)
    confidence: float  # 0..1


@dataclass(frozen=True)
class Look:
    """What the network says of crops: the first axis counts them."""

    presence: np.ndarray  # (n,) 0..1
    points: np.ndarray  # (n, 168, 3) in shares of the crop's side, from its centre
    openness: np.ndarray  # (n, 2) 0..1
    pose: np.ndarray  # (n, 3) degrees


def find_faces(pixels: np.ndarray, person: np.ndarray | None, skin: np.ndarray | None) -> tuple[Face, ...]:
    """At most 8 faces of the photo, largest first.

    pixels: (H, W, 3) uint8 sRGB. person, skin: (H, W) probabilities of people and of face skin, as `segment` gives
    them; None: the parts network is asked here.
    """
    if person is None or skin is None:
        person, skin = _people(pixels)
    found, doubtful = recognised(pixels, candidates(pixels, person, skin))
    if figures := _without_face(person, found):
        more, unsure = recognised(pixels, sweep(figures))
        found, doubtful = distinct([*found, *more]), [*doubtful, *unsure]
    found = [face for face in found or _lying(pixels, doubtful) if _borne_out(pixels, face)]
    largest = sorted(found, key=lambda face: -_side(face.box))[:MOST]
    return tuple(replace(face, openness=seen_openness(pixels, face.landmarks)) for face in largest)


def recognised(pixels: np.ndarray, crops: list[Crop]) -> tuple[list[Face], list[Crop]]:
    """The different faces among these crops, the likeliest first; and crops that at first seemed to show another."""
    first = look(pixels, crops)
    found: list[Face] = []
    doubtful: list[Crop] = []
    for i in np.argsort(-first.presence)[: 3 * MOST]:
        if first.presence[i] < FIRST:
            break
        if _known(found, crops[i], first.points[i]):
            continue
        if face := confirm(pixels, crops[i], first, int(i)):
            found = distinct([*found, face])
        elif not any(np.hypot(crops[i].x - c.x, crops[i].y - c.y) < 0.2 * c.side for c in doubtful):
            doubtful.append(crops[i])
    return found, doubtful


def _lying(pixels: np.ndarray, doubtful: list[Crop]) -> list[Face]:
    """The face of a head that lies or hangs: in a crop that shows one, though not upright."""
    for crop in doubtful[:RETRIED]:
        turned = [replace(crop, turn=turn) for turn in TURNS]
        seen = look(pixels, turned)
        for i in np.argsort(-seen.presence):
            if seen.presence[i] > FIRST and (face := confirm(pixels, turned[i], seen, int(i))):
                return [face]
    return []


def _borne_out(pixels: np.ndarray, face: Face) -> bool:
    return face.confidence > SURELY or shows_a_face(pixels, face.landmarks)


def _people(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(H, W) probabilities of people and of face skin."""
    maps, size = np.mean(probabilities(pixels), axis=0), (pixels.shape[1], pixels.shape[0])
    return cv2.resize(maps[1], size), cv2.resize(maps[3], size)


def candidates(pixels: np.ndarray, person: np.ndarray, skin: np.ndarray) -> list[Crop]:
    """Squares around patches of face skin: in the photo's own map, then in closer looks at tiles with people."""
    patches = _patches(skin, 0.35)
    height, width = skin.shape
    if max(height, width) >= 2 * SIDE and (person > 0.3).mean() > 0.0005:
        for count, share in TILES:
            h, w = int(share * height), int(share * width)
            for y in np.linspace(0, height - h, count).astype(int):
                for x in np.linspace(0, width - w, count).astype(int):
                    if (person[y : y + h, x : x + w] > 0.3).mean() > 0.004:
                        near = probabilities(pixels[y : y + h, x : x + w])[0][3]
                        near = cv2.resize(near, (w, h), interpolation=cv2.INTER_LINEAR)
                        patches += [(a + x, b + y, side) for a, b, side in _patches(near, 0.35)]
    patches.sort(key=lambda patch: -patch[2])
    return [Crop(x, y, HEAD * side * zoom) for x, y, side in _thinned(patches)[: CANDIDATES // 2]
            for zoom in (0.95, 1.3)]  # fmt: skip


def _without_face(person: np.ndarray, found: list[Face]) -> list[np.ndarray]:
    """(H, W) bool: the large figures that hold none of the faces `found`."""
    _, label, stats, _ = cv2.connectedComponentsWithStats((person > 0.45).astype(np.uint8))
    areas = np.asarray(stats[:, cv2.CC_STAT_AREA], np.float64)
    areas[0] = 0
    least = max(ALIKE * areas.max(), 4 * SMALLEST**2)
    for x0, y0, x1, y1 in (face.box for face in found):
        rows, columns = slice(max(0, round(y0)), max(1, round(y1))), slice(max(0, round(x0)), max(1, round(x1)))
        areas[np.unique(np.asarray(label, np.intp)[rows, columns])] = 0
    return [np.equal(label, i) for i in np.argsort(-areas)[:FIGURES] if areas[i] >= least]


def sweep(figures: list[np.ndarray]) -> list[Crop]:
    """Squares of several sizes all over figures, (H, W) bool each, for a face whose skin is not seen: in shade, grey,
    painted, or lying."""
    crops: list[Crop] = []
    for figure in figures:
        crops += _swept(figure)
    return crops


def _swept(figure: np.ndarray) -> list[Crop]:
    x, y, w, h = cv2.boundingRect(figure.astype(np.uint8))
    crops: list[Crop] = []
    for side in (share * min(max(w, h), *figure.shape) for share in SWEEP):
        step = max(0.3 * side, 1.0)
        places = [(a, b) for b in np.arange(y + 0.2 * side, y + h, step) for a in np.arange(x + 0.2 * side, x + w, step)
                  if figure[int(b), int(a)]]  # fmt: skip
        crops += [Crop(float(a), float(b), side) for a, b in places]
    return crops[:: -(-len(crops) // SWEPT)] if crops else []


def _patches(skin: np.ndarray, threshold: float) -> list[tuple[float, float, float]]:
    """Centre x, centre y and longer side in pixels of every patch of skin that may be a face."""
    mask = cv2.morphologyEx((skin > threshold).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    found = []
    for x, y, w, h, area in stats[1:]:
        if max(w, h) >= SMALLEST / 2 and area > 0.25 * w * h and 0.3 < w / h < 3:
            found.append((x + w / 2, y + h / 2, float(max(min(w, h) * 1.25, 0.9 * max(w, h), SMALLEST))))
    return found


def _thinned(patches: list[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Patches that say the same, once."""
    kept: list[tuple[float, float, float]] = []
    for x, y, side in patches:
        if all(np.hypot(x - a, y - b) > 0.25 * s or not 0.7 < side / s < 1.4 for a, b, s in kept):
            kept.append((x, y, side))
    return kept


def look(pixels: np.ndarray, crops: list[Crop], mirrored: bool = False) -> Look:
    """Run the face network on crops of the photo, or on their mirror images; answers are in the crops' own
    orientation either way."""
    if not crops:
        return Look(np.zeros(0), np.zeros((0, COUNT, 3)), np.zeros((0, 2)), np.zeros((0, 3)))
    batch = np.stack([crop.cut(pixels, SIDE) for crop in crops]).astype(np.float32) / 255
    batch = batch[:, :, ::-1] if mirrored else batch
    feed = {"rgb": np.ascontiguousarray(batch.transpose(0, 3, 1, 2))}
    presence, points, openness, pose = (np.asarray(out) for out in session("face").run(None, feed))
    if mirrored:
        points, openness, pose = points[:, list(MIRROR)] * (-1, 1, 1), openness[:, ::-1], pose * (-1, 1, -1)
    return Look(presence[:, 0], points, openness, pose)


def _placed(crop: Crop, points: np.ndarray) -> np.ndarray:
    """(168, 3) landmarks in the photo's pixels."""
    angle = np.radians(crop.turn)
    c, s = np.cos(angle), np.sin(angle)
    flat = points[:, :2] @ np.array([[c, s], [-s, c]]) * crop.side + (crop.x, crop.y)
    return np.hstack([flat, points[:, 2:] * crop.side]).astype(np.float32)


def _box(points: np.ndarray) -> tuple[float, float, float, float]:
    low, high = points[:, :2].min(0), points[:, :2].max(0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _side(box: tuple[float, float, float, float]) -> float:
    return max(box[2] - box[0], box[3] - box[1])


def _upright(points: np.ndarray) -> Crop:
    """The crop that holds these landmarks centred, at the trained size and with level eyes."""
    x0, y0, x1, y1 = box = _box(points)
    across = points[list(RIGHT_EYE), :2].mean(0) - points[list(LEFT_EYE), :2].mean(0)
    return Crop(
        (x0 + x1) / 2, (y0 + y1) / 2, HEAD * _side(box), float(np.degrees(np.arctan2(across[1], across[0])))
    )


def confirm(pixels: np.ndarray, crop: Crop, first: Look, index: int) -> Face | None:
    """Look again at a candidate, upright and centred, and once more at what that gives; None where it is no face."""
    before = _placed(crop, first.points[index])
    again = _upright(before)
    if _side(_box(before)) < SMALLEST or not 0.4 < again.side / crop.side < 2.0:
        return None
    face = _both_ways(pixels, again)
    return face and _both_ways(pixels, _upright(face.landmarks))


def _both_ways(pixels: np.ndarray, crop: Crop) -> Face | None:
    """The face in an upright crop, as the mean of what the crop and its mirror image show; None where unsure."""
    straight, mirrored = look(pixels, [crop]), look(pixels, [crop], mirrored=True)
    presence = float(min(straight.presence[0], mirrored.presence[0]))
    points = _placed(crop, (straight.points[0] + mirrored.points[0]) / 2)
    confidence = presence * _agreement(straight.points[0], mirrored.points[0])
    if presence < SECOND or confidence < SURE or not _like_a_face(points, crop.turn):
        return None
    left, right = (float(v) for v in np.clip((straight.openness[0] + mirrored.openness[0]) / 2, 0, 1))
    yaw, pitch, roll = (float(v) for v in (straight.pose[0] + mirrored.pose[0]) / 2)
    return Face(_box(points), points, (left, right), (yaw, pitch, roll + crop.turn), confidence)


def _agreement(a: np.ndarray, b: np.ndarray) -> float:
    """1 where photo and mirror image give the same points, 0 where they are an eighth of a face apart."""
    apart = np.linalg.norm(a[:, :2] - b[:, :2], axis=1).mean() * HEAD
    return float(np.clip(1.0 - apart * 8, 0, 1))


def _like_a_face(points: np.ndarray, turn: float) -> bool:
    """Brows above eyes above nose above mouth above chin, along the head's own axis."""
    down = np.array([-np.sin(np.radians(turn)), np.cos(np.radians(turn))])
    rows = ((*LEFT_BROW, *RIGHT_BROW), (*LEFT_EYE, *RIGHT_EYE), NOSE_BASE, LIPS_OUTER, (OVAL[18],))
    heights = [float((points[list(row), :2] @ down).mean()) for row in rows]
    return all(a < b for a, b in pairwise(heights))


def _known(found: list[Face], crop: Crop, points: np.ndarray) -> bool:
    """Whether a found face covers this candidate already."""
    head = _upright(_placed(crop, points))
    return any(_same(face.box, head.x, head.y, head.side / HEAD) for face in found)


def _same(box: tuple[float, float, float, float], x: float, y: float, side: float) -> bool:
    apart = np.hypot((box[0] + box[2]) / 2 - x, (box[1] + box[3]) / 2 - y)
    return bool(apart < 0.5 * max(_side(box), side))


def distinct(faces: list[Face]) -> list[Face]:
    """Of faces on the same spot, the most confident."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: -face.confidence):
        x0, y0, x1, y1 = face.box
        if not any(_same(other.box, (x0 + x1) / 2, (y0 + y1) / 2, _side(face.box)) for other in kept):
            kept.append(face)
    return kept
