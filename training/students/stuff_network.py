"""The network of surroundings (sky to mountain) and things (animal to fire): the parts network with another head.

Things have a branch of their own on the trunk that knows the surroundings, and the trunk is left as it is: few photos
show an animal, and what they teach must not cost what many photos taught.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.checkpoint import averaged
from training.students.networks import Conv, PartsNet, Plain
from training.students.stuff_data import CLASSES, THINGS

STUFF_SIDE = 160  # px, the network's input
GRID = STUFF_SIDE // 32
RARITY = (-1.5, -2.2, -1.6, -1.8, -2.2, -2.4, -2.6, -3.0, -1.8, -3.4)  # log odds of each class, to begin at


class ThingsBranch(nn.Module):
    """What the trunk sees at four sizes (n, widths, s/32 to s/4) -> (n, things, s/4, s/4) logits; wider than
    the trunk's own way up."""

    def __init__(self) -> None:
        super().__init__()
        inputs, widths = (192, 128, 64, 32), (96, 96, 64, 32)
        self.enter = nn.ModuleList(Conv(wide, width, 1) for wide, width in zip(inputs, widths))
        self.bodies = nn.ModuleList(Plain(width) for width in widths)
        self.lateral = nn.ModuleList(Conv(wide, narrow, 1, linear=True) for wide, narrow in pairwise(widths))
        self.head = nn.Conv2d(widths[-1], len(THINGS), 1)
        with torch.no_grad():
            self.head.bias.copy_(torch.tensor(RARITY[-len(THINGS) :]))

    def forward(self, seen: list[Tensor]) -> Tensor:
        x = self.bodies[0](self.enter[0](seen[0]))
        for lateral, enter, body, skip in zip(self.lateral, self.enter[1:], self.bodies[1:], seen[1:]):
            x = body(F.relu(F.interpolate(lateral(x), scale_factor=2.0, mode="nearest") + enter(skip)))
        return self.head(x)


class StuffNet(PartsNet):
    """(n, 3, s, s) sRGB 0..1, s a multiple of 32 -> (n, classes, s, s) logits of `stuff_data.CLASSES`."""

    def __init__(self) -> None:
        super().__init__()
        place, count = self.context.place, len(CLASSES) - len(THINGS)
        self.context.place = nn.Parameter(torch.zeros(1, place.shape[1], GRID, GRID))
        self.head = nn.Conv2d(self.head.in_channels, count, 1)
        with torch.no_grad():
            self.head.bias.copy_(torch.tensor(RARITY[:count]))
        self.things = ThingsBranch()
        self.only_things = False

    def forward(self, rgb: Tensor) -> Tensor:
        skips = [self.stem((rgb - 0.5) * 4.0)]
        for down in self.downs:
            skips.append(down(skips[-1]))
        x = self.context(skips.pop())
        things = F.interpolate(self.things([x, *skips[:0:-1]]), scale_factor=4.0, mode="bilinear", align_corners=False)
        for lateral, up, skip in zip(self.lateral, self.ups, reversed(skips)):
            x = up(F.relu(F.interpolate(lateral(x), scale_factor=2.0, mode="nearest") + skip))
        stuff = F.interpolate(self.head(x), scale_factor=2.0, mode="bilinear", align_corners=False)
        return torch.cat([stuff, things], dim=1)

    def train(self, mode: bool = True) -> StuffNet:
        """As `nn.Module.train`; what no longer learns keeps its batch norms as well."""
        super().train(mode)
        if self.only_things:
            super().train(False)
            self.things.train(mode)
        return self

    def begin_from(self, checkpoint: Path) -> None:
        """Take the weights of the parts network but its head, for where things end is known to it already. From a run
        of this network, take all it has, and let only things be learned."""
        own, weights = self.state_dict(), averaged(checkpoint)
        self.only_things = weights["context.place"].shape == own["context.place"].shape
        if self.only_things:
            self.requires_grad_(False)
            self.things.requires_grad_(True)
        else:
            weights = {name: value for name, value in weights.items() if not name.startswith(("head", "context.place"))}
        self.load_state_dict(own | weights)
