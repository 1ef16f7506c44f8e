"""Small copies: frames and the renderer's flow in cells of about 8x8 pixels, where consistency is measured."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

__all__ = ["Grid", "Seen", "carried", "luma"]

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


@dataclass(frozen=True)
class Seen:
    """One frame on the grid, beside what the photo says that it should show."""

    colour: np.ndarray  # (h, w, 3) float32 8-bit levels
    expected: np.ndarray  # (h, w, 3) float32: the photo, moved as the flow says
    visible: np.ndarray  # (h, w) bool: the flow points into the photo
    place: np.ndarray | None  # (h, w, 2) float32 grid positions in the photo; None: the flow is not known

    @cached_property
    def residual(self) -> np.ndarray:
        """(h, w, 3) float32: what the frame shows beyond the moved photo; 0 where the photo is not seen."""
        return (self.colour - self.expected) * self.visible[..., None]

    @cached_property
    def luma_residual(self) -> np.ndarray:
        """(h, w) float32."""
        return luma(self.residual)


class Grid:
    """A grid of about an eighth of the frame's size, at least 16 cells a side."""

    CELL = 8

    def __init__(self, photo: np.ndarray) -> None:
        height, width = photo.shape[:2]
        self.full = (width, height)
        self.size = (max(16, round(width / self.CELL)), max(16, round(height / self.CELL)))
        self.photo = self.shrink(photo)
        # The mean of a cell's window around every pixel: what a cell shows wherever the flow moves it, exactly.
        self._window = (round(width / self.size[0]), round(height / self.size[1]))
        self._means = cv2.blur(photo.astype(np.float32), self._window)
        squares = cv2.resize(luma(photo.astype(np.float32)) ** 2, self.size, interpolation=cv2.INTER_AREA)
        # (h, w) deviation of luma within a cell's surroundings: what a slight misplacement may change there.
        spread = cv2.blur(squares, (3, 3)) - cv2.blur(luma(self.photo), (3, 3)) ** 2
        self.detail = np.sqrt(np.maximum(spread, 0))
        columns, rows = np.meshgrid(*(np.arange(n, dtype=np.float32) for n in self.size))
        self.here = np.stack([columns, rows], -1)
        self._everywhere = np.ones(self.size[::-1], bool)

    def shrink(self, frame: np.ndarray) -> np.ndarray:
        """(H, W, 3) uint8 -> (h, w, 3) float32, by area."""
        return cv2.resize(frame, self.size, interpolation=cv2.INTER_AREA).astype(np.float32)

    def see(self, frame: np.ndarray, source: np.ndarray | None) -> Seen:
        """`source` is (h', w', 2) float32, the photo position in frame pixels seen at each place of a coarser frame."""
        colour = self.shrink(frame)
        if source is None:
            return Seen(colour, self.photo, self._everywhere, None)
        middle = cv2.resize(source, self.size, interpolation=cv2.INTER_AREA)
        place = self.to_cells(middle)
        # An even window's middle lies half a pixel before the pixel that cv2.blur writes it to.
        shift = np.array([0.5 - n % 2 / 2 for n in self._window], np.float32)
        expected = carried(self._means, middle + shift)
        inside = (place >= -0.5) & (place <= np.array(self.size, np.float32) - 0.5)
        return Seen(colour, expected, np.logical_and(inside[..., 0], inside[..., 1]), place)

    def to_cells(self, positions: np.ndarray) -> np.ndarray:
        """Frame pixels to cells: both count from the middle of the first."""
        scale = np.array(self.size, np.float32) / np.array(self.full, np.float32)
        return (positions + np.float32(0.5)) * scale - np.float32(0.5)

    def earlier(self, now: Seen, before: Seen) -> np.ndarray:
        """(h, w, 2) float32: where what is seen here stood one frame before, to first order."""
        if now.place is None or before.place is None:
            return self.here
        return self.here + now.place - before.place


def carried(values: np.ndarray, place: np.ndarray, how: int = cv2.INTER_LINEAR) -> np.ndarray:
    """`values` (h, w[, c]) looked up at `place` (h', w', 2) float32 x, y; edges are repeated."""
    return cv2.remap(values, place[..., 0], place[..., 1], how, borderMode=cv2.BORDER_REPLICATE)


def luma(colour: np.ndarray) -> np.ndarray:
    """(..., 3) -> (...) float32: BT.709 weights on sRGB levels."""
    return colour @ _LUMA
