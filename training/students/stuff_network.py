"""The network that knows sky, water, foliage, ground, buildings and mountains: the parts network with another head."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from training.checkpoint import averaged
from training.students.networks import PartsNet
from training.students.stuff_data import CLASSES

STUFF_SIDE = 160  # px, the network's input
GRID = STUFF_SIDE // 32
RARITY = (-1.5, -2.2, -1.6, -1.8, -2.2, -2.4)  # log odds of each class, to begin at


class StuffNet(PartsNet):
    """(n, 3, s, s) sRGB 0..1, s a multiple of 32 -> (n, 6, s, s) logits of `stuff_data.CLASSES`."""

    def __init__(self) -> None:
        super().__init__()
        place = self.context.place
        self.context.place = nn.Parameter(torch.zeros(1, place.shape[1], GRID, GRID))
        self.head = nn.Conv2d(self.head.in_channels, len(CLASSES), 1)
        with torch.no_grad():
            self.head.bias.copy_(torch.tensor(RARITY))

    def begin_from(self, checkpoint: Path) -> None:
        """Take the parts network's weights but its head: where things end is known to it already."""
        weights = averaged(checkpoint)
        weights = {
            name: value for name, value in weights.items() if not name.startswith(("head", "context.place"))
        }
        missing, unknown = self.load_state_dict(weights, strict=False)
        if unknown or set(missing) != {"head.weight", "head.bias", "context.place"}:
            raise SystemExit(f"{checkpoint} is no parts network: missing {missing}, unknown {unknown}")
