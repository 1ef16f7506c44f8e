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


_TO_LUMA, _TO_CHROMA = _matrix()


def to_planes(frame: np.ndarray) -> np.ndarray:
    """(H, W, 3) uint8 sRGB, H and W even -> (H * 3 / 2, W) uint8: Y, then Cb, then Cr, packed as yuv420p.

    Chroma is the mean of each 2x2 block: exact for the decoders that repeat it, and the least blurred.
    """
    height, width = frame.shape[:2]
    planes = np.empty((height * 3 // 2, width), np.uint8)
    planes[:height] = cv2.transform(frame, _TO_LUMA).reshape(height, width)
    small = cv2.resize(frame, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    chroma = cv2.transform(small, _TO_CHROMA)
    for plane, place in zip(cv2.split(chroma), planes[height:].reshape(2, height // 2, width // 2)):
        place[:] = plane
    return planes
