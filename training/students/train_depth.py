"""Train the network that corrects the layered prior's disparity, on points that people ordered.

    python -m training.students.train_depth --cache FOLDER --minutes 30 --resume

It begins from the stuff network of the same cache. Loss: for each pair of points a logistic loss on the difference of
disparity, with a margin that grows with the difference in nearness; squares for pairs that are equally far (Chen et
al., "Single-Image Depth Perception in the Wild", NeurIPS 2016); the correction itself is small, and smooth where the
photo is.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from training.students.depth_data import Batch, DepthData
from training.students.depth_network import DEPTH_SIDE, DepthNet
from training.students.trainer import Sides, Trainer, begin

SIDES: Sides = ((0.6, 128), (2.0, DEPTH_SIDE))
MARGIN, SOFT = 0.05, 0.06  # disparity that a step of nearness is worth, and the width of the logistic
TIE = 0.08  # disparity within which two points count as equally far
SMALL, SMOOTH = 0.3, 4.0  # price of a correction, and of its edges
EDGE = 12.0  # how fast an edge of the photo makes an edge of the correction free


def loss_of(disparity: Tensor, batch: Batch) -> tuple[Tensor, dict[str, float]]:
    points, near = torch.from_numpy(batch.points), torch.from_numpy(batch.near)
    rgb = torch.from_numpy(batch.rgb)
    seen = F.grid_sample(disparity, points[:, :, None], align_corners=False)[:, 0, :, 0]
    apart, wanted = seen[:, :, None] - seen[:, None], near[:, :, None] - near[:, None]
    order, tie = wanted > 0.5, wanted.abs() < 0.5  # False where unknown
    tie &= ~torch.eye(near.shape[1], dtype=torch.bool)
    ranked = _mean(F.softplus((MARGIN * wanted[order] - apart[order]) / SOFT))
    equal = _mean(F.huber_loss(apart[tie] / TIE, torch.zeros_like(apart[tie]), reduction="none"))
    change = disparity - rgb[:, 3:]
    rough = _rough(change, rgb[:, :3])
    right = _mean((apart[order] > 0).float())
    loss = ranked + 0.5 * equal + SMALL * change.abs().mean() + SMOOTH * rough
    return loss, {"right": right.item(), "ranked": ranked.item(), "tie": equal.item(),
                  "change": change.abs().mean().item(), "rough": rough.item()}  # fmt: skip


def _mean(values: Tensor) -> Tensor:
    return values.sum() / max(1, values.numel())


def _rough(change: Tensor, rgb: Tensor) -> Tensor:
    """Mean step of the correction between neighbours, where the photo has none (Godard et al., 2017)."""
    total = change.new_zeros(())
    for dim in (2, 3):
        step = change.diff(dim=dim).abs()
        total = total + (step * torch.exp(-EDGE * rgb.diff(dim=dim).abs().mean(1, keepdim=True))).mean()
    return total


def main() -> None:
    options = begin(__doc__, minutes=30.0)
    net = DepthNet().to(memory_format=torch.channels_last)
    net.begin_from(options.cache / "stuff.pt")
    trainer = Trainer(net, options.cache / "depth.pt", options.minutes, rate=6e-4, resume=options.resume)
    trainer.learn(DepthData(options.cache), loss_of, options.batch, SIDES)


if __name__ == "__main__":
    main()
