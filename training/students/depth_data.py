"""Photos whose points were ordered by hand, with the layered prior's disparity of each, and training batches of them.

`labels/depth.jsonl` has a line a photo: `path`, `split`, 16 `points` (x, y in shares) and how `near` each is (0 to 9 or
null); `labels/ordinal_pairs.jsonl` adds single pairs. The prior is computed once and cached.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from training.labels.depth import LABELS
from training.students.augment import recolour, soften
from training.students.data import data_folder

PAIRS = LABELS.with_name("ordinal_pairs.jsonl")
SIDE = 288  # px of the squares kept in memory
LONG = 1024  # px of the photo that the prior sees
POINTS = 16
BENT, CELLS = 0.15, 5  # disparity and cells a side of the random bend of a prior
JUDGES = 6  # one labelled training photo in so many is kept for choosing among networks


@dataclass(frozen=True)
class Ordered:
    """One photo: `points` (n, 2) in shares and `near` (n,) 0..9, NaN where it could not be told."""

    path: str
    split: str  # train, judge, withheld or val
    points: np.ndarray
    near: np.ndarray


@dataclass(frozen=True)
class Batch:
    rgb: np.ndarray  # (n, 4, s, s) float32 0..1: the photo, and the prior's disparity
    points: np.ndarray  # (n, 16, 2) float32, -1..1 as grid_sample takes them
    near: np.ndarray  # (n, 16) float32, NaN unknown


def ordered() -> list[Ordered]:
    """All photos with ordered points."""
    rows = [json.loads(line) for line in LABELS.read_text().splitlines()]
    found = [Ordered(row["path"], _split(row["path"], row["split"]), np.array(row["points"]),
                     np.array(row["near"], float)) for row in rows]  # fmt: skip
    return found + _pairs({one.path for one in found})


def _split(path: str, split: str) -> str:
    judges = split == "train" and int(hashlib.md5(path.encode()).hexdigest(), 16) % (8 * JUDGES) // 8 == 0
    return "judge" if judges else split


def _pairs(known: set[str]) -> list[Ordered]:
    """The pairs of the first benchmark, two points at a time: what the prior was tuned on, so never a judge."""
    found: list[Ordered] = []
    for row in map(json.loads, PAIRS.read_text().splitlines()):
        if row["photo"] not in known:
            near = [6.0, 3.0] if row["nearer"] == "a" else [3.0, 6.0]
            found.append(Ordered(row["photo"], "train", np.array([row["a"], row["b"]]), np.array(near)))
    return found


def cached(path: str, cache: Path) -> tuple[np.ndarray, np.ndarray]:
    """((288, 288, 3) uint8, (288, 288) float32 disparity of the layered prior) of a photo, computed once."""
    kept = cache / "depth" / (path.replace("/", "__") + ".npz")
    if not kept.exists():
        from stillreel.scene.analyse import analyse

        rgb = np.asarray(Image.open(data_folder() / path).convert("RGB"))
        scale = min(1.0, LONG / max(rgb.shape))
        rgb = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else rgb
        kept.parent.mkdir(parents=True, exist_ok=True)
        prior = analyse(rgb, correct=None).disparity
        small = [cv2.resize(each, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for each in (rgb, prior)]
        np.savez_compressed(kept, rgb=small[0], disp=small[1].astype(np.float16))
    with np.load(kept) as both:
        return both["rgb"], both["disp"].astype(np.float32)


class DepthData:
    """Random crops of the photos of a split; `refresh` reads the labels anew, so that labelling may go on."""

    def __init__(self, cache: Path, split: str = "train") -> None:
        self.cache, self.split, self.kept = cache, split, {}
        self.refresh()

    def refresh(self) -> None:
        self.photos = [one for one in ordered() if one.split == self.split]
        weight = np.array([np.isfinite(one.near).sum() for one in self.photos], float)
        self.chance = weight / weight.sum()

    def draw(self, count: int, side: int, rng: np.random.Generator) -> Batch:
        drawn = [self._one(self.photos[i], side, rng) for i in rng.choice(len(self.photos), count, p=self.chance)]
        return Batch(*(np.stack(column) for column in zip(*drawn)))

    def _one(self, one: Ordered, side: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if one.path not in self.kept:
            self.kept[one.path] = cached(one.path, self.cache)
        rgb, prior = self.kept[one.path]
        share = rng.uniform(0.7, 1.0, 2) if rng.random() < 0.6 else np.ones(2)
        corner = rng.uniform(0, 1 - share)
        (left, top), (right, bottom) = (corner * SIDE).astype(int), np.ceil((corner + share) * SIDE).astype(int)
        rgb, prior = (cv2.resize(each[top:bottom, left:right], (side, side), interpolation=cv2.INTER_AREA)
                      for each in (rgb, prior))  # fmt: skip
        rgb = soften(recolour(rgb, rng), rng, 2.0)
        points = np.full((POINTS, 2), 2.0)
        near = np.full(POINTS, np.nan)
        points[: len(one.points)] = (one.points - corner) / share * 2 - 1
        near[: len(one.near)] = one.near
        near[(np.abs(points) > 0.99).any(1)] = np.nan
        if rng.random() < 0.5:
            bend = rng.normal(0, BENT, (CELLS, CELLS)).astype(np.float32)
            prior = prior + cv2.resize(bend, (side, side), interpolation=cv2.INTER_CUBIC)
        both = np.concatenate([rgb / np.float32(255), np.clip(prior, 0, 1)[..., None]], axis=-1)
        if rng.random() < 0.5:
            both, points = both[:, ::-1], points * (-1, 1)
        return np.ascontiguousarray(both.transpose(2, 0, 1)), points.astype(np.float32), near.astype(np.float32)
