"""Stage 4: frames in, frames out, one by one; each compared with the photo, and corrected where it left it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import cv2
import numpy as np

from stillreel.consistency.anchor import Ease, Sharpness, difference
from stillreel.consistency.colour import Cast, ColourHold, cast_of
from stillreel.consistency.flicker import LocalDamper, flicker_between
from stillreel.consistency.grid import Grid, Seen, luma
from stillreel.consistency.identity import FaceHold
from stillreel.consistency.loop import Seam
from stillreel.consistency.report import ConsistencyReport

__all__ = ["HasBox", "Keeper"]

_EVERY = 3  # a face is compared in every third frame
_POP_FRAMES = 8
_LEAST = 0.5  # levels: a smaller correction changes no pixel for sure


class HasBox(Protocol):
    """A face, as far as it matters here."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """x0, y0, x1, y1 in frame pixels."""
        ...


@dataclass
class _Measured:
    """One number a frame; everything else of a frame is forgotten."""

    drift: list[float] = field(default_factory=list)
    drift_given: list[float] = field(default_factory=list)
    flicker: list[float] = field(default_factory=list)
    flicker_given: list[float] = field(default_factory=list)
    sharpness: list[float] = field(default_factory=lambda: [1.0])
    corrections: list[float] = field(default_factory=list)


class Keeper:
    """Holds a clip to its photo. Memory does not grow with the clip but for a few numbers a frame.

    photo: (H, W, 3) uint8, the clip's first frame. `exempt_light`: the plan changes the light, so colour and flicker
    are measured and left alone. `faces`: whose likeness is watched.
    """

    def __init__(
        self,
        photo: np.ndarray,
        *,
        exempt_light: bool = False,
        faces: Sequence[HasBox] = (),
        loop: bool = False,
    ) -> None:
        self._photo = photo
        self._exempt = exempt_light
        self._grid = Grid(photo)
        self._ease = Ease(Sharpness(self._grid, photo))
        self._faces = [FaceHold(photo, face.box) for face in faces]
        self._likeness: list[list[float]] = [[] for _ in faces]
        self._hold, self._damper = ColourHold(), LocalDamper(self._grid)
        self._seam = Seam() if loop else None
        self._measured = _Measured()
        self._index, self._flow_known = 0, True
        self._first: tuple[float, float] | None = None
        self._given: Seen | None = None
        self._delivered: Seen | None = None

    def hold(self, frame: np.ndarray, source: np.ndarray | None) -> np.ndarray:
        """The next frame, held: (H, W, 3) uint8; frame 0 is the photo, whatever was rendered.

        source: (ceil(H / 2), ceil(W / 2), 2) float32, the photo position in frame pixels that is seen at each place;
        None where the renderer does not know its motion. Raises ValueError for a frame of another size.
        """
        if frame.shape != self._photo.shape:
            raise ValueError(f"a frame has shape {frame.shape}, the photo {self._photo.shape}")
        if self._index == 0:
            self._first = difference(frame, self._photo)
            held, given = self._photo.copy(), self._grid.see(self._photo, source)
            delivered = given
        else:
            given = self._grid.see(frame, source)
            held, delivered = self._corrected(frame, given)
            held, sharpness = self._ease.apply(held, delivered, self._index)
            self._measured.sharpness.append(sharpness)
            self._watch(held, given, delivered, source)
        self._flow_known &= source is not None
        if self._seam is not None:
            self._seam.add(luma(delivered.colour))
        self._given, self._delivered = given, delivered
        self._index += 1
        return held

    def report(self) -> ConsistencyReport:
        """What was measured so far."""
        m = self._measured
        steps = np.abs(np.diff(m.sharpness[: _POP_FRAMES + 1]))
        error, bias = self._first or (None, None)
        return ConsistencyReport(
            frames=self._index,
            first_frame_error=error,
            first_frame_bias=bias,
            colour_drift_max=max(m.drift, default=0.0),
            colour_drift_mean=float(np.mean(m.drift)) if m.drift else 0.0,
            colour_drift_given_max=max(m.drift_given, default=0.0),
            flicker=_high(m.flicker),
            flicker_given=_high(m.flicker_given),
            sharpness_ratio=min(m.sharpness),
            sharpness_pop=float(steps.max()) if len(steps) else 0.0,
            identity=tuple(min(values) if values else None for values in self._likeness),
            loop_seam=self._seam.ratio() if self._seam is not None else None,
            light_exempt=self._exempt,
            flow_known=self._flow_known,
            corrected_frames=sum(size >= _LEAST for size in m.corrections),
            largest_correction=max(m.corrections, default=0.0),
        )

    def _corrected(self, frame: np.ndarray, given: Seen) -> tuple[np.ndarray, Seen]:
        """The frame with its colour held and its flicker damped, and the same on the grid."""
        cast = cast_of(given)
        self._measured.drift_given.append(cast.size if cast else 0.0)
        if self._exempt or cast is None:
            self._measured.drift.append(cast.size if cast else 0.0)
            self._measured.corrections.append(0.0)
            return frame, given
        undo = self._hold.undo(cast, known_flow=given.place is not None)
        patches = self._patches(given, cast)
        self._measured.drift.append(float(np.abs(cast.offset - undo.offset).max()))
        self._measured.corrections.append(max(undo.size, float(np.abs(patches).max())))
        colour = _recast(given.colour, given.colour.mean(), undo)
        colour = colour - cv2.resize(patches, self._grid.size, interpolation=cv2.INTER_LINEAR)
        return _applied(frame, undo, patches), replace(given, colour=colour)

    def _patches(self, given: Seen, cast: Cast) -> np.ndarray:
        if given.place is None or self._given is None:
            return np.zeros((2, 2, 3), np.float32)
        return self._damper.undo(given, self._given, cast.offset)

    def _watch(self, held: np.ndarray, given: Seen, delivered: Seen, source: np.ndarray | None) -> None:
        """Measure the delivered frame."""
        m = self._measured
        if self._given is not None and self._delivered is not None:
            m.flicker_given.append(flicker_between(self._grid, given, self._given))
            m.flicker.append(flicker_between(self._grid, delivered, self._delivered))
        if source is not None and self._index % _EVERY == 0:
            for face, values in zip(self._faces, self._likeness):
                similarity = face.similarity(held, source)
                if similarity is not None:
                    values.append(similarity)


def _applied(frame: np.ndarray, undo: Cast, patches: np.ndarray) -> np.ndarray:
    """The corrections on the full frame; the very frame where there is nothing to do."""
    if undo.size >= _LEAST or undo.contrast != 1:
        levels = np.arange(256, dtype=np.float32)[:, None].repeat(3, 1)
        table = _recast(levels, float(frame[::8, ::8].mean()), undo)
        frame = cv2.LUT(frame, np.clip(np.rint(table), 0, 255).astype(np.uint8)[None])
    if np.abs(patches).max() >= _LEAST:
        field = np.rint(patches).astype(np.int16)
        field = cv2.resize(field, frame.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        frame = cv2.subtract(frame, field, dtype=cv2.CV_8U)
    return frame


def _recast(values: np.ndarray, middle: float, undo: Cast) -> np.ndarray:
    """`values` (..., 3) in levels without the cast: contrast about `middle`, then the offset."""
    return (values - undo.offset - middle) / undo.contrast + middle


def _high(values: list[float]) -> float:
    """90th percentile: a mean hides a flash, a maximum is one frame's chance."""
    return float(np.percentile(values, 90)) if values else 0.0
