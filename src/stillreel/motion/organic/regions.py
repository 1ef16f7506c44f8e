"""Where a motion may act: a region of the scene on the flow grid, the layer it lies on, and how far it is pinned.

An edge of a region is pinned where what lies beyond must stand still, and free where the renderer has cut the layer
out: hair on a cut-out subject may swing over the background, but not drag the cheek along. The background is not
always parted from what stands before it, so there every edge is pinned.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.motion.deformation import LayerName, flow_size
from stillreel.scene.values import Scene

__all__ = [
    "PRESENT", "Area", "area_from", "area_of", "grid", "held", "layer_maps", "place", "region_map", "scale_of",
    "shrink", "taper",
]  # fmt: skip

SMALLEST = 2e-4  # share of the frame below which a region is taken for noise
SURE, PRESENT = 0.4, 0.002  # confidence and share of the frame from which the renderer cuts a layer out
FAR = 1e4  # frame pixels: further than any distance in a frame
_PARTS = {"sky", "ground", "water", "foliage", "person", "hair", "skin", "cloth"}
_OWN_PART = {"hair": "hair", "cloth": "cloth", "water": "water", "clouds": "sky", "foliage": "foliage"}
_LOOSE = ("whole", "background", "subject", "person")


@dataclass(frozen=True, eq=False)
class Area:
    """Where one motion acts. Maps are (h, w) on the flow grid."""

    layer: LayerName
    inside: np.ndarray  # bool: the region itself, less what is held
    distance: np.ndarray  # float32 frame pixels to what must stand still on the same layer; 0 on it
    reach: np.ndarray  # float32 0..1: 1 inside, falling to 0 a little way beyond a free edge


def scale_of(scene: Scene) -> float:
    """The frame against the 1024 px frames on which amplitudes were measured (long side)."""
    return max(scene.size) / 1024.0


def shrink(scene: Scene, full: np.ndarray) -> np.ndarray:
    """A map (H, W) of the frame as float32 on the flow grid."""
    return cv2.resize(np.ascontiguousarray(full, np.float32), flow_size(scene.size), interpolation=cv2.INTER_AREA)


def grid(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    """x and y, each (h, w) float32: the frame pixel at the centre of every flow cell."""
    w, h = flow_size(scene.size)
    x, y = np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32))
    return 2 * x + 0.5, 2 * y + 0.5


def layer_maps(scene: Scene) -> dict[LayerName, np.ndarray]:
    """How much of each layer is seen in the photo: three (h, w) float32 maps that add up to 1.

    A subject that is not sure is no layer, for the renderer will not cut it out either.
    """
    subject = shrink(scene, scene.subject)
    if scene.confidence.get("subject", 0.0) <= SURE or float(subject.mean()) <= PRESENT:
        subject = np.zeros_like(subject)
    sky = shrink(scene, scene.parts["sky"]) * (1 - subject)
    return {"subject": subject, "sky": sky, "background": np.clip(1 - subject - sky, 0, 1)}


def region_map(scene: Scene, region: str) -> np.ndarray:
    """(h, w) float32 0..1 of a plan's region; all zero where the scene has no such thing."""
    w, h = flow_size(scene.size)
    if region in _PARTS:
        return shrink(scene, scene.parts[region])
    if region.startswith("box "):
        return _box(np.array([float(word) for word in region.split()[1:]]) * (w, h, w, h), (h, w))
    if region in ("face", "eyes", "mouth"):
        return _face_boxes(scene, region)
    subject = layer_maps(scene)["subject"]
    return {"whole": np.ones((h, w), np.float32), "subject": subject, "background": 1 - subject}[region]


