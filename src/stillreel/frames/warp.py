"""The renderer: for every frame, each layer is unprojected, bent by its motions, sampled once and laid over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from stillreel.frames.layers import TEXTURE, Layer, Layers
from stillreel.motion.camera import Camera, CameraPose, Intrinsics
from stillreel.motion.deformation import Deformation, LayerName, bend
from stillreel.motion.projection import Grid, Places, advance, lookup, unproject

__all__ = ["Rendered", "Renderer"]

# Parallax in frame pixels over which the photo's own pixels give way to the separated layers.
FADE = (1.0, 7.0)


@dataclass(frozen=True)
class Sampled:
    """A layer as seen in one frame; planes on the flow grid, ring included."""

    layer: Layer
    places: Places  # photo positions before the layer's own motion
    source: Places  # photo positions after it
    picture: np.ndarray  # (H, W, 4) uint8 RGBA premultiplied


class Rendered:
    """One analytic frame, and what is known of each of its places (worked out when asked for)."""

    def __init__(self, colour: np.ndarray, sampled: Sequence[Sampled], grid: Grid) -> None:
        self.colour = colour  # (H, W, 3) uint8
        self._sampled, self._grid = sampled, grid

    @cached_property
    def cover(self) -> tuple[np.ndarray, ...]:
        """(h, w) float32 0..1 on the flow grid: the alpha of every layer above the bottom one."""
        w, h = (side - 2 for side in reversed(self._grid.shape))
        return tuple(
            cv2.resize(item.picture[..., 3], (w, h), interpolation=cv2.INTER_AREA) * np.float32(1 / 255)
            for item in self._sampled[1:]
        )

    @cached_property
    def source(self) -> np.ndarray:
        """(h, w, 2) float32: the photo position in frame pixels of what is seen."""
        return self._topmost(
            [np.stack([self._grid.core(p) for p in item.source], -1) for item in self._sampled]
        )

    @cached_property
    def valid(self) -> np.ndarray:
        """(h, w) float32 0..1: 1 = a pixel of the photo, 0 = invented."""
        return self._mixed([self._seen(item) for item in self._sampled])

    @cached_property
    def disparity(self) -> np.ndarray:
        """(h, w) float32 0..1, 1 nearest."""
        return self._mixed([lookup(item.layer.disparity, self._core(item.places)) for item in self._sampled])

    @cached_property
    def subject(self) -> np.ndarray:
        """(h, w) float32 0..1: how much of the subject's layer is seen."""
        if self._sampled[-1].layer.name == "subject":
            return self.cover[-1]
        return np.zeros((self._grid.shape[0] - 2, self._grid.shape[1] - 2), np.float32)

    def layer_index(self) -> np.ndarray:
        """(h, w) int: which layer of the stack is on top."""
        index = np.zeros((self._grid.shape[0] - 2, self._grid.shape[1] - 2), np.int8)
        for number, alpha in enumerate(self.cover, start=1):
            index[alpha > 0.5] = number
        return index

    def _topmost(self, fields: list[np.ndarray]) -> np.ndarray:
        out = fields[0]
        for field, alpha in zip(fields[1:], self.cover, strict=True):
            out = np.where((alpha > 0.5)[..., None], field, out)
        return out

    def _mixed(self, fields: list[np.ndarray]) -> np.ndarray:
        out = fields[0]
        for field, alpha in zip(fields[1:], self.cover, strict=True):
            out = out + (field - out) * alpha
        return out

    def _core(self, places: Places) -> Places:
        return Places(*(self._grid.core(plane) for plane in places))

    def _seen(self, item: Sampled) -> np.ndarray:
        """1 where the layer shows a pixel that the photo has, falling to 0 within a pixel of its border."""
        at = self._core(item.source)
        w, h = self._grid.size
        inside_x = np.minimum(at.x + 1, w - at.x)
        inside = np.minimum(inside_x, np.minimum(at.y + 1, h - at.y)).clip(0, 1)
        return lookup(item.layer.known, at) * inside


