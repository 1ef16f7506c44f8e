"""What the denoiser made, brought back into full-resolution frames.

A key frame's generated residual is carried into photo coordinates, one canvas a layer, where content stands still: an
in-between frame blends the canvases of its two neighbours there, aligned, and samples the blend through its own exact
motion. Nothing is ever cross-faded unaligned, and a layer's residual reaches the pixels of that layer only. It is
low-pass by construction (the denoiser's grid), so the finest band stays the photo's own (Burt and Adelson, A
Multiresolution Spline, ACM TOG 1983).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import cv2
import numpy as np

from stillreel.frames.effects.paint import greatest
from stillreel.frames.keys import Key, grid_size
from stillreel.frames.layers import MARGIN
from stillreel.frames.patches import STEP, patches, spread
from stillreel.frames.shapes import Generated
from stillreel.frames.warp import Rendered, Renderer
from stillreel.motion.deformation import LayerName
from stillreel.motion.projection import Box, Grid, Places

__all__ = ["Between", "Composer", "Overlay", "between"]

NOTHING = 1 / 512  # a residual below half a level changes no pixel


class Canvas:
    """A layer's residual at one key, in photo coordinates; worked out when a frame needs it."""

    def __init__(self, draw: Callable[[], np.ndarray], loud: bool) -> None:
        self._draw = draw
        self.loud = loud
        """Whether there is any residual."""

    @cached_property
    def values(self) -> np.ndarray:
        """(h, w, 4) float32: the residual's three channels (0..1 sRGB) times how much is known there, and how much."""
        return self._draw()

    @cached_property
    def marks(self) -> np.ndarray:
        """As from `spread`: where the residual is not nothing."""
        return spread((greatest(self.values[..., :3]) >= NOTHING).astype(np.uint8))


@dataclass(frozen=True)
class Overlay:
    """What was generated for one key frame, a canvas a layer."""

    number: int
    canvases: tuple[Canvas, ...]


@dataclass(frozen=True)
class Between:
    """A frame's place among the keys."""

    number: int
    before: Overlay
    after: Overlay

    @property
    def share(self) -> float:
        """0 at the key before, 1 at the key after."""
        return (self.number - self.before.number) / max(1, self.after.number - self.before.number)


def between(overlays: Iterable[Overlay], frames: int) -> Iterator[Between]:
    """Every frame with its two keys. A key is asked for when the first frame beyond the one before it is due, and let
    go with the last, so that memory does not grow with the clip."""
    coming = iter(overlays)
    before = after = next(coming)
    for number in range(frames):
        while after.number < number:
            before, after = after, next(coming)
        yield Between(number, before, after)


class Composer:
    """Makes overlays of what was generated, and adds them to analytic frames."""

    def __init__(self, renderer: Renderer, size: tuple[int, int]) -> None:
        self._renderer, self._size = renderer, size
        self._frame = Grid(size)
        self._grid = grid_size(size)
        self._pad = int(np.ceil(MARGIN * max(self._grid)))

    def overlay(self, key: Key, generated: Generated) -> Overlay:
        """What was generated for `key`, in photo coordinates."""
        residual = (generated.colour[0] - key.render.colour[0]) * generated.blend[0, ..., None]
        layers = zip(self._renderer.names, key.cells, strict=True)
        return Overlay(key.number, tuple(self._canvas(name, key, residual, cells) for name, cells in layers))

    def add(self, rendered: Rendered, place: Between) -> np.ndarray:
        """(H, W, 3) uint8: the analytic frame with what was generated for it."""
        out = rendered.colour
        for layer in range(len(self._renderer.names)):
            keys = [one.canvases[layer] for one in (place.before, place.after)]
            marks = [key.marks for key in keys if key.loud]
            if not marks:
                continue
            source = rendered.layer_source(layer)
            coarse = self._canvas_places(Places(*(self._frame.core(plane)[::STEP, ::STEP] for plane in source)))
            for box in patches(reduce(cv2.max, marks), coarse, self._frame.core(source.x).shape):
                out = out.copy() if out is rendered.colour else out
                at = self._canvas_places(Places(*(plane[self._frame.ringed(box)] for plane in source)))
                self._put(out, _levels(_blended(keys, at, place.share)), box, rendered.share(layer, box))
        return out

    def _put(self, out: np.ndarray, levels: np.ndarray, box: Box, share: np.ndarray | None) -> None:
        """Add `levels` on a box of cells and their ring to `out`, by the `share` of the pixels there, in place."""
        pixels, large = self._frame.pixels(box), self._frame.grown(levels, box)
        if share is not None:
            large = cv2.multiply(large, cv2.merge([share] * 3), scale=1 / 255, dtype=cv2.CV_16S)
        out[pixels] = cv2.add(out[pixels], large, dtype=cv2.CV_8U)

    def _canvas(self, name: LayerName, key: Key, residual: np.ndarray, cells: np.ndarray) -> Canvas:
        marks = (greatest(residual) * cells >= NOTHING).astype(np.uint8)

        def draw() -> np.ndarray:
            forward, here = self._renderer.path(key.t, name), self._photo_places()
            known = np.dstack([residual * cells[..., None], cells])
            out = np.zeros((*here.x.shape, 4), np.float32)
            coarse = Places(*(np.ascontiguousarray(plane[::STEP, ::STEP]) for plane in here))
            for box in patches(spread(marks), self._cells(forward(coarse)), here.x.shape):
                at = self._cells(forward(Places(here.x[box], here.y[box])))
                out[box] = cv2.remap(known, at.x, at.y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
            return out

        return Canvas(draw, loud=bool(marks.any()))

    def _cells(self, at: Places) -> Places:
        """Positions on the denoiser's grid of positions in the frame."""
        return Places(*(
            (plane + np.float32(0.5)) * np.float32(ours / full) - np.float32(0.5)
            for plane, ours, full in zip(at, self._grid, self._size, strict=True)
        ))  # fmt: skip

    def _photo_places(self) -> Places:
        """Photo positions in frame pixels of the canvas's cells."""
        w, h = self._grid
        x = (np.arange(w + 2 * self._pad, dtype=np.float32) - self._pad + 0.5) * (self._size[0] / w) - 0.5
        y = (np.arange(h + 2 * self._pad, dtype=np.float32) - self._pad + 0.5) * (self._size[1] / h) - 0.5
        xs, ys = np.meshgrid(np.float32(x), np.float32(y))
        return Places(xs, ys)

    def _canvas_places(self, source: Places) -> Places:
        """Positions on a canvas of photo positions."""
        return Places(*(plane + np.float32(self._pad) for plane in self._cells(source)))


def _blended(keys: Sequence[Canvas], at: Places, share: float) -> np.ndarray:
    """(h, w, 4): two keys as seen at `at`, weighted by time; a place that only one of them sees (a hole that opens) is
    known from that one alone, because value and knowledge are weighted alike."""
    first, second = (
        cv2.remap(key.values, at.x, at.y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT) for key in keys
    )
    # Not cv2.addWeighted: on floats its last bit depends on where the arrays lie, and packets must repeat.
    return first + (second - first) * np.float32(share)


def _levels(seen: np.ndarray) -> np.ndarray:
    """(h, w, 3) int16 8-bit levels of a residual times how much is known, and how much."""
    level = seen[..., :3] * (255 / np.maximum(seen[..., 3:], 0.05))
    return np.rint(level).astype(np.int16)
