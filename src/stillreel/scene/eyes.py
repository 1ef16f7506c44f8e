"""Whether a face's eyes are open, judged by what is seen between the lids.

The face network draws lids on shut eyes, too, so its landmarks alone do not tell. Eleven measures of the picture around
each eye (white and iris are less red than skin, an iris is dark in the middle and not at the sides, a shut eye is a low
dark line under bright lid) are weighed by a logistic regression, fitted on heads whose openness is known.
"""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.scene import landmarks as points

__all__ = ["OPEN", "SMALLEST_EYE", "measures", "seen_openness"]

SMALLEST_EYE = 10.0  # px between the corners; below it nothing can be said
UNSURE = 0.5
OPEN = 0.6  # an eye is surely open above it
IRIS = 0.5  # stops by which the iris of an open eye is darker than what lies beside it, at least
COVERED = 2.5  # stops
_COLUMNS, _ROWS = 48, 40  # of the picture of an eye, which is 1.5 eye widths wide and 1.2 high
_BANDS = 6  # rows of the profiles, over 0.84 eye widths
_LUMA = np.array((0.2126, 0.7152, 0.0722), np.float32)

# Fitted on the measures of `measures`, in their order, each eye in its own right; the last weight stands alone.
_WEIGHTS = np.array((5.963, -1.042, -0.73, 0.504, 0.753, -1.149, 1.108, -5.994, 0.927, 0.439, 0.686, -3.95))


def seen_openness(pixels: np.ndarray, landmarks: np.ndarray) -> tuple[float, float]:
    """How likely the eyes are open, 0..1, for the picture's left and right eye: 0.5 where nothing can be said.

    pixels: (H, W, 3) uint8 sRGB. landmarks: (168, 3) in pixels. People shut both eyes at once, so that the two eyes
    are judged together: what one hides in a shadow or a turn of the head the other shows.
    """
    found = [measures(pixels, landmarks, *lids) for lids in _EYES]
    seen = [one for one in found if one is not None]
    if not seen or _covered(pixels, landmarks):
        return UNSURE, UNSURE
    openness = float(
        np.mean([1 / (1 + np.exp(-np.clip(_WEIGHTS[:-1] @ one + _WEIGHTS[-1], -20, 20))) for one in seen])
    )
    if np.mean([one[-1] for one in seen]) < IRIS:  # lids and lashes may look like much, but not like a disc
        openness = min(openness, UNSURE)
    left, right = (UNSURE if one is None else openness for one in found)
    return left, right


def _covered(pixels: np.ndarray, landmarks: np.ndarray) -> bool:
    """Whether the eyes lie behind dark glass: what should be skin below them is much darker than the face's skin."""
    at, top = np.asarray(landmarks, np.float64)[:, :2], np.array(pixels.shape[1::-1]) - 1

    def light(places: np.ndarray) -> float:
        x, y = np.clip(np.round(places).astype(int), 0, top).T
        return float(np.median(np.log2((pixels[y, x].astype(np.float32) / 255) ** 2.2 @ _LUMA + 2e-3)))

    skin = light(at[[*points.NOSE, *points.FOREHEAD, *points.LEFT_CHEEK, *points.RIGHT_CHEEK]])
    below = []
    for upper, lower in _EYES:
        along = at[upper[-1]] - at[upper[0]]
        down = np.array((-along[1], along[0])) * np.sign(along[0] or 1.0)
        below.append(
            light(np.concatenate([at[list(lower[2:-2])] + down * share for share in (0.15, 0.25, 0.35)]))
        )
    return float(np.mean(below)) < skin - COVERED


_EYES = (
    (points.LEFT_EYE_UPPER, points.LEFT_EYE_LOWER),
    (points.RIGHT_EYE_UPPER, points.RIGHT_EYE_LOWER),
)


