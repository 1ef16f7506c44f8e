"""Motion as colour: the hue says where to, the strength how far.

The colour wheel of Baker et al., A Database and Evaluation Methodology for Optical Flow, IJCV 2011: rest is white, and
each hue stands for one direction.
"""

from __future__ import annotations

import numpy as np

__all__ = ["UNKNOWN", "coloured", "reach", "wheel"]

UNKNOWN = (186, 212)
"""Stripes of these greys stand where the motion could not be measured: rest is white, and no motion is grey."""
_SECTORS = ((15, 0), (6, 1), (4, 2), (11, 3), (13, 4), (6, 5))
"""Steps from red to yellow, green, cyan, blue, magenta and back: about as many as an eye tells apart."""


def coloured(flow: np.ndarray, most: float, trusted: np.ndarray | None = None) -> np.ndarray:
    """(h, w, 3) uint8 sRGB of (h, w, 2) `flow` (x right, y down).

    Full colour from length `most` on; striped where not `trusted`.
    """
    length = np.minimum(np.linalg.norm(flow, axis=-1) / max(most, 1e-6), 1.0)
    hues = _hues()
    turn = np.arctan2(-flow[..., 1], -flow[..., 0]) / np.pi
    place = (turn + 1) / 2 * len(hues)
    low = np.floor(place).astype(int)
    share = (place - low)[..., None]
    full = (1 - share) * hues[low % len(hues)] + share * hues[(low + 1) % len(hues)]
    picture = (255 * (1 - length[..., None] * (1 - full))).astype(np.uint8)
    if trusted is not None:
        picture[~trusted] = _stripes(trusted.shape)[~trusted]
    return picture


def wheel(side: int) -> np.ndarray:
    """(side, side, 4) uint8 RGBA legend: what moves toward a place of the disc has its colour; clear outside."""
    axis = (np.arange(side) + 0.5) / side * 2 - 1
    flow = np.stack(np.meshgrid(axis, axis), -1)
    length = np.linalg.norm(flow, axis=-1)
    inside = np.clip((1 - length) * side / 2 + 0.5, 0, 1) * 255
    return np.dstack([coloured(flow, 1.0), inside.astype(np.uint8)])


def reach(flow: np.ndarray, trusted: np.ndarray) -> float:
    """The length that shall have full colour: the 99th percentile of what is trusted, at least one pixel."""
    if not trusted.any():
        return 1.0
    return max(1.0, float(np.percentile(np.linalg.norm(flow[trusted], axis=-1), 99)))


def _stripes(shape: tuple[int, ...]) -> np.ndarray:
    """(h, w, 1) uint8: grey stripes from lower left to upper right."""
    rows, columns = np.indices(shape)
    return np.where((rows + columns) // 5 % 2 == 0, *map(np.uint8, UNKNOWN))[..., None]


def _hues() -> np.ndarray:
    """(55, 3) float 0..1: the pure colours of the wheel in order."""
    colours: list[tuple[float, float, float]] = []
    for steps, sector in _SECTORS:
        for step in range(steps):
            up = step / steps
            colours.append(
                ((1, up, 0), (1 - up, 1, 0), (0, 1, up), (0, 1 - up, 1), (up, 0, 1), (1, 0, 1 - up))[sector]
            )
    return np.array(colours, float)
