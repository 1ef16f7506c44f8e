"""Training pictures for the parts network: cached teacher maps, cropped, turned, recoloured and mixed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from training.students.augment import recolour, soften
from training.students.data import SIDE

SHARE = {"free-exercise-db": 0.5, "gmdcsa24": 0.5, "tidybot2": 0.5}  # many pictures of one kind: fewer of each


@dataclass(frozen=True)
class Batch:
    rgb: np.ndarray  # (n, 3, s, s) float32 0..1
    maps: np.ndarray  # (n, 6, s, s) float32 0..1
    weight: np.ndarray  # (n, 6) float32: how far each map may be learned from


class PartsData:
    """The cached samples of one split; reads the index anew on `refresh`, so that teaching may still go on."""

    def __init__(self, cache: Path, split: str) -> None:
        self.folder, self.split = cache / "parts", split
        self.kept: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self.refresh()

    def refresh(self) -> None:
        lines = (self.folder / "index.jsonl").read_text().splitlines()
        entries = [json.loads(line) for line in lines if line.endswith("}")]
        self.entries = [entry for entry in entries if entry["split"] == self.split]
        self.chance = np.array([self._chance(entry) for entry in self.entries])
        self.chance /= self.chance.sum()
        self.empty = [entry for entry in self.entries if entry["people"] == 0]

    @staticmethod
    def _chance(entry: dict) -> float:
        chance = SHARE.get(entry["source"], 1.0)
        return chance * (3.0 if entry["share"] > 0.02 and entry["people"] == 1 else 1.0)

    def open(self, entry: dict) -> tuple[np.ndarray, np.ndarray]:
        """The (3, SIDE, SIDE, 3) uint8 sample (RGB, then two triples of cleaned maps; kept in memory: 1 MB each) and
        the (6,) weights of its maps."""
        if entry["name"] not in self.kept:
            self.kept[entry["name"]] = self._read(entry)
        return self.kept[entry["name"]]

    def _read(self, entry: dict) -> tuple[np.ndarray, np.ndarray]:
        sample = np.load(self.folder / f"{entry['name']}.npy")
        robot = "robot" in entry["category"] and not {"people", "face"} & set(entry["category"])
        named = sample[..., 5:9].astype(np.float32).sum(-1)
        # The teacher's floor is about 0.1, and its "other" class calls balloons and robots people.
        person = np.minimum(sample[..., 4], np.minimum(named * 1.1, 255)).astype(np.float32)
        sample[..., 4] = np.clip((person - 30) * (255 / 205), 0, 255)
        if robot:
            sample[..., 4:] = 0
        known = robot or entry["people"] == 1 or entry["share"] < 0.002
        skin_and_hair = min(float((sample[..., channel] > 150).mean()) for channel in (5, 6))
        known |= entry["people"] == -1 and skin_and_hair > 0.001
        subject = 0.0 if not entry["subject"] else 0.4 if entry["scenery"] else 1.0
        weight = np.array([subject] + [float(known or entry["people"] == 0)] * 5, np.float32)
        return np.stack([sample[..., i : i + 3] for i in (0, 3, 6)]), weight

    def draw(self, count: int, side: int, rng: np.random.Generator) -> Batch:
        """`count` augmented pictures of `side` pixels."""
        rgb, maps, weights = [], [], []
        for index in rng.choice(len(self.entries), count, p=self.chance):
            entry = self.entries[index]
            sample, weight = self.open(entry)
            if entry["share"] > 0.03 and entry["agreement"] > 0.8 and self.empty and rng.random() < 0.15:
                sample = self._elsewhere(sample, rng)
            sample = crop(sample, entry["aspect"], side, rng)
            rgb.append(soften(recolour(sample[0], rng), rng, worst=4.0))
            maps.append(np.concatenate(sample[1:], axis=-1))
            weights.append(weight)
        return Batch(_planes(rgb), _planes(maps), np.stack(weights))

    def _elsewhere(self, sample: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """The same subject before another, unpeopled background."""
        other = self.open(self.empty[rng.integers(len(self.empty))])[0][0]
        alpha = np.repeat(sample[1][..., :1], 3, axis=-1)
        mixed = cv2.add(cv2.multiply(sample[0], alpha, scale=1 / 255), cv2.multiply(other, 255 - alpha, scale=1 / 255))
        return np.stack([mixed, *sample[1:]])


def _planes(pictures: list[np.ndarray]) -> np.ndarray:
    """(s, s, c) uint8 pictures as one (n, c, s, s) float32 array, 0..1."""
    return np.stack(pictures).transpose(0, 3, 1, 2).astype(np.float32) / 255


def crop(sample: np.ndarray, aspect: float, side: int, rng: np.random.Generator) -> list[np.ndarray]:
    """A random part of the picture (sometimes more than all of it) in a random frame, stretched to a square."""
    share = np.exp(rng.uniform(np.log(0.55), np.log(1.15))) if rng.random() < 0.6 else 1.0
    frame = aspect * np.exp(rng.uniform(-0.35, 0.35))  # width over height of the new frame
    wide, tall = share * min(1.0, frame / aspect), share * min(1.0, aspect / frame)
    cx = 0.5 + max(0.0, 0.5 - wide / 2) * rng.uniform(-1, 1) + rng.normal(0, 0.03)
    cy = 0.5 + max(0.0, 0.5 - tall / 2) * rng.uniform(-1, 1) + rng.normal(0, 0.03)
    turn = np.radians(rng.normal(0, 8)) if rng.random() < 0.5 else 0.0
    flip = -1.0 if rng.random() < 0.5 else 1.0
    # Unit square of the new frame -> picture in heights -> cached square.
    c, s, h = np.cos(turn), np.sin(turn), tall
    w = wide * aspect
    linear = np.array([[c * w * flip, -s * h], [s * w * flip, c * h]])
    linear[0] /= aspect
    linear *= SIDE / side
    offset = np.array([cx, cy]) * SIDE - linear @ np.array([side / 2, side / 2])
    matrix = np.hstack([linear, offset[:, None]]).astype(np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return [cv2.warpAffine(piece, matrix, (side, side), flags=flags, borderMode=cv2.BORDER_REFLECT_101)
            for piece in sample]  # fmt: skip
