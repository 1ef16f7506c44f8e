"""What all measures share: a clip's footage, its motion, and what was asked of it, each worked out once."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from stillreel.evaluation import flow
from stillreel.evaluation.along import Along, compared
from stillreel.evaluation.footage import Footage
from stillreel.motion.plan import MotionPlan
from stillreel.scene.faces import Face, find_faces
from stillreel.scene.values import Scene

__all__ = ["Observation", "Steps", "Strides"]

KEYS = 20
"""Later frames to which the motion from the first frame is measured, at most."""
COARSER = 2
"""The motion from frame to frame is kept on a grid this much coarser than the small frames."""
STRIDES = 8
"""A second: slow motion is measured over an eighth of a second, as VBench samples it, so that noise weighs less."""
SMALLEST_FACED = 96
"""Pixels, short side of a clip in which faces are looked for."""


@dataclass(frozen=True)
class Steps:
    """The motion from every frame to the next, and back."""

    forward: np.ndarray  # (n - 1, h', w', 2) float16, pixels of the small frames
    trusted: np.ndarray  # (n - 1, h', w') bool
    backward: np.ndarray  # (n - 1, h', w', 2) float16, on the later frame's grid
    trusted_back: np.ndarray  # (n - 1, h', w') bool


@dataclass(frozen=True)
class Strides:
    """The motion over about an eighth of a second: from one end of the clip to its middle, and from the other.

    So a clip and its reverse show the same strides; in the middle two may overlap.
    """

    stride: int  # frames
    forward: np.ndarray  # (m, h', w', 2) float16, pixels of the small frames
    trusted: np.ndarray  # (m, h', w') bool
    backward: np.ndarray  # (m, h', w', 2) float16, on the later frame's grid
    trusted_back: np.ndarray  # (m, h', w') bool


@dataclass(frozen=True)
class Observation:
    """A clip, and what it was made from where that is known."""

    footage: Footage
    photo: np.ndarray | None = None  # (H, W, 3) uint8, fitted to the clip's size
    plan: MotionPlan | None = None
    scene: Scene | None = None  # of the photo, at the clip's size

    @cached_property
    def coarse(self) -> np.ndarray:
        """(n, h', w') uint8: luma on the grid of `steps`."""
        luma = self.footage.luma
        size = max(16, luma.shape[2] // COARSER), max(16, luma.shape[1] // COARSER)
        return np.stack([cv2.resize(frame, size, interpolation=cv2.INTER_AREA) for frame in luma])

    @cached_property
    def grown(self) -> np.ndarray:
        """(2,) float32: pixels of the small frames in one cell of the grid of `steps`, across and down."""
        small, coarse = self.footage.frames.shape[1:3], self.coarse.shape[1:]
        return np.array([small[1] / coarse[1], small[0] / coarse[0]], np.float32)

    @cached_property
    def steps(self) -> Steps:
        """Measured at the size in which it is kept: a fifth of the time; median errors of 0.06 to 0.17 px where
        the full size has 0.04 to 0.12."""
        pairs = [flow.both_ways(one, later) for one, later in itertools.pairwise(self.coarse)]
        there, back = zip(*pairs, strict=True)
        return Steps(*self._kept(there), *self._kept(back))

    @cached_property
    def strides(self) -> Strides:
        """On the grid of `steps`, guessed from them."""
        last = len(self.footage.frames) - 1
        stride = min(last, max(1, round(self.footage.fps / STRIDES)))
        if stride == 1:
            steps = self.steps
            return Strides(1, steps.forward, steps.trusted, steps.backward, steps.trusted_back)
        early = range(0, (last - stride) // 2 + 1, stride)
        starts = sorted({*early, *(last - stride - start for start in early)})
        there, back = zip(*(self._stride(at, at + stride) for at in starts), strict=True)
        return Strides(stride, *self._kept(there), *self._kept(back))

    def _stride(self, start: int, end: int) -> tuple[flow.Motion, flow.Motion]:
        guess = flow.Motion(self._stepped(start, end), self.steps.trusted[start])
        back = self._stepped(end, start)
        return flow.both_ways(self.coarse[start], self.coarse[end], guess, back)

    def _stepped(self, start: int, end: int) -> np.ndarray:
        """(h', w', 2) the steps from one frame to another, one after the other, in cells of their grid."""
        way = np.zeros_like(self.steps.forward[0], np.float32)
        onward = start < end
        steps = self.steps.forward[start:end] if onward else self.steps.backward[end:start][::-1]
        for step in steps:
            way += flow.sampled(step.astype(np.float32) / self.grown, way)
        return way

    def _kept(self, motions: tuple[flow.Motion, ...]) -> tuple[np.ndarray, np.ndarray]:
        forward = np.stack([(each.forward * self.grown).astype("f2") for each in motions])
        return forward, np.stack([each.trusted for each in motions])

    @cached_property
    def along(self) -> Along:
        """Neighbouring frames compared along the motion."""
        return compared(self.coarse, self.steps, self.grown)

    @cached_property
    def keys(self) -> tuple[int, ...]:
        """The later frames of `reach`, rising; the last frame is one of them."""
        last = len(self.footage.frames) - 1
        return tuple(
            dict.fromkeys(np.linspace(0, last, min(KEYS, last) + 1).round().astype(int).tolist()[1:])
        )

    @cached_property
    def reach(self) -> list[flow.Motion]:
        """The motion from the first frame to each of `keys`."""
        size = self.footage.luma.shape[:0:-1]
        return flow.chained(
            self.footage.luma, self.keys, lambda a, b: cv2.resize(self._stepped(a, b) * self.grown, size)
        )

    @cached_property
    def faces(self) -> tuple[Face, ...]:
        """Of the first frame, in pixels of the small frames: the scene's, else looked for."""
        if self.scene is not None:
            found, width = self.scene.faces, self.scene.size[0]
        else:
            found, width = _found(self.footage.first), self.footage.size[0]
        return tuple(_scaled(face, self.footage.frames.shape[2] / width) for face in found)


def _found(frame: np.ndarray) -> tuple[Face, ...]:
    return find_faces(frame, None, None) if min(frame.shape[:2]) >= SMALLEST_FACED else ()


def _scaled(face: Face, scale: float) -> Face:
    x0, y0, x1, y1 = (edge * scale for edge in face.box)
    return Face((x0, y0, x1, y1), face.landmarks * np.float32(scale), face.openness, face.pose, face.confidence)
