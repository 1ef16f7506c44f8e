"""Whether a photo has fewer pixels than it says: what an enlargement leaves behind in the spectrum and the grid."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from stillreel.photo.measures import shrunk

__all__ = ["fineness", "knee", "real_detail", "repeats"]

PATCH = 128  # pixels
FINE = -2.9  # see `fineness`
SHARES = (1.0, 0.7, 0.5, 0.35, 0.25)
RICH = 16  # patches


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

    Of photos that were only made smaller 99% lie above -2.8 (median -2.0), enlarged ones below -3.1 (median -3.4).
    Each side of `grey` has at least 128 pixels.
    """
    power = _power(grey, 12)
    radius = np.hypot(*_frequencies())
    coarse, fine = (
        power[:, (radius >= low) & (radius < high)].mean(axis=1) + 1e-9 for low, high in ((0.1, 0.3), (0.7, 0.95))
    )
    return float(np.log10(np.median(fine / coarse)))


def knee(grey: np.ndarray) -> float:
    """How much the spectrum falls (log10) over the octave below half of where it ends: about -0.8 for a picture that
    was enlarged, as in nature, and below -1.2 for one that a lens blurred, whose spectrum bends early."""
    power, (down, across) = np.median(_normed(_power(grey, RICH)), axis=0), _frequencies()
    edges = np.linspace(0, 1, 33)
    course = np.zeros(32)
    for k, (low, high) in enumerate(pairwise(edges)):
        bands = [(other < 0.5) & (axis >= low) & (axis < high) for axis, other in ((across, down), (down, across))]
        course[k] = np.mean([np.log10(power[band].mean() + 1e-9) for band in bands])
    middles = (edges[:-1] + edges[1:]) / 2
    ended = np.flatnonzero(course < FINE)
    end = middles[ended[0]] if len(ended) else 1.0
    return float(np.interp(0.5 * end, middles, course) - np.interp(0.25 * end, middles, course))


def repeats(grey: np.ndarray) -> float:
    """How strongly roughness pulses from column to column and row to row, with one and the same period: over 5 hardly
    ever but where a picture was enlarged by a crooked factor (Gallagher 2005). JPEG's own period of 8 is left out.
    """
    found = [_pulse(one) for one in (grey, np.ascontiguousarray(grey.T))]
    alike = abs(found[0][1] - found[1][1]) < 0.012
    return min(found[0][0], found[1][0]) if alike else 0.0


def _pulse(grey: np.ndarray) -> tuple[float, float]:
    """(peak over the median, its frequency in cycles a pixel) of the second difference's mean over all rows."""
    bend = np.abs(2 * grey[:, 1:-1] - grey[:, :-2] - grey[:, 2:])
    course = np.log(np.minimum(bend, 40).mean(axis=0) + 0.05)
    count = len(course)
    course = course - cv2.blur(course[None], (17, 1), borderType=cv2.BORDER_REPLICATE)[0]
    size = np.abs(np.fft.rfft(course * np.hanning(count)))
    frequency = np.arange(len(size)) / count
    jpeg = np.abs(frequency[:, None] - np.arange(5) / 8).min(axis=1) <= 2.5 / count
    seen = (frequency > 0.15) & ~jpeg
    if seen.sum() < 8:
        return 0.0, 0.0
    place = int(np.argmax(np.where(seen, size, 0)))
    return float(size[place] / (np.median(size[seen]) + 1e-9)), float(frequency[place])


def _frequencies() -> tuple[np.ndarray, np.ndarray]:
    """(down, across), broadcastable; 1 is Nyquist."""
    return 2 * np.abs(np.fft.fftfreq(PATCH))[:, None], 2 * np.fft.rfftfreq(PATCH)[None]


def _power(grey: np.ndarray, richest: int) -> np.ndarray:
    """(richest, 128, 65) spectral power of the patches of 48 that hold most of it at 0.15-0.4 of Nyquist."""
    tops = np.linspace(0, grey.shape[0] - PATCH, 6).astype(int)
    lefts = np.linspace(0, grey.shape[1] - PATCH, 8).astype(int)
    hann = np.hanning(PATCH).astype(np.float32)
    patches = np.stack([grey[y : y + PATCH, x : x + PATCH] for y in tops for x in lefts])
    patches = (patches - patches.mean(axis=(1, 2), keepdims=True)) * hann[:, None] * hann
    power = np.abs(np.fft.rfft2(patches)) ** 2
    return power[np.argsort(_middle(power))[-richest:]]


def _middle(power: np.ndarray) -> np.ndarray:
    radius = np.hypot(*_frequencies())
    return power[:, (radius >= 0.15) & (radius < 0.4)].mean(axis=1)


def _normed(power: np.ndarray) -> np.ndarray:
    return power / (_middle(power)[:, None, None] + 1e-9)
