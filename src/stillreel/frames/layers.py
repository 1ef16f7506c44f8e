"""The photo as a layered depth image: sky, background and subject, each complete behind what covers it.

Source: Shade et al., Layered Depth Images, SIGGRAPH 1998; Shih et al., 3D Photography, CVPR 2020 (the idea of
filling behind a matte before the camera moves). Only the layers that the motion needs are cut out: a clip without
parallax is one layer, and its frames are exact warps of the photo.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np

from stillreel.frames.effects.paint import greatest
from stillreel.frames.fill import extend, fill_hole, mirror_in, pull_push, separate
from stillreel.frames.matte import alike, clear, land_matte, plain, solid_matte, strays
from stillreel.motion.deformation import LayerName, flow_size
from stillreel.motion.projection import rigid_near
from stillreel.photo.values import FittedPhoto
from stillreel.scene.values import Scene

__all__ = ["Layer", "Layers", "cut"]

MARGIN = 0.12  # of the frame's long side, on every side
# Texture pixels per frame pixel. Bilinear sampling of a texture twice as fine keeps 0.71-1 of the frame's finest
# detail at every sub-pixel shift (bicubic at 1.25x: 0.45-1, which pulses), and is ten times faster in OpenCV.
TEXTURE = 2


Bounds = tuple[float, float, float, float]
"""Left, top, right and bottom in frame pixels."""
SURE_SKY = 0.5  # confidence from which a border is continued as sky
SLACK = 4.0  # frame pixels around bounds: two cells of the flow grid, between which places are interpolated


@dataclass(frozen=True)
class Layer:
    """One layer as a texture: colours premultiplied by alpha."""

    name: LayerName
    texture: np.ndarray  # (h, w, 4) uint8 RGBA, premultiplied, padded by the margin
    opaque: bool  # alpha is 255 everywhere
    disparity: np.ndarray  # (gh, gw) float32 0..1 on the flow grid
    known: np.ndarray  # (gh, gw) float32 0..1 on the flow grid: 1 = a pixel of the photo, 0 = invented
    bounds: Bounds  # of what is not transparent


@dataclass(frozen=True)
class Lost:
    """The unmixing error: the photo minus the composite of its layers at rest."""

    texture: np.ndarray  # (h, w, 4) uint8, 128 = 0
    bounds: Bounds  # of what is not 0


@dataclass(frozen=True)
class Layers:
    """Back to front, with what is needed to sample them."""

    stack: tuple[Layer, ...]
    margin: int  # texture pixels of padding on every side
    residual: Lost | None

    @property
    def names(self) -> tuple[LayerName, ...]:
        return tuple(layer.name for layer in self.stack)


def cut(photo: FittedPhoto, scene: Scene, *, subject: bool, sky: bool) -> Layers:
    """The layers of `photo`: the subject cut out if `subject`, the sky if `sky`, else in one piece."""
    texture = _Texture(photo.size, np.zeros_like(scene.subject) if subject else scene.subject, _sky(scene))
    disparity = _to_grid(scene.disparity, photo.size)
    back, back_disparity, known = photo.plate, rigid_near(disparity), np.ones_like(disparity)
    stack: list[Layer] = []
    front: Layer | None = None
    if subject:
        front, back, back_disparity, known = _lift_subject(photo.plate, scene, disparity, texture)
    if sky:
        stack += _lift_sky(back, scene, back_disparity, known, texture)
    else:
        stack.append(texture.layer("background", back, None, back_disparity, known))
    if front is not None:
        stack.append(front)
    return Layers(
        tuple(stack), texture.margin, _lost(photo.plate, stack, texture) if len(stack) > 1 else None
    )


@dataclass(frozen=True)
class _Texture:
    """Makes padded RGBA textures for a frame of `size`; `uncut` is the subject if it stays part of the background."""

    size: tuple[int, int]
    uncut: np.ndarray  # (H, W) float32 0..1
    sky: np.ndarray  # (H, W) float32 0..1

    @property
    def margin(self) -> int:
        return round(MARGIN * max(self.size) * TEXTURE)

    def of(self, colour: np.ndarray, alpha: np.ndarray | None = None) -> np.ndarray:
        """Premultiplied RGBA of `colour` (uint8) and `alpha` (0..1), both on the plate, carried on into the margin."""
        fine = self.enlarged(colour)
        if alpha is None:
            grown = extend(fine, self.margin, *self._marks)
            return np.dstack([grown, np.full(grown.shape[:2], 255, np.uint8)])
        opacity = (cv2.resize(alpha, self._inner, interpolation=cv2.INTER_LINEAR) * 255 + 0.5).astype(
            np.uint8
        )
        fine = cv2.multiply(fine, cv2.merge([opacity] * 3), scale=1 / 255)
        grown = extend(np.dstack([fine, opacity]), self.margin, *self._marks)
        return cv2.min(grown, cv2.merge([grown[..., 3]] * 4))  # premultiplied: no colour is above its alpha

    def enlarged(self, colour: np.ndarray) -> np.ndarray:
        """`colour`, on the plate, in the texture's pixels and without a margin."""
        return cv2.resize(colour, self._inner, interpolation=cv2.INTER_CUBIC)

    @property
    def _inner(self) -> tuple[int, int]:
        return self.size[0] * TEXTURE, self.size[1] * TEXTURE

    @property
    def _marks(self) -> tuple[np.ndarray, np.ndarray]:
        fine = (cv2.resize(each, self._inner, interpolation=cv2.INTER_LINEAR) for each in (self.uncut, self.sky))
        subject, sky = fine
        return subject, sky

    def layer(
        self,
        name: LayerName,
        colour: np.ndarray,
        alpha: np.ndarray | None,
        disparity: np.ndarray,
        known: np.ndarray,
    ) -> Layer:
        """A layer of `colour` and `alpha` on the plate; without alpha it is opaque."""
        texture = self.of(colour, alpha)
        bounds = self.bounds(texture[..., 3])
        return Layer(name, texture, alpha is None, disparity, known, bounds)

    def bounds(self, where: np.ndarray) -> Bounds:
        """Around what is not 0 in `where` (uint8, as large as a texture)."""
        x, y, w, h = cv2.boundingRect(where)
        left, top, right, bottom = (
            (side - self.margin + 0.5) / TEXTURE - 0.5 for side in (x, y, x + w, y + h)
        )
        return left - SLACK, top - SLACK, right + SLACK, bottom + SLACK


