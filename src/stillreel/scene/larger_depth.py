"""Depth by a larger network that the user pulled; the layered prior says how far its range reaches.

Such a network tells relative disparity: larger is nearer, by an unknown scale and shift. Its middle is laid on the
prior's, whose range the camera's limits are made for; sky stays at infinity. Input as Depth Anything V2 takes it (Yang
et al., 2024): sRGB normalised by ImageNet's mean and deviation, sides in multiples of 14.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.errors import ModelError
from stillreel.scene.canvas import Canvas
from stillreel.scene.refine import guided_filter

__all__ = ["OURS", "LargerDepth"]

OURS = "ours"  # the shipped way: what is meant by no larger network

PATCH, AREA = 14, 518 * 518  # px of the network's input; about the area that it was trained at
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)
MIDDLE = (2.0, 98.0)  # percentiles that are laid on the prior's
SHALLOWEST = 0.35  # range of disparity below which the prior itself knows too little to say how deep the picture is
# Published for 2D pairs of points in everyday photos: 95 in 100 in order, 0.9 better than by chance (DA-2K, ibid.).
TRUST = 0.9


@dataclass(frozen=True)
class LargerDepth:
    """One network. `run` takes (1, 3, h, w) float32 and gives (1, h, w) or (1, 1, h, w), of any size."""

    name: str
    sha256: str  # of its file
    run: Callable[[np.ndarray], np.ndarray]

    def find(self, canvas: Canvas, prior: np.ndarray, sky: np.ndarray) -> tuple[np.ndarray, float]:
        """((h, w) float32 disparity 0..1, its confidence 0..1), where `prior` (h, w) is the layered prior's disparity
        and `sky` (h, w) says 0..1 how surely a place is sky. ModelError `model.answer` for what is no depth.

        Confidence falls where a second, smaller look at the mirror image disagrees, and where sure sky is seen near.
        """
        seen = self._seen(canvas.rgb, AREA)
        mirrored = self._seen(canvas.rgb[:, ::-1], AREA // 4)[:, ::-1]
        land = sky < 0.5
        if land.mean() < 0.02:
            land[:] = True
        low, high = np.percentile(seen[land], MIDDLE)
        if not high - low > 1e-6 * max(1.0, abs(high)):  # one depth all over: it does not know
            return prior, 0.0
        near, far = _range(prior[land])
        disparity = far + (seen - low) / (high - low) * (near - far)
        fine = guided_filter(canvas.grey, disparity.astype(np.float32), max(2, round(0.006 * max(canvas.shape))), 1e-3)
        trust = TRUST * _alike(seen[land], mirrored[land]) * _far(seen, sky, low, high)
        return np.clip(fine * (1 - sky), 0, 1).astype(np.float32), trust

    def _seen(self, rgb: np.ndarray, area: int) -> np.ndarray:
        """What the network says of (h, w, 3) uint8, which it is shown with about `area` pixels: (h, w) float32."""
        height, width = rgb.shape[:2]
        scale = (area / (height * width)) ** 0.5
        size = [max(PATCH, round(side * scale / PATCH) * PATCH) for side in (width, height)]
        shown = cv2.resize(rgb, size, interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255
        given = np.ascontiguousarray(((shown - MEAN) / DEVIATION).transpose(2, 0, 1)[None])
        seen = np.asarray(self.run(given), np.float32)
        plane = seen.reshape(seen.shape[-2:]) if seen.ndim >= 2 and seen.size == np.prod(seen.shape[-2:]) else None
        if plane is None or min(plane.shape) < 2 or not np.isfinite(plane).all():
            text = f"The network {self.name} answered {seen.shape} numbers, not one finite plane of depth."
            raise ModelError("model.answer", text, "Do without it: -O depth=ours.")
        return cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR)


def _range(prior: np.ndarray) -> tuple[float, float]:
    """(nearest, farthest) of the prior, drawn apart around their middle where they nearly coincide."""
    far, near = np.percentile(prior, MIDDLE)
    lacks = max(0.0, SHALLOWEST - (near - far))
    far = min(max(far - lacks / 2, 0.0), 1 - SHALLOWEST)
    return float(max(near + lacks / 2, far + SHALLOWEST)), float(far)


def _alike(one: np.ndarray, other: np.ndarray) -> float:
    """0..1: how far the one follows from the other by scale and shift (Pearson's correlation)."""
    one, other = one - one.mean(), other - other.mean()
    spread = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(np.clip(float(one @ other) / spread, 0, 1)) if spread > 0 else 0.0


def _far(seen: np.ndarray, sky: np.ndarray, low: float, high: float) -> float:
    """0..1: 1 where what is surely sky is as far as anything; a network that sees a near sky is lost in the picture."""
    sure = sky > 0.7
    if sure.mean() < 0.01:
        return 1.0
    return float(1 - np.clip((np.median(seen[sure]) - low) / (high - low) - 0.1, 0, 1))
