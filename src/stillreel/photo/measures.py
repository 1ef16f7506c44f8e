"""What can be measured in a photo's pixels that decides how its clip will look."""

from __future__ import annotations

import cv2
import numpy as np

__all__ = ["contrast", "exposure", "fineness", "luma", "noise", "real_detail", "sharpness", "shrunk"]

TILE = 32  # pixels
PATCH = 128  # pixels
FINE = -2.9  # see `fineness`
SHARES = (1.0, 0.7, 0.5, 0.35, 0.25)


def luma(pixels: np.ndarray) -> np.ndarray:
    """(H, W) float32 0..255: BT.601 luma of (H, W, 3) uint8 sRGB."""
    weights = np.array([[0.299, 0.587, 0.114]], np.float32)
    return cv2.transform(pixels.astype(np.float32), weights)


def sharpness(grey: np.ndarray) -> float:
    """How crisp the crispest places are: 0 (fog) .. about 1 (a perfect edge), free of contrast and of bokeh.

    In each tile the strongest gradient over one pixel is set against the tile's range of luma: an ideal edge climbs
    its whole range in one pixel, one blurred by sigma climbs 1 / (sigma * sqrt(2 pi)) of it. Taken is the 97th
    percentile over tiles that have contrast, so a small sharp subject before a soft background counts as sharp.
    """
    steps = np.maximum(np.abs(np.diff(grey, axis=1))[:-1], np.abs(np.diff(grey, axis=0))[:, :-1])
    rise = np.percentile(_tiles(steps), 99, axis=1)
    whole = _tiles(grey[:-1, :-1])
    reach = np.percentile(whole, 98, axis=1) - np.percentile(whole, 2, axis=1)
    busy = (reach > 24) & (reach >= np.median(reach))
    return min(1.0, float(np.percentile(rise[busy] / reach[busy], 97))) if busy.any() else 0.0


def noise(grey: np.ndarray) -> float:
    """Standard deviation of the noise in luma levels (0..255); 0 where no place is flat enough to tell.

    The median absolute deviation of the finest diagonal Haar coefficients (Donoho and Johnstone 1994) of each tile,
    and of those the 10th percentile over the tiles that may be flat: texture only adds, so the calmest tiles tell.
    Not flat are tiles whose next octave is stronger, which holds for texture and not for noise, and clipped ones.
    """
    rows, columns = (side // (2 * TILE) * 2 * TILE for side in grey.shape)
    if not rows or not columns:
        return 0.0
    fine, low = _haar(grey[:rows, :columns])
    spread, next_spread = (
        np.median(np.abs(_tiles(band, size)), axis=1) / 0.6745
        for band, size in ((fine, TILE), (_haar(low)[0], TILE // 2))
    )
    level = _tiles(low, TILE).mean(axis=1) / 2
    flat = (next_spread <= 1.5 * spread + 0.2) & (level > 40) & (level < 215)
    return float(np.percentile(spread[flat], 10)) if flat.mean() > 0.02 else 0.0


def real_detail(grey: np.ndarray) -> float:
    """The share of its pixels along a side that carry detail: 1 for a camera's picture, about 0.5 when enlarged twice.

    An enlarged picture holds hardly any power in its finest octave. The picture is made smaller until it does.
    """
    for share in SHARES:
        small = shrunk(grey, share)
        if min(small.shape) < PATCH or fineness(small) >= FINE:
            return share
    return SHARES[-1]


def fineness(grey: np.ndarray) -> float:
    """log10 of the spectral power at 0.7-0.95 of Nyquist over that at 0.1-0.3, in the richest quarter of 48 patches.

    Of photos that were only made smaller 98% lie above -2.9 (median -2.0), enlarged twice nearly all lie below -3.1
    (median -3.4; -3.1 after JPEG). Each side of `grey` has at least 128 pixels.
    """
    tops = np.linspace(0, grey.shape[0] - PATCH, 6).astype(int)
    lefts = np.linspace(0, grey.shape[1] - PATCH, 8).astype(int)
    hann = np.hanning(PATCH).astype(np.float32)
    patches = np.stack([grey[y : y + PATCH, x : x + PATCH] for y in tops for x in lefts])
    patches = (patches - patches.mean(axis=(1, 2), keepdims=True)) * hann[:, None] * hann
    power = np.abs(np.fft.rfft2(patches)) ** 2
    radius = 2 * np.hypot(np.fft.fftfreq(PATCH)[:, None], np.fft.rfftfreq(PATCH))  # 1 is Nyquist
    coarse, middle, fine = (
        power[:, (radius >= low) & (radius < high)].mean(axis=1) + 1e-9
        for low, high in ((0.1, 0.3), (0.15, 0.4), (0.7, 0.95))
    )
    rich = np.argsort(middle)[-len(middle) // 4 :]
    return float(np.log10(np.median(fine[rich] / coarse[rich])))


def shrunk(grey: np.ndarray, share: float) -> np.ndarray:
    """`grey` with sides `share` (at most 1) as long, by area."""
    if share >= 1:
        return grey
    return cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)


def exposure(grey: np.ndarray) -> tuple[float, float, float]:
    """(mean luma 0..1, share of pixels that are black, share that are white)."""
    return float(grey.mean() / 255), float((grey <= 3).mean()), float((grey >= 252).mean())


def contrast(grey: np.ndarray) -> float:
    """The luma between the 2nd and the 98th percentile, 0..1."""
    low, high = np.percentile(grey, (2, 98))
    return float((high - low) / 255)


def _haar(grey: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(diagonal, low) coefficients of one orthonormal Haar step; the sides of `grey` are even."""
    corners = grey[::2, ::2], grey[1::2, 1::2], grey[1::2, ::2], grey[::2, 1::2]
    main, other = corners[0] + corners[1], corners[2] + corners[3]
    return (main - other) / 2, (main + other) / 2


def _tiles(grid: np.ndarray, size: int = TILE) -> np.ndarray:
    """(tiles, pixels of a tile) of an (H, W) array; what does not fill a tile at the far sides is left out."""
    size = min(size, *grid.shape)
    rows, columns = grid.shape[0] // size, grid.shape[1] // size
    cut = grid[: rows * size, : columns * size].reshape(rows, size, columns, size)
    return cut.swapaxes(1, 2).reshape(rows * columns, size * size)
