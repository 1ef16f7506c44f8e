"""Where the eye goes in a picture whose subject is not sure: what is sharp, coloured and near the middle."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.scene.values import Scene

__all__ = ["box_of_interest"]

_SIDE = 96  # pixels of the longer side; detail finer than that draws no eye


def box_of_interest(scene: Scene) -> str:
    """The plan's region 'box x0 y0 x1 y1' around it. A guess, to be said as one."""
    scale = _SIDE / max(scene.size)
    size = tuple(max(8, round(side * scale)) for side in scene.size)
    small = cv2.resize(scene.pixels, size, interpolation=cv2.INTER_AREA)
    edges = cv2.resize(np.abs(cv2.Laplacian(cv2.cvtColor(scene.pixels, cv2.COLOR_RGB2GRAY), cv2.CV_32F)), size,
                       interpolation=cv2.INTER_AREA)  # fmt: skip
    sharp = cv2.GaussianBlur(edges, (0, 0), 2.5)
    colour = cv2.cvtColor(small, cv2.COLOR_RGB2HSV)[..., 1].astype(np.float32) / 255
    sky = cv2.resize(scene.parts["sky"], size, interpolation=cv2.INTER_AREA)
    y, x = ((np.arange(side, dtype=np.float32) + 0.5) / side for side in size[::-1])
    middle = np.exp(-np.square((y[:, None] - 0.54) / 0.3) - np.square((x[None] - 0.5) / 0.3))
    weight = middle * (0.1 + sharp / max(float(sharp.max()), 1e-3)) * (0.25 + colour) * (1 - sky) + 1e-6
    weight = weight**1.5 / float((weight**1.5).sum())
    at = np.array(((weight * x[None]).sum(), (weight * y[:, None]).sum()))
    spread = np.sqrt(((weight * np.square(x[None] - at[0])).sum(), (weight * np.square(y[:, None] - at[1])).sum()))
    low, high = np.clip(at - 1.7 * spread, 0.02, 0.9), np.clip(at + 1.7 * spread, 0.1, 0.98)
    return "box " + " ".join(f"{value:.2f}" for value in (*low, *high))
