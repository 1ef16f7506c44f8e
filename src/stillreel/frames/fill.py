"""What lies where the photo shows nothing: behind the subject and beyond the border.

These fills are the floor under the denoiser: continuous at the rim, textured close to it, smooth further in.
"""

from __future__ import annotations

import cv2
import numpy as np

__all__ = ["extend", "fill_hole", "pull_push", "separate"]


def pull_push(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Smooth completion of `values` (H, W) or (H, W, C) float32 where `weight` (H, W) 0..1 is low.

    Source: Gortler et al., The Lumigraph, SIGGRAPH 1996 (pull-push).
    """
    w = weight.astype(np.float32)
    wide = w[..., None] if values.ndim == 3 else w
    if min(w.shape) <= 2 or float(w.min()) > 0.999:
        total = max(float(w.sum()), 1e-6)
        mean = (values * wide).sum(axis=(0, 1)) / total
        return values * wide + mean * (1 - wide)
    half = ((w.shape[1] + 1) // 2, (w.shape[0] + 1) // 2)
    coarse_w = cv2.resize(w, half, interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(values * wide, half, interpolation=cv2.INTER_AREA)
    coarse = (
        coarse / np.maximum(coarse_w, 1e-6)[..., None]
        if values.ndim == 3
        else coarse / np.maximum(coarse_w, 1e-6)
    )
    below = pull_push(coarse, np.minimum(1.0, coarse_w * 2))
    below = cv2.resize(below, (w.shape[1], w.shape[0]), interpolation=cv2.INTER_LINEAR)
    return values * wide + below * (1 - wide)


def fill_hole(image: np.ndarray, hole: np.ndarray, reach: float) -> np.ndarray:
    """`image` (H, W, 3) uint8 with `hole` (H, W) bool replaced.

    Close to the rim the texture outside is mirrored inwards; over `reach` pixels it gives way to a smooth fill,
    because far from the rim a mirrored copy of something recognisable is worse than softness.
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


def extend(image: np.ndarray, margin: int) -> np.ndarray:
    """`image` (H, W) or (H, W, C) uint8 grown by `margin` on every side: mirrored at the border, softer further out."""
    if margin == 0:
        return image
    grown = cv2.copyMakeBorder(image, margin, margin, margin, margin, cv2.BORDER_REFLECT_101)
    blurred = _wide_blur(grown, margin / 5)
    for box in _rim(grown.shape[:2], margin):
        outside = _distance_outside(grown.shape[:2], margin, box)
        amount = np.clip(outside * np.float32(1.6 / margin) - np.float32(0.25), 0, 0.85)
        sharp, soft = (np.ascontiguousarray(one[box]) for one in (grown, blurred))
        grown[box] = cv2.blendLinear(sharp, soft, 1 - amount, amount)
    return grown


def _rim(shape: tuple[int, int], margin: int) -> tuple[tuple[slice, slice], ...]:
    """The margin as four boxes: above, below, left and right of the picture."""
    rows, columns = slice(margin, shape[0] - margin), slice(0, shape[1])
    above, below = slice(0, margin), slice(shape[0] - margin, shape[0])
    left, right = slice(0, margin), slice(shape[1] - margin, shape[1])
    return (above, columns), (below, columns), (rows, left), (rows, right)


def _wide_blur(image: np.ndarray, sigma: float) -> np.ndarray:
    """A Gaussian blur of large `sigma`, worked out at a quarter of the size."""
    small = cv2.resize(image, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), max(0.6, sigma / 4))
    return cv2.resize(small, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)


def _distance_outside(shape: tuple[int, int], margin: int, box: tuple[slice, slice]) -> np.ndarray:
    """float32 in a box of a padded picture of `shape`: how many pixels a place lies outside the unpadded one."""
    y, x = (np.arange(length)[side] for length, side in zip(shape, box, strict=True))
    x = np.maximum(margin - x, x - (shape[1] - 1 - margin))
    y = np.maximum(margin - y, y - (shape[0] - 1 - margin))
    return np.hypot(np.maximum(x, 0)[None, :], np.maximum(y, 0)[:, None]).astype(np.float32)


def separate(image: np.ndarray, alpha: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """`image` (H, W, 3) uint8 and `alpha` (H, W) -> (foreground colours, background colours), uint8, unmixed.

    Source: Forte, Approximate Fast Foreground Colour Estimation, ICIP 2021 (blur fusion, twice: 91 then 7).
    The background is then filled behind the subject's dilated outline.
    """
    a = alpha.astype(np.float32)[..., None]
    i = image.astype(np.float32)
    fore, back = i, i
    for size in (91, 7):
        fore, back = _blur_fusion(i, fore, back, a, size)
    hole = cv2.dilate((alpha > 0.03).astype(np.uint8), _disc(max(2, round(0.006 * max(alpha.shape)))))
    rim_free = np.where(hole[..., None] > 0, back, i)
    clean = np.clip(rim_free + 0.5, 0, 255).astype(np.uint8)
    return np.clip(fore + 0.5, 0, 255).astype(np.uint8), fill_hole(clean, hole > 0, reach)


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
