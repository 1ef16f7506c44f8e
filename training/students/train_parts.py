"""Train the parts and matte network on what its teachers said.

    python -m training.students.train_parts --cache FOLDER --minutes 40 --resume

It begins with small pictures, where a step is cheap, and ends with pictures of the size the network is used at.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from training.run import Run, Settings, Sides, asked, like
from training.students.networks import PARTS_SIDE, PartsNet
from training.students.parts_data import Batch, PartsData

SIDES: Sides = ((0.65, 128), (2.0, PARTS_SIDE))
IMPORTANCE = torch.tensor([1.0, 1.0, 1.2, 1.5, 0.7, 0.8])  # of the maps, in order


def loss_of(logits: Tensor, batch: Batch) -> tuple[Tensor, dict[str, float]]:
    """Cross-entropy for every pixel plus one minus a soft intersection over union, where the map is not empty."""
    maps, weight = like(batch.maps, logits), like(batch.weight, logits) * IMPORTANCE.to(logits.device)
    entropy = F.binary_cross_entropy_with_logits(logits, maps, reduction="none").mean((2, 3))
    p = logits.sigmoid()
    both, either = (p * maps).sum((2, 3)), (p + maps - p * maps).sum((2, 3))
    present = (maps > 0.5).float().mean((2, 3)) > 0.002
    overlap = (1 - (both + 1) / (either + 1)) * present
    total = ((3.0 * entropy + overlap) * weight).sum() / weight.sum()
    counted = (present * (weight > 0)).sum(0).clamp(min=1)
    misses = (overlap * (weight > 0)).sum(0) / counted
    return total, {"entropy": entropy.mean().item(), "subject": 1 - misses[0].item(), "person": 1 - misses[1].item(),
                   "hair": 1 - misses[2].item(), "face": 1 - misses[3].item()}  # fmt: skip


def main() -> None:
    settings = asked(__doc__, Settings(minutes=40.0))
    net = PartsNet().to(memory_format=torch.channels_last)
    learned, held = (PartsData(settings.cache, split) for split in ("train", "val"))
    Run(net, "parts", settings).learn(learned, loss_of, SIDES, held)


if __name__ == "__main__":
    main()
