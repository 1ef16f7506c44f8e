"""The two ways a planned motion reaches the pixels: it deforms a layer, or it paints on the frame.

Both are anchored: at t = 0 a deformation is zero and an effect changes nothing, so frame 0 is the photo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import cv2
import numpy as np

__all__ = ["Deformation", "FrameView", "LayerName", "PixelEffect", "bend", "flow_size"]

LayerName = Literal["sky", "background", "subject"]


def flow_size(size: tuple[int, int]) -> tuple[int, int]:
    """(width, height) of the flow grid for a frame of `size` (width, height): half, rounded up."""
    return (size[0] + 1) // 2, (size[1] + 1) // 2


class Deformation(Protocol):
    """A motion within a layer, in the photo's own coordinates, before the camera.

    Backward form, which needs no inversion and can hide content (a lid over an eye): what is seen at p at time t is
    the photo's content at p + backward(t)[p].
    """

    @property
    def kind(self) -> str: ...

    @property
    def layer(self) -> LayerName: ...

    def backward(self, t: float) -> np.ndarray:
        """(h, w, 2) float32 on the flow grid (`flow_size`), x then y, in FRAME pixels; zero at t = 0."""
        ...

    def activity(self) -> np.ndarray:
        """(h, w) float32 0..1 on the flow grid: where this motion acts at all (0 = must stand still)."""
        ...


def bend(motions: Sequence[Deformation], t: float) -> np.ndarray | None:
    """The sum of `motions` at t seconds as (h, w, 2), None where there are none (small motions add up)."""
    fields = [motion.backward(t) for motion in motions]
    return sum(fields[1:], fields[0]) if fields else None


@dataclass(frozen=True)
class FrameView:
    """What a pixel effect may know of the frame it paints on."""

    t: float  # seconds
    index: int  # frame number
    source: (
        np.ndarray
    )  # (h, w, 2) float32 on the flow grid: the photo position (frame pixels) seen at each place
    disparity: np.ndarray  # (h, w) float32 0..1 on the flow grid, as seen in this frame
    subject: np.ndarray  # (h, w) float32 0..1 on the flow grid: subject alpha as seen in this frame

    def carry(self, scene_map: np.ndarray) -> np.ndarray:
        """A map (h, w) on the flow grid in photo coordinates, as seen in this frame (bilinear, edges repeated)."""
        x = (self.source[..., 0] + 0.5) * 0.5 - 0.5
        y = (self.source[..., 1] + 0.5) * 0.5 - 0.5
        return cv2.remap(scene_map, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


class PixelEffect(Protocol):
    """A motion that is light or weather rather than displacement: rain, snow, smoke, fire's glow, light, focus."""

    @property
    def kind(self) -> str: ...

    def apply(self, frame: np.ndarray, view: FrameView) -> np.ndarray:
        """(H, W, 3) uint8 in, a new or the same array of that shape out; nothing is changed at t = 0."""
        ...
