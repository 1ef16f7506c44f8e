"""A photograph that has been read safely, and the same photograph fitted to a clip's size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stillreel.events import Warned

__all__ = ["FittedPhoto", "Photo"]


@dataclass(frozen=True)
class Photo:
    """A photograph: upright, sRGB, opaque."""

    pixels: np.ndarray  # (H, W, 3) uint8 sRGB
    name: str  # file name without folders, for messages and default outputs
    format: str  # "JPEG", "PNG", ...
    sha256: str  # of the file's bytes
    focal_35mm: float | None = None  # EXIF focal length in 35 mm equivalent
    notes: tuple[Warned, ...] = ()  # what was done to it: flattened alpha, first frame of an animation, profile, ...

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


@dataclass(frozen=True)
class FittedPhoto:
    """The photo at the clip's size, and the sharper plate that the renderer samples."""

    frame: np.ndarray  # (H, W, 3) uint8 sRGB: the clip's first frame, exactly
    plate: np.ndarray  # (round(H * scale), round(W * scale), 3) uint8: same field of view, finer
    scale: float  # plate pixels per frame pixel, 1.25 .. 1.5
    notes: tuple[Warned, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the frame in pixels."""
        return self.frame.shape[1], self.frame.shape[0]
