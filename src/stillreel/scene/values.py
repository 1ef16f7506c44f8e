"""What the analysis finds, as frozen values. All maps share the frame's size (H, W)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np

from stillreel.scene.faces import Face

__all__ = ["Face", "Light", "PARTS", "Scene", "Style"]

# A part that is absent is an all-zero map; a name outside this list is an error.
PARTS = ("sky", "ground", "water", "foliage", "person", "hair", "skin", "cloth")


@dataclass(frozen=True)
class Light:
    """Where the light comes from and its colour."""

    direction: tuple[float, float]  # unit vector in the picture toward the light, x right, y down; (0, 0) unknown
    colour: tuple[float, float, float]  # linear sRGB of the light, largest channel 1
    contrast: float  # 0 flat .. 1 hard


@dataclass(frozen=True)
class Style:
    kind: Literal["photo", "painting", "drawing", "monochrome"]
    confidence: float  # 0..1


@dataclass(frozen=True)
class Scene:
    """Stage 1's result for one frame (the photo at the clip's size)."""

    pixels: np.ndarray  # (H, W, 3) uint8 sRGB: exactly the clip's first frame
    disparity: np.ndarray  # (H, W) float32, 0 = farthest (sky, infinity), 1 = nearest
    subject: np.ndarray  # (H, W) float32 alpha 0..1 of the main subject (all zero: none that is sure)
    parts: Mapping[str, np.ndarray]  # every name of PARTS -> (H, W) float32 probability
    faces: tuple[Face, ...]  # largest first
    light: Light
    style: Style
    confidence: Mapping[str, float]  # 0..1 for "disparity", "subject", "faces", "horizon", "verticals", every part
    horizon: float  # row of the horizon as a share of the height, 0.5 where unknown
    focal: float  # focal length in frame pixels (EXIF where known, else 0.9 * W)
    latent: np.ndarray | None = field(default=None, repr=False)  # (h/8, w/8, 16) float32 for the denoiser
    depth_network: str = "ours"  # which network saw the disparity; another one only on request

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", MappingProxyType(dict(self.parts)))
        object.__setattr__(self, "confidence", MappingProxyType(dict(self.confidence)))

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]
