"""The denoiser's own samples: what the decoder will meet at run time."""

from __future__ import annotations

import numpy as np
import torch

from stillreel.frames.sampler import WARMTH, rotary_angles, sample
from training.checkpoint import averaged
from training.denoiser.runs import RUNS
from training.denoiser.train_denoiser import Latents, join
from training.denoiser.transformer import Denoiser


def trained_denoiser() -> Denoiser:
    """The averaged weights of the denoiser's run."""
    network = Denoiser()
    network.load_state_dict(averaged(RUNS / "denoiser.run"))
    return network.eval().requires_grad_(False)


@torch.no_grad()
def residuals(
    network: Denoiser, batch: list[Latents], seed: int, steps: int = 4, warmth: float = WARMTH
) -> np.ndarray:
    """(B, K, 16, H, W) float32 in latent units: residuals of samples of one shape; `warmth` scales the noise."""
    condition = torch.from_numpy(np.stack([each.condition for each in batch], 1)).float()
    seconds = torch.from_numpy(np.stack([each.times for each in batch], 1)).float()
    frames, count, _, rows, columns = condition.shape
    angles = torch.from_numpy(rotary_angles(rows // 2, columns // 2, network.head))
    paths = join([each.trajectories for each in batch])
    shape = (frames, count, 16, rows, columns)
    noise = (
        np.random.default_rng(seed).standard_normal((frames, count * 16, rows, columns), np.float32) * warmth
    )

    def velocity(x: np.ndarray, level: np.ndarray) -> np.ndarray:
        levels = torch.from_numpy(level.astype(np.float32))[:, None].expand(frames, count)
        guess = network(torch.from_numpy(x).reshape(shape), condition, levels, seconds, angles, *paths)
        return guess.reshape(noise.shape).numpy()

    drawn = sample(velocity, noise, np.zeros_like(noise), np.arange(frames) == 0, steps)
    deviation = np.stack([each.deviation for each in batch], 1)
    return (drawn.reshape(shape) * deviation).swapaxes(0, 1)
