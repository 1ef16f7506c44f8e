"""Frames as VBench's networks take them. `torch` is handed in, for it is loaded only where it is used."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["for_clip", "for_dino", "for_dreamsim", "middle", "shortest", "tensor"]

SIDE = 224
_IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_CLIP = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


def tensor(torch: Any, frames: np.ndarray) -> Any:
    """(n, H, W, 3) uint8 as (n, 3, H, W) float 0..1."""
    return torch.from_numpy(np.ascontiguousarray(frames)).permute(0, 3, 1, 2).float() / 255


def for_dino(torch: Any, frames: np.ndarray, crop: bool) -> Any:
    """Cropped: short side 256 by bicubic, the middle 224; whole: short side 224 by bilinear."""
    batch = tensor(torch, frames)
    batch = middle(shortest(torch, batch, 256, "bicubic")) if crop else shortest(torch, batch, SIDE, "bilinear")
    return _normal(torch, batch, *_IMAGENET)


def for_clip(torch: Any, frames: np.ndarray, crop: bool) -> Any:
    """Short side 224 by bicubic, the middle square; CLIP knows no other way."""
    return _normal(torch, middle(shortest(torch, tensor(torch, frames), SIDE, "bicubic")), *_CLIP)


def for_dreamsim(torch: Any, frames: np.ndarray, crop: bool) -> Any:
    """Squeezed to 224x224 by bicubic; DreamSim normalises by itself."""
    return _resized(torch, tensor(torch, frames), (SIDE, SIDE), "bicubic")


def shortest(torch: Any, batch: Any, side: int, mode: str) -> Any:
    """`batch` with a short side of `side`; the long one is rounded down, as torchvision's Resize does."""
    height, width = batch.shape[-2:]
    size = (side, int(side * width / height)) if height <= width else (int(side * height / width), side)
    return _resized(torch, batch, size, mode)


def middle(batch: Any, side: int = SIDE) -> Any:
    """The square of `side` in the middle, rounded as torchvision's CenterCrop does."""
    height, width = batch.shape[-2:]
    top, left = round((height - side) / 2), round((width - side) / 2)
    return batch[..., top : top + side, left : left + side]


def _resized(torch: Any, batch: Any, size: tuple[int, int], mode: str) -> Any:
    return torch.nn.functional.interpolate(batch, size=size, mode=mode, align_corners=False, antialias=True).clamp(0, 1)


def _normal(torch: Any, batch: Any, mean: tuple[float, ...], spread: tuple[float, ...]) -> Any:
    return (batch - torch.tensor(mean)[:, None, None]) / torch.tensor(spread)[:, None, None]