def _sky(scene: Scene) -> np.ndarray:
    """(H, W) 0..1 where the sky surely is."""
    return scene.parts["sky"] * float(scene.confidence.get("sky", 0.0) > SURE_SKY)


def _to_grid(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return cv2.resize(values, flow_size(size), interpolation=cv2.INTER_AREA)


def _blend(one: np.ndarray, other: np.ndarray, share: np.ndarray) -> np.ndarray:
    """(H, W, 3) uint8: `one`, and as far as `share` (H, W) 0..1 tells `other`."""
    mixed = one + (other.astype(np.float32) - one) * share[..., None]
    return (mixed + 0.5).astype(np.uint8)


def _to_plate(values: np.ndarray, plate: np.ndarray) -> np.ndarray:
    return cv2.resize(values, (plate.shape[1], plate.shape[0]), interpolation=cv2.INTER_CUBIC).clip(0, 1)


def _lift_subject(
    plate: np.ndarray, scene: Scene, disparity: np.ndarray, texture: _Texture
) -> tuple[Layer, np.ndarray, np.ndarray, np.ndarray]:
    """The subject's layer; and the plate, disparity and known map of what lies behind it."""
    alpha = solid_matte(_to_plate(scene.subject, plate))
    reach = 0.08 * max(plate.shape)
    calm, beside = plain(plate, alpha)
    fore, back = separate(
        plate, alpha, reach, strays=strays(plate, alpha) | beside, clear=clear(plate, alpha) & ~beside,
        fill=partial(fill_hole, plain=calm),
    )  # fmt: skip
    cover = _to_grid(alpha, scene.size)
    own = _subject_disparity(disparity, cover)
    # What the matte cuts through stays whole: neither colours nor depths part there.
    joined = alike(plate, alpha)
    fore, back = (_blend(each, plate, joined) for each in (fore, back))
    layer = texture.layer("subject", fore, alpha, own, np.ones_like(disparity))
    hole = cv2.dilate(cover, _disc(round(0.022 * max(cover.shape))))
    behind = pull_push(disparity, (hole < 0.05).astype(np.float32))
    behind = np.minimum(behind, np.maximum(own, disparity))
    behind += (own - behind) * _to_grid(
        alike(plate, alpha), scene.size
    )  # what the matte cuts through stays whole
    return layer, back, rigid_near(behind.astype(np.float32)), 1 - cover


def _subject_disparity(disparity: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Only from the matte's core: disparity blended across the rim is the worst ghost of all."""
    core = cv2.erode((alpha > 0.95).astype(np.float32), _disc(max(1, round(0.004 * max(alpha.shape)))))
    if core.sum() < 16:
        core = alpha
    spread = pull_push(disparity, core)
    return cv2.GaussianBlur(spread, (0, 0), 0.004 * max(alpha.shape)).astype(np.float32)


def _lift_sky(
    plate: np.ndarray, scene: Scene, disparity: np.ndarray, known: np.ndarray, texture: _Texture
) -> tuple[Layer, Layer]:
    """The sky with its colours carried on under the ridge, and the ground as a layer with an alpha."""
    alpha = land_matte(plate, _to_plate(scene.parts["sky"], plate))
    ground, sky = separate(plate, alpha, reach=0.5 * max(plate.shape), fill=mirror_in)
    cover = _to_grid(alpha, scene.size)
    near = pull_push(disparity, (cover > 0.9).astype(np.float32)).astype(np.float32)
    return (
        texture.layer("sky", sky, None, np.zeros_like(disparity), 1 - cover),
        texture.layer("background", ground, alpha, near, known),
    )


def _lost(plate: np.ndarray, stack: list[Layer], texture: _Texture) -> Lost:
    """What unmixing lost: added back while layers have hardly parted, so that the photo stays itself."""
    m = texture.margin
    composite, *above = (layer.texture[m:-m, m:-m] for layer in stack)
    for layer in above:
        rest = cv2.merge([255 - layer[..., 3]] * 4)
        composite = cv2.add(np.ascontiguousarray(layer), cv2.multiply(composite, rest, scale=1 / 255))
    fine = texture.enlarged(plate)
    whole = np.dstack([fine, np.full(fine.shape[:2], 255, np.uint8)])
    lost = cv2.addWeighted(whole, 1.0, composite, -1.0, 128.0)
    lost = cv2.copyMakeBorder(lost, m, m, m, m, cv2.BORDER_CONSTANT, value=(128, 128, 128, 128))
    return Lost(lost, texture.bounds(greatest(cv2.absdiff(lost, np.full_like(lost, 128)))))


def _disc(radius: int) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
