"""The network that corrects the layered prior's disparity: the stuff network with the prior as a fourth channel."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from training.students.networks import PartsNet
from training.students.stuff_network import GRID

DEPTH_SIDE = 160  # px, the network's input


class DepthNet(PartsNet):
    """(n, 4, s, s) sRGB and disparity 0..1, s a multiple of 32 -> (n, 1, s, s) corrected disparity, about 0..1.

    It begins as the identity on the prior, so that it can only learn where the prior errs.
    """

    def __init__(self) -> None:
        super().__init__()
        stem = self.stem[0]
        self.stem[0] = nn.Conv2d(4, stem.out_channels, 3, 2, 1, bias=False)
        self.context.place = nn.Parameter(torch.zeros(1, self.context.place.shape[1], GRID, GRID))
        self.head = nn.Conv2d(self.head.in_channels, 1, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def begin_from(self, checkpoint: Path) -> None:
        """Take the stuff network's weights but its head: what is sky, ground and house is known to it already."""
        weights = torch.load(checkpoint, weights_only=True)["average"]
        weights = {name: value for name, value in weights.items() if not name.startswith("head")}
        colours = weights["stem.0.weight"]
        weights["stem.0.weight"] = torch.cat([colours, torch.zeros_like(colours[:, :1])], dim=1)
        missing, unknown = self.load_state_dict(weights, strict=False)
        if unknown or set(missing) != {"head.weight", "head.bias"}:
            raise SystemExit(f"{checkpoint} is no stuff network: missing {missing}, unknown {unknown}")

    def forward(self, rgb: Tensor) -> Tensor:
        return rgb[:, 3:] + super().forward(rgb)
