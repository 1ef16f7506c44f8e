"""The network that corrects the layered prior's disparity: the stuff network's trunk, the prior as a fourth channel.

Its answer has a cell for every 16 pixels and is spread smoothly over them. Drawn at full size the same trunk learned
the ordered points by heart, and its maps were blotchy, which bends straight lines under a camera that moves; where the
prior errs it errs over whole walls, floors and things, and their edges it has already.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.checkpoint import averaged
from training.students.networks import PartsNet
from training.students.stuff_network import GRID

DEPTH_SIDE = 160  # px, the network's input
CELL = 16  # px of the input that share one number of the answer
DROPPED = 0.2  # of the features while training


class DepthNet(PartsNet):
    """(n, 4, s, s) sRGB and disparity 0..1, s a multiple of 32 -> (n, 1, s / 16, s / 16): what to add to the disparity.

    It begins at zero, so that it can only learn where the prior errs.
    """

    def __init__(self) -> None:
        super().__init__()
        stem = self.stem[0]
        self.stem[0] = nn.Conv2d(4, stem.out_channels, 3, 2, 1, bias=False)
        self.context.place = nn.Parameter(torch.zeros(1, self.context.place.shape[1], GRID, GRID))
        self.lateral, self.ups = self.lateral[:1], self.ups[:1]
        self.drop = nn.Dropout2d(DROPPED)
        self.head = nn.Conv2d(self.ups[0][0].out_channels, 1, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def begin_from(self, checkpoint: Path) -> None:
        """Take the stuff network's trunk: what is sky, ground and house is known to it already."""
        weights = averaged(checkpoint)
        mine = {name for name in self.state_dict() if not name.startswith("head")}
        if not mine <= set(weights):
            raise SystemExit(f"{checkpoint} is no stuff network: missing {sorted(mine - set(weights))}")
        colours = weights["stem.0.weight"]
        weights["stem.0.weight"] = torch.cat([colours, torch.zeros_like(colours[:, :1])], dim=1)
        self.load_state_dict({name: weights[name] for name in mine}, strict=False)

    def forward(self, rgb: Tensor) -> Tensor:
        skips = [self.stem((rgb - 0.5) * 4.0)]
        for down in self.downs:
            skips.append(down(skips[-1]))
        x = F.interpolate(self.lateral[0](self.context(skips.pop())), scale_factor=2.0, mode="nearest")
        return self.head(self.drop(self.ups[0](F.relu(x + skips.pop()))))


def spread(change: Tensor, side: int) -> Tensor:
    """(n, 1, side, side) of the network's answer."""
    return F.interpolate(change, (side, side), mode="bicubic", align_corners=False)
