"""Train the head network on what its teacher said of upright head crops.

    python -m training.students.train_heads --cache FOLDER --minutes 55 --resume

It begins where the parts network of the whole picture ended, with small crops, and ends with crops of the size the
network is used at.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from training.checkpoint import averaged
from training.run import Run, Settings, Sides, asked, like
from training.students.heads_data import MAPS, Batch, HeadsData
from training.students.networks import HEAD_SIDE, HeadNet

SIDES: Sides = ((0.3, 96), (0.5, 128), (2.0, HEAD_SIDE))
IMPORTANCE = torch.tensor([1.0, 1.3, 1.0, 0.7, 0.8])  # of the maps, in order


def loss_of(logits: Tensor, batch: Batch) -> tuple[Tensor, dict[str, float]]:
    """Cross-entropy for every pixel of the picture plus one minus a soft intersection over union of each map that is
    not empty."""
    maps, inside = like(batch.maps, logits), like(batch.inside, logits)
    share = inside.mean((2, 3)).clamp(min=0.05)
    entropy = F.binary_cross_entropy_with_logits(logits, maps, reduction="none")
    entropy = (entropy * inside).mean((2, 3)) / share
    p, maps = logits.sigmoid() * inside, maps * inside
    both, either = (p * maps).sum((2, 3)), (p + maps - p * maps).sum((2, 3))
    present = ((maps > 0.5).float().mean((2, 3)) > 0.002).float()
    overlap = (1 - (both + 1) / (either + 1)) * present
    total = ((3.0 * entropy + overlap) * IMPORTANCE.to(logits.device)).mean()
    got = 1 - overlap.sum(0) / present.sum(0).clamp(min=1)
    return total, {"entropy": entropy.mean().item(), **dict(zip(MAPS, got.tolist()))}


def take_over(net: HeadNet, cache: Path) -> None:
    """Take over every layer but the last from the parts network, where that has been trained."""
    if (folder := cache / "parts.run").exists():
        theirs, mine = averaged(folder), net.state_dict()
        same = {name: w for name, w in theirs.items()
                if not name.startswith("head.") and name in mine and w.shape == mine[name].shape}  # fmt: skip
        print(f"{len(same)} of {len(mine)} tensors from the parts network", flush=True)
        net.load_state_dict(same, strict=False)


def main() -> None:
    settings = asked(__doc__, Settings(minutes=55.0))
    net = HeadNet()
    take_over(net, settings.cache)
    net = net.to(memory_format=torch.channels_last)
    learned, held = (HeadsData(settings.cache, split) for split in ("train", "val"))
    print(f"{len(learned.entries)} heads", flush=True)
    Run(net, "head", settings).learn(learned, loss_of, SIDES, held)


if __name__ == "__main__":
    main()
