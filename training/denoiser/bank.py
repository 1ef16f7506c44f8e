"""A bank of training samples on disk, in three shapes: drawing them costs more than a training step does.

Run: python -m training.denoiser.bank --scenes 250 --clips 120   (of each shape)
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from training.denoiser.cache import CACHE
from training.denoiser.clips import clip_sample, windows
from training.denoiser.scenes import Photos, Sample, Size, two_layer_sample

SHAPES: tuple[Size, ...] = ((112, 192), (160, 128), (144, 144))
FRAMES = 6
LEAST_VALID, LEAST_HOLE = 0.7, 0.01
"""A clip's frame that shows less of frame 0 teaches nothing that is wanted; scenes without holes are kept few."""
BANK = CACHE / "bank"


def folder_of(size: Size, split: str) -> Path:
    return BANK / f"{split}-{size[0]}x{size[1]}"


def write_sample(sample: Sample, path: Path) -> None:
    """The maps are kept small: bytes and half floats."""
    np.savez(
        path, target=sample.target, render=sample.render, valid=sample.valid,
        backward=sample.backward.astype(np.float16), disparity=(sample.disparity * 255).astype(np.uint8),
        motion=(sample.motion * 255).astype(np.uint8), times=sample.times,
    )  # fmt: skip


def read_sample(path: Path) -> Sample:
    data = np.load(path)
    return Sample(
        data["target"], data["render"], data["valid"], data["backward"].astype(np.float32),
        data["disparity"].astype(np.float32) / 255, data["motion"].astype(np.float32) / 255, data["times"],
    )  # fmt: skip


def worth(rng: np.random.Generator, sample: Sample, *, real: bool) -> bool:
    shown = sample.valid.mean((1, 2)) / 255
    if real:
        return bool(shown.min() > LEAST_VALID)
    return bool(shown.min() < 1 - LEAST_HOLE) or rng.random() < 0.2


def fill_shape(size: Size, split: str, scenes: int, clips: int) -> None:
    """Write scenes and clips of one shape; a file that is there already is left, so a cut run goes on."""
    folder = folder_of(size, split)
    folder.mkdir(parents=True, exist_ok=True)
    photos, real = Photos(split), windows(split)
    for kind, count in (("scene", scenes), ("clip", clips if real else 0)):
        for number in range(count):
            path = folder / f"{kind}-{number:04d}.npz"
            if path.exists():
                continue
            rng = np.random.default_rng([size[0], number, kind == "clip", split == "val"])
            for _ in range(4):
                if kind == "clip":
                    sample = clip_sample(
                        rng, real[int(rng.integers(len(real)))], FRAMES, size, rng.uniform(0.2, 0.6)
                    )
                else:
                    sample = two_layer_sample(rng, photos, FRAMES, size)
                if worth(rng, sample, real=kind == "clip"):
                    write_sample(sample, path)
                    break


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=250)
    parser.add_argument("--clips", type=int, default=120)
    parser.add_argument("--split", default="train")
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    for part in range(1, 6):  # a fifth of every shape at a time: training may begin on what is there
        for size in SHAPES:
            fill_shape(size, chosen.split, chosen.scenes * part // 5, chosen.clips * part // 5)
        print(f"{part} of 5 parts", flush=True)


if __name__ == "__main__":
    main()
