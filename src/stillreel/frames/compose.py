"""What the denoiser made, brought back into full-resolution frames.

The key frames' generated residuals are carried into photo coordinates, one canvas a layer, where content stands
still: an in-between frame blends its two neighbours there, aligned, and samples the blend through its own exact
motion. Nothing is ever cross-faded unaligned. The residual is low-pass by construction (the denoiser's grid), so
the finest band stays the photo's own (Burt and Adelson, A Multiresolution Spline, ACM TOG 1983).
"""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class _Canvas:
    """A layer's residual at one key, in photo coordinates with a margin: premultiplied by how much it is known."""

    value: np.ndarray  # (h, w, 3) float16
    weight: np.ndarray  # (h, w) float16


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
        self._canvases = [
            [self._canvas(name, number, float(t), picture, top) for number, name in enumerate(layers)]
            for t, picture, top in zip(render.times, residual, tops, strict=True)
        ]

    def add(self, number: int, rendered: Rendered) -> np.ndarray:
        """(H, W, 3) uint8: the analytic frame `number` with what was generated for it."""
        blends = [self._between(number, layer) for layer in range(len(self._names))]
        if all(blend is None for blend in blends):
            return rendered.colour
        at = self._canvas_places(rendered.source)
        top = self._tops(rendered)
        total = np.zeros((*top.shape, 3), np.float32)
        for layer, blend in enumerate(blends):
            if blend is not None:
                seen = cv2.remap(blend, at.x, at.y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
                total += seen * (top == layer)[..., None]
        full = cv2.resize(total * 255, self._size, interpolation=cv2.INTER_LINEAR)
        return cv2.add(rendered.colour, full, dtype=cv2.CV_8U)

    def _between(self, number: int, layer: int) -> np.ndarray | None:
        """The layer's residual canvas at frame `number`: its two keys weighted by time and by what they know."""
        after = int(np.searchsorted(self._keys, number))
        after = min(after, len(self._keys) - 1)
        before = max(0, after - 1) if self._keys[after] != number else after
        span = max(1, self._keys[after] - self._keys[before])
        share = (number - self._keys[before]) / span
        parts = [(self._canvases[before][layer], 1 - share), (self._canvases[after][layer], share)]
        parts = [(canvas, part) for canvas, part in parts if canvas is not None and part > 0]
        if not parts:
            return None
        value = sum(canvas.value.astype(np.float32) * part for canvas, part in parts)
        weight = sum(canvas.weight.astype(np.float32) * part for canvas, part in parts)
        return value / np.maximum(weight, 0.05)[..., None]

    def _canvas(
        self, name: LayerName, number: int, t: float, residual: np.ndarray, top: np.ndarray
    ) -> _Canvas | None:
        if float(np.abs(residual).max()) < NOTHING:
            return None
        at = self._renderer.forward(t, self._photo_places(), name)
        x = (at.x + 0.5) * np.float32(self._grid[0] / self._size[0]) - 0.5
        y = (at.y + 0.5) * np.float32(self._grid[1] / self._size[1]) - 0.5
        mine = (top == number).astype(np.float32)
        weight = cv2.remap(mine, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        value = cv2.remap(residual * mine[..., None], x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        return _Canvas(value.astype(np.float16), weight.astype(np.float16))

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
