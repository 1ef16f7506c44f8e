"""One closing lid, measured in the photo: where its edge, its crease and its lash line lie, and what its skin is like.

Everything is in the eye's own frame: s runs from -1 to 1 between the corners, b downward in frame pixels. Light is in
stops (log2 of linear light), where shade and make-up add up and skin keeps its hue.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.motion.rigs.anatomy import Eye

__all__ = ["GAMMA", "REACH", "Lid", "lid_of", "ramp"]

GAMMA = 2.2
REACH = 1.2  # of s: the lid fades out beyond the corners
STRIP = 0.72  # of the gap between lid and brow: the skin that unrolls
_COLUMNS, _ROWS = 64, 48
_BLOOD = np.array((0.16, -0.05, -0.10), np.float32)  # stops: lids are thin, and a little redder than cheeks
_LASHES = 1.2, 2.6  # stops: the faintest and the darkest lash line


@dataclass(frozen=True, eq=False)
class Lid:
    """`upper` and `lower` are coefficients (c0, c1) of (1 - s^2)(c0 + c1 s), added to the landmarks' lids."""

    eye: Eye
    upper: np.ndarray
    lower: np.ndarray
    skin: np.ndarray  # (rows, columns, 3) float32 stops: the shut lid, from its crease to its edge
    below: np.ndarray  # (1, columns, 3) float32 stops: the skin under the eye
    lashes: np.ndarray  # (columns,) float32 stops by which the lash line is darker

    def edges(self, a: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """b of the crease, where the lid begins; of the open lid's edge; and of the lower lid's."""
        s = np.clip(2 * a / self.eye.width, -1, 1)
        upper, lower = self.eye.lids(a)
        upper, lower = upper - _bow(self.upper, s), lower + _bow(self.lower, s)
        return upper - np.maximum(STRIP * (upper - self.eye.brow), 1.5), upper, np.maximum(lower, upper)


def lid_of(pixels: np.ndarray, eye: Eye) -> Lid:
    """The lid of `eye` in the photo `pixels` (H, W, 3) uint8."""
    s = np.linspace(-1, 1, _COLUMNS)
    a = s * eye.width / 2
    rough_upper, rough_lower = eye.lids(a)
    step = eye.width / _COLUMNS
    rows = np.arange(eye.brow, float(rough_lower.max()) + 0.5 * eye.width, step)
    stops = _stops(pixels, eye, a[None, :], rows[:, None])
    light = stops.mean(axis=2)
    up = _rise(light, rows, rough_upper, 0.10 * eye.width, STRIP * -eye.brow)
    down = _fall(stops, rows, rough_lower, 0.16 * eye.width, eye.width)
    plain = Lid(eye, _fit(s, up), _fit(s, down), stops[:1], stops[:1], np.zeros(_COLUMNS, np.float32))
    crease, upper, lower = plain.edges(a)
    below = _band(stops, rows, lower + 0.07 * eye.width, lower + 0.22 * eye.width)
    own = _band(stops, rows, crease, upper)
    dark = np.where(
        (rows[:, None] > upper - step) & (rows[:, None] < upper + 0.09 * eye.width), light, np.inf
    )
    lashes = np.clip(own.mean(axis=1) - np.where(np.isfinite(dark), dark, 9.0).min(axis=0), *_LASHES)
    skin = _unrolled(stops, rows, crease, upper, own, below) + _grain(pixels, eye, a, lower, crease)
    return Lid(eye, plain.upper, plain.lower, skin.astype(np.float32), _wide(below)[None].astype(np.float32),
               cv2.GaussianBlur(lashes[None].astype(np.float32), (0, 0), 2.5)[0])  # fmt: skip


def _bow(c: np.ndarray, s: np.ndarray) -> np.ndarray:
    return np.clip((1 - s * s) * (c[0] + c[1] * s), 0, None)


def _fit(s: np.ndarray, found: np.ndarray) -> np.ndarray:
    """(2,) the bow nearest to what was found by columns."""
    inner = np.abs(s) < 0.75
    basis = (1 - s * s)[:, None] * np.stack([np.ones_like(s), s], axis=1)
    return np.linalg.lstsq(basis[inner], found[inner], rcond=None)[0]


def _stops(pixels: np.ndarray, eye: Eye, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(rows, columns, 3) float32: the photo's light at places of the eye's frame."""
    places = eye.origin + a[..., None] * eye.across + b[..., None] * eye.down
    x, y = (np.ascontiguousarray(places[..., axis], np.float32) for axis in (0, 1))
    seen = cv2.remap(pixels, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return GAMMA * np.log2(np.maximum(seen.astype(np.float32), 2.0) / 255)


def _rise(light: np.ndarray, rows: np.ndarray, upper: np.ndarray, reach: float, most: float) -> np.ndarray:
    """(columns,) how far above the landmarks' lid the lashes end and skin begins, at most `most` / 2."""
    found = np.zeros(len(upper))
    for column, edge in enumerate(upper):
        near = np.where(np.abs(rows - edge) < reach)[0]
        darkest = near[int(light[near, column].argmin())]
        above = light[: darkest + 1, column][rows[: darkest + 1] > edge - most]
        level = light[darkest, column] + 0.55 * (np.percentile(above, 80) - light[darkest, column])
        bright = np.where(light[: darkest + 1, column] >= level)[0]
        found[column] = edge - rows[bright[-1]] if len(bright) else 0.0
    return np.clip(found, 0, most / 2)


def _fall(stops: np.ndarray, rows: np.ndarray, lower: np.ndarray, reach: float, width: float) -> np.ndarray:
    """(columns,) how far below the landmarks' lid the eye still shows: not yet the colour of the skin below it."""
    found = np.zeros(len(lower))
    for column, edge in enumerate(lower):
        below = np.median(stops[(rows > edge + 0.2 * width) & (rows < edge + 0.32 * width), column], axis=0)
        unlike = np.abs(stops[:, column] - below).mean(axis=1)
        near = np.where((rows > edge - reach) & (rows < edge + reach))[0]
        other = near[unlike[near] > max(0.35, 0.5 * float(unlike[near].max()))]
        found[column] = rows[other[-1]] - edge if len(other) else 0.0
    return np.clip(found, 0, reach)


def _band(stops: np.ndarray, rows: np.ndarray, top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """(columns, 3) median between two edges."""
    inside = (rows[:, None] >= top) & (rows[:, None] <= np.maximum(bottom, top + (rows[1] - rows[0])))
    return np.nanmedian(np.where(inside[..., None], stops, np.nan), axis=0)


def _wide(line: np.ndarray) -> np.ndarray:
    """A line of colours without its detail."""
    return cv2.GaussianBlur(line.astype(np.float32)[None], (0, 0), 5, borderType=cv2.BORDER_REPLICATE)[0]


def _unrolled(
    stops: np.ndarray,
    rows: np.ndarray,
    crease: np.ndarray,
    upper: np.ndarray,
    own: np.ndarray,
    below: np.ndarray,
) -> np.ndarray:
    """(rows, columns, 3): the lid's own strip rolled out, drawn in its shade toward the skin around the eye.

    A lid in the shade of its brow comes into the light when it closes; make-up stays, but half as strong.
    """
    v = np.linspace(0, 1, _ROWS)[:, None]
    at = crease + v * (upper - crease)
    y = (at - rows[0]) / (rows[1] - rows[0])
    x = np.broadcast_to(np.arange(_COLUMNS), y.shape)
    strip = cv2.remap(
        stops, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    strip = cv2.GaussianBlur(strip, (0, 0), 3, sigmaY=5, borderType=cv2.BORDER_REPLICATE)
    tone = _wide(0.4 * own + 0.6 * below)
    level = tone.mean(axis=1, keepdims=True)
    tone = (
        level
        + 0.3 * (tone - level)
        + 0.7 * (_wide(below) - _wide(below).mean(axis=1, keepdims=True))
        + _BLOOD
    )
    tone += np.maximum(_wide(below).mean(axis=1) - 0.25 - tone.mean(axis=1), 0)[:, None]
    share = (0.85 * ramp(v / 0.5))[..., None]
    s = np.linspace(-1, 1, _COLUMNS)
    ball = (
        0.10 * np.exp(-np.square((v - 0.5) / 0.3)) * (1 - s * s) - 0.16 * s * s - 0.08 * ramp((v - 0.7) / 0.3)
    )
    return strip * (1 - share) + tone * share + (ball * ramp(v / 0.4))[..., None]


def _grain(pixels: np.ndarray, eye: Eye, a: np.ndarray, lower: np.ndarray, crease: np.ndarray) -> np.ndarray:
    """(rows, columns, 3): pores and film grain, taken at their own scale from the skin under the eye."""
    high = np.maximum(lower - crease, 2.0)
    b = lower + 0.12 * eye.width + np.linspace(0, 1, _ROWS)[:, None] * np.minimum(high, 0.35 * eye.width)
    skin = _stops(pixels, eye, np.broadcast_to(a, b.shape), b)
    fine = skin - cv2.GaussianBlur(skin, (0, 0), 3)
    return np.clip(fine, -0.12, 0.12)


def ramp(x: np.ndarray | np.floating | float) -> np.ndarray:
    """0 below 0, 1 above 1, smooth between."""
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)