def _box(corners: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    x0, y0, x1, y1 = (round(float(value)) for value in corners)
    out = np.zeros(shape, np.float32)
    out[max(0, min(y0, y1)) : max(y0, y1), max(0, min(x0, x1)) : max(x0, x1)] = 1
    return out


def _face_boxes(scene: Scene, region: str) -> np.ndarray:
    """The faces' boxes, or the band of each that holds the eyes or the mouth."""
    w, h = flow_size(scene.size)
    top, bottom = {"face": (0.0, 1.0), "eyes": (0.2, 0.55), "mouth": (0.6, 0.95)}[region]
    out = np.zeros((h, w), np.float32)
    for face in scene.faces:
        x0, y0, x1, y1 = (float(value) / 2 for value in face.box)
        out = np.maximum(out, _box(np.array([x0, y0 + top * (y1 - y0), x1, y0 + bottom * (y1 - y0)]), (h, w)))
    return out


def held(scene: Scene, hold: tuple[str, ...]) -> np.ndarray:
    """(h, w) bool: what the plan wants to stand still."""
    w, h = flow_size(scene.size)
    out = np.zeros((h, w), bool)
    for region in hold:
        out |= region_map(scene, region) > 0.5
    return out


def place(scene: Scene, kind: str, region: str) -> np.ndarray:
    """(h, w) float32: the region of a motion, narrowed to the part that such a motion is made for.

    "Foliage" on the whole picture means its foliage; a named part is taken as it is, and so is a box, less the faces
    in it and, for what is no part of a person, less the people.
    """
    found = region_map(scene, region)
    part = _OWN_PART.get(kind)
    if part and region.startswith("box "):
        return found * (1 - region_map(scene, "face")) * (1 - _people(scene, kind))
    return found * region_map(scene, part) if part and region in _LOOSE else found


def _people(scene: Scene, kind: str) -> np.ndarray | float:
    """(h, w) 0..1: the people whom water, clouds or leaves must not carry along."""
    aside = kind in ("hair", "cloth") or scene.confidence.get("person", 0.0) < 0.2
    return 0.0 if aside else region_map(scene, "person")


def area_of(scene: Scene, kind: str, region: str, hold: np.ndarray, layer: LayerName | None = None) -> Area | None:
    """The area of one motion on `layer` (by default the layer that most of it lies on), None if nothing is there."""
    return area_from(scene, place(scene, kind, region), hold, layer)


def area_from(scene: Scene, found: np.ndarray, hold: np.ndarray, layer: LayerName | None = None) -> Area | None:
    """The area of a region given as a map (h, w) 0..1."""
    layers = layer_maps(scene)
    layer = layer or max(layers, key=lambda name: float((found * layers[name]).sum()))
    own = layers[layer] > 0.5
    inside = _closed((found > 0.4) & own, scene) & own & ~hold
    if inside.mean() < SMALLEST:
        return None
    beyond = cv2.distanceTransform((~inside).astype(np.uint8), cv2.DIST_L2, 5) * 2
    fringe = np.clip(1 - beyond / (28 * scale_of(scene)), 0, 1)
    pinned = hold | (~inside if layer == "background" else _solid(own & ~inside, scene))
    return Area(layer, inside, _distance(pinned), (fringe * fringe * (3 - 2 * fringe)).astype(np.float32))


def _closed(mask: np.ndarray, scene: Scene) -> np.ndarray:
    """Small holes filled, so that a leaf taken for something else does not nail down the whole tree."""
    side = 2 * max(1, round(5 * scale_of(scene))) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, kernel) > 0


def _solid(mask: np.ndarray, scene: Scene) -> np.ndarray:
    """Less its slivers, such as a rim where the matte reaches a little further than the hair."""
    side = 2 * max(1, round(3 * scale_of(scene))) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, kernel) > 0


def _distance(pinned: np.ndarray) -> np.ndarray:
    """Frame pixels to the nearest pinned cell, one cell short so that the edge itself is at rest."""
    if not pinned.any():
        return np.full(pinned.shape, FAR, np.float32)
    distance = cv2.distanceTransform((~pinned).astype(np.uint8), cv2.DIST_L2, 5) * 2
    return np.clip(distance - 2, 0, None).astype(np.float32)


def taper(area: Area, amplitude: float | np.ndarray, slope: float) -> np.ndarray:
    """(h, w) float32: `amplitude` (frame pixels) far from what is pinned, rising there by `slope` px per px.

    The slope is what the eye takes for jelly, so a small region moves little however large the amplitude.
    """
    top = np.maximum(np.asarray(amplitude, np.float32), 1e-6)
    return (top * (1 - np.exp(-slope * area.distance / top)) * area.reach).astype(np.float32)
