"""Bring a photo to a clip's size: cut, padded or kept; with a finer plate for the renderer to sample."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from PIL import Image

from stillreel.errors import UsageError
from stillreel.events import Warned
from stillreel.photo.size import AUTO_AREA, SizeRequest, like
from stillreel.photo.values import FittedPhoto, Photo

__all__ = ["Fit", "fit"]

Fit = Literal["crop", "pad", "keep"]
# Plate pixels per frame pixel. Sampled by cubic interpolation at any sub-pixel shift, a plate of 1.25 stays nearest
# to the frame's own look (demo photos: mean error 0.7-1.9/255, 1.05-1.10 of its sharpness); 1.0 pulses between
# 0.74 and 1 of it, 1.5 aliases (error 1.0-3.4, sharpness 1.12-1.28).
PLATE = 1.25
SMALL = 0.6  # of the usual area of a clip: below, its size is a surprise
Box = tuple[float, float, float, float]  # left, top, right, bottom


def fit(photo: Photo, size: SizeRequest, mode: Fit = "crop") -> FittedPhoto:
    """The photo at the size asked for.

    crop: fill the frame, cut what sticks out on both sides alike; pad: show all of the photo between black bars;
    keep: the photo's own size, at most 1920 long, whatever `size` says. Resampling is Lanczos with a support that
    grows with the reduction (no aliasing), on sRGB values and not on linear light, like players, browsers and
    ffmpeg: thin highlights come out slightly darker than light itself would mix.
    """
    if mode not in get_args(Fit):
        raise UsageError("usage.fit", f"{mode!r} is not a way to fit.", "Use crop, pad or keep.")
    own = like(photo.size, 1.0)
    frame = own if mode == "keep" else size.frame_for(photo.size)
    if mode == "pad" and size.box is not None:
        shown, target = (0, 0, *photo.size), _inside(photo.size, frame)
    else:
        shown, target = _centred(photo.size, frame), (0, 0, *frame)
    scale = _plate_scale(frame)
    notes = size.notes + _notes(photo.size, shown, target, frame)
    if mode == "keep" and size.box is not None:
        notes = (Warned("fit.size_ignored", f"keep uses the photo's own size: {size.text} was not used."),)
    if size.box is None and frame[0] * frame[1] < SMALL * AUTO_AREA:
        text = f"The photo has only {photo.size[0]}x{photo.size[1]} pixels and is not enlarged, so the clip is small."
        notes += (Warned("fit.small", f"{text} A larger photo helps; a size (720p) makes a larger, softer clip."),)
    image = Image.fromarray(photo.pixels)
    whole, plate = (_placed(image, shown, target, frame, finer) for finer in (1.0, scale))
    return FittedPhoto(whole, plate, scale, notes)


def _plate_scale(frame: tuple[int, int]) -> float:
    """The smallest scale from 1.25 on that gives the plate whole sides: at most 1.5, as the frame's are even."""
    common = math.gcd(*frame)
    return math.ceil(PLATE * common) / common


def _centred(photo: tuple[int, int], frame: tuple[int, int]) -> Box:
    """The largest box of the frame's aspect in the middle of the photo; its sides may fall between pixels."""
    share = min(photo[0] / frame[0], photo[1] / frame[1])
    width, height = frame[0] * share, frame[1] * share
    left, top = max(0.0, (photo[0] - width) / 2), max(0.0, (photo[1] - height) / 2)  # the share is rounded
    return left, top, min(left + width, photo[0]), min(top + height, photo[1])


def _inside(photo: tuple[int, int], frame: tuple[int, int]) -> Box:
    """The largest box of the photo's aspect in the middle of the frame, on whole pixels."""
    share = min(frame[0] / photo[0], frame[1] / photo[1])
    width, height = max(1, round(photo[0] * share)), max(1, round(photo[1] * share))
    left, top = (frame[0] - width) // 2, (frame[1] - height) // 2
    return left, top, left + width, top + height


def _placed(image: Image.Image, shown: Box, target: Box, frame: tuple[int, int], scale: float) -> np.ndarray:
    """(H * scale, W * scale, 3) uint8: `shown` of the image laid on `target` of a black frame."""
    columns, (left, right) = _span(shown[0::2], target[0::2], scale)
    rows, (top, bottom) = _span(shown[1::2], target[1::2], scale)
    size = columns.stop - columns.start, rows.stop - rows.start
    canvas = np.zeros((round(frame[1] * scale), round(frame[0] * scale), 3), np.uint8)
    part = image.resize(size, Image.Resampling.LANCZOS, box=(left, top, right, bottom))
    canvas[rows, columns] = np.asarray(part)
    return canvas


def _span(shown: Sequence[float], target: Sequence[float], scale: float) -> tuple[slice, tuple[float, float]]:
    """(pixels, the stretch of the photo they show) along one axis.

    Pixels are whole, so the stretch gives way: what is seen at a place of the frame is the same at any scale.
    """
    first, last = math.ceil(target[0] * scale - 1e-6), math.floor(target[1] * scale + 1e-6)
    last = max(last, first + 1)
    ratio = (shown[1] - shown[0]) / (target[1] - target[0])
    begin, end = (shown[0] + (place / scale - target[0]) * ratio for place in (first, last))
    return slice(first, last), (max(shown[0], begin), min(shown[1], end))


def _notes(photo: tuple[int, int], shown: Box, target: Box, frame: tuple[int, int]) -> tuple[Warned, ...]:
    notes = []
    for name, axis in (("width", 0), ("height", 1)):
        cut = 1 - (shown[axis + 2] - shown[axis]) / photo[axis]
        if cut > 0.01:  # less comes from making sides even
            notes.append(Warned("fit.cropped", f"{cut:.0%} of the {name} was cut, half on each side."))
        bars = 1 - (target[axis + 2] - target[axis]) / frame[axis]
        if bars > 0.01:
            notes.append(Warned("fit.padded", f"{bars:.0%} of the frame's {name} are black bars."))
    enlarged = (target[2] - target[0]) / (shown[2] - shown[0])
    if enlarged > 1.01:
        text = f"The photo was enlarged {enlarged:.2f} times: the clip will look soft."
        notes.append(Warned("fit.enlarged", text))
    return tuple(notes)
