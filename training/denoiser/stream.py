"""Training samples drawn as they are needed, in three shapes: scenes of photos, and crops of real clips."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from training.denoiser.clips import clip_sample, own_fill, windows
from training.denoiser.fills import stand_in
from training.denoiser.scenes import Photos, Sample, Size, two_layer_sample

SHAPES: tuple[Size, ...] = ((112, 192), (160, 128), (144, 144))
FRAMES = 6
REAL = 0.3
"""Share of samples that come from clips."""
LEAST_VALID, LEAST_HOLE = 0.7, 0.01
"""A clip's frame that shows less of frame 0 teaches nothing that is wanted; samples without holes are kept few."""


class Source:
    """Photos and clips of the training split; `own_fill`: holes are always completed as the renderer does."""

    def __init__(self, *, own_fill: bool = False) -> None:
        self.photos, self.real, self.own_fill = Photos("train"), windows("train"), own_fill

    def draw(self, rng: np.random.Generator, size: Size) -> Sample:
        """One sample of `size` (h, w) that is worth learning from."""
        return next(sample for sample in self._tries(rng, size) if worth(rng, sample))

    def _tries(self, rng: np.random.Generator, size: Size) -> Iterator[Sample]:
        fill = own_fill if self.own_fill else partial(stand_in, rng)
        while True:
            if rng.random() < REAL:
                yield clip_sample(rng, self._window(rng), FRAMES, size, fill, rng.uniform(0.2, 0.6))
            else:
                yield two_layer_sample(rng, self.photos, FRAMES, size, own_fill=self.own_fill)

    def _window(self, rng: np.random.Generator) -> Path:
        return self.real[int(rng.integers(len(self.real)))]


def worth(rng: np.random.Generator, sample: Sample) -> bool:
    """Whether frame 0 is mostly in sight, and something is not."""
    least = float(sample.valid.mean((1, 2)).min()) / 255
    return least > LEAST_VALID and (least < 1 - LEAST_HOLE or rng.random() < 0.1)
