"""A small motion on a thing that moves itself: an eyelid on a turning head.

The renderer adds up the deformations of a layer. For smooth ones that is right to within a fraction of a pixel; a lid
has a sharp edge and must sit where the eye has gone, so it is looked up there: what is seen at p comes through the
carriers from q = p + c(p), and from there through the lid.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.motion.deformation import Deformation, LayerName

__all__ = ["Carried"]


@dataclass(frozen=True, eq=False)
class Carried:
    """`inner`, moved along by `carriers` of the same layer; a `Deformation` that may be added to theirs."""

    inner: Deformation
    carriers: tuple[Deformation, ...]

    @property
    def kind(self) -> str:
        return self.inner.kind

    @property
    def layer(self) -> LayerName:
        return self.inner.layer

    def backward(self, t: float) -> np.ndarray:
        field = self.inner.backward(t)
        if not self.carriers or not field.any():
            return field
        rows, columns = np.where(np.abs(field).sum(axis=-1) > 0)
        margin = 24
        window = (slice(max(0, int(rows.min()) - margin), int(rows.max()) + margin + 1),
                  slice(max(0, int(columns.min()) - margin), int(columns.max()) + margin + 1))  # fmt: skip
        moved = np.sum([carrier.backward(t)[window] for carrier in self.carriers], axis=0) / 2
        y, x = np.mgrid[window].astype(np.float32)
        out = np.zeros_like(field)
        out[window] = cv2.remap(field, x + moved[..., 0], y + moved[..., 1], cv2.INTER_LINEAR)
        return out

    def activity(self) -> np.ndarray:
        size = max(3, self.inner.activity().shape[1] // 40) | 1
        return cv2.dilate(self.inner.activity(), np.ones((size, size), np.uint8))
