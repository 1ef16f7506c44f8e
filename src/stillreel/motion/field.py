"""FlowField: a plan over a scene as dense displacement, on request and a frame at a time."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from stillreel.motion.camera import Camera, Intrinsics
from stillreel.motion.deformation import Deformation, LayerName, bend, flow_size
from stillreel.motion.projection import Grid, Places, advance, rigid_near
from stillreel.scene.values import Scene

__all__ = ["FlowField"]


class FlowField:
    """Forward displacement of what the photo shows: position in a frame = position in frame 0 + flow."""

    def __init__(self, scene: Scene, camera: Camera, motions: Sequence[Deformation]) -> None:
        self._scene, self._camera = scene, camera
        self._lens = Intrinsics.of(scene.size, scene.focal)
        self._grid = Grid(scene.size)
        self._disparity = rigid_near(cv2.resize(scene.disparity, flow_size(scene.size), interpolation=cv2.INTER_AREA))
        self._motions = motions

    def at(self, t: float) -> np.ndarray:
        """(H, W, 2) float32, x then y, in frame pixels, at t seconds."""
        here = self._grid.places()
        pose = self._camera.at(t)
        flow = np.zeros((self._scene.size[1], self._scene.size[0], 2), np.float32)
        for name, mask in self._layers().items():
            own = [motion for motion in self._motions if motion.layer == name]
            there = advance(here, bend(own, t), pose, self._lens, self._disparity)
            moved = Places(there.x - here.x, there.y - here.y)
            full = np.stack([self._grid.enlarge(plane.astype(np.float32)) for plane in moved], axis=-1)
            flow[mask] = full[mask]
        return flow

    def _layers(self) -> dict[LayerName, np.ndarray]:
        subject = self._scene.subject > 0.5
        sky = (self._scene.parts["sky"] > 0.5) & ~subject
        return {"subject": subject, "sky": sky, "background": ~(subject | sky)}
