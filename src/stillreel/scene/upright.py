"""What stands upright has one depth from foot to head: walls, pillars and door frames that would lean else.

A camera that moves sideways shows a plumb line as straight only where its disparity is the same all along it; on any
upright plane, seen level, it is the same down every column. A smooth correction makes it so, in least squares: as
little change as can be (Dirichlet energy, cut at the rims of people, things and sky), without slope along the upright
lines that were found and inside buildings. One sparse symmetric system, solved by conjugate gradients.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from stillreel.scene.canvas import smoothstep
from stillreel.scene.depth import Clues
from stillreel.scene.stuff import Stuff

__all__ = ["plumb_lines", "straighten"]

CELL = 4  # px of the canvas a cell of the solution
STIFF, HELD, PLUMB = 0.2, 0.001, 10.0  # weights: smooth change, no change, no slope along what is upright
STEPS, ENOUGH = 150, 1e-10
TILT, SHORT = 8.0, 0.08  # degrees off the upright, and share of the height, of a line that counts
LEVEL = 0.04  # share of the width: a line that passes the vanishing point so closely runs into the depth


def straighten(disparity: np.ndarray, clues: Clues, seen: Stuff) -> np.ndarray:
    """(h, w) float32 disparity 0..1 in which what stands upright does not lean; unchanged where nothing stands."""
    upright = _upright(disparity.shape, clues, seen)
    if not upright.any():
        return disparity
    still = _small(np.maximum(np.maximum(clues.subject, clues.person), clues.sky * clues.sky_confidence))
    change = _solve(_small(disparity), upright * (1 - still), still)
    full = cv2.resize(change, disparity.shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.clip(disparity + full, 0, 1).astype(np.float32)


def plumb_lines(clues: Clues, ground: np.ndarray) -> np.ndarray:
    """(N, 4) of the found segments those that stand upright in the world: neither on the (h, w) `ground` nor, below
    the vanishing point, on a line through it, as the middle of a road."""
    height, width = ground.shape
    segments = clues.lines.segments
    start, run = segments[:, :2], segments[:, 2:] - segments[:, :2]
    length = np.hypot(run[:, 0], run[:, 1])
    tilt = np.degrees(np.arctan2(np.abs(run[:, 0]), np.abs(run[:, 1])))
    middle = np.clip(start + run / 2, 0, (width - 1, height - 1)).astype(int)
    keep = (tilt < TILT) & (length > SHORT * height) & (ground[middle[:, 1], middle[:, 0]] <= 0.5)
    if clues.lines.vanishing_confidence > 0.3:
        toward = np.array(clues.lines.vanishing) * (width, height) - start
        apart = np.abs(toward[:, 0] * run[:, 1] - toward[:, 1] * run[:, 0]) / np.maximum(length, 1e-6)
        below = np.minimum(segments[:, 1], segments[:, 3]) > clues.lines.vanishing[1] * height
        keep &= ~(below & (apart < LEVEL * width))
    return segments[keep]


def _upright(shape: tuple[int, int], clues: Clues, seen: Stuff) -> np.ndarray:
    """0..1 in cells: how surely a cell belongs to something upright."""
    lines = np.zeros(_cells(shape), np.float32)
    for x0, y0, x1, y1 in plumb_lines(clues, seen.maps["ground"]) / CELL:
        cv2.line(lines, (int(x0), int(y0)), (int(x1), int(y1)), 1.0, 2)
    level = np.maximum(seen.maps["ground"], seen.maps["water"])
    walls = smoothstep(0.4, 0.8, seen.maps["building"] - level) * seen.confidence["building"]
    return np.maximum(lines * clues.lines.verticals, _small(walls))


def _solve(disparity: np.ndarray, upright: np.ndarray, still: np.ndarray) -> np.ndarray:
    """The change in cells: conjugate gradients with the diagonal as preconditioner (Shewchuk, 1994)."""
    plumb = PLUMB * np.minimum(upright[1:], upright[:-1])
    across, down = (STIFF * (1 - 0.98 * np.minimum(4 * np.abs(np.diff(still, axis=axis)), 1)) for axis in (1, 0))
    held = HELD * (1 + 20 * still)
    slope = np.zeros_like(disparity)
    _add(slope, -plumb * np.diff(disparity, axis=0), 0)
    diagonal = held.copy()
    for weight, axis in ((across, 1), (down + plumb, 0)):
        _add(diagonal, weight, axis, sign=1)

    def system(change: np.ndarray) -> np.ndarray:
        out = held * change
        _add(out, across * np.diff(change, axis=1), 1)
        _add(out, (down + plumb) * np.diff(change, axis=0), 0)
        return out

    return _conjugate_gradients(system, slope, diagonal)


def _conjugate_gradients(
    system: Callable[[np.ndarray], np.ndarray], target: np.ndarray, diagonal: np.ndarray
) -> np.ndarray:
    found, left = np.zeros_like(target), target
    scaled = left / diagonal
    way, size = scaled, float((left * scaled).sum())
    for _ in range(STEPS):
        if size < ENOUGH:
            break
        ahead = system(way)
        step = size / float((way * ahead).sum())
        found, left = found + step * way, left - step * ahead
        scaled = left / diagonal
        size, before = float((left * scaled).sum()), size
        way = scaled + size / before * way
    return found


def _add(plane: np.ndarray, flow: np.ndarray, axis: int, sign: int = -1) -> None:
    """Add what flows between neighbours to the later cell, and `sign` times it to the earlier one."""
    later, earlier = (plane[1:], plane[:-1]) if axis == 0 else (plane[:, 1:], plane[:, :-1])
    later += flow
    earlier += sign * flow


def _cells(shape: tuple[int, int]) -> tuple[int, int]:
    return -(-shape[0] // CELL), -(-shape[1] // CELL)


def _small(plane: np.ndarray) -> np.ndarray:
    rows, columns = _cells(plane.shape[:2])
    return cv2.resize(plane.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
