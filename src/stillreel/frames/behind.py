"""What lies behind a subject: content from around the hole, moved in by a few shifts of the whole picture.

Source: He and Sun, Statistics of Patch Offsets for Image Completion, ECCV 2012 (few dominant shifts, one chosen for
every pixel); Hosni et al., Fast Cost-Volume Filtering for Visual Correspondence, TPAMI 2013 (the choice by smoothed
costs in place of a graph cut); a membrane takes up what differs at the rim (Perez et al., SIGGRAPH 2003).
"""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.frames.membrane import pull_push

__all__ = ["moved_in"]

SIDE = 224  # pixels of the long side of the picture in which shifts are found and chosen
PATCH = 13  # pixels of it that are compared around a place of the rim
ANCHORS = 56  # places of the rim from which shifts are looked for
NEAREST = 5  # pixels: a shorter shift shows the same place again
FAR = (80, 32)  # pixels across and down from which content may come
BAND = 6  # pixels around the hole in which a shift is judged
TOGETHER = 160.0  # squared 8-bit levels that a pixel may fit worse to stay with its neighbours
SHIFTS = 24  # of those found, that are chosen from
SOFT = 300.0  # squared 8-bit levels: a mismatch from which softness is preferred where the picture is smooth
UNKNOWN = 1e5  # the cost of a shift that brings in what is itself unknown
BEYOND = 50.0  # 8-bit levels that the membrane may add or take

Shift = tuple[int, int]
"""Pixels to the right and down from where the content comes."""


