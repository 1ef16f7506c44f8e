"""Where a thing that the prompt names most probably is, though the analysis is not sure of it.

The person has seen the photo and says that there is water in it. Simple signs then tell where: what lies below the
horizon and has the colour of water, what is bright and even at the top, what is green, what surrounds a face. All of
it is a guess, to be said as one and moved gently; where no sign is found the answer is None.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from stillreel.scene.values import Scene

__all__ = ["likely_box", "place_in_words"]

_SIDE = 128  # pixels of the longer side looked at
_SMALLEST = {"water": 0.04, "clouds": 0.05, "foliage": 0.03}  # share of the picture that is worth moving
_OPEN_AIR = {"sky": 0.3, "horizon": 0.5, "foliage": 0.3, "water": 0.05}  # confidence that tells of the open air
_NOT_FROM_ABOVE = {"sky": 0.3, "verticals": 0.4, "person": 0.4, "subject": 0.4}
_FROM_ABOVE, _TEAL = 0.4, 0.2  # shares of cool colours, and of teal ones, that make a sea seen from above


def likely_box(scene: Scene, kind: str) -> str | None:
    """The plan's region 'box x0 y0 x1 y1' for a motion of `kind`; None where nothing speaks for any place."""
    if kind in _BESIDE_FACES:
        return _beside_face(scene, kind)
    found = _SIGNS[kind](scene, _lab(scene)) & ~_kept(scene)
    return _box_of(found, _SMALLEST[kind])


def place_in_words(box: str) -> str:
    """Where a box lies, said of the picture."""
    x0, y0, x1, y1 = (float(word) for word in box.split()[1:])
    if (x1 - x0) * (y1 - y0) > 0.8:
        return "nearly the whole picture"
    rows = "upper" if y1 < 0.62 else "lower" if y0 > 0.38 else ""
    columns = "left" if x1 < 0.62 else "right" if x0 > 0.38 else ""
    return f"the {' '.join(word for word in (rows, columns) if word) or 'middle'} part of the picture"


def _lab(scene: Scene) -> np.ndarray:
    """(h, w, 3) float32 CIE Lab of the small picture, balanced toward its brightest tone, fully where that is a sky.

    A faded photo makes the sea as warm as sand; but one that shows nothing else than sand is sand."""
    small = _small(scene, scene.pixels).astype(np.float32) / 255
    bright = small.mean(axis=2) >= np.percentile(small.mean(axis=2), 95)
    white = np.clip(small[bright].mean(axis=0), 0.2, 1)
    trusted = 1.0 if scene.confidence.get("sky", 0.0) >= 0.5 else 0.5
    balanced = small / (white / white.max()) ** trusted
    return cv2.cvtColor(np.clip(balanced, 0, 1).astype(np.float32), cv2.COLOR_RGB2LAB)


def _small(scene: Scene, plane: np.ndarray) -> np.ndarray:
    scale = _SIDE / max(scene.size)
    return cv2.resize(plane, tuple(max(8, round(side * scale)) for side in scene.size), interpolation=cv2.INTER_AREA)


def _kept(scene: Scene) -> np.ndarray:
    """(h, w) bool: people, faces and the subject, which a guess must not move."""
    kept = np.zeros(scene.pixels.shape[:2], np.float32)
    for name, plane, least in (("person", scene.parts["person"], 0.1), ("subject", scene.subject, 0.4)):
        if scene.confidence.get(name, 0.0) >= least:
            kept = np.maximum(kept, plane)
    for face in scene.faces:
        x0, y0, x1, y1 = (max(0, round(float(value))) for value in face.box)
        kept[y0:y1, x0:x1] = 1
    return cv2.dilate(_small(scene, kept), np.ones((3, 3), np.uint8)) > 0.5


def _part(scene: Scene, name: str, least: float) -> np.ndarray:
    """(h, w) bool of a part, empty below a confidence."""
    found = _small(scene, scene.parts[name]) > 0.5
    return found if scene.confidence.get(name, 0.0) >= least else np.zeros_like(found)


def _in_the_open(scene: Scene) -> bool:
    return any(_in_view(scene, name, least) for name, least in _OPEN_AIR.items())


def _in_view(scene: Scene, name: str, least: float) -> bool:
    return scene.confidence.get(name, 0.0) >= least


