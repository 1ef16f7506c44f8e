"""The denoiser: a small factorised video diffusion transformer on 16-pixel tokens, between two small convolutions.

Each block attends in space inside a frame, then in time along the predicted trajectories (tokens that show the
same place of frame 0), then runs an MLP. Modulation by noise level and seconds is shared by all blocks
(adaLN-single, Chen et al., PixArt-alpha, 2023). The network estimates the clean residual and hands back the
velocity (Li and He, Back to Basics, 2025): where the warp is right, the estimate is simply zero.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.denoiser.autoencoder import LATENT

CONDITION = LATENT + 6
"""Latent of the render; mean and least validity, flow x and y, planned motion, disparity."""
LEAST_LEVEL = 0.05
WIDTH, DEPTH, HEADS = 128, 4, 4
STEM, HEAD = 64, 32
"""Channels of the convolutions before and after the tokens, on the latent grid."""


def wave(value: Tensor, width: int, fastest: float) -> Tensor:
    """(...,) -> (..., width) sines and cosines from `fastest` down to a thousandth of it."""
    rates = fastest * torch.exp(-math.log(1000.0) * torch.arange(width // 2) / (width // 2))
    angle = value[..., None] * rates
    return torch.cat([angle.sin(), angle.cos()], -1)


def rotate(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Rotary position on (A, N, heads, head); cosine and sine (N, 1, head / 2)."""
    left, right = x.chunk(2, -1)
    return torch.cat([left * cosine - right * sine, left * sine + right * cosine], -1)


class Attention(torch.autograd.Function):
    """Attention as the one fused operator that onnxruntime has for it; only export goes through here."""

    @staticmethod
    def forward(ctx: object, q: Tensor, k: Tensor, v: Tensor, heads: int) -> Tensor:
        return plain_attention(q, k, v, heads)

    @staticmethod
    def symbolic(g: Any, q: Any, k: Any, v: Any, heads: int) -> Any:
        return g.op("com.microsoft::MultiHeadAttention", q, k, v, num_heads_i=heads).setType(q.type())


def plain_attention(q: Tensor, k: Tensor, v: Tensor, heads: int) -> Tensor:
    """Attention of (A, L, width) with `heads` heads."""
    apart = (x.unflatten(-1, (heads, -1)).transpose(1, 2) for x in (q, k, v))
    return F.scaled_dot_product_attention(*apart).transpose(1, 2).flatten(2)


def attend(q: Tensor, k: Tensor, v: Tensor, heads: int) -> Tensor:
    if torch.onnx.is_in_onnx_export():
        return Attention.apply(q, k, v, heads)
    return plain_attention(q, k, v, heads)


def pick(x: Tensor, index: Tensor) -> Tensor:
    """Rows of x (K, M, d) by index (K, L), frame by frame -> (K, L, d)."""
    start = torch.arange(x.shape[0])[:, None] * x.shape[1]
    return x.flatten(0, 1).index_select(0, (index + start).flatten()).reshape(x.shape[0], index.shape[1], -1)


