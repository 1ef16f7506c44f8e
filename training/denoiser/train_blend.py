"""Finish the decoder on the denoiser's own samples, and teach it how far to believe them.

The correction learns to leave out what the samples get wrong; the blend weight learns where the result beats the
warp, and pays for every pixel it takes. Both are asked for the truth's strength of detail beside its colours: a plain
error rewards blur. Run after train_denoiser:
nice -n 19 python -m training.denoiser.train_blend --minutes 12 [--samples 300] [--resume] [--only-weight]
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from training.denoiser.autoencoder import Autoencoder
from training.denoiser.generate import residuals, trained_denoiser
from training.denoiser.runs import SETTINGS
from training.denoiser.scenes import Sample
from training.denoiser.stream import SHAPES, Source
from training.denoiser.train_autoencoder import picture_loss, trained
from training.denoiser.train_denoiser import latents
from training.run import Run, Settings, asked

CROP, BATCH = 96, 12
EXACT = 0.25
"""Share of crops whose latent is the true one: the decoder must stay a decoder while the denoiser improves."""
PRICE = 1 / 255
"""What a fully blended pixel costs: a level of 255. Squared errors would pay for mixing any two guesses."""
HOLE_WEIGHT = 4.0
DETAIL = 3.0
"""What a level of missing or false detail costs, in levels of colour."""


@dataclass(frozen=True)
class BlendSettings(Settings):
    samples: int = 150  # of the denoiser, drawn before the run
    only_weight: bool = False  # leave the decoder as it is; learn the blend weight on the renderer's own fill


@dataclass(frozen=True)
class Drawn:
    """A sample and the latent that the denoiser gave each of its frames."""

    sample: Sample
    latent: np.ndarray
    """(K, 16, H, W) float16."""


def draw_samples(count: int, source: Source) -> list[Drawn]:
    """Run the denoiser on about `count` new samples, shapes and kinds mixed."""
    autoencoder, denoiser = trained(), trained_denoiser()
    drawn: list[Drawn] = []
    for number in range(-(-count // 6)):
        rng = np.random.default_rng([21, number])
        samples = [source.draw(rng, SHAPES[number % len(SHAPES)]) for _ in range(6)]
        batch = [latents(sample, autoencoder.encoder) for sample in samples]
        made = residuals(denoiser, batch, number)
        for sample, each, residual in zip(samples, batch, made, strict=True):
            latent = each.condition[:, :16].astype(np.float32) + residual
            drawn.append(Drawn(sample, latent.astype(np.float16)))
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


def detail(picture: Tensor) -> list[Tensor]:
    """The mean strength of differences between neighbours around every place, at three scales, across and down."""
    found = []
    for _ in range(3):
        found += [F.avg_pool2d(picture.diff(dim=way).abs(), 9, stride=3) for way in (-1, -2)]
        picture = F.avg_pool2d(picture, 2)
    return found


def detail_loss(guess: Tensor, truth: Tensor) -> Tensor:
    """How far the strength of detail is from the truth's, wherever the detail lies: blur is no way out."""
    pairs = zip(detail(guess), detail(truth), strict=True)
    return torch.stack([F.l1_loss(a, b) for a, b in pairs]).mean()


def colour_loss(guess: Tensor, truth: Tensor) -> Tensor:
    """L1 at four scales, without gradients: what a sample cannot know is not asked for at its place."""
    loss = F.l1_loss(guess, truth)
    for _ in range(3):
        guess, truth = F.avg_pool2d(guess, 2), F.avg_pool2d(truth, 2)
        loss = loss + F.l1_loss(guess, truth)
    return loss


def blend_loss(colour: Tensor, blend: Tensor, render: Tensor, target: Tensor) -> Tensor:
    """Error of the blended picture, in colour and detail, plus the price of blending; colours are not taught by it."""
    mixed = render + blend * (colour.detach() - render)
    return F.l1_loss(mixed, target) + DETAIL * detail_loss(mixed, target) + PRICE * blend.mean()


def sampled_loss(colour: Tensor, blend: Tensor, render: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """What the decoder makes of the denoiser's own samples."""
    ours, theirs = colour * weight, target * weight
    near = colour_loss(ours, theirs) + DETAIL * detail_loss(ours, theirs)
    return near + blend_loss(colour, blend, render, target)


def main() -> None:
    settings = asked(__doc__, BlendSettings(**vars(SETTINGS) | {"minutes": 12.0, "rate": 1.5e-3, "batch": BATCH}))
    drawn = draw_samples(settings.samples, Source(own_fill=settings.only_weight))
    print(f"{len(drawn)} samples drawn", flush=True)
    network = trained().requires_grad_(True).train().to(memory_format=torch.channels_last)
    if not settings.resume:
        reopen(network)
    if settings.only_weight:
        network.requires_grad_(False).decoder.judge.requires_grad_(True)

    def loss_of_batch(step: int) -> Tensor:
        rng = np.random.default_rng([17, step])
        columns = zip(*(crop(rng, drawn) for _ in range(settings.batch)), strict=True)
        target, render, guide, latent = (torch.from_numpy(np.stack(part)) for part in columns)
        exact = 0 if settings.only_weight else int(EXACT * settings.batch)
        if exact:
            with torch.no_grad():
                latent[:exact] = network.encoder(target[:exact])
        render = render.contiguous(memory_format=torch.channels_last)
        colour, blend = network.decoder(latent, render, guide)
        if settings.only_weight:
            return blend_loss(colour[exact:], blend[exact:], render[exact:], target[exact:])
        weight = 1 + HOLE_WEIGHT * (1 - guide[:, :1])
        known = picture_loss((colour * weight)[:exact], (target * weight)[:exact])
        parts = (part[exact:] for part in (colour, blend, render, target, weight))
        return EXACT * known + (1 - EXACT) * sampled_loss(*parts)

    Run(network, "autoencoder", settings).train(loss_of_batch)


if __name__ == "__main__":
    main()
