"""The denoiser on and off, on held-out clips and on held-out photos rendered as scenes.

Prints a table and writes side-by-side sheets: truth, render (off), blended (on), blend weight, validity.
Run: python -m training.denoiser.evaluate [--clips 12] [--photos 12] [--sheets FOLDER] [--steps 4]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from stillreel.frames.denoiser import refine
from stillreel.frames.shapes import KeyRender
from training.denoiser.clips import clip_sample, windows
from training.denoiser.scenes import Photos, Sample, two_layer_sample

FRAMES = 8
LEAST_VALID = 0.7
ROWS = ("hole", "moving", "static", "all")


def key_render(sample: Sample) -> KeyRender:
    """The sample as the renderer would hand it over."""
    return KeyRender(
        sample.render.astype(np.float32) / 255, sample.valid.astype(np.float32) / 255, sample.backward,
        sample.disparity, sample.motion, sample.times.astype(np.float32),
    )  # fmt: skip


def held_out_clips(count: int) -> Iterator[Sample]:
    """Whole windows of held-out clips whose frames show most of frame 0."""
    rng = np.random.default_rng(31)
    for path in windows("val"):
        sample = clip_sample(rng, path, FRAMES, None)
        if count and (sample.valid.mean((1, 2)) / 255).min() > LEAST_VALID:
            count -= 1
            yield sample


def held_out_photos(count: int) -> Iterator[Sample]:
    """Scenes of two held-out photos each, on the denoiser's grid."""
    photos = Photos("val")
    for number in range(count):
        rng = np.random.default_rng([37, number])
        yield two_layer_sample(rng, photos, FRAMES, (256, 448) if number % 3 else (384, 304))


class Tally:
    """Sums of one group: squared and absolute error in each region with the denoiser off and on."""

    def __init__(self) -> None:
        self.sums = {row: np.zeros(5) for row in ROWS}
        self.blends: list[float] = []
        self.flicker: list[tuple[float, float]] = []

    def add(self, sample: Sample, render: KeyRender, mixed: np.ndarray, blend: np.ndarray) -> None:
        truth = sample.target.astype(np.float32) / 255
        off, on = render.colour - truth, mixed - truth
        regions = {
            "hole": render.valid < 0.5,
            "moving": (render.valid > 0.98) & (render.motion > 0.3),
            "static": (render.valid > 0.98) & (render.motion < 0.05),
            "all": np.ones_like(render.valid, bool),
        }
        for name, region in regions.items():
            region = region[1:]
            a, b = off[1:][region], on[1:][region]
            self.sums[name] += [(a**2).sum(), (b**2).sum(), np.abs(a).sum(), np.abs(b).sum(), a.size]
        hole = regions["hole"][1:-1] & regions["hole"][2:]
        if hole.any():
            self.flicker.append(
                (
                    float(np.abs(np.diff(off[1:], axis=0))[hole].mean()),
                    float(np.abs(np.diff(on[1:], axis=0))[hole].mean()),
                )
            )
        self.blends.append(float(blend[1:].mean()))

    def table(self, title: str) -> str:
        lines = [f"{title}: mean blend weight {np.mean(self.blends):.3f}"]
        for name, (square_off, square_on, off, on, count) in self.sums.items():
            if count:
                gain = 10 * np.log10(square_off / square_on)
                share, before, after = count / self.sums["all"][4], 255 * off / count, 255 * on / count
                lines.append(
                    f"  {name:7s} {share:6.1%}  |error| {before:6.2f} -> {after:6.2f}  gain {gain:+.2f} dB"
                )
        if self.flicker:
            off, on = np.mean(self.flicker, 0) * 255
            lines.append(f"  flicker in holes {off:.2f} -> {on:.2f}")
        return "\n".join(lines)


def sheet_row(
    sample: Sample, render: KeyRender, mixed: np.ndarray, blend: np.ndarray, k: int = FRAMES - 1
) -> np.ndarray:
    """(224, 5 * 392, 3) uint8: one frame, as truth | off | on | blend | validity."""
    grey = [np.repeat(values[k][..., None], 3, -1) for values in (blend, render.valid)]
    parts = [sample.target[k] / 255, render.colour[k], mixed[k], *grey]
    return np.concatenate(
        [
            cv2.resize((255 * np.clip(part, 0, 1)).astype(np.uint8), (392, 224), interpolation=cv2.INTER_AREA)
            for part in parts
        ],
        1,
    )


def judge(title: str, samples: Iterator[Sample], steps: int, sheets: Path | None) -> None:
    tally, rows, spent = Tally(), [], 0.0
    for number, sample in enumerate(samples):
        render = key_render(sample)
        start = time.process_time()
        made = refine(render, number, steps)
        spent += time.process_time() - start
        mixed = render.colour + made.blend[..., None] * (made.colour - render.colour)
        tally.add(sample, render, mixed, made.blend)
        rows.append(sheet_row(sample, render, mixed, made.blend))
    print(tally.table(title))
    print(f"  {spent / max(1, len(rows)):.2f} CPU-seconds a clip of {FRAMES} frames")
    if sheets is not None:
        sheets.mkdir(parents=True, exist_ok=True)
        for first in range(0, len(rows), 6):
            picture = cv2.cvtColor(np.concatenate(rows[first : first + 6]), cv2.COLOR_RGB2BGR)
            cv2.imwrite(str(sheets / f"{title.split()[-1]}-{first // 6}.png"), picture)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=12)
    parser.add_argument("--photos", type=int, default=12)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--sheets", type=Path)
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    judge("held-out clips", held_out_clips(chosen.clips), chosen.steps, chosen.sheets)
    judge("held-out photos", held_out_photos(chosen.photos), chosen.steps, chosen.sheets)


if __name__ == "__main__":
    main()
