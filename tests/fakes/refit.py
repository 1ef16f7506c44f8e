"""Recover the camera from pixels: tracks between two frames, then the model that explains them."""

from __future__ import annotations

import cv2
import numpy as np


def tracks(
    first: np.ndarray, last: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Points (N, 2) in `first` and where they are in `last`, by DIS flow and Lucas-Kanade, checked both ways."""
    a, b = (cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in (first, last))
    points = cv2.goodFeaturesToTrack(a, 600, 0.01, 6, mask=mask)
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(a, b, np.zeros((*a.shape, 2), np.float32))
    column, row = points[:, 0].astype(int).T
    guess = points + flow[row, column][:, None]
    options = {"winSize": (15, 15), "maxLevel": 2, "flags": cv2.OPTFLOW_USE_INITIAL_FLOW}
    moved, found, _ = cv2.calcOpticalFlowPyrLK(a, b, points, guess.astype(np.float32), **options)
    back, found_back, _ = cv2.calcOpticalFlowPyrLK(b, a, moved, points.copy(), **options)
    good = (found[:, 0] > 0) & (found_back[:, 0] > 0) & (np.abs(back - points).max(axis=(1, 2)) < 0.3)
    return points[good][:, 0], moved[good][:, 0]


def fit_rotation(
    points: np.ndarray, moved: np.ndarray, focal: float, size: tuple[int, int]
) -> dict[str, float]:
    """Zoom ratio and rotation (degrees: yaw right, pitch up, roll clockwise) of a camera that turned and zoomed."""
    matrix, _ = cv2.findHomography(points, moved, cv2.RANSAC, 1.0)
    lens = np.array([[focal, 0, (size[0] - 1) / 2], [0, focal, (size[1] - 1) / 2], [0, 0, 1]])
    turned = np.linalg.inv(lens) @ matrix @ lens  # diag(z, z, 1) R up to scale
    turned /= np.linalg.norm(turned[2])
    zoom = float((np.linalg.norm(turned[0]) + np.linalg.norm(turned[1])) / 2)
    u, _, vt = np.linalg.svd(np.diag([1 / zoom, 1 / zoom, 1]) @ turned)
    r = u @ vt * np.sign(np.linalg.det(u @ vt))
    yaw = float(np.degrees(np.arctan2(-r[0, 2], r[2, 2])))
    pitch = float(np.degrees(np.arcsin(np.clip(r[1, 2], -1, 1))))
    roll = float(np.degrees(np.arctan2(-r[1, 0], r[0, 0])))
    return {"zoom": zoom, "yaw": yaw, "pitch": pitch, "roll": roll}


def fit_similarity(points: np.ndarray, moved: np.ndarray, size: tuple[int, int]) -> dict[str, float]:
    """Scale about the centre and shift of the centre in pixels."""
    matrix, _ = cv2.estimateAffinePartial2D(points, moved, method=cv2.RANSAC, ransacReprojThreshold=1.0)
    centre = np.array([(size[0] - 1) / 2, (size[1] - 1) / 2, 1])
    shift = matrix @ centre - centre[:2]
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    return {"scale": scale, "x": float(shift[0]), "y": float(shift[1])}
