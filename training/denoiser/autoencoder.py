"""The autoencoder: 8x down to 16 channels; a decoder that corrects a rendered frame instead of drawing a new one.

The encoder is linear: the first sixteen principal components of 8x8 blocks of photographs, so that "latent minus
warped latent" is exactly a low-pass correction of the picture, zero where the warp is right, and nothing has to be
learned for it. The decoder adds that correction to the render, then a small U-Net removes the blocks' seams and
sharpens; a head on its features gives the blend weight.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

LATENT = 16
FACTOR = 8
WHITENING = 0.5
"""Each channel is divided by this power of its deviation: coarse channels stay larger and are denoised first."""


MOST = 0.5
"""The most that a hole takes of the samples: at 1 their speckles and halos showed on held-out sheets."""


class Residual(nn.Module):
    """Two 3x3 convolutions around a skip; starts as the identity, so no normalisation is needed."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.relu(self.first(F.relu(x))))


def principal_blocks(blocks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(basis (16, 3, 8, 8) orthonormal, deviation (16,)) of blocks (n, 3, 8, 8) float32 around mid-grey."""
    flat = blocks.reshape(len(blocks), -1)
    values, vectors = np.linalg.eigh(flat.T @ flat / len(flat))
    basis = vectors[:, ::-1][:, :LATENT].T.reshape(LATENT, 3, FACTOR, FACTOR)
    return basis.astype(np.float32), np.sqrt(values[::-1][:LATENT]).astype(np.float32)


class Encoder(nn.Module):
    """(B, 3, H, W) 0..1 -> (B, 16, H/8, W/8), channel variances 1 on average."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("basis", torch.zeros(LATENT, 3, FACTOR, FACTOR))
        self.register_buffer("scale", torch.ones(LATENT))

    def fit(self, blocks: np.ndarray) -> None:
        """Set the basis from blocks (n, 3, 8, 8) of pictures 0..1."""
        basis, deviation = principal_blocks(blocks - 0.5)
        raw = deviation ** (1 - WHITENING)
        self.basis.copy_(torch.from_numpy(basis))
        self.scale.copy_(torch.from_numpy(deviation**-WHITENING / np.sqrt((raw**2).mean())))

    def forward(self, picture: Tensor) -> Tensor:
        return F.conv2d(picture - 0.5, self.basis * self.scale[:, None, None, None], stride=FACTOR)

    def back(self, latent: Tensor) -> Tensor:
        """The picture around zero that the latent stands for, (B, 3, H, W)."""
        return F.conv_transpose2d(latent, self.basis / self.scale[:, None, None, None], stride=FACTOR)


def around_holes(valid: Tensor) -> Tensor:
    """(B, 1, H, W) 0..MOST in holes, falling to 0 within 2 pixels. Further away the warp is right and stays."""
    grown = F.max_pool2d(1 - valid, 3, stride=1, padding=1)
    return MOST * F.avg_pool2d(grown, 3, stride=1, padding=1, count_include_pad=False)


class Decoder(nn.Module):
    """Latent (B, 16, H/8, W/8), render (B, 3, H, W), guide (B, 3, H, W) -> picture, blend (B, 1, H, W).

    The guide holds validity, planned organic motion and disparity.
    """

    def __init__(self, encoder: Encoder, fine: int = 24, middle: int = 48, wide: int = 96) -> None:
        super().__init__()
        self.encoder = encoder
        self.from_half = nn.Conv2d(28, fine, 3, padding=1)
        self.from_quarter = nn.Conv2d(fine, middle, 3, stride=2, padding=1)
        self.from_eighth = nn.Conv2d(middle, wide, 3, stride=2, padding=1)
        self.from_latent = nn.Conv2d(2 * LATENT, wide, 3, padding=1)
        self.eighth = Residual(wide)
        self.to_quarter = nn.Conv2d(wide, middle * 4, 1)
        self.quarter = nn.Sequential(Residual(middle), Residual(middle))
        self.to_half = nn.Conv2d(middle, fine * 4, 1)
        self.finest = Residual(fine)
        self.last = nn.Conv2d(fine, 12, 3, padding=1)
        self.judge = nn.Sequential(
            nn.Conv2d(middle + 6, 32, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(32, 32, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(32, 1, 1),
        )
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)
        nn.init.constant_(self.judge[-1].bias, -3.0)  # the warp stays until something better is shown

    def forward(self, latent: Tensor, render: Tensor, guide: Tensor) -> tuple[Tensor, Tensor]:
        residual = latent - self.encoder(render)
        coarse = self.encoder.back(residual)
        seen = torch.cat([render * 2 - 1, coarse * 2, guide[:, :1]], 1)
        half = self.from_half(F.pixel_unshuffle(seen, 2))
        quarter = self.from_quarter(F.relu(half))
        eighth = self.from_eighth(F.relu(quarter)) + self.from_latent(torch.cat([latent, residual], 1))
        quarter = self.quarter(quarter + F.pixel_shuffle(self.to_quarter(self.eighth(eighth)), 2))
        half = self.finest(half + F.pixel_shuffle(self.to_half(quarter), 2))
        correction = coarse + F.pixel_shuffle(self.last(F.relu(half)), 2)
        clues = torch.cat([guide, correction.abs()], 1).detach()
        features = torch.cat([quarter.detach(), F.avg_pool2d(clues, 4)], 1)
        sure = F.interpolate(
            torch.sigmoid(self.judge(features)), scale_factor=4, mode="bilinear", align_corners=False
        )
        return render + correction, sure * around_holes(guide[:, :1])


class Autoencoder(nn.Module):
    """Encoder and decoder as one thing to train; the encoder's basis is the decoder's too."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder()
        self.decoder = Decoder(self.encoder)
