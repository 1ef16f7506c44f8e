"""Train the autoencoder on rendered frames and their truth.

Run: nice -n 19 python -m training.denoiser.train_autoencoder --minutes 25 [--resume]
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from training.checkpoint import averaged
from training.denoiser.autoencoder import Autoencoder
from training.denoiser.runs import RUNS, SETTINGS
from training.denoiser.scenes import Photos, Sample, two_layer_sample
from training.run import Run, asked

SIZE, BATCH = 128, 8
FRESH, KEPT = 2, 600
"""New scenes a step, and how many are kept to be drawn again: drawing them costs as much as a step."""


def trained(name: str = "autoencoder") -> Autoencoder:
    """The averaged weights of a run, without gradients."""
    network = Autoencoder()
    network.load_state_dict(averaged(RUNS / f"{name}.run"))
    return network.eval().requires_grad_(False)


def spoil(rng: np.random.Generator, render: np.ndarray, valid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Make the latent worth listening to: sometimes no render at all, sometimes one that is wrong in a region."""
    chance = rng.random()
    height, width = valid.shape
    if chance < 0.3:
        return cv2.GaussianBlur(render, (0, 0), 24), np.zeros_like(valid)
    if chance < 0.7:
        top, left = rng.integers(0, height // 2), rng.integers(0, width // 2)
        region = (slice(top, top + height // 2), slice(left, left + width // 2))
        render, valid = render.copy(), valid.copy()
        if rng.random() < 0.5:
            render[region] = cv2.GaussianBlur(render[region], (0, 0), rng.uniform(2, 10))
            valid[region] = 0
        else:
            shift = tuple(rng.integers(-4, 5, 2))
            render[region] = np.clip(np.roll(render, shift, (0, 1))[region] * rng.uniform(0.8, 1.25), 0, 255)
    return render, valid


def draw(rng: np.random.Generator, photos: Photos) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(target, render, guide) of one late frame, channels first, 0..1."""
    sample: Sample = two_layer_sample(rng, photos, 2, (SIZE, SIZE))
    render, valid = spoil(rng, sample.render[1], sample.valid[1])
    guide = np.stack([valid / 255.0, sample.motion[1], sample.disparity[1]])
    target = sample.target[1].transpose(2, 0, 1) / np.float32(255)
    return target, render.transpose(2, 0, 1) / np.float32(255), guide.astype(np.float32)


def picture_loss(guess: Tensor, truth: Tensor) -> Tensor:
    """L1 of the pixels and of their gradients at three scales: edges count."""
    loss = F.l1_loss(guess, truth)
    for _ in range(3):
        loss = (
            loss
            + 0.5 * F.l1_loss(guess.diff(dim=-1), truth.diff(dim=-1))
            + 0.5 * F.l1_loss(guess.diff(dim=-2), truth.diff(dim=-2))
        )
        guess, truth = F.avg_pool2d(guess, 2), F.avg_pool2d(truth, 2)
    return loss


def fit_basis(network: Autoencoder, photos: Photos, count: int = 400) -> None:
    """Set the encoder's principal components from blocks of `count` photos."""
    rng = np.random.default_rng(5)
    blocks = []
    for index in rng.choice(len(photos), count, replace=False):
        photo = photos[int(index)][: 8 * 40, : 8 * 40]
        rows, columns = photo.shape[0] // 8, photo.shape[1] // 8
        grid = photo[: rows * 8, : columns * 8].reshape(rows, 8, columns, 8, 3).transpose(0, 2, 4, 1, 3)
        blocks.append(grid.reshape(-1, 3, 8, 8))
    network.encoder.fit(np.concatenate(blocks).astype(np.float32) / 255)


def main() -> None:
    settings = asked(__doc__, replace(SETTINGS, minutes=25.0, rate=1.5e-3, batch=BATCH, seed=1))
    photos = Photos("train")
    network = Autoencoder()
    fit_basis(network, photos)
    network = network.to(memory_format=torch.channels_last)
    pool: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def loss_of_batch(step: int) -> Tensor:
        rng = np.random.default_rng([11, step])
        fresh = settings.batch if not pool else FRESH
        pool.extend(draw(rng, photos) for _ in range(fresh))
        del pool[:-KEPT]
        older = rng.integers(0, len(pool), settings.batch - fresh)
        columns = zip(*pool[-fresh:], *(pool[i] for i in older), strict=True)
        target, render, guide = (
            torch.from_numpy(np.stack(part)).float().contiguous(memory_format=torch.channels_last)
            for part in columns
        )
        raw = network.encoder(target)
        # A little noise keeps the latent smooth; the pull keeps it near unit size before it is normalised.
        noisy = raw + 0.05 * torch.randn_like(raw)
        guess, _ = network.decoder(noisy, render, guide)
        return picture_loss(guess, target) + 1e-3 * raw.square().mean()

    Run(network, "autoencoder", settings).train(loss_of_batch)


if __name__ == "__main__":
    main()
