"""What lies beyond the border: the photo's own content carried on past it, moved there and never mirrored.

Source: Kwatra et al., Graphcut Textures, SIGGRAPH 2003, and He and Sun, Statistics of Patch Offsets for Image
Completion, ECCV 2012 (a completion is a choice among shifts of the picture); Perez et al., Poisson Image Editing,
SIGGRAPH 2003 (a membrane takes up what still differs at the seam). Along one border the choice is a chain of rows, so
that the best one is found exactly (Viterbi). Where no shift continues the picture it is carried on softly, with its
grain: softness is seen less than a wrong object.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import cv2
import numpy as np

from stillreel.frames.membrane import carry_out

__all__ = ["extend"]

DEPTH = 24  # pixels of the search's picture that the margin takes
STRIP = 8  # pixels of it inside the border that a shift has to continue
CELL = 4  # pixels of depth over which the guide is compared
TILT = 21  # how many of its rows a shift may climb or fall, so that slanted lines go on straight
SHIFTS = 28  # candidates among which every row chooses
SOFT = 150.0  # squared 8-bit levels: a mismatch from which softness is preferred where the picture is smooth
OUTSIDE = 2000.0  # squared 8-bit levels: a shift that asks for rows which the picture does not have
CHANGE = 90.0  # squared 8-bit levels: what a seam costs in itself
FORBIDDEN = 400.0  # 8-bit levels at which subject and surroundings differ, whatever their colours
MARKS = 2  # planes beside the colours: subject and sky
ALIEN = 60.0  # 8-bit levels at which sky and land differ beside their colours: white surf is no white cloud
RIDGE = 5.0  # pixels over which sky goes over into land: a ridge may rise or fall beyond the border
SEAM = 3  # pixels inside the border by which a seam is judged
FEATHER = 0.07  # of the margin: how far two shifts are mixed on either side of their seam


def extend(
    image: np.ndarray, margin: int, subject: np.ndarray | None = None, sky: np.ndarray | None = None
) -> np.ndarray:
    """`image` (H, W) or (H, W, C) uint8 grown by `margin` on every side; the picture itself stays as it is.

    Content marked by `subject` (H, W) 0..1 goes on only where it touches the border, and is copied to nowhere else.
    A border in the `sky` (H, W) 0..1 goes on as sky, one on land as land.
    """
    if margin == 0:
        return image
    planes = np.ascontiguousarray(image if image.ndim == 3 else image[..., None])
    none = np.zeros(planes.shape[:2], np.float32)
    marks = np.dstack([none if given is None else given.astype(np.float32) for given in (subject, sky)])
    planes, marks = _widened(planes, marks, margin)
    planes, _ = _widened(_turned(planes), _turned(marks), margin)
    grown = np.ascontiguousarray(_turned(planes))
    return grown if image.ndim == 3 else grown[..., 0]


def _widened(image: np.ndarray, marks: np.ndarray, margin: int) -> tuple[np.ndarray, np.ndarray]:
    """The picture and its marks with `margin` more on the left and on the right."""
    scale = max(1.0, margin / DEPTH)
    subject, sky = np.moveaxis(_reduced(marks, scale), -1, 0)
    subject = cv2.dilate(subject, np.ones((5, 5), np.uint8)) * np.float32(FORBIDDEN)
    sky = cv2.GaussianBlur(sky, (0, 0), RIDGE) * np.float32(ALIEN)
    small = np.dstack([_reduced(image, scale), subject, sky])
    right = _Border(image, small, margin).beyond()
    left = _Border(image[:, ::-1], small[:, ::-1], margin).beyond()[:, ::-1]
    return np.hstack([left, image, right]), cv2.copyMakeBorder(
        marks, 0, 0, margin, margin, cv2.BORDER_REPLICATE
    )


def _turned(values: np.ndarray) -> np.ndarray:
    return cv2.transpose(values).reshape(values.shape[1], values.shape[0], *values.shape[2:])


def _reduced(values: np.ndarray, scale: float) -> np.ndarray:
    h, w = values.shape[:2]
    size = max(STRIP, round(w / scale)), max(STRIP, round(h / scale))
    return cv2.resize(values, size, interpolation=cv2.INTER_AREA).reshape(*size[::-1], -1).astype(np.float32)


@dataclass(frozen=True)
class Piece:
    """Rows `start` to `stop` that one shift fills; if `soft`, with its texture only, over the border's own colours."""

    start: int
    stop: int
    shift: tuple[int, int]  # pixels to the left and down where the content comes from
    soft: bool


