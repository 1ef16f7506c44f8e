"""Train the denoiser on freshly drawn samples in the trained autoencoder's latents.

Run: nice -n 19 python -m training.denoiser.train_denoiser --minutes 65 [--resume]
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from stillreel.frames.sampler import Trajectories, condition_maps, follow, rotary_angles, uncertainty
from training.denoiser.autoencoder import Encoder
from training.denoiser.runs import SETTINGS
from training.denoiser.scenes import Sample
from training.denoiser.stream import SHAPES, Source
from training.denoiser.train_autoencoder import trained
from training.denoiser.transformer import Denoiser
from training.run import Run, asked

BATCH, FRAMES = 6, 4
RATE = 2e-3
LEVEL_MEAN, LEVEL_DEVIATION = 1.2, 1.2
"""Of the logit of the noise level."""
LARGEST = 5.0
FRESH, KEPT = 2, 1500
"""New samples a step, and how many of each shape are kept to be seen again: drawing one costs a sixth of a step."""


@dataclass(frozen=True)
class Latents:
    """One sample as the network sees it, channels first: K frames, latent grid (H, W)."""

    residual: np.ndarray
    """(K, 16, H, W) float16: latent of the true frame minus latent of the render, in units of `deviation`."""
    deviation: np.ndarray
    """(K, 1, H, W) float32."""
    condition: np.ndarray
    """(K, 22, H, W) float16."""
    trajectories: Trajectories
    times: np.ndarray


@torch.no_grad()
def encode_frames(encoder: Encoder, frames: np.ndarray) -> np.ndarray:
    """(K, h, w, 3) uint8 -> (K, 16, h/8, w/8) float32."""
    pictures = torch.from_numpy(np.ascontiguousarray(frames)).permute(0, 3, 1, 2).float() / 255
    return encoder(pictures).numpy()


def mirrored(sample: Sample) -> Sample:
    """Left and right exchanged."""
    maps = (sample.target, sample.render, sample.valid, sample.backward, sample.disparity, sample.motion)
    target, render, valid, backward, disparity, motion = (
        np.ascontiguousarray(each[:, :, ::-1]) for each in maps
    )
    backward[..., 0] *= -1
    return Sample(target, render, valid, backward, disparity, motion, sample.times)


def latents(sample: Sample, encoder: Encoder) -> Latents:
    """A sample, encoded."""
    valid = sample.valid.astype(np.float32) / 255
    rendered = encode_frames(encoder, sample.render)
    residual = encode_frames(encoder, sample.target) - rendered
    maps = condition_maps(valid, sample.backward, sample.motion, sample.disparity)
    condition = np.concatenate([rendered, maps], 1).astype(np.float16)
    deviation = uncertainty(maps)
    scaled = np.clip(residual / deviation, -LARGEST, LARGEST).astype(np.float16)
    return Latents(scaled, deviation, condition, follow(sample.backward, valid), sample.times)


class Pool:
    """The latest samples of each shape, encoded; every batch adds a few."""

    def __init__(self, source: Source, encoder: Encoder) -> None:
        self.source, self.encoder = source, encoder
        self.kept = [deque[Latents](maxlen=KEPT) for _ in SHAPES]

    def batch(self, rng: np.random.Generator, count: int) -> list[Latents]:
        """`count` samples of one shape, `FRESH` of them new."""
        shape = int(rng.integers(len(SHAPES)))
        kept = self.kept[shape]
        fresh = FRESH if len(kept) >= count else count
        new = [self.draw(rng, shape) for _ in range(fresh)]
        kept.extend(new)
        return new + [kept[int(i)] for i in rng.integers(0, len(kept), count - fresh)]

    def draw(self, rng: np.random.Generator, shape: int) -> Latents:
        sample = self.source.draw(rng, SHAPES[shape])
        return latents(mirrored(sample) if rng.random() < 0.5 else sample, self.encoder)


def join(paths: list[Trajectories]) -> tuple[Tensor, Tensor, Tensor]:
    """gather, seen, scatter of a batch, its samples side by side."""
    tokens, places = paths[0].scatter.shape[1], 0
    parts: tuple[list, list, list] = ([], [], [])
    for number, path in enumerate(paths):
        parts[0].append(path.gather + number * tokens)
        parts[1].append(path.seen)
        parts[2].append(path.scatter + places)
        places += path.gather.shape[1]
    gather, seen, scatter = (torch.from_numpy(np.concatenate(part, 1)) for part in parts)
    return gather, seen, scatter


def some_frames(rng: np.random.Generator, sample: Latents) -> Latents:
    """Frame 0 and three others: a step costs less and sees more scenes."""
    picks = np.sort(
        np.concatenate([[0], rng.choice(np.arange(1, len(sample.times)), FRAMES - 1, replace=False)])
    )
    paths = sample.trajectories
    return Latents(
        sample.residual[picks],
        sample.deviation[picks],
        sample.condition[picks],
        Trajectories(paths.gather[picks], paths.seen[picks], paths.scatter[picks]),
        sample.times[picks],
    )


def draw_levels(rng: np.random.Generator, frames: int, batch: int) -> tuple[Tensor, Tensor]:
    """(level (K, B), asked (K, B)): one logit-normal level a sample; frame 0, and at times more, is known."""
    level = 1 / (1 + np.exp(-(LEVEL_MEAN + LEVEL_DEVIATION * rng.standard_normal(batch))))
    known = np.where(rng.random(batch) < 0.25, rng.integers(2, 4, batch), 1)
    asked = np.arange(frames)[:, None] >= known
    return torch.from_numpy((level * asked).astype(np.float32)), torch.from_numpy(asked)


def denoising_loss(network: Denoiser, rng: np.random.Generator, batch: list[Latents]) -> Tensor:
    """Squared error of the clean residual, in latent units, on the frames asked for.

    Measured on the residual, not on the velocity, the noisy levels count fully: they decide what a hole shows.
    """
    batch = [some_frames(rng, each) for each in batch]
    clean = torch.from_numpy(np.stack([each.residual for each in batch], 1)).float()
    condition = torch.from_numpy(np.stack([each.condition for each in batch], 1)).float()
    seconds = torch.from_numpy(np.stack([each.times for each in batch], 1)).float()
    level, asked = draw_levels(rng, *clean.shape[:2])
    t = level[..., None, None, None]
    noise = torch.from_numpy(rng.standard_normal(clean.shape, np.float32))
    rows, columns = clean.shape[3] // 2, clean.shape[4] // 2
    angles = torch.from_numpy(rotary_angles(rows, columns, network.head))
    paths = join([each.trajectories for each in batch])
    guess = network.estimate((1 - t) * clean + t * noise, condition, level, seconds, angles, *paths)
    weight = asked[..., None, None, None]
    variance = torch.from_numpy(np.stack([each.deviation for each in batch], 1)).square()
    return (weight * variance * (guess - clean).square()).mean() / variance.mean()


def main() -> None:
    settings = asked(__doc__, replace(SETTINGS, minutes=65.0, rate=RATE, batch=BATCH, seed=2))
    pool = Pool(Source(), trained().encoder)
    network = Denoiser()

    def loss_of_batch(step: int) -> Tensor:
        rng = np.random.default_rng([13, step])
        return denoising_loss(network, rng, pool.batch(rng, settings.batch))

    Run(network, "denoiser", settings).train(loss_of_batch)


if __name__ == "__main__":
    main()
