"""The renderer: for every frame, each layer is unprojected, bent by its motions, sampled once and laid over.

Only what is seen is sampled: a layer within the bounds of its matte, and behind it what the layers before it leave
open. No frame depends on another, so that any number of threads may ask for any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from stillreel.frames.layers import TEXTURE, Layer, Layers
from stillreel.motion.camera import Camera, CameraPose, Intrinsics
from stillreel.motion.deformation import Deformation, LayerName, bend
from stillreel.motion.projection import Box, Grid, Places, advance, lookup, lookups, unproject, unproject_far

__all__ = ["Rendered", "Renderer"]

# Parallax in frame pixels over which the photo's own pixels give way to the separated layers.
FADE = (1.0, 7.0)
REPEATED = 2.0  # frame pixels beyond the photo's border that its last pixel may stand for: no one sees them


@dataclass(frozen=True)
class Sampled:
    """A layer as seen in one frame; planes on the flow grid, ring included."""

    layer: Layer
    places: Places  # photo positions before the layer's own motion
    source: Places  # photo positions after it
    alpha: np.ndarray | None  # (H, W) uint8; None for the bottom layer, which is opaque


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
            cv2.resize(item.alpha, (w, h), interpolation=cv2.INTER_AREA) * np.float32(1 / 255)
            for item in self._sampled[1:]
            if item.alpha is not None
        )

    @cached_property
    def source(self) -> np.ndarray:
        """(h, w, 2) float32: the photo position in frame pixels of what is seen."""
        out = cv2.merge([self._grid.core(plane) for plane in self._sampled[0].source])
        for item, alpha in zip(self._sampled[1:], self.cover, strict=True):
            own = cv2.merge([self._grid.core(plane) for plane in item.source])
            cv2.copyTo(own, (alpha > 0.5).astype(np.uint8), out)
        return out

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

    @cached_property
    def shares(self) -> tuple[np.ndarray, ...]:
        """(h, w) float32 0..1 on the flow grid: how much of each layer is seen."""
        shares: list[np.ndarray] = []
        rest = np.ones((self._grid.shape[0] - 2, self._grid.shape[1] - 2), np.float32)
        for alpha in reversed(self.cover):
            shares.insert(0, rest * alpha)
            rest = rest * (1 - alpha)
        return rest, *shares

    def layer_source(self, number: int) -> Places:
        """Photo positions of the layer `number` of the stack, also where it is not seen; on the flow grid with its
        ring."""
        return self._sampled[number].source

    def share(self, number: int, box: Box) -> np.ndarray | None:
        """(H', W') uint8 at a box of core cells: how much of the layer `number` is seen; None = all of it."""
        share, pixels = self._sampled[number].alpha, self._grid.pixels(box)
        share = None if share is None else share[pixels]
        for item in self._sampled[number + 1 :]:
            rest = cv2.bitwise_not(item.alpha[pixels])  # pyright: ignore[reportOptionalSubscript]
            share = rest if share is None else cv2.multiply(share, rest, scale=1 / 255)
        return share

    def _mixed(self, fields: list[np.ndarray]) -> np.ndarray:
        out = fields[0]
        for field, alpha in zip(fields[1:], self.cover, strict=True):
            out = out + (field - out) * alpha
        return out

    def _core(self, places: Places) -> Places:
        return Places(*(self._grid.core(plane) for plane in places))

    def _seen(self, item: Sampled) -> np.ndarray:
        """1 where the layer shows a pixel that the photo has, falling to 0 within a pixel of its repeated border."""
        at = self._core(item.source)
        w, h = (side + REPEATED for side in self._grid.size)
        inside_x = np.minimum(at.x + (1 + REPEATED), w - at.x)
        inside = np.minimum(inside_x, np.minimum(at.y + (1 + REPEATED), h - at.y)).clip(0, 1)
        return lookup(item.layer.known, at) * inside


class Renderer:
    """Renders any moment of a clip."""

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
        self.names = layers.names
        self._endless = {layer.name for layer in layers.stack if not layer.disparity.any()}  # as far as the sky
        self._motions: dict[LayerName, list[Deformation]] = {name: [] for name in self.names}
        for motion in motions:
            # A motion whose layer was not cut out moves the background, which then is the whole picture.
            self._motions[motion.layer if motion.layer in self.names else "background"].append(motion)

    def at(self, t: float) -> Rendered:
        """The frame at t seconds."""
        pose = self._camera.at(t)
        places = [self._places(layer, pose) for layer in self._layers.stack]
        sources = [self._bent(layer, at, t) for layer, at in zip(self._layers.stack, places, strict=True)]
        colour, alphas = self._composite(sources)
        parts = zip(self._layers.stack, places, sources, alphas, strict=True)
        return Rendered(colour, [Sampled(*part) for part in parts], self._grid)

    def path(self, t: float, name: LayerName) -> Callable[[Places], Places]:
        """Gives the frame positions at t of photo positions on the layer `name`: its motions, then the camera."""
        layer = next(layer for layer in self._layers.stack if layer.name == name)
        own, pose = bend(self._motions[layer.name], t), self._camera.at(t)
        return lambda at: advance(at, own, pose, self._lens, layer.disparity)

    def _places(self, layer: Layer, pose: CameraPose) -> Places:
        if not pose.translates or layer.name in self._endless:
            return unproject_far(self._grid.axes(), pose, self._lens)
        rough = unproject(self._grid.coarse_axes(), pose, self._lens, layer.disparity, None)
        start = Places(*(self._grid.from_coarse(plane) for plane in rough))
        return unproject(self._grid.axes(), pose, self._lens, layer.disparity, start)

    def _bent(self, layer: Layer, at: Places, t: float) -> Places:
        own = bend(self._motions[layer.name], t)
        if own is None:
            return at
        x, y = lookups(cv2.split(own), at)
        return Places(at.x + x, at.y + y)

    def _composite(self, sources: list[Places]) -> tuple[np.ndarray, list[np.ndarray | None]]:
        """(H, W, 3) uint8, and the alpha of every layer but the bottom one."""
        patches, alphas = self._patches(sources)
        w, h = self._grid.size
        colour = np.zeros((h, w, 4), np.uint8)
        for box, picture in patches:
            colour[box] = picture if picture is patches[0][1] else _over(picture, colour[box])
        self._restore(colour, sources)
        return cv2.cvtColor(colour, cv2.COLOR_RGBA2RGB), alphas

    def _patches(self, sources: list[Places]) -> tuple[list[tuple[Box, np.ndarray]], list[np.ndarray | None]]:
        """What is seen of each layer, back to front, as a box of the frame and its RGBA; and the alphas."""
        w, h = self._grid.size
        open_ = np.full((h, w), 255, np.uint8)  # where the layers so far, front to back, leave something to see
        patches: list[tuple[Box, np.ndarray]] = []
        alphas: list[np.ndarray | None] = [None] * len(sources)
        for number in reversed(range(len(sources))):
            layer, source = self._layers.stack[number], sources[number]
            box = self._cells(open_) if layer.opaque else self._inside(layer.bounds, source)
            if not layer.opaque:
                alphas[number] = np.zeros((h, w), np.uint8)
            if box is None:
                continue
            at, picture = self._grid.pixels(box), self._pick(layer.texture, source, box)
            patches.insert(0, (at, picture))
            if not layer.opaque:
                alphas[number][at] = picture[..., 3]  # pyright: ignore[reportOptionalSubscript]
                open_[at] = cv2.min(open_[at], cv2.bitwise_not(picture[..., 3]))
        return patches, alphas

    def _restore(self, colour: np.ndarray, sources: list[Places]) -> None:
        """Add, in place, what cutting out lost of the photo, as long as the layers have hardly parted."""
        lost = self._layers.residual
        fade = self._fade(sources) if lost is not None else 0.0
        box = self._inside(lost.bounds, sources[-1]) if lost is not None and fade > 0 else None
        if lost is not None and box is not None:
            at = self._grid.pixels(box)
            rest = self._pick(lost.texture, sources[-1], box)
            colour[at] = cv2.addWeighted(colour[at], 1.0, rest, fade, -128 * fade)

    def _inside(self, bounds: tuple[float, float, float, float], source: Places) -> Box | None:
        """The box of core cells that see the photo within `bounds` (left, top, right, bottom)."""
        left, top, right, bottom = bounds
        x = cv2.inRange(source.x, left, right)  # pyright: ignore[reportCallIssue, reportArgumentType]
        y = cv2.inRange(source.y, top, bottom)  # pyright: ignore[reportCallIssue, reportArgumentType]
        return box_of(self._grid.core(cv2.bitwise_and(x, y)))

    def _cells(self, where: np.ndarray) -> Box | None:
        """The box of core cells over the true pixels of the frame."""
        found = box_of(where)
        return found and tuple(slice(side.start // 2, -(-side.stop // 2)) for side in found)  # pyright: ignore[reportReturnType]

    def _pick(self, texture: np.ndarray, source: Places, box: Box) -> np.ndarray:
        """(H', W', 4): `texture` sampled bilinearly at `source` in a box of core cells."""
        offset = np.float32(self._layers.margin + 0.5 * TEXTURE - 0.5)
        x, y = (self._grid.enlarge(plane * np.float32(TEXTURE) + offset, box) for plane in source)
        return cv2.remap(texture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)

    def _fade(self, sources: list[Places]) -> float:
        """1 while the layers have hardly parted, 0 once they have."""
        parallax = max(
            float(np.abs(a[::8, ::8] - b[::8, ::8]).max()) for a, b in zip(sources[-1], sources[0], strict=True)
        )
        x = min(1.0, max(0.0, (parallax - FADE[0]) / (FADE[1] - FADE[0])))
        return 1 - x * x * (3 - 2 * x)


def box_of(where: np.ndarray) -> Box | None:
    """The smallest box around the places of `where` (uint8) that are not 0."""
    x, y, w, h = cv2.boundingRect(where)
    return (slice(y, y + h), slice(x, x + w)) if w else None


def _over(front: np.ndarray, back: np.ndarray) -> np.ndarray:
    """Premultiplied RGBA `front` over `back`, uint8."""
    rest = cv2.merge([255 - front[..., 3]] * 4)
    return cv2.add(front, cv2.multiply(back, rest, scale=1 / 255))
