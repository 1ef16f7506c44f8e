"""What moves by itself: the motion that is left when the camera that was read is taken out of it.

A camera that turns or zooms moves every place in a known way. One that travels moves it along a known line, by an
amount that its depth tells; that depth is fitted to all keys at once, over a small neighbourhood, which is linear
(Hartley and Zisserman, Multiple View Geometry, 2nd ed., section 9.6: plane and parallax).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.evaluation.camera import CameraReading
from stillreel.evaluation.observation import Observation
from stillreel.motion.camera import CameraPose, Intrinsics, turn

__all__ = ["SEEN", "Remainder", "remainder"]

NEIGHBOURS = 11
"""Pixels of the small frames over which depth is taken as one."""
NEAREST = 3.0
SEEN = 0.4
"""The share of keys in which a place must be seen for its motion to count."""


@dataclass(frozen=True)
class Remainder:
    """In pixels of the small frames, on their grid."""

    last: np.ndarray  # (h, w, 2) float32: from the first frame to the last, without the camera
    speed: np.ndarray  # (h, w) float32: root mean square over all keys; NaN where a place was seldom seen


def remainder(observation: Observation, camera: CameraReading) -> Remainder:
    """The motion from the first frame without the camera's share, for all places."""
    film = observation.footage
    height, width = film.luma.shape[1:]
    lens = Intrinsics.of((width, height), camera.focal / film.scale)
    poses = _poses(camera)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    rays = np.stack([(x - lens.cx) / lens.focal, (y - lens.cy) / lens.focal, np.ones_like(x)], -1)
    disparity = _disparity(observation, poses, lens, rays, np.stack([x, y], -1))
    total, count = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
    left = np.zeros((height, width, 2), np.float32)
    for motion, pose in zip(observation.reach, poses, strict=True):
        left = motion.forward - (_seen(rays, disparity, pose, lens) - np.stack([x, y], -1))
        total += (left**2).sum(-1) * motion.trusted
        count += motion.trusted
    speed = np.sqrt(total / np.maximum(count, 1))
    return Remainder(left, np.where(count >= SEEN * len(poses), speed, np.nan).astype(np.float32))


def _poses(camera: CameraReading) -> list[CameraPose]:
    turns = np.radians(np.stack([camera.pan, camera.tilt, camera.roll], -1))
    return [
        CameraPose(turn(*angles), np.array(place), zoom)
        for angles, place, zoom in zip(turns[1:], camera.position[1:], camera.zoom[1:], strict=True)
    ]


def _disparity(
    observation: Observation, poses: list[CameraPose], lens: Intrinsics, rays: np.ndarray, at: np.ndarray
) -> np.ndarray:
    """(h, w) float32: the depth that explains every place best; zero where the camera does not travel."""
    both, own = np.zeros(rays.shape[:2], np.float32), np.zeros(rays.shape[:2], np.float32)
    for motion, pose in zip(observation.reach, poses, strict=True):
        if not pose.translates:
            continue
        scale = np.float32(pose.zoom * lens.focal)
        there = (at + motion.forward - np.array([lens.cx, lens.cy], np.float32)) / scale
        turned = rays @ pose.rotation.T.astype(np.float32)
        moved = (pose.rotation @ pose.position).astype(np.float32)
        # there * (turned_z - D moved_z) = turned_xy - D moved_xy, for D
        slope = there * moved[2] - moved[:2]
        known = there * turned[..., 2:] - turned[..., :2]
        both += (slope * known).sum(-1) * motion.trusted
        own += (slope**2).sum(-1) * motion.trusted
    smooth = [cv2.boxFilter(each, -1, (NEIGHBOURS, NEIGHBOURS)) for each in (both, own)]
    return np.clip(smooth[0] / np.maximum(smooth[1], 1e-9), 0.0, NEAREST)


def _seen(rays: np.ndarray, disparity: np.ndarray, pose: CameraPose, lens: Intrinsics) -> np.ndarray:
    """(h, w, 2) float32: where every place is to the camera at `pose`."""
    ray = (rays - disparity[..., None] * pose.position.astype(np.float32)) @ pose.rotation.T.astype(
        np.float32
    )
    away = np.maximum(ray[..., 2:], 0.05)
    return ray[..., :2] / away * np.float32(pose.zoom * lens.focal) + np.array([lens.cx, lens.cy], np.float32)