class _Border:
    """The right border of `image` (H, W, C) and what lies beyond it; `small` is the same reduced, with its marks."""

    def __init__(self, image: np.ndarray, small: np.ndarray, margin: int) -> None:
        self._image, self._margin, self._scale = image, margin, image.shape[1] / small.shape[1]
        self._known, self._small, self._marks = small, small[..., :-MARKS], small[..., -MARKS:]
        self._depth = int(np.ceil(margin / self._scale / CELL)) * CELL

    def beyond(self) -> np.ndarray:
        """(H, margin, C) uint8."""
        edge = self._image[:, -1]
        if not edge.any():  # nothing there, as in most layers that lie over others
            return np.zeros((len(edge), self._margin, edge.shape[1]), np.uint8)
        return _filled(self._image, self._margin, self._pieces(), self._guide)

    def _pieces(self) -> list[Piece]:
        h, w = self._small.shape[:2]
        if w < self._depth + 2 * STRIP:
            return [Piece(0, len(self._image), (min(self._margin, self._image.shape[1]), 0), soft=True)]
        shifts, unary = self._candidates()
        labels = _chain(unary, self._copies(shifts))
        cuts = [0, *(np.nonzero(np.diff(labels))[0] + 1), h]
        pieces: list[Piece] = []
        for start, stop in pairwise(cuts):
            rows = round(start * len(self._image) / h), round(stop * len(self._image) / h)
            label, soft = labels[start], labels[start] == len(shifts)
            best = int(unary[start:stop, :-1].sum(0).argmin()) if soft else label
            pieces.append(Piece(*rows, self._refined(rows, shifts[best]), soft))
        return pieces

    def _candidates(self) -> tuple[np.ndarray, np.ndarray]:
        """(K, 2) shifts to the left and down, and (h, K + 1) their costs in every row; softness comes last."""
        tilts = np.arange(-TILT, TILT + 1, 3)
        found, target = self._sources, self._target
        h = len(found)
        found = np.pad(found, ((TILT, TILT), (0, 0), (0, 0)), mode="edge")
        size = np.einsum("hsd,hsd->hs", found, found)
        costs = np.empty((len(tilts), h, found.shape[1]), np.float32)
        for cost, tilt in zip(costs, tilts, strict=True):
            at = slice(TILT + tilt, TILT + tilt + h)
            cost[:] = size[at] - 2 * np.matmul(found[at], target[..., None])[..., 0]
            cost += (target * target).sum(1)[:, None] + 1.5 * abs(int(tilt))
            cost[max(0, h - tilt) :] += OUTSIDE
            cost[: max(0, -tilt)] += OUTSIDE
            cv2.blur(cost, (1, 7), cost, borderType=cv2.BORDER_REPLICATE)
        flat = np.ascontiguousarray(costs.transpose(1, 0, 2)).reshape(h, -1)
        sky = self._marks[:, -1, -1:] / np.float32(ALIEN)  # where nothing but cloud is expected, softness is
        soft = SOFT * (1 - 0.8 * sky) + 3.0 * cv2.blur(self._roughness[:, None], (1, 7))
        chosen = _greedy(flat, soft[:, 0])
        tilt, left = np.unravel_index(chosen, (len(tilts), found.shape[1]))
        return np.stack([left + self._depth, tilts[tilt]], 1), np.hstack([flat[:, chosen], soft])

    @cached_property
    def _sources(self) -> np.ndarray:
        """(h, shifts, D): what stands before a border and beyond it, were the picture moved there."""
        strips = self._windows(self._known, STRIP)
        cells = self._windows(_blurred(self._known, CELL), self._depth)
        # For a shift of s the strip ends at column w - s, where the depth begins; the smallest shift is the depth.
        count = self._small.shape[1] - self._depth - STRIP + 1
        before, after = (
            strips[:, :count][:, ::-1],
            cells[:, STRIP : STRIP + count, CELL // 2 :: CELL][:, ::-1],
        )
        return self._weighed(before, after)

    @cached_property
    def _target(self) -> np.ndarray:
        """(h, D): what does stand before the border, and what is expected beyond it."""
        strip = self._known[:, None, -STRIP:]
        marks = np.repeat(self._marks[:, -2:].mean(1, keepdims=True), self._depth, 1)
        guide = np.dstack([self._guide, marks])[:, None, CELL // 2 :: CELL]
        return self._weighed(strip, guide)[:, 0]

    def _weighed(self, before: np.ndarray, after: np.ndarray) -> np.ndarray:
        """Weights whose squares sum to 1 for the strip, more at the border, and to 0.5 for the guide, less far out."""
        near = np.linspace(0.3, 1, before.shape[2])
        far = np.linspace(1, 0.25, after.shape[2])
        channels = before.shape[3] - MARKS
        near, far = near / near.sum() / channels, 0.5 * far / far.sum() / channels
        parts = (part * np.sqrt(w)[:, None] for part, w in ((before, near), (after, far)))
        return np.concatenate([part.reshape(*part.shape[:2], -1) for part in parts], 2).astype(np.float32)

    def _windows(self, values: np.ndarray, length: int) -> np.ndarray:
        return np.lib.stride_tricks.sliding_window_view(values, length, axis=1).transpose(0, 1, 3, 2)

    @cached_property
    def _roughness(self) -> np.ndarray:
        """(h,) variance of the detail at the border: the rougher it is, the more softness would show."""
        strip = self._small[:, -2 * STRIP :]
        return ((strip - _blurred(strip, 9)) ** 2).mean((1, 2)).astype(np.float32)

    @cached_property
    def _guide(self) -> np.ndarray:
        """(h, depth, C): the border's colours, softer and softer further out, but kept longer along it."""
        return carry_out(self._small[:, -3:].mean(1), self._depth, 0.25)

    def _copies(self, shifts: np.ndarray) -> np.ndarray:
        """(K + 1, h, depth * C): what every shift would show beyond the border; the guide comes last."""
        h, w = self._small.shape[:2]
        rows = np.arange(h)
        found = [
            self._small[(rows + tilt).clip(0, h - 1), w - left : w - left + self._depth]
            for left, tilt in shifts
        ]
        return np.stack([*found, self._guide]).reshape(len(shifts) + 1, h, -1)

    def _refined(self, rows: tuple[int, int], shift: np.ndarray) -> tuple[int, int]:
        """`shift` in pixels of the picture, moved by a little to where the strip fits best."""
        fine = max(1, int(self._scale) // 4)
        left, down = (round(float(value) * self._scale) for value in shift)
        reach, width = round(self._scale * 0.75), round(STRIP * self._scale / 2)
        h, w = self._image.shape[:2]
        top, bottom = max(rows[0], reach - down, 0), min(rows[1], h - reach - down, h)
        start = w - width - left - reach
        if bottom - top < 4 * fine or start < 0:
            return max(left, self._margin), down
        strip = self._image[top:bottom:fine, w - width :: fine]
        stop = min(w, start + width + 2 * reach)
        field = self._image[top + down - reach : bottom + down + reach : fine, start:stop:fine]
        error = sum(
            cv2.matchTemplate(
                np.ascontiguousarray(field[..., c]), np.ascontiguousarray(strip[..., c]), cv2.TM_SQDIFF
            )
            for c in range(strip.shape[2])
        )
        y, x = np.unravel_index(int(np.argmin(error)), np.shape(error))
        return max(left + reach - int(x) * fine, self._margin), down - reach + int(y) * fine


def _blurred(values: np.ndarray, size: int) -> np.ndarray:
    return cv2.blur(np.ascontiguousarray(values), (size, size)).reshape(values.shape)


def _greedy(costs: np.ndarray, soft: np.ndarray) -> np.ndarray:
    """The candidates (columns of `costs`) that together serve the rows best, chosen one after another."""
    best, chosen = soft.copy(), []
    for _ in range(SHIFTS):
        gain = np.maximum(best[::2, None] - costs[::2], 0).sum(0)
        winner = int(gain.argmax())
        if chosen and gain[winner] <= 0:
            break
        chosen.append(winner)
        best = np.minimum(best, costs[:, winner])
    return np.array(chosen)


def _chain(unary: np.ndarray, copies: np.ndarray) -> np.ndarray:
    """(h,) the label of every row of least total cost: its own (h, K), and what neighbours differ at their seam."""
    size = np.einsum("khd,khd->hk", copies, copies)
    scale = np.float32(2 / copies.shape[2])
    total, came = unary[0], np.zeros(unary.shape, np.intp)
    for row in range(1, len(unary)):
        here = copies[:, row]
        seam = (size[row][:, None] + size[row][None] - 2 * here @ here.T).clip(0) * scale + CHANGE
        np.fill_diagonal(seam, 0)
        ways = total[:, None] + seam
        came[row] = ways.argmin(0)
        total = ways.min(0) + unary[row]
    labels = np.empty(len(unary), np.intp)
    labels[-1] = total.argmin()
    for row in range(len(unary) - 1, 0, -1):
        labels[row - 1] = came[row, labels[row]]
    return labels


def _filled(image: np.ndarray, margin: int, pieces: list[Piece], guide: np.ndarray) -> np.ndarray:
    """(H, margin, C) uint8: the pieces side by side, and what they miss at the border taken up by a membrane."""
    h, w, channels = image.shape
    total, weight = np.zeros((h, SEAM + margin, channels), np.float32), np.zeros((h, 1, 1), np.float32)
    feather = max(1.0, FEATHER * margin)
    edge = image[:, w - SEAM :].astype(np.float32)
    for piece in pieces:
        start, stop = max(0, int(piece.start - feather)), min(h, int(piece.stop + feather) + 1)
        rows = np.arange(start, stop)
        ramp = np.minimum(rows - piece.start + 0.5, piece.stop - 0.5 - rows) / (2 * feather) + 0.5
        share = np.clip(ramp, 1e-3, 1).astype(np.float32)[:, None, None]
        left, down = piece.shift
        column = max(0, w - left - SEAM)
        found = image[(rows + down).clip(0, h - 1), column : column + SEAM + margin]
        if found.shape[1] < SEAM + margin:
            found = np.pad(found, ((0, 0), (0, SEAM + margin - found.shape[1]), (0, 0)), mode="reflect")
        if piece.soft:
            found = _softened(found, image[start:stop, w - min(w, margin) :], guide, (start / h, stop / h))
        total[start:stop] += share * found
        weight[start:stop] += share
    total /= weight
    missed = (edge - total[:, :SEAM]).mean(1).clip(-60, 60)
    out = total[:, SEAM:] + carry_out(missed, margin, 1.0)
    return np.clip(out + 0.5, 0, 255).astype(np.uint8)


def _softened(
    found: np.ndarray, before: np.ndarray, guide: np.ndarray, rows: tuple[float, float]
) -> np.ndarray:
    """The guide with the texture of `found`, which may be no rougher than what stands `before` the border."""
    size, sigma = (found.shape[1] - SEAM, len(found)), before.shape[1] / 16
    full = cv2.resize(
        guide, (size[0], round(len(found) / (rows[1] - rows[0]))), interpolation=cv2.INTER_LINEAR
    )
    full = full.reshape(*full.shape[:2], -1)
    at = round(rows[0] * len(full))
    smooth = np.pad(full[at : at + size[1]], ((0, 0), (SEAM, 0), (0, 0)), mode="edge")
    # The median, because an edge is no texture.
    rough = np.median(np.abs(before - _smooth(before, sigma))[:, ::4].reshape(len(before), -1), axis=1)
    limit = 2.5 * cv2.blur(rough[:, None], (1, 2 * round(sigma) + 1))[..., None]
    return smooth + np.clip(found - _smooth(found, sigma), -limit, limit)


def _smooth(values: np.ndarray, sigma: float) -> np.ndarray:
    size = 2 * round(sigma) + 1
    once = cv2.blur(values.astype(np.float32), (size, size))
    return cv2.blur(once, (size, size)).reshape(values.shape)
