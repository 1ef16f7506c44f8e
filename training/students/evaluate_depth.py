"""How often points that people ordered are in order: a plain ramp, the layered prior, the network on it.

    python -m training.students.evaluate_depth --cache FOLDER [--split judge] [--run depth]

Pairs of one photo whose nearness (0 to 9) differs by at least 1, and by at least 2; means over all pairs with 95 %
intervals by resampling photos. `judge` are labelled training photos kept for choosing; `held` (val, and those withheld
from the train split) are for the verdict alone.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
import torch

from stillreel.scene.correction import spread
from training.checkpoint import averaged
from training.students.depth_data import Ordered, cached, ordered
from training.students.depth_network import DEPTH_SIDE, DepthNet

HELD = ("val", "withheld")


def corrected(net: DepthNet, rgb: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """(s, s) disparity: the mean over the photo and its mirror image."""
    both = [cv2.resize(each, (DEPTH_SIDE, DEPTH_SIDE), interpolation=cv2.INTER_AREA) for each in (rgb, prior)]
    four = np.concatenate([both[0] / np.float32(255), both[1][..., None]], -1)
    pair = torch.from_numpy(np.stack([four, four[:, ::-1]]).transpose(0, 3, 1, 2).copy())
    with torch.no_grad():
        straight, mirrored = net(pair)[:, 0].numpy()
    return both[1] + spread((straight + mirrored[:, ::-1]) / 2, (DEPTH_SIDE, DEPTH_SIDE))


def judged(disparity: np.ndarray, one: Ordered, gap: int) -> tuple[int, int]:
    """(pairs in order, pairs) of one photo."""
    height, width = disparity.shape
    at = np.minimum((one.points * (width, height)).astype(int), (width - 1, height - 1))
    seen = disparity[at[:, 1], at[:, 0]]
    nearer = one.near[:, None] - one.near[None] >= gap
    return int((seen[:, None] > seen[None] + 1e-3)[nearer].sum()), int(nearer.sum())


def share(counts: np.ndarray) -> str:
    """Of (photos, 2) counts: the share in order, with its interval."""
    rng = np.random.default_rng(0)
    drawn = counts[rng.integers(0, len(counts), (2000, len(counts)))].sum(1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    return f"{counts[:, 0].sum() / counts[:, 1].sum():6.1%} [{low:.1%}, {high:.1%}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--split", choices=("judge", "held", "train"), default="judge")
    parser.add_argument("--run", default="depth")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    net = DepthNet()
    net.load_state_dict(averaged(asked.cache / f"{asked.run}.run"))
    net.eval()
    splits = HELD if asked.split == "held" else (asked.split,)
    photos = [one for one in ordered() if one.split in splits and np.isfinite(one.near).sum() > 2]
    for gap in (1, 2):
        rows: dict[str, list[tuple[int, int]]] = {"ramp": [], "prior": [], "network": []}
        for one in photos:
            rgb, prior = cached(one.path, asked.cache)
            ramp = np.mgrid[0:1:64j, 0:1:2j][0]
            for name, disparity in (("ramp", ramp), ("prior", prior), ("network", corrected(net, rgb, prior))):
                rows[name].append(judged(disparity, one, gap))
        pairs = sum(count for _, count in rows["ramp"])
        told = "   ".join(f"{name} {share(np.array(counts, float))}" for name, counts in rows.items())
        print(f"{asked.split}: {len(photos)} photos, {pairs} pairs {gap} or more apart: {told}")


if __name__ == "__main__":
    main()
