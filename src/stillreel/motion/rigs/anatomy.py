"""What the rigs need to know of a face, measured from its landmarks. Left and right are the picture's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stillreel.motion.deformation import LayerName
from stillreel.motion.organic.regions import layer_maps, region_map
from stillreel.scene import landmarks as points
from stillreel.scene.values import Face, Scene

__all__ = ["Eye", "Head", "eyes_of", "faces_in", "head_of", "layer_at"]


@dataclass(frozen=True, eq=False)
class Head:
    """Frame pixels; `across` points to the picture's right along the eyes, `down` from the brow to the chin."""

    centre: np.ndarray  # (2,) middle of the face
    across: np.ndarray  # (2,) unit vector
    down: np.ndarray  # (2,) unit vector
    width: float  # of the face's outline
    height: float  # forehead to chin
    yaw: float  # degrees, positive toward the picture's right


@dataclass(frozen=True, eq=False)
class Eye:
    """One eye in its own frame: a along its corners (0 in the middle), b downward, both in frame pixels."""

    origin: np.ndarray  # (2,)
    across: np.ndarray
    down: np.ndarray
    width: float  # between the corners
    upper: np.ndarray  # polynomial (numpy order) b(a) of the upper lid's edge
    lower: np.ndarray
    brow: float  # b of the brow's lower edge above the eye's middle (negative)
    openness: float  # 0 closed .. 1 open

    @property
    def opening(self) -> float:
        """The lids' distance in the middle of the eye."""
        return float(max(0.0, np.polyval(self.lower, 0.0) - np.polyval(self.upper, 0.0)))

    def frame(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(a, b) of frame pixels."""
        dx, dy = x - self.origin[0], y - self.origin[1]
        return dx * self.across[0] + dy * self.across[1], dx * self.down[0] + dy * self.down[1]

    def lids(self, a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """b of the upper and the lower lid's edge; they meet at and beyond the corners."""
        inside = np.clip(a, -self.width / 2, self.width / 2)
        upper, lower = np.polyval(self.upper, inside), np.polyval(self.lower, inside)
        middle, half = (upper + lower) / 2, np.clip(lower - upper, 0, None) / 2
        return middle - half, middle + half


def head_of(face: Face) -> Head:
    """The head's frame from the outline and the eyes' corners."""
    at = np.asarray(face.landmarks, np.float64)
    left, right = (at[list(group), :2].mean(axis=0) for group in (points.LEFT_EYE, points.RIGHT_EYE))
    across = (right - left) / max(float(np.hypot(*(right - left))), 1e-6)
    down = np.array((-across[1], across[0]))
    oval = at[list(points.OVAL)]
    along, below = oval[:, :2] @ across, oval[:, :2] @ down
    centre = across * (along.max() + along.min()) / 2 + down * (below.max() + below.min()) / 2
    far = oval[int(along.argmax())] - oval[int(along.argmin())]
    yaw = float(np.degrees(np.arctan2(far[2], max(float(np.hypot(far[0], far[1])), 1e-6))))
    return Head(centre, across, down, float(np.ptp(along)), float(np.ptp(below)), yaw)


def eyes_of(face: Face) -> tuple[Eye, Eye]:
    """The left and the right eye."""
    sides = (
        (points.LEFT_EYE_UPPER, points.LEFT_EYE_LOWER, points.LEFT_BROW),
        (points.RIGHT_EYE_UPPER, points.RIGHT_EYE_LOWER, points.RIGHT_BROW),
    )
    left, right = (
        _eye(np.asarray(face.landmarks, np.float64)[:, :2], *side, openness=float(openness))
        for side, openness in zip(sides, face.openness, strict=True)
    )
    return left, right


def _eye(
    at: np.ndarray, upper: tuple[int, ...], lower: tuple[int, ...], brow: tuple[int, ...], openness: float
) -> Eye:
    first, last = sorted((at[upper[0]], at[upper[-1]]), key=lambda corner: float(corner[0]))
    across = (last - first) / max(float(np.hypot(*(last - first))), 1e-6)
    down, origin = np.array((-across[1], across[0])), (first + last) / 2
    curves = [_curve((at[list(edge)] - origin) @ across, (at[list(edge)] - origin) @ down) for edge in (upper, lower)]
    edge = brow[: len(brow) // 2]  # the lower edge comes first
    return Eye(origin, across, down, float(np.hypot(*(last - first))), curves[0], curves[1],
               float(((at[list(edge)] - origin) @ down).mean()), openness)  # fmt: skip


def _curve(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """A smooth lid through its points, the corners counting most."""
    weight = np.ones_like(a)
    weight[[int(a.argmin()), int(a.argmax())]] = 3.0
    return np.polyfit(a, b, min(4, len(a) - 1), w=weight)


def layer_at(scene: Scene, spot: np.ndarray) -> LayerName:
    """The layer that is seen at a frame pixel (x, y)."""
    layers = layer_maps(scene)
    rows, columns = layers["subject"].shape
    row, column = (int(np.clip(spot[1] / 2, 0, rows - 1)), int(np.clip(spot[0] / 2, 0, columns - 1)))
    return "subject" if layers["subject"][row, column] > 0.5 else "background"


def faces_in(scene: Scene, region: str, hold: np.ndarray) -> list[Face]:
    """The faces whose middle lies in the region and is not held; a named region means all of them."""
    found = region_map(scene, region) if region.startswith("box ") else None
    chosen = []
    for face in scene.faces:
        column, row = (int(value / 2) for value in head_of(face).centre)
        inside = 0 <= row < hold.shape[0] and 0 <= column < hold.shape[1]
        if inside and not hold[row, column] and (found is None or found[row, column] > 0.5):
            chosen.append(face)
    return chosen
