"""sRGB frames to the planes a video encoder takes: BT.709, limited range, 4:2:0."""

from __future__ import annotations

from itertools import product

import cv2
import numpy as np

__all__ = ["to_planes"]

_KR, _KB = 0.2126, 0.0722  # ITU-R BT.709-6, item 3.2
_LUMA = np.array([_KR, 1 - _KR - _KB, _KB])
# Decoders fall in two camps: exact ones, and libswscale's fast path (ffmpeg's, OpenCV's and PyAV's default), which
# truncates luma's and each chroma's share of a channel and comes out 1.15/255 too dark: one level of luma. Frames are
# made for a decoder that is `FAST` of the one and the rest of the other: -0.4 and +0.75 instead of -1.15 and 0.
FAST = 0.65
LIFT = FAST  # levels of luma
# How far luma goes from its own value to the one that best makes up for lost chroma. All the way gains no more than
# 0.03 of 255 where chroma is repeated, and costs as much again where a decoder interpolates it.
MADE_UP = 0.75
_ROWS = 16  # of chroma that are looked at together: they stay in the processor's cache


def _matrix() -> tuple[np.ndarray, np.ndarray]:
    blue = (np.array([0, 0, 1.0]) - _LUMA) / (2 * (1 - _KB))
    red = (np.array([1.0, 0, 0]) - _LUMA) / (2 * (1 - _KR))
    luma = np.append(_LUMA * 219 / 255, 16 + LIFT)
    chroma = np.stack([np.append(blue * 224 / 255, 128), np.append(red * 224 / 255, 128)])
    return luma[None], chroma


def _shares() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the decoder in between adds to the channels: (256,) for Y, (256, 2) to G and B for Cb, to R and G for Cr."""
    blue, red = 2 * (1 - _KB) * 255 / 224, 2 * (1 - _KR) * 255 / 224
    green = -_LUMA[[2, 0]] * [blue, red] / _LUMA[1]
    level, step = (np.arange(256) - 16) * 255 / 219, np.arange(256)[:, None] - 128.0
    exact = (level, step * [green[0], blue], step * [red, green[1]])
    luma, of_blue, of_red = ((x - FAST * (x.round(6) % 1)).astype(np.float32) for x in exact)
    return luma, of_blue, of_red


_TO_LUMA, _TO_CHROMA = _matrix()
_OF_LUMA, _OF_CB, _OF_CR = _shares()
_OWN = (_LUMA * (1 - MADE_UP) * 219 / 255).astype(np.float32)[:, None, None, None]


def to_planes(frame: np.ndarray, *, faithful: bool = False) -> np.ndarray:
    """(H, W, 3) uint8 sRGB, H and W even -> (H * 3 / 2, W) uint8: Y, then Cb, then Cr, packed as yuv420p.

    Chroma is the mean of each 2x2 block: exact for the decoders that repeat it, and the least blurred. `faithful`
    chooses luma and chroma of each block together, and how they are rounded, so that the decoded RGB is closest to
    the frame's: 1.8 instead of 2.05 of 255 on a picture of many small colours, for 0.2 s at 1024x576.
    """
    height, width = frame.shape[:2]
    planes = np.empty((height * 3 // 2, width), np.uint8)
    planes[:height] = cv2.transform(frame, _TO_LUMA).reshape(height, width)
    small = cv2.resize(frame, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    chroma = planes[height:].reshape(2, height // 2, width // 2)
    for plane, place in zip(cv2.split(cv2.transform(small, _TO_CHROMA)), chroma):
        place[:] = plane
    if faithful:
        for top in range(0, height // 2, _ROWS):
            both = slice(2 * top, min(2 * (top + _ROWS), height))
            planes[both], chroma[:, top : top + _ROWS] = _nearest(frame[both], chroma[:, top : top + _ROWS])
    return planes


def _nearest(frame: np.ndarray, chroma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Luma (H, W) and chroma (2, H / 2, W / 2) of least absolute RGB error where a decoder repeats chroma.

    Luma modification (G. Chan, Toward Better Chroma Subsampling, SMPTE 2008) inside a search: each block tries its
    mean chroma and the eight pairs around it, each with the luma that suits that pair.
    """
    pixels = _blocks(frame).astype(np.float32)
    own = (pixels * _OWN).sum(axis=0)
    middle = chroma.clip(17, 239)  # a step to either side stays legal
    best: list[np.ndarray] = []
    for step in sorted(product((0, 1, -1), repeat=2), key=lambda s: abs(s[0]) + abs(s[1])):
        pair = (middle + np.array(step)[:, None, None]).astype(np.uint8)
        luma, error = _with_chroma(pixels, own, pair)
        found = [error, luma, pair]
        best = best or found
        better = error < best[0]
        for kept, new in zip(best, found):
            np.copyto(kept, new, where=better)
    return _rows(best[1]), best[2]


def _with_chroma(pixels: np.ndarray, own: np.ndarray, pair: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Luma (4, h, w) uint8 that suits the chroma `pair`, and each block's absolute RGB error (h, w).

    The least absolute error has the median of what the three channels want; luma goes `MADE_UP` of the way to it.
    """
    cb, cr = _OF_CB[pair[0]], _OF_CR[pair[1]]
    red, green, blue = pixels[0] - cr[..., 0], pixels[1] - (cb[..., 0] + cr[..., 1]), pixels[2] - cb[..., 1]
    median = np.maximum(np.minimum(red, green), np.minimum(np.maximum(red, green), blue))
    # The decoder in between shows a level FAST / 2 of 255 darker, on average, than it stands for.
    lift = 16.5 + MADE_UP * FAST / 2 * 219 / 255 + (1 - MADE_UP) * LIFT
    level = median * np.float32(MADE_UP * 219 / 255) + own + np.float32(lift)
    luma = np.clip(level, 16, 235).astype(np.uint8)
    shown = _OF_LUMA[luma]
    return luma, (np.abs(shown - red) + np.abs(shown - green) + np.abs(shown - blue)).sum(axis=0)


def _blocks(frame: np.ndarray) -> np.ndarray:
    """(H, W, 3) -> (3, 4, H / 2, W / 2): the four pixels of each 2x2 block."""
    height, width = frame.shape[:2]
    split = frame.reshape(height // 2, 2, width // 2, 2, 3)
    return split.transpose(4, 1, 3, 0, 2).reshape(3, 4, height // 2, width // 2)


def _rows(blocks: np.ndarray) -> np.ndarray:
    """(4, H / 2, W / 2) -> (H, W), `_blocks` undone."""
    _, height, width = blocks.shape
    return blocks.reshape(2, 2, height, width).transpose(2, 0, 3, 1).reshape(2 * height, 2 * width)
