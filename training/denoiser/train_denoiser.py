"""Train the denoiser on the bank's samples in the trained autoencoder's latents.

Run: nice -n 19 python -m training.denoiser.train_denoiser --minutes 65 [--resume] [--total 65]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.optim import Optimizer

from stillreel.frames.sampler import Trajectories, condition_maps, follow, rotary_angles, uncertainty
from training.denoiser.autoencoder import Encoder
from training.denoiser.bank import SHAPES, folder_of, read_sample
from training.denoiser.loop import Run
from training.denoiser.train_autoencoder import trained
from training.denoiser.transformer import Denoiser

BATCH = 6
RATE = 2e-3
LEAST_WEIGHTED_LEVEL = 0.2
LARGEST = 5.0


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


def load(path: Path, encoder: Encoder) -> Latents:
    """Read and encode one sample of the bank."""
    sample = read_sample(path)
    valid = sample.valid.astype(np.float32) / 255
    rendered = encode_frames(encoder, sample.render)
    residual = encode_frames(encoder, sample.target) - rendered
    maps = condition_maps(valid, sample.backward, sample.motion, sample.disparity)
    condition = np.concatenate([rendered, maps], 1).astype(np.float16)
    deviation = uncertainty(maps)
    scaled = np.clip(residual / deviation, -LARGEST, LARGEST).astype(np.float16)
    return Latents(scaled, deviation, condition, follow(sample.backward, valid), sample.times)


class Bank:
    """Encoded samples by shape, encoded when first asked for."""

    def __init__(self, split: str, encoder: Encoder) -> None:
        self.encoder, self.split = encoder, split
        self.encoded: dict[Path, Latents] = {}
        self.refresh()

    def refresh(self) -> None:
        """List the files again: the bank may still be growing."""
        self.files = [sorted(folder_of(size, self.split).glob("*.npz"))[:-1] for size in SHAPES]

    def batch(self, rng: np.random.Generator, count: int) -> list[Latents]:
        """`count` samples of one shape."""
        files = self.files[int(rng.integers(len(self.files)))]
        return [self.get(files[int(i)]) for i in rng.integers(0, len(files), count)]

    def get(self, path: Path) -> Latents:
        if path not in self.encoded:
            self.encoded[path] = load(path, self.encoder)
        return self.encoded[path]


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


def draw_levels(rng: np.random.Generator, frames: int, batch: int) -> tuple[Tensor, Tensor]:
    """(level (K, B), asked (K, B)): one logit-normal level a sample; frame 0, and at times more, is known."""
    level = 1 / (1 + np.exp(-(0.4 + 1.1 * rng.standard_normal(batch))))
    known = np.where(rng.random(batch) < 0.25, rng.integers(2, 4, batch), 1)
    asked = np.arange(frames)[:, None] >= known
    return torch.from_numpy((level * asked).astype(np.float32)), torch.from_numpy(asked)


def denoising_loss(network: Denoiser, rng: np.random.Generator, batch: list[Latents]) -> Tensor:
    """Squared error of the velocity, in latent units, on the frames asked for."""
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
    weight = asked[..., None, None, None] / t.clamp(min=LEAST_WEIGHTED_LEVEL).square()
    variance = torch.from_numpy(np.stack([each.deviation for each in batch], 1)).square()
    return (weight * variance * (guess - clean).square()).mean() / variance.mean()


def optimisers_for(network: Denoiser, rate: float) -> list[Optimizer]:
    """Muon (Jordan et al. 2024) for the blocks' matrices, AdamW for the rest: fewer steps to the same loss."""
    matrices = [p for name, p in network.blocks.named_parameters() if p.ndim == 2 and "table" not in name]
    chosen = {id(p) for p in matrices}
    rest = [p for p in network.parameters() if id(p) not in chosen]
    muon = torch.optim.Muon(matrices, 2 * rate, weight_decay=0.01, adjust_lr_fn="match_rms_adamw", ns_steps=3)
    return [muon, torch.optim.AdamW(rest, rate, betas=(0.9, 0.98), weight_decay=0.01)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=65)
    parser.add_argument(
        "--total", type=float, help="length of the whole schedule, where this call is a part of it"
    )
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--start", help="a checkpoint whose averaged weights to begin from")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(2)
    bank = Bank("train", trained().encoder)
    network = Denoiser()
    if chosen.start:
        network.load_state_dict(torch.load(chosen.start, weights_only=True)["average"])
    run = Run(
        "denoiser",
        network,
        optimisers_for(network, RATE),
        chosen.minutes,
        resume=chosen.resume,
        total=chosen.total,
    )

    def loss_of_batch(step: int) -> Tensor:
        if step % 100 == 0:
            bank.refresh()
        rng = np.random.default_rng([13, step])
        return denoising_loss(network, rng, bank.batch(rng, BATCH))

    run.train(loss_of_batch)


if __name__ == "__main__":
    main()