class Renderer:
    """Renders any moment of a clip; frames in order are cheaper, because each starts from the one before."""

    def __init__(
        self,
        layers: Layers,
        camera: Camera,
        lens: Intrinsics,
        size: tuple[int, int],
        motions: Sequence[Deformation],
    ) -> None:
        self._layers, self._camera, self._lens = layers, camera, lens
        self._grid = Grid(size)
        self._places = self._grid.places()
        names: list[LayerName] = [layer.name for layer in layers.stack]
        self._motions: dict[LayerName, list[Deformation]] = {name: [] for name in names}
        for motion in motions:
            # A motion whose layer was not cut out moves the background, which then is the whole picture.
            self._motions[motion.layer if motion.layer in names else "background"].append(motion)
        self._last: dict[LayerName, Places] = {}

    def at(self, t: float) -> Rendered:
        """The frame at t seconds."""
        pose = self._camera.at(t)
        sampled = [self._sample(layer, pose, t) for layer in self._layers.stack]
        return Rendered(self._composite(sampled), sampled, self._grid)

    def forward(self, t: float, at: Places, name: LayerName) -> Places:
        """Frame positions at t of the photo positions `at` on the layer `name`: its motions, then the camera."""
        layer = next(layer for layer in self._layers.stack if layer.name == name)
        return advance(at, self._bend(layer, t), self._camera.at(t), self._lens, layer.disparity)

    def _sample(self, layer: Layer, pose: CameraPose, t: float) -> Sampled:
        places = unproject(self._places, pose, self._lens, layer.disparity, self._last.get(layer.name))
        self._last[layer.name] = places
        source, bend = places, self._bend(layer, t)
        if bend is not None:
            b = lookup(bend, places)
            source = Places(places.x + b[..., 0], places.y + b[..., 1])
        return Sampled(layer, places, source, self._pick(layer.texture, source))

    def _bend(self, layer: Layer, t: float) -> np.ndarray | None:
        return bend(self._motions[layer.name], t)

    def _composite(self, sampled: list[Sampled]) -> np.ndarray:
        colour = sampled[0].picture
        for item in sampled[1:]:
            box = _bounds(item.picture[..., 3])
            if box is not None:
                colour[box] = _over(item.picture[box], colour[box])
        fade = self._fade(sampled)
        if self._layers.residual is not None and fade > 0:
            rest = self._pick(self._layers.residual, sampled[-1].source)
            colour = cv2.addWeighted(colour, 1.0, rest, fade, -128 * fade)
        return cv2.cvtColor(colour, cv2.COLOR_RGBA2RGB)

    def _pick(self, texture: np.ndarray, source: Places) -> np.ndarray:
        """(H, W, 4): `texture` sampled bilinearly at `source`."""
        offset = np.float32(self._layers.margin + 0.5 * TEXTURE - 0.5)
        x, y = (self._grid.enlarge(plane * np.float32(TEXTURE) + offset) for plane in source)
        return cv2.remap(texture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)

    def _fade(self, sampled: list[Sampled]) -> float:
        """1 while the layers have hardly parted, 0 once they have."""
        if len(sampled) < 2:
            return 0.0
        top, bottom = sampled[-1].source, sampled[0].source
        parallax = max(
            float(np.abs(a[::8, ::8] - b[::8, ::8]).max()) for a, b in zip(top, bottom, strict=True)
        )
        x = min(1.0, max(0.0, (parallax - FADE[0]) / (FADE[1] - FADE[0])))
        return 1 - x * x * (3 - 2 * x)


def _bounds(alpha: np.ndarray) -> tuple[slice, slice] | None:
    x, y, w, h = cv2.boundingRect(alpha)
    return (slice(y, y + h), slice(x, x + w)) if w else None


def _over(front: np.ndarray, back: np.ndarray) -> np.ndarray:
    """Premultiplied RGBA `front` over `back`, uint8."""
    rest = cv2.merge([255 - front[..., 3]] * 4)
    return cv2.add(front, cv2.multiply(back, rest, scale=1 / 255))
