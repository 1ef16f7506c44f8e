"""Train the network that corrects the layered prior's disparity, on points that people ordered.

    python -m training.students.train_depth --cache FOLDER --minutes 30 --resume

It begins from the stuff network of the same cache. Loss: for each pair of points a logistic loss on the difference of
disparity, with a margin that grows with the difference in nearness; squares for pairs that are equally far (Chen et
al., "Single-Image Depth Perception in the Wild", NeurIPS 2016); the correction itself is small and smooth. Half of the
priors are bent at random, so that the photo has to say where they err.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from training.run import Run, Settings, Sides, asked, like
from training.students.depth_data import Batch, DepthData
from training.students.depth_network import DEPTH_SIDE, DepthNet, spread

SIDES: Sides = ((0.6, 128), (2.0, DEPTH_SIDE))
MARGIN, SOFT = 0.05, 0.06  # disparity that a step of nearness is worth, and the width of the logistic
TIE = 0.08  # disparity within which two points count as equally far
SMALL, SMOOTH = 0.3, 0.3  # price of a correction, and of its steps from cell to cell


def loss_of(change: Tensor, batch: Batch) -> tuple[Tensor, dict[str, float]]:
    points, near = like(batch.points, change), like(batch.near, change)
    prior = like(batch.rgb[:, 3:], change)
    disparity = prior + spread(change, prior.shape[-1])
    seen = F.grid_sample(disparity, points[:, :, None], align_corners=False)[:, 0, :, 0]
    apart, wanted = seen[:, :, None] - seen[:, None], near[:, :, None] - near[:, None]
    order, tie = wanted > 0.5, wanted.abs() < 0.5  # False where unknown
    tie &= ~torch.eye(near.shape[1], dtype=torch.bool, device=near.device)
    ranked = _mean(F.softplus((MARGIN * wanted[order] - apart[order]) / SOFT))
    equal = _mean(F.huber_loss(apart[tie] / TIE, torch.zeros_like(apart[tie]), reduction="none"))
    rough = change.diff(dim=2).abs().mean() + change.diff(dim=3).abs().mean()
    right = _mean((apart[order] > 0).float())
    loss = ranked + 0.5 * equal + SMALL * change.abs().mean() + SMOOTH * rough
    return loss, {"right": right.item(), "ranked": ranked.item(), "tie": equal.item(),
                  "change": change.abs().mean().item(), "rough": rough.item()}  # fmt: skip


def _mean(values: Tensor) -> Tensor:
    return values.sum() / max(1, values.numel())


def main() -> None:
    settings = asked(__doc__, Settings(minutes=16.0, rate=6e-4))
    net = DepthNet().to(memory_format=torch.channels_last)
    net.begin_from(settings.cache / "stuff.run")
    learned, judge = (DepthData(settings.cache, split) for split in ("train", "judge"))
    Run(net, "depth", settings).learn(learned, loss_of, SIDES, judge)


if __name__ == "__main__":
    main()
