"""Train the network of surroundings and things on the hand-made labels.

    python -m training.students.train_stuff --cache FOLDER --minutes 30 --resume

It begins from an earlier run of its own (`stuff_before.run` in the cache) and then learns things only; else from the
parts network of the same cache. It begins with small pictures, where a step is cheap.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from training.run import Run, Settings, Sides, asked, like
from training.students.stuff_data import CLASSES, Batch, StuffData
from training.students.stuff_network import STUFF_SIDE, StuffNet

SIDES: Sides = ((0.8, 128), (2.0, STUFF_SIDE))


def loss_of(logits: Tensor, batch: Batch) -> tuple[Tensor, dict[str, float]]:
    """Cross-entropy over the known pixels plus one minus a soft intersection over union, where a class is present."""
    maps, known = like(batch.maps, logits), like(batch.known, logits)
    entropy = F.binary_cross_entropy_with_logits(logits, maps, reduction="none") * known
    entropy = entropy.sum((2, 3)) / known.sum((2, 3)).clamp(min=0.05 * known[0, 0].numel())
    p = logits.sigmoid() * known
    both, either = (p * maps).sum((2, 3)), (p + maps * known - p * maps).sum((2, 3))
    present = ((maps * known).mean((2, 3)) > 0.01).float()
    overlap = (1 - (both + 1) / (either + 1)) * present
    share = overlap.sum(0) / present.sum(0).clamp(min=1)
    notes = {name: 1 - share[i].item() for i, name in enumerate(CLASSES)}
    return 3 * entropy.mean() + overlap.mean(), {"entropy": entropy.mean().item(), **notes}


def main() -> None:
    settings = asked(__doc__, Settings(rate=1e-3))
    net = StuffNet().to(memory_format=torch.channels_last)
    before = settings.cache / "stuff_before.run"
    net.begin_from(before if before.exists() else settings.cache / "parts.run")
    Run(net, "stuff", settings).learn(StuffData(settings.cache), loss_of, SIDES)


if __name__ == "__main__":
    main()
