"""Pictures for a page: the contact sheet of a clip, and pixels as data addresses that need no file beside the page."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import cv2
import numpy as np

__all__ = ["Shot", "contact_sheet", "data_address", "shrunk"]


@dataclass(frozen=True)
class Shot:
    """One picture of a page."""

    address: str  # data:image/...
    width: int
    height: int
    seconds: float = 0.0


def contact_sheet(frames: np.ndarray, fps: float, most: int = 12, longest: int = 360) -> tuple[Shot, ...]:
    """At most `most` frames of (n, h, w, 3) uint8, evenly spread, the first and the last among them."""
    last = len(frames) - 1
    places = dict.fromkeys(np.linspace(0, last, min(most, last + 1)).round().astype(int).tolist())
    return tuple(shot(frames[place], longest, place / fps) for place in places)


def shot(pixels: np.ndarray, longest: int, seconds: float = 0.0, quality: int = 82) -> Shot:
    """(h, w, 3) uint8 sRGB, no larger than `longest`, as a JPEG."""
    small = shrunk(pixels, longest)
    return Shot(data_address(small, quality), small.shape[1], small.shape[0], seconds)


def shrunk(pixels: np.ndarray, longest: int) -> np.ndarray:
    """`pixels` with a long side of `longest`, never enlarged."""
    height, width = pixels.shape[:2]
    share = min(1.0, longest / max(height, width))
    size = max(1, round(width * share)), max(1, round(height * share))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) if share < 1 else pixels


def data_address(pixels: np.ndarray, quality: int = 82) -> str:
    """A JPEG of (h, w, 3) sRGB without loss of colour edges, or a PNG of (h, w, 4)."""
    if pixels.shape[2] == 4:
        kind, data = "png", cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA))[1]
    else:
        how = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
               cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]  # fmt: skip
        kind, data = "jpeg", cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), how)[1]
    return f"data:image/{kind};base64,{base64.b64encode(data.tobytes()).decode()}"
