"""The network of surroundings (sky to mountain) and things (animal to fire): the parts network with another head."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from training.checkpoint import averaged
from training.students.networks import PartsNet
from training.students.stuff_data import CLASSES

STUFF_SIDE = 160  # px, the network's input
GRID = STUFF_SIDE // 32
RARITY = (-1.5, -2.2, -1.6, -1.8, -2.2, -2.4, -2.6, -3.0, -1.8, -3.4)  # log odds of each class, to begin at


class StuffNet(PartsNet):
    """(n, 3, s, s) sRGB 0..1, s a multiple of 32 -> (n, classes, s, s) logits of `stuff_data.CLASSES`."""

    def __init__(self) -> None:
        super().__init__()
        place = self.context.place
        self.context.place = nn.Parameter(torch.zeros(1, place.shape[1], GRID, GRID))
        self.head = nn.Conv2d(self.head.in_channels, len(CLASSES), 1)
        with torch.no_grad():
            self.head.bias.copy_(torch.tensor(RARITY))

    def begin_from(self, checkpoint: Path) -> None:
        """Take the weights of the parts network but its head, for where things end is known to it already; or those of
        this network when it knew only the first of its classes."""
        own, weights = self.state_dict(), averaged(checkpoint)
        count = len(weights["head.bias"])
        if weights["context.place"].shape == own["context.place"].shape:
            for name in ("head.weight", "head.bias"):
                weights[name] = torch.cat([weights[name], own[name][count:]])
        else:
            weights |= {name: own[name] for name in ("head.weight", "head.bias", "context.place")}
        self.load_state_dict(weights)
