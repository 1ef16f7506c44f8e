"""From a camera pose to the photo position behind every place of a frame, on the half-size flow grid.

Positions are kept as two planes (x, y), each (rows, columns) float32 in frame pixels. The grid carries one extra cell
on every side, so that enlarging it to the frame interpolates at the border instead of repeating the last cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from stillreel.motion.camera import CameraPose, Intrinsics
from stillreel.motion.deformation import flow_size

__all__ = ["Box", "Grid", "Places", "advance", "lookup", "lookups", "project", "rigid_near", "unproject",
           "unproject_far"]  # fmt: skip

COARSE = 4  # cells: depth varies slowly, so a grid this much coarser knows nearly where everything lies

Box = tuple[slice, slice]
"""Rows and columns."""


class Places(NamedTuple):
    """Positions in frame pixels, as planes."""

    x: np.ndarray
    y: np.ndarray

    def stacked(self) -> np.ndarray:
        """(..., 2) float32."""
        return np.stack(self, axis=-1)


@dataclass(frozen=True)
class Grid:
    """The flow grid of a frame: cell (i, j) stands at frame pixel (2 (j - 1) + 0.5, 2 (i - 1) + 0.5)."""

    size: tuple[int, int]  # the frame's (width, height)

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns), the extra ring included."""
        w, h = flow_size(self.size)
        return h + 2, w + 2

    def places(self) -> Places:
        """Where every cell stands, (rows, columns) each."""
        return Places(*np.meshgrid(*(side.ravel() for side in self.axes())))

    def axes(self) -> Places:
        """The same as one row of x and one column of y, which NumPy spreads where both are needed."""
        rows, columns = self.shape
        x = 2 * (np.arange(columns, dtype=np.float32) - 1) + 0.5
        y = 2 * (np.arange(rows, dtype=np.float32) - 1) + 0.5
        return Places(x[None, :], y[:, None])

    def coarse_axes(self) -> Places:
        """Like `axes`, for a grid of every `COARSE`-th cell with a ring of its own; see `from_coarse`."""
        x, y = (2 * (COARSE * (np.arange(-(-side // COARSE) + 2, dtype=np.float32) - 1) + (COARSE - 1) / 2 - 1) + 0.5
                for side in reversed(self.shape))  # fmt: skip
        return Places(x[None, :], y[:, None])

    def from_coarse(self, plane: np.ndarray) -> np.ndarray:
        """A plane on the coarse grid -> on this one; bilinear."""
        rows, columns = self.shape
        size = plane.shape[1] * COARSE, plane.shape[0] * COARSE
        full = cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR)
        return full[COARSE : COARSE + rows, COARSE : COARSE + columns]

    def enlarge(self, plane: np.ndarray, box: Box | None = None) -> np.ndarray:
        """A plane on the grid at the frame's pixels, (H, W), or at those of a `box` of core cells; bilinear."""
        box = box or self.whole()
        return self.grown(plane[self.ringed(box)], box)

    def grown(self, part: np.ndarray, box: Box) -> np.ndarray:
        """What `enlarge` gives, from the part of a plane that is `ringed(box)`."""
        full = cv2.resize(part, (2 * part.shape[1], 2 * part.shape[0]), interpolation=cv2.INTER_LINEAR)
        bottom, right = (2 + pixels.stop - pixels.start for pixels in self.pixels(box))
        return full[2:bottom, 2:right]

    def ringed(self, box: Box) -> Box:
        """A box of core cells and the cells around it, on the grid with its extra ring."""
        rows, columns = (slice(side.start, side.stop + 2) for side in box)
        return rows, columns

    def whole(self) -> Box:
        """The box of all core cells."""
        return slice(0, self.shape[0] - 2), slice(0, self.shape[1] - 2)

    def pixels(self, box: Box) -> Box:
        """The frame's pixels under a box of core cells."""
        rows, columns = (slice(2 * side.start, min(2 * side.stop, length))
                         for side, length in zip(box, reversed(self.size), strict=True))  # fmt: skip
        return rows, columns

    def core(self, plane: np.ndarray) -> np.ndarray:
        """Without the extra ring: the public flow grid."""
        return plane[1:-1, 1:-1]


def lookup(field: np.ndarray, at: Places) -> np.ndarray:
    """`field` (core flow grid, (h, w) or (h, w, 2)) at the positions `at`; edges repeated."""
    return lookups((field,), at)[0]


def lookups(fields: Sequence[np.ndarray], at: Places) -> list[np.ndarray]:
    """Several fields at the same positions. Two planes are looked up faster than one plane of pairs."""
    x, y = (at.x - 0.5) * 0.5, (at.y - 0.5) * 0.5
    return [cv2.remap(field, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for field in fields]


def unproject(
    at: Places, pose: CameraPose, lens: Intrinsics, disparity: np.ndarray, start: Places | None
) -> Places:
    """Photo positions seen at the frame positions `at` (planes, or an axis each).

    With m the viewing ray turned back, p = m (1 - Cz D(p)) + (Cx, Cy) D(p) is solved by fixed-point iteration from
    `start` (a coarser grid's answer: one round) or from m (five rounds). `disparity` lies on the core flow grid.
    """
    far = unproject_far(at, pose, lens)
    if not pose.translates:
        return far
    # In pixels: p = far + D (f C_xy - C_z (far - centre)).
    cx, cy, cz = (float(value) for value in pose.position)
    step_x = lens.focal * cx - cz * (far.x - np.float32(lens.cx))
    step_y = lens.focal * cy - cz * (far.y - np.float32(lens.cy))
    p = far if start is None else start
    for _ in range(5 if start is None else 1):
        depth = lookup(disparity, p)
        p = Places(far.x + step_x * depth, far.y + step_y * depth)
    return p


def unproject_far(at: Places, pose: CameraPose, lens: Intrinsics) -> Places:
    """Photo positions at the frame positions `at` of what lies at infinity."""
    return _through(lens.matrix() @ pose.rotation.T @ np.linalg.inv(lens.matrix(pose.zoom)), at)


def advance(
    at: Places, bend: np.ndarray | None, pose: CameraPose, lens: Intrinsics, disparity: np.ndarray
) -> Places:
    """Frame positions of the photo positions `at`: a layer's own motion (`bend`, backward form), then the camera."""
    moved = at
    if bend is not None:
        planes = cv2.split(bend)
        for _ in range(3):  # moved + bend(moved) = at, by fixed point: the gradient of bend is far below 1
            x, y = lookups(planes, moved)
            moved = Places(at.x - x, at.y - y)
    return project(moved, pose, lens, lookup(disparity, moved))


def project(at: Places, pose: CameraPose, lens: Intrinsics, disparity: np.ndarray) -> Places:
    """Frame positions of the photo positions `at` whose disparity is given: the exact forward projection."""
    cx, cy, cz = (float(value) for value in pose.position)  # plain floats leave float32 arrays as they are
    shift = lens.focal * disparity
    scale = 1 - cz * disparity
    centred = Places(
        (at.x - shift * cx - lens.cx) / scale + lens.cx, (at.y - shift * cy - lens.cy) / scale + lens.cy
    )
    return _through(pose.homography(lens), centred)


def _through(homography: np.ndarray, at: Places) -> Places:
    h = (homography / homography[2, 2]).astype(np.float32)
    if not h[2, :2].any():  # affine: no camera that turned
        return Places(h[0, 0] * at.x + (h[0, 1] * at.y + h[0, 2]), h[1, 0] * at.x + (h[1, 1] * at.y + h[1, 2]))
    w = h[2, 0] * at.x + h[2, 1] * at.y + h[2, 2]
    return Places(
        (h[0, 0] * at.x + h[0, 1] * at.y + h[0, 2]) / w, (h[1, 0] * at.x + h[1, 1] * at.y + h[1, 2]) / w
    )


def rigid_near(disparity: np.ndarray) -> np.ndarray:
    """`disparity` (h, w) made safe to project: near things carry their depth a little beyond their edge.

    An edge of depth is rarely found to the pixel. One inside a building bends the building; one in the sky beside it
    bends nothing that anyone sees.
    """
    reach = max(1, round(0.02 * max(disparity.shape)))
    spread = cv2.dilate(disparity, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1,) * 2))
    return cv2.GaussianBlur(spread, (0, 0), 0.6 * reach).astype(np.float32)
