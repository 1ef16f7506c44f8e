"""What lies where the photo shows nothing: behind the subject and beyond the border.

These fills are the floor under the denoiser: continuous at the rim, textured close to it, smooth further in.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from stillreel.frames.behind import moved_in
from stillreel.frames.extend import extend
from stillreel.frames.membrane import pull_push

__all__ = ["extend", "fill_hole", "mirror_in", "pull_push", "separate"]


Fill = Callable[[np.ndarray, np.ndarray, float], np.ndarray]
"""(image, hole, reach) -> image without the hole."""


def fill_hole(
    image: np.ndarray, hole: np.ndarray, reach: float, plain: np.ndarray | float = 0.0
) -> np.ndarray:
    """`image` (H, W, 3) uint8 with `hole` (H, W) bool replaced by what is found around it.

    Where nothing around fits, more than `reach` pixels from the rim, and as far as the surroundings are `plain`
    ((H, W) 0..1), it is carried on smoothly.
    """
    if not hole.any():
        return image
    half = (image.shape[1] + 1) // 2, (image.shape[0] + 1) // 2
    known = cv2.resize((~hole).astype(np.float32), half, interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(image.astype(np.float32), half, interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(pull_push(smooth, (known > 0.999).astype(np.float32)), hole.shape[::-1])
    moved, fits = moved_in(image, hole)
    distance = cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 5)
    trust = (fits * np.clip(2 - distance / reach, 0, 1) * (1 - plain))[..., None]
    filled = trust * moved + (1 - trust) * smooth
    return np.clip(np.where(hole[..., None], filled, image) + 0.5, 0, 255).astype(np.uint8)


def mirror_in(image: np.ndarray, hole: np.ndarray, reach: float) -> np.ndarray:
    """`image` (H, W, 3) uint8 with `hole` (H, W) bool replaced, for what has no objects in it, as a sky.

    Close to the rim the texture outside is mirrored inwards; over `reach` pixels it gives way to a smooth fill.
    """
    if not hole.any():
        return image
    smooth = pull_push(image.astype(np.float32), (~hole).astype(np.float32))
    mirrored, distance = _mirrored(image, hole)
    trust = np.clip(1 - distance / reach, 0, 1)[..., None] * (distance < reach)[..., None]
    # Soft joints between neighbouring mirrors: they meet in lines inside the hole.
    filled = trust * mirrored + (1 - trust) * smooth
    filled = np.where(hole[..., None], filled, image)
    softened = _wide_blur(filled.astype(np.float32), max(1.0, reach / 24))
    amount = np.clip(distance / reach * 3 - 0.15, 0, 1)[..., None] * hole[..., None]
    return np.clip(filled * (1 - amount) + softened * amount + 0.5, 0, 255).astype(np.uint8)


def _mirrored(image: np.ndarray, hole: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every hole pixel takes the pixel mirrored at its nearest rim pixel; also the distance to the rim."""
    distance, labels = cv2.distanceTransformWithLabels(
        hole.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    rim_rows, rim_columns = np.nonzero(~hole)
    index = np.zeros(int(labels.max()) + 1, np.int64)
    labels = labels.astype(np.int64)
    index[labels[rim_rows, rim_columns]] = np.arange(len(rim_rows))
    nearest = index[labels]
    rows, columns = np.indices(hole.shape, dtype=np.float32)
    # The rim direction wobbles from pixel to pixel; smoothing it keeps the mirror from shattering.
    x = cv2.GaussianBlur(2 * rim_columns[nearest].astype(np.float32) - columns, (0, 0), 2.0)
    y = cv2.GaussianBlur(2 * rim_rows[nearest].astype(np.float32) - rows, (0, 0), 2.0)
    return cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101).astype(
        np.float32
    ), distance


def _wide_blur(image: np.ndarray, sigma: float) -> np.ndarray:
    """A Gaussian blur of large `sigma`, worked out at a quarter of the size."""
    small = cv2.resize(image, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), max(0.6, sigma / 4))
    return cv2.resize(small, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)


def separate(
    image: np.ndarray,
    alpha: np.ndarray,
    reach: float,
    *,
    strays: np.ndarray | None = None,
    clear: np.ndarray | None = None,
    fill: Fill = fill_hole,
) -> tuple[np.ndarray, np.ndarray]:
    """`image` (H, W, 3) uint8 and `alpha` (H, W) -> (foreground colours, background colours), uint8, unmixed.

    Source: Forte, Approximate Fast Foreground Colour Estimation, ICIP 2021 (blur fusion, twice: 91 then 7).
    The background is then filled (by `fill`) behind the subject's dilated outline but for what is `clear` of it, and
    behind its `strays`: (H, W) bool, pixels outside the matte that hold none of its colours, or do.
    """
    a = alpha.astype(np.float32)[..., None]
    i = image.astype(np.float32)
    fore, back = i, i
    for size in (91, 7):
        fore, back = _blur_fusion(i, fore, back, a, size)
    hole = cv2.dilate((alpha > 0.03).astype(np.uint8), _disc(max(2, round(0.006 * max(alpha.shape)))))
    if clear is not None:
        hole &= ~clear
    if strays is not None:
        hole |= strays
    rim_free = np.where(hole[..., None] > 0, back, i)
    clean = np.clip(rim_free + 0.5, 0, 255).astype(np.uint8)
    return np.clip(fore + 0.5, 0, 255).astype(np.uint8), fill(clean, hole > 0, reach)


def _blur_fusion(
    image: np.ndarray, fore: np.ndarray, back: np.ndarray, a: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray]:
    def blur(x: np.ndarray) -> np.ndarray:
        return cv2.blur(x, (size, size)).reshape(x.shape)

    blurred_a = blur(a)
    mean_fore = blur(fore * a) / (blurred_a + 1e-5)
    mean_back = blur(back * (1 - a)) / ((1 - blurred_a) + 1e-5)
    fore = mean_fore + a * (image - a * mean_fore - (1 - a) * mean_back)
    return np.clip(fore, 0, 255), mean_back


def _disc(radius: int) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
