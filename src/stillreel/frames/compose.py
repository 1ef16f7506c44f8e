"""What the denoiser made, brought back into full-resolution frames.

The key frames' generated residuals are carried into photo coordinates, one canvas a layer, where content stands
still: an in-between frame blends its two neighbours there, aligned, and samples the blend through its own exact
motion. Nothing is ever cross-faded unaligned. The residual is low-pass by construction (the denoiser's grid), so
the finest band stays the photo's own (Burt and Adelson, A Multiresolution Spline, ACM TOG 1983).
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from stillreel.frames.keys import grid_size
from stillreel.frames.layers import MARGIN
from stillreel.frames.shapes import Generated, KeyRender
from stillreel.frames.warp import Rendered, Renderer
from stillreel.motion.deformation import LayerName
from stillreel.motion.projection import Places

__all__ = ["Composer", "generated_share"]

NOTHING = 1 / 512  # a residual below half a level changes no pixel


def generated_share(generated: Generated) -> float:
    """Mean blend weight of generated content, 0..1, over all key frames but the photo itself."""
    return float(generated.blend[1:].mean()) if len(generated.blend) > 1 else 0.0


class Composer:
    """Adds the generated residual to analytic frames: `add(frame number, t, rendered)`."""

    def __init__(
        self,
        renderer: Renderer,
        layers: tuple[LayerName, ...],
        keys: tuple[int, ...],
        frames: list[Rendered],
        render: KeyRender,
        generated: Generated,
        size: tuple[int, int],
    ) -> None:
        self._renderer, self._names, self._keys, self._size = renderer, layers, keys, size
        self._grid = grid_size(size)
        self._pad = int(np.ceil(MARGIN * max(self._grid)))
        residual = (generated.colour - render.colour) * generated.blend[..., None]
        tops = [self._tops(frame) for frame in frames]
        self._silent = float(np.abs(residual).max()) < NOTHING
        self._canvases = [
            [self._canvas(name, number, float(t), picture, top) for number, name in enumerate(layers)]
            for t, picture, top in zip(render.times, residual, tops, strict=True)
            if not self._silent
        ]
        self._unpacked = lru_cache(4 * len(layers))(lambda key, layer: self._canvases[key][layer].astype(np.float32))

    def add(self, number: int, rendered: Rendered) -> np.ndarray:
        """(H, W, 3) uint8: the analytic frame `number` with what was generated for it."""
        if self._silent:
            return rendered.colour
        at, top = self._canvas_places(rendered.source), self._tops(rendered)
        total = np.zeros((*top.shape, 4), np.float32)
        for layer in range(len(self._names)):
            canvas = self._between(number, layer)
            seen = cv2.remap(canvas, at.x, at.y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
            total = np.where((top == layer)[..., None], seen, total)
        level = total[..., :3] * (255 / np.maximum(total[..., 3:], 0.05)) + 128.5
        full = cv2.resize(np.clip(level, 0, 255).astype(np.uint8), self._size, interpolation=cv2.INTER_LINEAR)
        return cv2.addWeighted(rendered.colour, 1.0, full, 1.0, -128.0)

    def _between(self, number: int, layer: int) -> np.ndarray:
        """The layer's canvas at frame `number`: its two keys weighted by time; a place that only one of them sees
        (a hole that opens) is known from that one alone, because value and knowledge are weighted alike."""
        after = min(int(np.searchsorted(self._keys, number)), len(self._keys) - 1)
        before = max(0, after - 1)
        share = (number - self._keys[before]) / max(1, self._keys[after] - self._keys[before])
        # Not cv2.addWeighted: on floats its last bit depends on where the arrays lie, and packets must repeat.
        first, second = self._unpacked(before, layer), self._unpacked(after, layer)
        return first + (second - first) * np.float32(share)

    def _canvas(self, name: LayerName, number: int, t: float, residual: np.ndarray, top: np.ndarray) -> np.ndarray:
        """A layer's residual at one key, (h, w, 4) float16 in photo coordinates with a margin: the residual's three
        channels times how much is known there, and how much."""
        at = self._renderer.forward(t, self._photo_places(), name)
        x = (at.x + 0.5) * np.float32(self._grid[0] / self._size[0]) - 0.5
        y = (at.y + 0.5) * np.float32(self._grid[1] / self._size[1]) - 0.5
        mine = (top == number).astype(np.float32)[..., None]
        known = np.concatenate([residual * mine, mine], axis=-1)
        return cv2.remap(known, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT).astype(np.float16)

    def _tops(self, frame: Rendered) -> np.ndarray:
        """(h, w) on the denoiser's grid: the layer on top."""
        return cv2.resize(frame.layer_index().astype(np.uint8), self._grid, interpolation=cv2.INTER_NEAREST)

    def _photo_places(self) -> Places:
        """Photo positions in frame pixels of the canvas's cells."""
        w, h = self._grid
        x = (np.arange(w + 2 * self._pad, dtype=np.float32) - self._pad + 0.5) * (self._size[0] / w) - 0.5
        y = (np.arange(h + 2 * self._pad, dtype=np.float32) - self._pad + 0.5) * (self._size[1] / h) - 0.5
        xs, ys = np.meshgrid(np.float32(x), np.float32(y))
        return Places(xs, ys)

    def _canvas_places(self, source: np.ndarray) -> Places:
        """Canvas positions on the denoiser's grid of the photo positions `source` (flow grid)."""
        at = cv2.resize(source, self._grid, interpolation=cv2.INTER_AREA)
        scale = self._grid[0] / self._size[0], self._grid[1] / self._size[1]
        return Places(*((at[..., i] + 0.5) * np.float32(scale[i]) - 0.5 + self._pad for i in (0, 1)))