class Block(nn.Module):
    """Space, time, MLP. Tokens are (K, B, N, width)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.near = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.space, self.space_out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.time, self.time_out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.modulate = Modulate(width)
        self.table = nn.Parameter(torch.zeros(9, width))
        nn.init.zeros_(self.near.weight)
        nn.init.zeros_(self.near.bias)

    def split(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(A, L, 3 * width) -> three of (A, heads, L, head)."""
        apart = x.reshape(x.shape[0], x.shape[1], 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        return apart[0], apart[1], apart[2]

    def in_space(self, x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        frames, batch, count, width = x.shape
        q, k, v = self.space(x).reshape(frames * batch, count, 3, self.heads, -1).unbind(2)
        q, k = rotate(q, cosine, sine), rotate(k, cosine, sine)
        flat = (part.reshape(frames * batch, count, width) for part in (q, k, v))
        return self.space_out(attend(*flat, self.heads).reshape(frames, batch, count, width))

    def in_time(self, x: Tensor, gather: Tensor, bias: Tensor, scatter: Tensor) -> Tensor:
        """gather (K, C) and scatter (K, B * N) index tokens and places; bias (C, 1, 1, K) hides the unseen."""
        frames, batch, count, width = x.shape
        flat = self.time(x).reshape(frames, batch * count, 3 * width)
        placed = pick(flat, gather)
        q, k, v = self.split(placed.transpose(0, 1))
        y = F.scaled_dot_product_attention(q, k, v, bias)
        y = y.permute(2, 0, 1, 3).reshape(frames, -1, width)
        return self.time_out(pick(y, scatter).reshape(frames, batch, count, width))

    def nearby(self, x: Tensor, rows: int) -> Tensor:
        frames, batch, count, width = x.shape
        grid = x.reshape(frames * batch, rows, count // rows, width).permute(0, 3, 1, 2)
        return x + self.near(grid).permute(0, 2, 3, 1).reshape(frames, batch, count, width)

    def forward(
        self,
        x: Tensor,
        shared: Tensor,
        rows: int,
        turn: tuple[Tensor, Tensor],
        path: tuple[Tensor, Tensor, Tensor],
    ) -> Tensor:
        parts = (shared + self.table).unsqueeze(2).unbind(-2)
        x = self.nearby(x, rows)
        x = x + parts[2] * self.in_space(self.modulate(x, parts[0], parts[1]), *turn)
        x = x + parts[5] * self.in_time(self.modulate(x, parts[3], parts[4]), *path)
        inner = F.gelu(self.up(self.modulate(x, parts[6], parts[7])), approximate="tanh")
        return x + parts[8] * self.down(inner)


class Modulate(nn.Module):
    """Layer norm whose scale and shift come from the clock."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width, elementwise_affine=False)

    def forward(self, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
        return self.norm(x) * (1 + scale) + shift


class Denoiser(nn.Module):
    """Noisy residual and condition of K frames -> velocity."""

    def __init__(self, width: int = WIDTH, depth: int = DEPTH, heads: int = HEADS) -> None:
        super().__init__()
        self.width, self.head = width, width // heads
        self.stem = nn.Sequential(
            nn.Conv2d(LATENT + CONDITION, STEM, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(STEM, STEM, 3, padding=1),
            nn.ReLU(),
        )
        self.enter = nn.Linear(STEM * 4, width)
        self.clock = nn.Sequential(nn.Linear(128, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU())
        self.shared = nn.Linear(width, 9 * width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(depth))
        self.leave_table = nn.Linear(width, 2 * width)
        self.leave = nn.Linear(width, HEAD * 4)
        self.ending = nn.Sequential(
            nn.Conv2d(STEM + HEAD, STEM, 3, padding=1), nn.ReLU(), nn.Conv2d(STEM, LATENT, 3, padding=1)
        )
        self.modulate = Modulate(width)
        for layer in (self.ending[-1], self.leave_table, self.shared):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        with torch.no_grad():  # gates start open: at this size there is no need to fade the blocks in
            self.shared.bias.view(9, width)[2::3] = 0.3

    def forward(
        self, x: Tensor, condition: Tensor, level: Tensor, seconds: Tensor, angles: Tensor,
        gather: Tensor, seen: Tensor, scatter: Tensor,
    ) -> Tensor:  # fmt: skip
        """x (K, B, 16, H, W), condition (K, B, 22, H, W) on the latent grid; level, seconds (K, B);
        angles (N, head / 2); gather, seen (K, C), scatter (K, B * N) -> velocity like x."""
        estimate = self.estimate(x, condition, level, seconds, angles, gather, seen, scatter)
        return (x - estimate) / level.clamp(min=LEAST_LEVEL)[..., None, None, None]

    def estimate(
        self, x: Tensor, condition: Tensor, level: Tensor, seconds: Tensor, angles: Tensor,
        gather: Tensor, seen: Tensor, scatter: Tensor,
    ) -> Tensor:  # fmt: skip
        """The clean residual, (K, B, 16, H, W)."""
        frames, batch, _, height, width = x.shape
        rows = height // 2
        both = torch.cat([x, condition], 2).reshape(frames * batch, LATENT + CONDITION, height, width)
        fine = self.stem(both)
        tokens = self.enter(F.pixel_unshuffle(fine, 2).flatten(2).transpose(1, 2))
        tokens = tokens.reshape(frames, batch, -1, self.width)
        clock = self.clock(torch.cat([wave(level, 64, 100.0), wave(seconds, 64, 10.0)], -1))
        shared = self.shared(clock).reshape(frames, batch, 9, self.width)
        turn = (angles.cos()[:, None], angles.sin()[:, None])
        bias = ((seen - 1) * 1e4).transpose(0, 1)[:, None, None, :]
        for block in self.blocks:
            tokens = block(tokens, shared, rows, turn, (gather, bias, scatter))
        scale, shift = self.leave_table(clock).unsqueeze(2).chunk(2, -1)
        out = self.leave(self.modulate(tokens, scale, shift)).reshape(frames * batch, -1, HEAD * 4)
        grid = out.transpose(1, 2).reshape(frames * batch, HEAD * 4, rows, width // 2)
        ending = self.ending(torch.cat([fine, F.pixel_shuffle(grid, 2)], 1))
        return ending.reshape(frames, batch, LATENT, height, width)