def _water(scene: Scene, lab: np.ndarray) -> np.ndarray:
    """Cool or colourless below a horizon that is sure; or a sea seen from above, which fills the picture."""
    light, a, b = np.moveaxis(lab, -1, 0)
    other = _part(scene, "sky", 0.4) | _part(scene, "ground", 0.3) | _part(scene, "foliage", 0.6)
    cool = (b < 8) & (a < 6) & (b - a < 22) & (light > 6)
    if _in_view(scene, "horizon", 0.5):
        cool[: round(scene.horizon * cool.shape[0])] = False
        return cool & ~other
    teal = (b < 5) & (a < -3)
    walls = scene.faces or any(_in_view(scene, name, least) for name, least in _NOT_FROM_ABOVE.items())
    sea = cool.mean() > _FROM_ABOVE and teal.mean() > _TEAL and not walls
    return ~other if sea else np.zeros_like(cool)


def _clouds(scene: Scene, lab: np.ndarray) -> np.ndarray:
    """Bright, even, and reaching to the top."""
    light = lab[..., 0]
    rough = np.abs(light - cv2.GaussianBlur(light, (0, 0), 2.0))
    found = (light > 45) & (cv2.GaussianBlur(rough, (0, 0), 2.0) < 2.5) & (lab[..., 2] < 25)
    found[round(0.6 * found.shape[0]) :] = False
    _, labels = cv2.connectedComponents(found.astype(np.uint8))
    touching = np.isin(labels, np.unique(labels[0])) & found
    return touching if _in_the_open(scene) else np.zeros_like(found)


def _foliage(scene: Scene, lab: np.ndarray) -> np.ndarray:
    """Green; or, where the analysis has at least a suspicion of plants, strongly coloured (blossoms)."""
    a, b = lab[..., 1], lab[..., 2]
    green = (a < -4) & (b > 4)
    if green.mean() < _SMALLEST["foliage"] and scene.confidence.get("foliage", 0.0) >= 0.03:
        green |= np.hypot(a, b) > 15
    return green & ~_part(scene, "sky", 0.4) & ~_part(scene, "water", 0.5)


def _box_of(found: np.ndarray, least: float) -> str | None:
    """The box of the largest piece, or of all large ones where they fill it; stragglers left out."""
    opened = cv2.morphologyEx(found.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened)
    areas = stats[1:, cv2.CC_STAT_AREA]
    if count < 2 or areas.max() < least * found.size:
        return None
    rows, columns = np.nonzero(np.isin(labels, 1 + np.flatnonzero(areas >= 0.2 * areas.max())))
    if len(rows) < 0.45 * float(np.ptp(rows) + 1) * float(np.ptp(columns) + 1):
        rows, columns = np.nonzero(labels == 1 + int(areas.argmax()))
    h, w = found.shape
    x0, x1 = np.percentile(columns, (3, 97)) / w
    y0, y1 = np.percentile(rows, (3, 97)) / h
    edges = [0.0 if low < 0.05 else low for low in (x0, y0)] + [1.0 if high > 0.93 else high for high in (x1, y1)]
    return _box(*(float(edge) for edge in edges))


# -- around a face ----------------------------------------------------------------------------------------------------
# Around the face's box, in its widths and heights: left, up, right, down.
_BESIDE_FACES = {"hair": (0.45, 0.65, 0.45, 0.45), "cloth": (0.9, -1.05, 0.9, 2.2)}


def _beside_face(scene: Scene, kind: str) -> str | None:
    """The hair around, or the clothes below, the largest face; else the top or the rest of a person."""
    w, h = scene.size
    if scene.faces and scene.confidence.get("faces", 0.0) >= 0.5:
        x0, y0, x1, y1 = (float(value) for value in scene.faces[0].box)
        left, up, right, down = _BESIDE_FACES[kind]
        wide, tall = x1 - x0, y1 - y0
        return _box((x0 - left * wide) / w, (y0 - up * tall) / h, (x1 + right * wide) / w, (y1 + down * tall) / h)
    person = scene.parts["person"] > (0.3 if scene.confidence.get("person", 0.0) >= 0.1 else 2.0)
    if person.mean() < 0.001:
        return None
    rows, columns = np.nonzero(person)
    (top, bottom), (x0, x1) = np.percentile(rows, (1, 99)), np.percentile(columns, (1, 99))
    neck = top + 0.2 * (bottom - top)
    return _box(x0 / w, *((top / h, x1 / w, neck / h) if kind == "hair" else (neck / h, x1 / w, bottom / h)))


def _box(*edges: float) -> str | None:
    x0, y0, x1, y1 = (min(1.0, max(0.0, edge)) for edge in edges)
    if (x1 - x0) * (y1 - y0) < 0.001:
        return None
    return "box " + " ".join(f"{value:.2f}" for value in (x0, y0, x1, y1))


_SIGNS: dict[str, Callable[[Scene, np.ndarray], np.ndarray]] = {
    "water": _water, "clouds": _clouds, "foliage": _foliage,
}  # fmt: skip
