"""What the denoiser made, brought back into full-resolution frames.

A key frame's generated residual is carried into photo coordinates, one canvas a layer, where content stands still: an
in-between frame blends the canvases of its two neighbours there, aligned, and samples the blend through its own exact
motion. Nothing is ever cross-faded unaligned, and a layer's residual reaches the pixels of that layer only. It is
low-pass by construction (the denoiser's grid), so the finest band stays the photo's own (Burt and Adelson, A
Multiresolution Spline, ACM TOG 1983).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from stillreel.frames.effects.paint import enlarge, greatest
from stillreel.frames.keys import Key, grid_size
from stillreel.frames.layers import MARGIN
from stillreel.frames.shapes import Generated
from stillreel.frames.warp import Rendered, Renderer, box_of
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
    def box(self) -> Box | None:
        """Where the residual is not nothing."""
        if not self.loud:
            return None
        return box_of((greatest(self.values[..., :3]) >= NOTHING).astype(np.uint8))


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
        colour = rendered.colour
        for layer in range(len(self._renderer.names)):
            before, after = (one.canvases[layer] for one in (place.before, place.after))
            box = _around(before.box, after.box)
            if box is not None:
                residual = _blended(before.values[box], after.values[box], place.share)
                colour = self._with(colour, residual, box, rendered, layer)
        return colour

    def _with(
        self, colour: np.ndarray, residual: np.ndarray, canvas: Box, rendered: Rendered, layer: int
    ) -> np.ndarray:
        """`colour` with a layer's residual, which fills the box `canvas` of the layer's canvas."""
        at = self._canvas_places(rendered.layer_source(layer), canvas)
        box = box_of(_within(at, residual.shape))
        if box is None:
            return colour
        pixels = self._frame.pixels(box)
        level = enlarge(_levels(residual, Places(at.x[box], at.y[box])), colour[pixels])
        share = rendered.share(layer, pixels)
        if share is not None:
            level = cv2.multiply(level, cv2.merge([share] * 3), scale=1 / 255, dtype=cv2.CV_16S)
        out = colour.copy()
        out[pixels] = cv2.add(colour[pixels], level, dtype=cv2.CV_8U)
        return out

    def _canvas(self, name: LayerName, key: Key, residual: np.ndarray, cells: np.ndarray) -> Canvas:
        def draw() -> np.ndarray:
            at = self._renderer.forward(key.t, self._photo_places(), name)
            x = (at.x + 0.5) * np.float32(self._grid[0] / self._size[0]) - 0.5
            y = (at.y + 0.5) * np.float32(self._grid[1] / self._size[1]) - 0.5
            known = np.dstack([residual * cells[..., None], cells])
            return cv2.remap(known, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)

        return Canvas(draw, loud=float((greatest(residual) * cells).max()) >= NOTHING)

    def _photo_places(self) -> Places:
        """Photo positions in frame pixels of the canvas's cells."""
        w, h = self._grid
        x = (np.arange(w + 2 * self._pad, dtype=np.float32) - self._pad + 0.5) * (self._size[0] / w) - 0.5
        y = (np.arange(h + 2 * self._pad, dtype=np.float32) - self._pad + 0.5) * (self._size[1] / h) - 0.5
        xs, ys = np.meshgrid(np.float32(x), np.float32(y))
        return Places(xs, ys)

    def _canvas_places(self, source: Places, box: Box) -> Places:
        """Positions in a box of the canvas of photo positions."""
        x, y = (
            plane * np.float32(ours / full) + np.float32(0.5 * ours / full - 0.5 + self._pad - side.start)
            for plane, ours, full, side in zip(source, self._grid, self._size, reversed(box), strict=True)
        )
        return Places(x, y)


def _around(one: Box | None, other: Box | None) -> Box | None:
    """The box around both."""
    if one is None or other is None:
        return one or other
    rows, columns = (slice(min(a.start, b.start), max(a.stop, b.stop)) for a, b in zip(one, other, strict=True))
    return rows, columns


def _blended(first: np.ndarray, second: np.ndarray, share: float) -> np.ndarray:
    """Two keys weighted by time; a place that only one of them sees (a hole that opens) is known from that one alone,
    because value and knowledge are weighted alike."""
    # Not cv2.addWeighted: on floats its last bit depends on where the arrays lie, and packets must repeat.
    return first + (second - first) * np.float32(share)


def _within(at: Places, shape: tuple[int, ...]) -> np.ndarray:
    """(h, w) uint8, not 0 where `at` lies in an array of `shape` or right beside it."""
    x = cv2.inRange(at.x, -1.0, shape[1])  # pyright: ignore[reportCallIssue, reportArgumentType]
    y = cv2.inRange(at.y, -1.0, shape[0])  # pyright: ignore[reportCallIssue, reportArgumentType]
    return cv2.bitwise_and(x, y)


def _levels(residual: np.ndarray, at: Places) -> np.ndarray:
    """(h, w, 3) int16 8-bit levels: the residual seen at `at`."""
    seen = cv2.remap(residual, at.x, at.y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    level = seen[..., :3] * (255 / np.maximum(seen[..., 3:], 0.05))
    return np.rint(level).astype(np.int16)
