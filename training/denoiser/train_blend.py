"""Finish the decoder on the denoiser's own samples, and teach it how far to believe them.

The correction learns to leave out what the samples get wrong; the blend weight learns where the result beats the
warp, and pays for every pixel it takes. Run after train_denoiser:
nice -n 19 python -m training.denoiser.train_blend --minutes 12 [--samples 300] [--resume]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from training.denoiser.autoencoder import Autoencoder
from training.denoiser.bank import SHAPES, folder_of, read_sample
from training.denoiser.generate import residuals, trained_denoiser
from training.denoiser.loop import Run
from training.denoiser.scenes import Sample
from training.denoiser.train_autoencoder import picture_loss, trained
from training.denoiser.train_denoiser import load

CROP, BATCH = 96, 12
EXACT = 0.25
"""Share of crops whose latent is the true one: the decoder must stay a decoder while the denoiser improves."""
PRICE = 1e-4
"""What a fully blended pixel costs, as a squared error: the square of 2.5 levels of 255."""
HOLE_WEIGHT = 4.0


@dataclass(frozen=True)
class Drawn:
    """A bank sample and the latent that the denoiser gave each of its frames."""

    sample: Sample
    latent: np.ndarray
    """(K, 16, H, W) float16."""


def draw_samples(count: int) -> list[Drawn]:
    """Run the denoiser on about `count` samples of the bank, shapes and kinds mixed."""
    autoencoder, denoiser = trained(), trained_denoiser()
    rng, drawn = np.random.default_rng(21), []
    for size in SHAPES:
        files = rng.permutation(sorted(folder_of(size, "train").glob("*.npz")))[: count // len(SHAPES)]
        for first in range(0, len(files), 6):
            chosen = [Path(file) for file in files[first : first + 6]]
            batch = [load(file, autoencoder.encoder) for file in chosen]
            made = residuals(denoiser, batch, first)
            for file, each, residual in zip(chosen, batch, made, strict=True):
                latent = each.condition[:, :16].astype(np.float32) + residual
                drawn.append(Drawn(read_sample(file), latent.astype(np.float16)))
    return drawn


def corner(rng: np.random.Generator, valid: np.ndarray) -> tuple[int, int]:
    """Top left of a crop on the latent grid; most crops hold a hole."""
    limits = [size - CROP for size in valid.shape]
    rows, columns = np.nonzero(valid < 128)
    if len(rows) and rng.random() < 0.75:
        pick = int(rng.integers(len(rows)))
        near = (
            rows[pick] - CROP // 2 + rng.integers(-24, 25),
            columns[pick] - CROP // 2 + rng.integers(-24, 25),
        )
    else:
        near = (rng.integers(0, limits[0] + 1), rng.integers(0, limits[1] + 1))
    top, left = (int(np.clip(value, 0, limit)) // 8 * 8 for value, limit in zip(near, limits, strict=True))
    return top, left


def reopen(network: Autoencoder) -> None:
    """Start the blend weight undecided: a gate that is nearly shut learns nothing."""
    last = network.decoder.judge[-1]
    torch.nn.init.normal_(last.weight, 0, 0.05)
    torch.nn.init.constant_(last.bias, -1.0)


def crop(
    rng: np.random.Generator, drawn: list[Drawn]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(target, render, guide, latent) of one random crop, channels first, pictures 0..1."""
    one = drawn[int(rng.integers(len(drawn)))]
    k = int(rng.integers(1, len(one.sample.target)))
    top, left = corner(rng, one.sample.valid[k])
    area = (slice(top, top + CROP), slice(left, left + CROP))
    target, render = (
        frames[k][area].transpose(2, 0, 1) / np.float32(255)
        for frames in (one.sample.target, one.sample.render)
    )
    maps = (
        one.sample.valid[k][area] / np.float32(255),
        one.sample.motion[k][area],
        one.sample.disparity[k][area],
    )
    cells = (slice(None), slice(top // 8, (top + CROP) // 8), slice(left // 8, (left + CROP) // 8))
    return target, render, np.stack(maps).astype(np.float32), one.latent[k][cells].astype(np.float32)


def blend_loss(colour: Tensor, blend: Tensor, render: Tensor, target: Tensor) -> Tensor:
    """Error of the blended picture plus the price of blending; the colours are not taught by it."""
    mixed = render + blend * (colour.detach() - render)
    return (mixed - target).square().mean() + PRICE * blend.mean()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--samples", type=int, default=150)
    parser.add_argument("--resume", action="store_true")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    drawn = draw_samples(chosen.samples)
    print(f"{len(drawn)} samples drawn", flush=True)
    network = trained().requires_grad_(True).train().to(memory_format=torch.channels_last)
    if not chosen.resume:
        reopen(network)
    optimiser = torch.optim.AdamW(network.parameters(), 1.5e-3, betas=(0.9, 0.98), weight_decay=0.01)
    run = Run("autoencoder", network, [optimiser], chosen.minutes, resume=chosen.resume)

    def loss_of_batch(step: int) -> Tensor:
        rng = np.random.default_rng([17, step])
        columns = zip(*(crop(rng, drawn) for _ in range(BATCH)), strict=True)
        target, render, guide, latent = (torch.from_numpy(np.stack(part)) for part in columns)
        exact = int(EXACT * BATCH)
        with torch.no_grad():
            latent[:exact] = network.encoder(target[:exact])
        render = render.contiguous(memory_format=torch.channels_last)
        colour, blend = network.decoder(latent, render, guide)
        weight = 1 + HOLE_WEIGHT * (1 - guide[:, :1])
        loss = picture_loss(colour * weight, target * weight)
        return loss + 20 * blend_loss(colour[exact:], blend[exact:], render[exact:], target[exact:])

    run.train(loss_of_batch)


if __name__ == "__main__":
    main()
