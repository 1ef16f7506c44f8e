"""Write the averaged weights of the depth network as ONNX beside the code that runs it, and check both give the same.

python -m training.students.depth_export --cache FOLDER
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import nn

from training.students.depth_network import DEPTH_SIDE, DepthNet
from training.students.export import KINDS, export


class DepthForUse(nn.Module):
    """The change as it is."""

    def __init__(self, net: DepthNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, rgb: torch.Tensor) -> torch.Tensor:
        return self.net(rgb)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    path = export("depth", options.cache, channels=4)
    print(f"{path} {path.stat().st_size / 1e6:.2f} MB")


KINDS["depth"] = (DepthNet, DepthForUse, DEPTH_SIDE, ["change"])

if __name__ == "__main__":
    main()
