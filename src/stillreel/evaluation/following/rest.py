"""What moves once the camera is taken off: how far every place of the first frame gets from where a camera puts it.

The camera's path predicts where every place goes; what that leaves is fitted by a smooth field over the places that
are planned to stand still (a plane's motion and that of the depth map, robustly), because depth and lens are never
known exactly. What then remains is motion of the scene itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from stillreel.evaluation.camera import CameraReading
from stillreel.evaluation.flow import sampled
from stillreel.evaluation.following.places import COARSER, shape_of
from stillreel.evaluation.observation import Observation
from stillreel.motion.camera import CameraPose, Intrinsics, turn
from stillreel.motion.projection import Places, project

__all__ = ["ENOUGH_STILL", "Rest", "fitted", "left_over", "smooth_features"]

STRIDE = 4  # cells between the places that the smooth field is fitted to
ROUNDS = 5
WIDE = 0.75  # pixels of the small frames at which a place counts half in the fit
ENOUGH_STILL = 0.06  # share of the picture; with less that is planned to stand still nothing is fitted
TYPICAL = 0.4  # disparity, where no scene is known
WINDOW = 7  # cells over which pixels are compared
EVEN, NOISE = 12.0, 3.0  # levels: the contrast that all places get, and the noise that gets no more
FLOOR, LOW, HIGH = 1.0, 0.05, 0.3
"""Levels that never count; and by which share of what is left the camera must explain less before motion counts a
little, and wholly."""


@dataclass(frozen=True)
class Rest:
    """k later moments; (h, w) is the grid of `places`; distances in pixels of the clip."""

    times: np.ndarray  # (k,) seconds
    raw: np.ndarray  # (k, h, w, 2) float32, x then y, as measured
    proof: np.ndarray  # (k, h, w) float32 0..1: how far the pixels bear that out
    moved: np.ndarray  # (k, h, w, 2): the one times the other
    aside: (
        np.ndarray
    )  # (k,) pixels by which the camera's travel moves what is nearest against what is farthest
    trusted: np.ndarray  # (k, h, w) bool: followed there and back
    inside: np.ndarray  # (k, h, w) bool: not out of the picture by the camera alone
    camera: np.ndarray  # (k,) how far the camera moves a usual place
    gone: np.ndarray  # (k, h, w, 2) float32: by the camera alone, in pixels of the small frames
    scale: float  # pixels of the clip in one of the small frames
    long_side: int

    def moving(self, raw: np.ndarray) -> Rest:
        """The same with another motion."""
        return replace(self, raw=raw, moved=raw * self.proof[..., None])

    def strength(self, where: np.ndarray, steady: bool = False) -> np.ndarray:
        """(k,) root mean square of what moves inside `where` (h, w) bool; `steady` counts what is trusted alone."""
        counted = (self.trusted if steady else self.inside) & where
        squared = np.square(self.moved).sum(-1) * counted
        total = counted.sum(axis=(1, 2))
        return np.sqrt(squared.sum(axis=(1, 2)) / np.maximum(total, 1))


def left_over(observation: Observation, reading: CameraReading, still: np.ndarray) -> Rest:
    """What the camera leaves of the motion; `still` (h, w) bool is where nothing is planned to move."""
    film = observation.footage
    rows, columns = shape_of(observation)
    seen = np.stack([each.forward[::COARSER, ::COARSER] for each in observation.reach])
    trusted = np.stack([each.trusted[::COARSER, ::COARSER] for each in observation.reach])
    disparity = _disparity(observation, (rows, columns))
    at = Places(
        *np.meshgrid(
            np.arange(columns, dtype=np.float32) * COARSER, np.arange(rows, dtype=np.float32) * COARSER
        )
    )
    predicted = _predicted(reading, at, disparity, film.scale, film.luma.shape[:0:-1], len(seen))
    bent = _bent(seen - predicted, trusted, still, disparity)
    gone = predicted + bent
    x, y = at.x + gone[..., 0], at.y + gone[..., 1]
    inside = (x >= 0) & (x <= film.luma.shape[2] - 1) & (y >= 0) & (y <= film.luma.shape[1] - 1)
    left, proof = seen - gone, _proven(observation, seen, gone).astype(np.float32)
    usual = np.sqrt(np.median(np.square(gone).sum(-1), axis=(1, 2)))
    times = np.array(observation.keys) / film.fps
    raw = left * np.float32(film.scale)
    aside = reading.focal * np.linalg.norm(np.array(reading.position)[1:, :2], axis=1)
    return Rest(
        times, raw, proof, raw * proof[..., None], aside, trusted, inside, usual * film.scale, gone, film.scale,
        max(film.size),
    )  # fmt: skip


def _proven(observation: Observation, seen: np.ndarray, gone: np.ndarray) -> np.ndarray:
    """(k, h, w) 0..1: how far the measured motion explains the pixels better than the camera alone does.

    Flow spreads into what is smooth from what lies around it; there both explain the same. Light is left out of it.
    """
    shape = seen.shape[2:0:-1]
    luma, found = observation.footage.luma, []
    first = _fine(luma[0], shape)
    for key, moved, carried in zip(observation.keys, seen, gone, strict=True):
        fine = _fine(luma[key], shape)
        by_flow, by_camera = (
            cv2.blur(np.abs(sampled(fine, way / np.float32(COARSER)) - first), (WINDOW, WINDOW))
            for way in (moved, carried)
        )
        found.append(np.clip(((by_camera - by_flow) / (by_flow + FLOOR) - LOW) / (HIGH - LOW), 0, 1))
    return np.stack(found)


def _fine(luma: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """(h, w) float32: luma without its slow changes and at an even contrast, and so without what light does to it."""
    small = cv2.resize(luma, (shape[0], shape[1]), interpolation=cv2.INTER_AREA).astype(np.float32)
    fine = small - cv2.GaussianBlur(small, (0, 0), 4)
    return EVEN * fine / np.sqrt(cv2.GaussianBlur(fine * fine, (0, 0), 8) + NOISE**2)


def _disparity(observation: Observation, shape: tuple[int, int]) -> np.ndarray:
    if observation.scene is None:
        return np.full(shape, TYPICAL, np.float32)
    return cv2.resize(observation.scene.disparity, shape[::-1], interpolation=cv2.INTER_AREA)


def _predicted(
    reading: CameraReading, at: Places, disparity: np.ndarray, scale: float, size: tuple[int, ...], keys: int
) -> np.ndarray:
    """(k, h, w, 2): by the camera's path alone, pixels of the small frames."""
    lens = Intrinsics.of((size[0], size[1]), max(reading.focal / scale, 1.0))
    found = np.zeros((keys, *at.x.shape, 2), np.float32)
    if reading.error_median is None:
        return found
    turned = np.radians(np.stack([reading.pan, reading.tilt, reading.roll], -1))
    for key in range(keys):
        pose = CameraPose(
            turn(*turned[key + 1]), np.array(reading.position[key + 1]), float(reading.zoom[key + 1])
        )
        there = project(at, pose, lens, disparity)
        found[key] = np.stack([there.x - at.x, there.y - at.y], -1)
    return np.clip(np.nan_to_num(found), -1e4, 1e4)