def moved_in(image: np.ndarray, hole: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`image` (H, W, 3) uint8 with content moved into `hole` (H, W) bool, float32; and how well it fits, 0..1."""
    scale = max(1.0, max(hole.shape) / SIDE)
    size = round(hole.shape[1] / scale), round(hole.shape[0] / scale)
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    gap = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.01
    shifts = _candidates(small, gap)
    if not shifts:
        return image.astype(np.float32), np.zeros(hole.shape, np.float32)
    labels, fits, shifts = _choice(small, gap, shifts)
    found, total = _assembled(image, hole, labels, shifts, scale)
    found += _missed(image, found, hole, total > 0.5)
    fits = cv2.resize(fits, hole.shape[::-1], interpolation=cv2.INTER_LINEAR) * np.minimum(total, 1)
    return found, fits


def _candidates(small: np.ndarray, gap: np.ndarray) -> list[Shift]:
    """The best shift for each of some places along the rim."""
    half, wide = PATCH // 2, PATCH
    picture = cv2.copyMakeBorder(small, half, half, half, half, cv2.BORDER_REFLECT_101)
    known = cv2.copyMakeBorder(
        (~gap).astype(np.float32), half, half, half, half, cv2.BORDER_CONSTANT, value=0
    )
    unknown = cv2.blur(1 - known, (wide, wide)) > 1e-4
    found: dict[Shift, None] = {}
    for y, x in _anchors(gap):
        mask = known[y : y + wide, x : x + wide]
        if mask.sum() < 0.2 * wide * wide:
            continue
        left, top = max(0, x - FAR[0]), max(0, y - FAR[1])
        field = picture[top : y + FAR[1] + wide, left : x + FAR[0] + wide]
        patch = np.ascontiguousarray(picture[y : y + wide, x : x + wide])
        error = cv2.matchTemplate(
            np.ascontiguousarray(field), patch, cv2.TM_SQDIFF, mask=cv2.merge([mask] * 3)
        )
        h, w = error.shape
        error = error / (3 * mask.sum())
        error[unknown[top + half : top + half + h, left + half : left + half + w]] = UNKNOWN
        error[
            max(0, y - top - NEAREST) : y - top + NEAREST + 1,
            max(0, x - left - NEAREST) : x - left + NEAREST + 1,
        ] = UNKNOWN
        _, _, (column, row), _ = cv2.minMaxLoc(error)
        if error[row, column] < UNKNOWN / 2:
            found[left + column - x, top + row - y] = None
    return list(found)


def _anchors(gap: np.ndarray) -> list[tuple[int, int]]:
    """(row, column) of places along the rim, about equally far from each other."""
    rim = gap & ~(cv2.erode(gap.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=1) > 0)
    places = np.argwhere(rim)
    if not len(places):
        return []
    cells = places // max(2, round(len(places) / ANCHORS * 0.8))
    _, first = np.unique(cells, axis=0, return_index=True)
    return [(int(y), int(x)) for y, x in places[np.sort(first)]]


def _choice(
    small: np.ndarray, gap: np.ndarray, shifts: list[Shift]
) -> tuple[np.ndarray, np.ndarray, list[Shift]]:
    """(h, w) the number of the shift that fills a place, 0..1 how well it fits there, and the shifts in use."""
    near = cv2.dilate(gap.astype(np.uint8), _square(2 * BAND + 1)) > 0
    band = (near & ~gap).astype(np.float32)
    smooth, known = pull_push(small, (~gap).astype(np.float32)), (~gap).astype(np.float32)
    blurred = cv2.blur(pull_push(small, known), (7, 7))
    costs = np.stack([_cost(small, known, band, smooth, blurred, shift) for shift in shifts])
    kept = _best(costs[:, gap])
    costs, shifts = costs[kept], [shifts[k] for k in kept]
    likes = costs
    for _ in range(4):
        labels = likes.argmin(0)
        shares = [cv2.GaussianBlur((labels == k).astype(np.float32), (0, 0), 3.0) for k in range(len(shifts))]
        likes = costs - TOGETHER * np.stack(shares)
    labels = likes.argmin(0)
    cost = np.take_along_axis(costs, labels[None], 0)[0]
    detail = ((small - cv2.blur(small, (9, 9))) ** 2).mean(2)
    rough = pull_push(detail, band)
    fits = np.clip(2 - cost / (SOFT + 2.5 * rough), 0, 1)
    return labels, cv2.blur(fits, (5, 5)), shifts


def _best(costs: np.ndarray) -> list[int]:
    """The rows of `costs` (K, places) that together serve the places best, chosen one after another."""
    least, kept = np.full(costs.shape[1], np.float32(4e3)), []
    for _ in range(min(SHIFTS, len(costs))):
        kept.append(int(np.maximum(least - costs, 0).sum(1).argmax()))
        least = np.minimum(least, costs[kept[-1]])
    return sorted(set(kept))


def _cost(
    small: np.ndarray,
    known: np.ndarray,
    band: np.ndarray,
    smooth: np.ndarray,
    blurred: np.ndarray,
    shift: Shift,
) -> np.ndarray:
    """(h, w): how badly a shift fits around the hole, and how far from a smooth fill it is inside."""
    valid = _shifted(known, shift)
    apart = ((_shifted(small, shift) - small) ** 2).mean(2)
    weight = band * valid
    fit = cv2.blur(apart * weight, (7, 7)) / np.maximum(cv2.blur(weight, (7, 7)), 1e-3)
    inside = pull_push(fit, weight) if weight.any() else np.full_like(known, UNKNOWN)
    tone = ((_shifted(blurred, shift) - smooth) ** 2).mean(2)
    return inside + 0.3 * cv2.blur(tone, (7, 7)) + UNKNOWN * (valid < 0.5)


def _assembled(
    image: np.ndarray, hole: np.ndarray, labels: np.ndarray, shifts: list[Shift], scale: float
) -> tuple[np.ndarray, np.ndarray]:
    """(H, W, 3) float32 what the shifts bring to the hole and a little around it, and (H, W) where they bring any."""
    found, total = np.zeros(image.shape, np.float32), np.zeros(hole.shape, np.float32)
    known = (~hole).astype(np.uint8)
    around = cv2.dilate((1 - known) * 255, _square(2 * round(2 * scale) + 1))
    for number, shift in enumerate(shifts):
        mine = cv2.resize((labels == number).astype(np.uint8) * 255, hole.shape[::-1])
        x, y, w, h = cv2.boundingRect(cv2.bitwise_and(mine, around))
        if not w:
            continue
        box = slice(y, y + h), slice(x, x + w)
        share = np.clip((mine[box] * np.float32(1 / 255) - 0.5) * np.float32(scale / 3) + 0.5, 0, 1)
        beside = np.argwhere((mine[box] > 127) & (around[box] > 0) & (known[box] > 0)) + (y, x)
        fine = _refined(image, beside, shift, scale)
        share *= _from(known, box, fine)
        found[box] += share[..., None] * _from(image, box, fine)
        total[box] += share
    found /= np.maximum(total, 1e-3)[..., None]
    return found, total


def _refined(image: np.ndarray, beside: np.ndarray, shift: Shift, scale: float) -> Shift:
    """`shift` in pixels of `image`, moved by a little to where it fits best at the places `beside` the hole."""
    x, y = (round(value * scale) for value in shift)
    if len(beside) < 50:
        return x, y
    rows, columns = beside[:: -(-len(beside) // 800)].T
    here, h, w = image[rows, columns].astype(np.int16), *image.shape[:2]

    def error(move: Shift) -> float:
        at = image[(rows + move[1]).clip(0, h - 1), (columns + move[0]).clip(0, w - 1)]
        return float(np.abs(at - here).mean())

    for step in (3, 1):
        x, y = min(((x + step * i, y + step * j) for j in (0, -1, 1) for i in (0, -1, 1)), key=error)
    return x, y


def _missed(image: np.ndarray, found: np.ndarray, hole: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """(H, W, 3): what `found` misses beside the hole, carried into it as a membrane."""
    beside = (cv2.dilate(hole.astype(np.uint8), _square(5)) > 0) & ~hole & seen
    x, y, w, h = cv2.boundingRect((hole | beside).astype(np.uint8))
    box = slice(y, y + h), slice(x, x + w)
    out = np.zeros_like(found)
    if beside.any():
        apart = (image[box] - found[box]).clip(-BEYOND, BEYOND)
        out[box] = pull_push(apart, beside[box].astype(np.float32))
    return out


def _shifted(values: np.ndarray, shift: Shift) -> np.ndarray:
    """`values` seen through a shift; 0 where it leads outside."""
    return _from(values, (slice(0, values.shape[0]), slice(0, values.shape[1])), shift)


def _from(values: np.ndarray, box: tuple[slice, slice], shift: Shift) -> np.ndarray:
    """float32 `values` of a box moved by a shift; 0 outside the picture."""
    h, w = values.shape[:2]
    (x, y), (rows, columns) = shift, box
    out = np.zeros((rows.stop - rows.start, columns.stop - columns.start, *values.shape[2:]), np.float32)
    top, left = max(0, rows.start + y), max(0, columns.start + x)
    bottom, right = min(h, rows.stop + y), min(w, columns.stop + x)
    if bottom > top and right > left:
        at = (
            slice(top - y - rows.start, bottom - y - rows.start),
            slice(left - x - columns.start, right - x - columns.start),
        )
        out[at] = values[top:bottom, left:right]
    return out


def _square(side: int) -> np.ndarray:
    return np.ones((side, side), np.uint8)
