"""What a camera path shows of a photo: how far it looks beyond the sides, and how far the content travels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stillreel.motion.borders import Borders, Sides
from stillreel.motion.camera import Camera, Intrinsics
from stillreel.motion.plan import MotionPlan
from stillreel.motion.projection import Places, project, unproject
from stillreel.scene.values import Scene

__all__ = ["View"]

_RIM = 13  # places a side
_STEP = 16  # frame pixels between the places whose travel is measured


@dataclass(frozen=True, eq=False)
class View:
    """A scene as cameras see it. An orbit or a dolly zoom is about its `pivot`."""

    size: tuple[int, int]
    lens: Intrinsics
    pivot: tuple[float, float]  # direction (x, y, 1) of the subject, or of the middle
    pivot_disparity: float
    disparity: np.ndarray  # (h, w) float32, every second pixel
    seed: int = 0
    loop: bool = False

    @classmethod
    def of(cls, scene: Scene, *, seed: int = 0, loop: bool = False) -> View:
        lens = Intrinsics.of(scene.size, scene.focal)
        weight = scene.subject * (scene.subject > 0.5)
        if weight.sum() < 0.005 * weight.size:
            weight = _middle(scene.size)
        rows, columns = np.indices(weight.shape)
        total = float(weight.sum())
        x, y, near = (float((what * weight).sum()) / total for what in (columns, rows, scene.disparity))
        pivot = ((x - lens.cx) / lens.focal, (y - lens.cy) / lens.focal)
        grid = np.ascontiguousarray(scene.disparity[::2, ::2])
        return cls(scene.size, lens, pivot, max(0.15, near), grid, seed, loop)

    def camera(self, plan: MotionPlan) -> Camera:
        return Camera(
            plan, pivot=self.pivot, pivot_disparity=self.pivot_disparity, seed=self.seed, loop=self.loop
        )

    def over(self, plan: MotionPlan, borders: Borders) -> Sides:
        """How much farther beyond each side than `borders` allow the path looks, in shares of the long side."""
        camera, rim = self.camera(plan), self._rim()
        found = []
        for t in np.linspace(0, plan.seconds, 25 if self.loop else 13):
            p = unproject(rim, camera.at(float(t)), self.lens, self.disparity, None)
            found.append(borders.over(p.x, p.y, self.size))
        return Sides(*(float(side) for side in np.max(found, axis=0)))

    def _rim(self) -> Places:
        """Frame places all along the border, (1, n) each."""
        along = np.linspace(0, 1, _RIM, dtype=np.float32)
        near, far = np.zeros_like(along), np.ones_like(along)
        x = np.concatenate([along, far, along, near])[None] * np.float32(self.size[0] - 1)
        y = np.concatenate([near, along, far, along])[None] * np.float32(self.size[1] - 1)
        return Places(x, y)

    def travel(self, plan: MotionPlan) -> float:
        """How far the content that travels most (its ninth tenth) gets from its place, as a share of the long side."""
        camera, (w, h) = self.camera(plan), self.size
        x, y = np.meshgrid(np.arange(0, w, _STEP, dtype=np.float32), np.arange(0, h, _STEP, dtype=np.float32))
        near = self.disparity[:: _STEP // 2, :: _STEP // 2][: x.shape[0], : x.shape[1]]
        farthest = 0.0
        for t in np.linspace(0, plan.seconds, 9)[1:]:
            p = project(Places(x, y), camera.at(float(t)), self.lens, near)
            farthest = max(farthest, float(np.percentile(np.hypot(p.x - x, p.y - y), 90)))
        return farthest / max(w, h)


def _middle(size: tuple[int, int]) -> np.ndarray:
    w, h = size
    mask = np.zeros((h, w), np.float32)
    mask[h // 3 : h - h // 3, w // 3 : w - w // 3] = 1
    return mask
