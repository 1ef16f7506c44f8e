"""The photo as a layered depth image: sky, background and subject, each complete behind what covers it.

Source: Shade et al., Layered Depth Images, SIGGRAPH 1998; Shih et al., 3D Photography, CVPR 2020 (the idea of
filling behind a matte before the camera moves). Only the layers that the motion needs are cut out: a clip without
parallax is one layer, and its frames are exact warps of the photo.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.frames.fill import extend, pull_push, separate
from stillreel.motion.deformation import LayerName, flow_size
from stillreel.photo.values import FittedPhoto
from stillreel.scene.values import Scene

__all__ = ["Layer", "Layers", "cut"]

MARGIN = 0.12  # of the frame's long side, on every side


@dataclass(frozen=True)
class Layer:
    """One layer on the plate: colours premultiplied by alpha where it has one."""

    name: LayerName
    colour: np.ndarray  # (h, w, 3) uint8, padded plate; premultiplied by `alpha`
    alpha: np.ndarray | None  # (h, w) uint8, padded plate; None = opaque everywhere
    disparity: np.ndarray  # (gh, gw) float32 0..1 on the flow grid
    known: np.ndarray  # (gh, gw) float32 0..1 on the flow grid: 1 = a pixel of the photo, 0 = invented


@dataclass(frozen=True)
class Layers:
    """Back to front, with what is needed to sample them."""

    stack: tuple[Layer, ...]
    scale: tuple[float, float]  # plate pixels per frame pixel, across and down
    margin: int  # plate pixels of padding on every side
    residual: (
        np.ndarray | None
    )  # (h, w, 3) int16 padded: photo minus the composite at rest (the unmixing error)


def cut(photo: FittedPhoto, scene: Scene, *, subject: bool, sky: bool) -> Layers:
    """The layers of `photo`: the subject cut out if `subject`, the sky if `sky`, else in one piece."""
    plate, size = photo.plate, photo.size
    margin = round(MARGIN * max(size) * photo.scale)
    grid_disparity = _to_grid(scene.disparity, size)
    back, back_disparity, known = plate, grid_disparity, np.ones_like(grid_disparity)
    stack: list[Layer] = []
    front: Layer | None = None
    if subject:
        front, back, back_disparity, known = _lift_subject(plate, scene, grid_disparity, margin)
    if sky:
        top, back_layer = _lift_sky(back, scene, back_disparity, known, margin)
        stack += [top, back_layer]
    else:
        stack.append(Layer("background", extend(back, margin), None, back_disparity, known))
    if front is not None:
        stack.append(front)
    residual = _residual(plate, stack, margin) if len(stack) > 1 else None
    scale = plate.shape[1] / size[0], plate.shape[0] / size[1]  # a plate has whole pixels, so the two differ a little
    return Layers(tuple(stack), scale, margin, residual)


def _to_grid(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return cv2.resize(values, flow_size(size), interpolation=cv2.INTER_AREA)


def _to_plate(values: np.ndarray, plate: np.ndarray) -> np.ndarray:
    return cv2.resize(values, (plate.shape[1], plate.shape[0]), interpolation=cv2.INTER_CUBIC).clip(0, 1)


def _lift_subject(
    plate: np.ndarray, scene: Scene, disparity: np.ndarray, margin: int
) -> tuple[Layer, np.ndarray, np.ndarray, np.ndarray]:
    alpha = _to_plate(scene.subject, plate)
    fore, back = separate(plate, alpha, reach=0.08 * max(plate.shape))
    grid_alpha = _to_grid(scene.subject, scene.size)
    layer = Layer(
        "subject",
        _premultiplied(fore, alpha, margin),
        _padded_alpha(alpha, margin),
        _subject_disparity(disparity, grid_alpha),
        np.ones_like(disparity),
    )
    hole = cv2.dilate(grid_alpha, _disc(round(0.022 * max(grid_alpha.shape))))
    outside = (hole < 0.05).astype(np.float32)
    back_disparity = np.minimum(pull_push(disparity, outside), np.maximum(layer.disparity, disparity))
    return layer, back, back_disparity.astype(np.float32), 1 - grid_alpha


def _subject_disparity(disparity: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Only from the matte's core: disparity blended across the rim is the worst ghost of all."""
    core = cv2.erode((alpha > 0.95).astype(np.float32), _disc(max(1, round(0.004 * max(alpha.shape)))))
    if core.sum() < 16:
        core = alpha
    spread = pull_push(disparity, core)
    return cv2.GaussianBlur(spread, (0, 0), 0.004 * max(alpha.shape)).astype(np.float32)


def _lift_sky(
    plate: np.ndarray, scene: Scene, disparity: np.ndarray, known: np.ndarray, margin: int
) -> tuple[Layer, Layer]:
    """The sky with its colours carried on under the ridge, and the ground as a layer with an alpha."""
    ground_alpha = 1 - _to_plate(scene.parts["sky"], plate)
    ground, sky = separate(plate, ground_alpha, reach=0.5 * max(plate.shape))
    grid_ground = 1 - _to_grid(scene.parts["sky"], scene.size)
    far = Layer("sky", extend(sky, margin), None, np.zeros_like(disparity), 1 - grid_ground)
    near_disparity = pull_push(disparity, (grid_ground > 0.9).astype(np.float32)).astype(np.float32)
    near = Layer(
        "background",
        _premultiplied(ground, ground_alpha, margin),
        _padded_alpha(ground_alpha, margin),
        near_disparity,
        known,
    )
    return far, near


def _premultiplied(colour: np.ndarray, alpha: np.ndarray, margin: int) -> np.ndarray:
    return extend((colour * alpha[..., None] + 0.5).astype(np.uint8), margin)


def _padded_alpha(alpha: np.ndarray, margin: int) -> np.ndarray:
    """The matte grown by `margin` as its colours are, so that a subject cut by the border goes on beyond it."""
    return extend((alpha * 255 + 0.5).astype(np.uint8), margin)


def _residual(plate: np.ndarray, stack: list[Layer], margin: int) -> np.ndarray:
    """What unmixing lost: added back while layers have hardly parted, so that the photo stays itself."""
    composite = stack[0].colour.astype(np.float32)
    for layer in stack[1:]:
        alpha = np.float32(1 / 255) * (255 - layer.alpha if layer.alpha is not None else 0)
        composite = layer.colour + composite * np.atleast_3d(alpha)
    rows, columns = plate.shape[:2]
    residual = np.zeros(composite.shape, np.int16)
    inner = composite[margin : margin + rows, margin : margin + columns]
    residual[margin : margin + rows, margin : margin + columns] = np.rint(plate - inner)
    return residual


def _disc(radius: int) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
