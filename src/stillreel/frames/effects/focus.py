"""Shallow focus: what lies off the subject's plane goes soft, easing in after the first frame.

The background is blurred without the subject in it (premultiplied by what is not subject), so that no colour of the
subject bleeds into a halo around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.frames.effects.paint import enlarge
from stillreel.motion.deformation import FrameView
from stillreel.motion.organic.onset import Span
from stillreel.motion.organic.regions import layer_maps, scale_of, shrink
from stillreel.motion.plan import MotionPlan
from stillreel.scene.values import Scene

__all__ = ["Focus", "shallow_focus"]

EASE = 1.6  # seconds until the lens has settled
RADIUS = 4.5  # px at 1024: standard deviation of the blur far off the plane
DEPTH = 0.10  # disparity around the plane that stays sharp
_WORDS = re.compile(
    r"\b(shallow|bokeh|rack focus|pull focus|focus (pull|shift)|selective focus|soft focus|depth of field|dof"
    r"|(background )?blur(red|ry)?( background)?|tilt shift)\b",
    re.IGNORECASE,
)
_DEEP = re.compile(r"\bdeep (focus|depth)\b", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Focus:
    """A `PixelEffect`."""

    plane: float  # disparity kept sharp
    radius: float  # frame pixels
    span: Span
    kind: str = "focus"

    def apply(self, frame: np.ndarray, view: FrameView) -> np.ndarray:
        strength = np.float32(self.span.swing(view.t, EASE))
        off = np.clip((np.abs(view.disparity - self.plane) - DEPTH) / 0.25, 0, 1)
        blur = cv2.GaussianBlur(off * (1 - view.subject), (0, 0), 2) * (1 - view.subject) * strength
        if float(blur.max()) < 0.01:
            return frame
        soft = _without(frame, view.subject, self.radius / 2 * (0.35 + 0.65 * float(strength)))
        weight = np.clip(blur * 1.6, 0, 1)
        return _mixed(frame, soft, weight)


def shallow_focus(scene: Scene, plan: MotionPlan, loop: bool) -> Focus | None:
    """Where the plan's mood asks for it."""
    words = " ".join(plan.mood)
    if not _WORDS.search(words) or _DEEP.search(words):
        return None
    return Focus(_plane(scene), RADIUS * scale_of(scene), Span(0.0, plan.seconds, plan.seconds, loop))


def _plane(scene: Scene) -> float:
    """The disparity to keep sharp: the subject's, the largest face's, else the nearest things'."""
    disparity, subject = shrink(scene, scene.disparity), layer_maps(scene)["subject"] > 0.9
    if subject.any():
        return float(np.median(disparity[subject]))
    for face in scene.faces:
        x0, y0, x1, y1 = (max(0, round(float(value) / 2)) for value in face.box)
        if disparity[y0:y1, x0:x1].size:
            return float(np.median(disparity[y0:y1, x0:x1]))
    return float(np.percentile(disparity, 85))


def _without(frame: np.ndarray, subject: np.ndarray, sigma: float) -> np.ndarray:
    """(h, w, 3) uint8: the frame on the flow grid, blurred as if the subject were not there.

    Squared first, for light adds up in linear values and highlights bloom as in a lens.
    """
    small = cv2.resize(frame, subject.shape[::-1], interpolation=cv2.INTER_AREA).astype(np.float32)
    weight = np.clip(1 - 1.6 * subject, 0, 1)
    lit = cv2.GaussianBlur(small * small * weight[..., None], (0, 0), sigma)
    total = np.maximum(cv2.GaussianBlur(weight, (0, 0), sigma), 1e-3)
    return np.sqrt(lit / total[..., None]).clip(0, 255).astype(np.uint8)


def _mixed(frame: np.ndarray, soft: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The frame, and `soft` over it by `weight` (both on the flow grid)."""
    large = np.ascontiguousarray(enlarge(soft, frame))
    cover = np.ascontiguousarray(enlarge(weight, frame))
    return cv2.blendLinear(frame, large, 1 - cover, cover)
