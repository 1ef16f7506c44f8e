"""The students: small enough for a laptop's CPU, plain enough for ONNX.

All take sRGB in 0..1.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.students.data import MAPS
from training.students.face_points import POINTS

PARTS_SIDE, FACE_SIDE, HEAD_SIDE = 128, 128, 160


class Conv(nn.Sequential):
    """Convolution, batch norm (folded at export) and, unless `linear`, a rectifier."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, stride: int = 1, linear: bool = False) -> None:
        conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        super().__init__(conv, nn.BatchNorm2d(outputs), nn.Identity() if linear else nn.ReLU(inplace=True))


class GlobalContext(nn.Module):
    """Attention between all cells of the coarsest grid, each with a learned place."""

    def __init__(self, width: int, heads: int = 4, grid: int = 8) -> None:
        super().__init__()
        self.heads = heads
        self.place = nn.Parameter(torch.zeros(1, width, grid, grid))
        self.norm = nn.GroupNorm(1, width)
        self.project = nn.Conv2d(width, 3 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        place = self.place
        if place.shape[-2:] != x.shape[-2:]:  # only while training at a smaller size
            place = F.interpolate(place, x.shape[-2:], mode="bilinear", align_corners=False)
        x = x + place
        q, k, v = self.project(self.norm(x)).flatten(2).unflatten(1, (3, self.heads, -1)).unbind(1)
        scores = (q.transpose(-1, -2) @ k) * q.shape[-2] ** -0.5
        mixed = (v @ scores.softmax(-1).transpose(-1, -2)).flatten(1, 2)
        return x + self.out(mixed.unflatten(-1, x.shape[-2:]))


class Plain(nn.Module):
    """Two full 3x3 convolutions with a shortcut (ResNet, He et al. 2016): on a CPU a third of the training time of
    an inverted residual as wide."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(Conv(width, width), Conv(width, width, linear=True))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.body(x))


class PartsNet(nn.Module):
    """(n, 3, s, s) sRGB 0..1, s a multiple of 32 -> (n, 6, s, s) logits of `data.MAPS`.

    A U-Net (Ronneberger et al. 2015) whose skips are added, with attention between all cells of its bottom.
    """

    def __init__(self, widths: tuple[int, ...] = (16, 32, 64, 128, 192), blocks: tuple[int, ...] = (1, 1, 2, 1)):
        super().__init__()
        self.stem = Conv(3, widths[0], 3, 2)
        self.downs = nn.ModuleList(
            nn.Sequential(Conv(wide, wider, 3, 2), *(Plain(wider) for _ in range(count)))
            for wide, wider, count in zip(widths, widths[1:], blocks))  # fmt: skip
        self.context = GlobalContext(widths[-1])
        narrowing = [*zip(widths[:0:-1], widths[-2::-1])]
        self.lateral = nn.ModuleList(Conv(wide, narrow, 1, linear=True) for wide, narrow in narrowing)
        self.ups = nn.ModuleList(Conv(narrow, narrow) for _, narrow in narrowing)
        self.head = nn.Conv2d(widths[0], len(MAPS), 1)
        with torch.no_grad():  # begin at how rare each map is
            self.head.bias.copy_(torch.tensor([-1.4, -1.2, -3.2, -3.4, -2.9, -1.8]))

    def forward(self, rgb: Tensor) -> Tensor:
        skips = [self.stem((rgb - 0.5) * 4.0)]
        for down in self.downs:
            skips.append(down(skips[-1]))
        x = self.context(skips.pop())
        for lateral, up, skip in zip(self.lateral, self.ups, reversed(skips)):
            x = up(F.relu(F.interpolate(lateral(x), scale_factor=2.0, mode="nearest") + skip))
        return F.interpolate(self.head(x), scale_factor=2.0, mode="bilinear", align_corners=False)


class HeadNet(PartsNet):
    """(n, 3, s, s) sRGB 0..1 of a head crop, s a multiple of 32 -> (n, 5, s, s) logits of `heads_data.MAPS`."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Conv2d(self.head.in_channels, 5, 1)
        with torch.no_grad():
            self.head.bias.copy_(torch.tensor([0.0, -2.2, -2.6, -3.0, -1.2]))


class FaceNet(nn.Module):
    """A head crop to what is known of its face.

    (n, 3, 128, 128) sRGB 0..1 -> presence logit (n, 1), landmarks (n, 168, 3) in shares of the crop's side from its
    centre, openness logits (n, 2) of the picture's left and right eye, pose (n, 3) in units of 45 degrees.
    """

    def __init__(self, mean_face: Tensor | None = None) -> None:
        super().__init__()
        count = len(POINTS)
        self.trunk = nn.Sequential(
            Conv(3, 16, 3, 2), Conv(16, 32, 3, 2), Plain(32), Conv(32, 64, 3, 2), Plain(64),
            Conv(64, 96, 3, 2), Plain(96), Plain(96))  # fmt: skip
        # No rectifier before so wide a dense layer: inputs of one sign would swing its outputs at every step.
        self.fine = Conv(96, 24, 1, linear=True)
        self.coarse = nn.Sequential(Conv(96, 128, 3, 2), Plain(128), Conv(128, 64, 1, linear=True))
        self.body = nn.Sequential(nn.Linear(24 * 64 + 64 * 16, 192, bias=False), nn.BatchNorm1d(192), nn.ReLU())
        self.shape = nn.Linear(192, count * 3)
        self.state = nn.Linear(192, 6)
        nn.init.normal_(self.shape.weight, std=0.002)
        with torch.no_grad():
            self.shape.bias.copy_(torch.zeros(count * 3) if mean_face is None else mean_face.flatten())

    def forward(self, rgb: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        x = self.trunk((rgb - 0.5) * 4.0)
        x = self.body(torch.cat([self.fine(x).flatten(1), self.coarse(x).flatten(1)], dim=1))
        state = self.state(x)
        return state[:, :1], self.shape(x).unflatten(1, (len(POINTS), 3)), state[:, 1:3], state[:, 3:]