def _bent(left: np.ndarray, trusted: np.ndarray, still: np.ndarray, disparity: np.ndarray) -> np.ndarray:
    """(k, h, w, 2): the smooth field over `still` that a camera and a depth known badly leave behind."""
    if still.mean() < ENOUGH_STILL:
        return np.zeros_like(left)
    full, _ = smooth_features(disparity.shape, disparity)
    few = (slice(None, None, STRIDE), slice(None, None, STRIDE))
    thin, calm = full[few].reshape(-1, full.shape[-1]), still[few].ravel()
    found = np.empty_like(left)
    for key, each in enumerate(left):
        weight = trusted[key][few].ravel() * calm
        found[key] = full @ fitted(thin, each[few].reshape(-1, 2), weight) if weight.sum() > 30 else 0
    return found


def smooth_features(shape: tuple[int, int], disparity: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
    """(h, w, 9): what moves a plane under any camera (1, x, y, their squares and product), and what depth adds to it
    (1, x, y, times its distance from the mean); and how many pixels of the small frames one unit of x and y is."""
    rows, columns = shape
    x, y = np.meshgrid(
        np.linspace(-1, 1, columns, dtype=np.float32), np.linspace(-1, 1, rows, dtype=np.float32)
    )
    near = disparity - disparity.mean()
    terms = (np.ones_like(x), x, y, x * x, x * y, y * y, near, near * x, near * y)
    half = max((columns - 1) * COARSER / 2, 1.0), max((rows - 1) * COARSER / 2, 1.0)
    return np.stack(terms, -1).astype(np.float32), half


def fitted(features: np.ndarray, values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """(f, 2) for (n, f) features and (n, 2) values: least squares, in which what moves otherwise loses its weight
    (Geman-McClure)."""
    found = np.zeros((features.shape[1], 2))
    for round_ in range(ROUNDS):
        error = np.square(values - features @ found).sum(-1)
        wide = max(WIDE, 6.0 * 0.5**round_)
        each = weight / np.square(1 + error / wide**2)
        curve = features.T @ (features * each[:, None]) + 1e-3 * len(features) * 0.01 * np.eye(
            features.shape[1]
        )
        found = np.linalg.solve(curve, features.T @ (values * each[:, None]))
    return found.astype(np.float32)