def measures(
    pixels: np.ndarray, landmarks: np.ndarray, upper: tuple[int, ...], lower: tuple[int, ...]
) -> np.ndarray | None:
    """(11,) float64 of one eye; None where it is too small. Lengths are in eye widths, light in stops over the skin
    below the eye, and colour in stops of red over blue or green less than there."""
    at = np.asarray(landmarks, np.float64)[:, :2]
    first, last = sorted((at[upper[0]], at[upper[-1]]), key=lambda corner: float(corner[0]))
    width = float(np.hypot(*(last - first)))
    if width < SMALLEST_EYE:
        return None
    across, origin = (last - first) / width, (first + last) / 2
    down = np.array((-across[1], across[0]))
    above, below = (_middle(at[list(edge)], origin, across, down) / width for edge in (upper, lower))
    light, blue, green, a, b = _seen(pixels, origin, across * width, down * width)
    core = np.abs(a) < 0.42
    spread = float(light[:, core][np.abs(b) < 0.42].std()) + 0.15
    centre, side = (_profile(light[:, where].mean(axis=1), b) / spread
                    for where in (np.abs(a) < 0.13, (np.abs(a) > 0.25) & core))  # fmt: skip
    colour = _profile(np.percentile(blue[:, core], 15, axis=1), b)
    between = (b > above) & (b < below)
    along = light[between].mean(axis=0)[np.abs(a) < 0.4] if between.any() else np.zeros(1)
    whites = np.percentile(-green[np.abs(b) < 0.23][:, np.abs(a) < 0.4], 90)
    return np.array((below - above, centre[0], centre[1], side[1], side[3], colour[1], colour[4], above, whites,
                     np.percentile(along, 80) - along.min(), _disc(light, a, b)))  # fmt: skip


def _middle(edge: np.ndarray, origin: np.ndarray, across: np.ndarray, down: np.ndarray) -> float:
    """How far a lid's edge lies below the line of the corners, in the middle of the eye."""
    along, below = (edge - origin) @ across, (edge - origin) @ down
    order = np.argsort(along)
    return float(np.interp(0.0, along[order], below[order]))


def _seen(
    pixels: np.ndarray, origin: np.ndarray, across: np.ndarray, down: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The eye set level: its light, its red over blue and its red over green, (rows, columns) each, and the places of
    columns and rows in eye widths."""
    a = ((np.arange(_COLUMNS) + 0.5) / _COLUMNS - 0.5) * 1.5
    b = ((np.arange(_ROWS) + 0.5) / _ROWS - 0.5) * 1.2
    step = 1.5 * float(np.hypot(*across)) / _COLUMNS
    reach = int(1.2 * np.hypot(*across)) + 2
    x0, y0 = (max(0, int(value) - reach) for value in origin)
    near = pixels[y0 : y0 + 2 * reach + 2, x0 : x0 + 2 * reach + 2]
    if near.size == 0:
        near = pixels[-1:, -1:]
    near = cv2.GaussianBlur(near, (0, 0), 0.4 * step) if step > 1.5 else near
    places = origin - (x0, y0) + a[None, :, None] * across + b[:, None, None] * down
    x, y = cv2.split(places.astype(np.float32))
    level = cv2.remap(near, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    linear = (level.astype(np.float32) / 255) ** 2.2 + 1e-3
    skin = np.ix_(b > 0.35, np.abs(a) < 0.5)
    maps = (
        np.log2(linear @ _LUMA),
        np.log2(linear[..., 0] / linear[..., 2]),
        np.log2(linear[..., 0] / linear[..., 1]),
    )
    light, blue, green = (one - np.median(one[skin]) for one in maps)
    return np.clip(light, -3, 1.5), np.clip(blue, -2, 2), np.clip(green, -2, 2), a, b


def _disc(light: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    """Stops by which the likeliest iris, 0.2 eye widths high, is darker than what lies at either side of it."""
    best = 0.0
    for row in np.arange(-0.12, 0.13, 0.04):
        along = light[np.abs(b - row) < 0.1].mean(axis=0)
        for middle in np.arange(-0.2, 0.21, 0.05):
            away = a - middle
            dark = along[np.abs(away) < 0.09].mean()
            sides = [along[np.abs(away - side) < 0.07].mean() for side in (-0.29, 0.29)]
            best = max(best, float(min(sides) - dark))
    return best


def _profile(rows: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(6,) means of a column of values from 0.42 eye widths above the corners to 0.42 below."""
    column = rows[np.abs(b) < 0.42].astype(np.float32)[:, None]
    return cv2.resize(column, (1, _BANDS), interpolation=cv2.INTER_AREA)[:, 0].astype(np.float64)
