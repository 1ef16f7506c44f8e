"""Where a figure's head, shoulders and foot are: from the face where there is one, else from the matte's shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stillreel.motion.organic.regions import Area
from stillreel.scene.values import Scene

__all__ = ["Figure", "figure_of"]


@dataclass(frozen=True)
class Figure:
    """In frame pixels. `head` is the head's height from chin to crown, the measure of everything else."""

    x: float
    top: float
    shoulders: float
    foot: float
    head: float


def figure_of(scene: Scene, area: Area) -> Figure:
    """The figure that an area shows: a person by the largest face, anything else by proportion."""
    rows, columns = np.where(area.inside)
    top, foot = float(rows.min() * 2), float(rows.max() * 2 + 2)
    for face in scene.faces:
        x0, y0, x1, y1 = (float(value) for value in face.box)
        if y1 < foot:
            high = (y1 - y0) * 1.25
            return Figure((x0 + x1) / 2, min(top, y0), y1 + 0.45 * high, foot, high)
    return Figure(float(np.median(columns) * 2), top, top + 0.35 * (foot - top), foot, 0.22 * (foot - top))
