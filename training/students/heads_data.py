"""Training crops for the head network: cached heads turned, moved, recoloured, hidden in part, before other
backgrounds and cut off by a picture's border."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from training.students.augment import recolour, shaded, soften

MAPS = ("person", "hair", "face_skin", "body_skin", "clothes")
WIDER = 1.35  # the cached square's side, in sides of the crop
OUTSIDE = 128  # grey beyond the picture's border
SHARE = {"intel-sample-videos": 0.3, "nerfies": 0.4, "dynibar": 0.4, "gmdcsa24": 0.5, "free-exercise-db": 0.8,
         "sam2-demo": 0.5}  # many pictures of the same people: fewer of each  # fmt: skip
NOBODY = 0.05  # share of crops in which nobody is


@dataclass(frozen=True)
class Batch:
    rgb: np.ndarray  # (n, 3, s, s) float32 0..1
    maps: np.ndarray  # (n, 5, s, s) float32 0..1
    inside: np.ndarray  # (n, 1, s, s) float32: 1 inside the picture, where the maps are known


class HeadsData:
    """The cached heads of one split; reads the index anew on `refresh`, so that teaching may still go on."""

    def __init__(self, cache: Path, split: str) -> None:
        self.folder, self.split = cache / "heads", split
        self.kept: dict[str, np.ndarray] = {}
        self.backgrounds: dict[str, np.ndarray] = {}
        parts = [json.loads(line) for line in (cache / "parts" / "index.jsonl").read_text().splitlines()]
        self.empty = [cache / "parts" / f"{e['name']}.npy" for e in parts if e["split"] == split and e["people"] == 0]
        self.refresh()

    def refresh(self) -> None:
        lines = (self.folder / "index.jsonl").read_text().splitlines()
        entries = [json.loads(line) for line in lines if line.endswith("}")]
        self.entries = [e for e in entries if e["split"] == self.split and self._decided(e["name"])]
        chance = np.array([SHARE.get(e["source"], 1.0) * (0.5 if e["size"] < 40 else 1.0) for e in self.entries])
        self.chance = chance / chance.sum()

    def open(self, name: str) -> np.ndarray:
        """(304, 304, 9) uint8: RGB, the five maps, 255 inside the picture."""
        if name not in self.kept:
            self.kept[name] = np.load(self.folder / f"{name}.npy")
        return self.kept[name]

    def _decided(self, name: str) -> bool:
        """Whether the teacher knew what it saw: drawn and painted people leave it in doubt."""
        person = self.open(name)[..., 3].astype(np.float32) / 255
        there = person > 0.15
        return bool(there.any()) and float(np.abs(2 * person - 1)[there].mean()) > 0.75

    def draw(self, count: int, side: int, rng: np.random.Generator) -> Batch:
        """`count` augmented crops of `side` pixels."""
        rows = [self._one(side, rng) for _ in range(count)]
        rgb, maps, inside = (np.stack(each).astype(np.float32) / 255 for each in zip(*rows))
        return Batch(*(np.ascontiguousarray(each.transpose(0, 3, 1, 2)) for each in (rgb, maps, inside)))

    def _one(self, side: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if rng.random() < NOBODY:
            rgb, maps = self._background(side, rng), np.zeros((side, side, len(MAPS)), np.uint8)
            inside = np.full((side, side, 1), 255, np.uint8)
        else:
            name = self.entries[rng.choice(len(self.entries), p=self.chance)]["name"]
            rgb, maps, inside = moved(self.open(name), side, rng)
            if rng.random() < 0.3:
                rgb = mixed(rgb, self._background(side, rng), maps[..., :1])
            if rng.random() < 0.2:
                rgb, maps = hidden(rgb, maps, self._background(side, rng), rng)
        rgb = soften(recolour(shaded(rgb, rng), rng), rng, worst=3.0)
        inside = bordered(inside, rng) if rng.random() < 0.3 else inside
        return np.where(inside > 127, rgb, OUTSIDE).astype(np.uint8), maps, inside

    def _background(self, side: int, rng: np.random.Generator) -> np.ndarray:
        """A random window of a picture in which nobody is, sometimes out of focus."""
        path = self.empty[rng.integers(len(self.empty))]
        if path.name not in self.backgrounds:
            self.backgrounds[path.name] = np.ascontiguousarray(np.load(path)[..., :3])
        picture = self.backgrounds[path.name]
        window = int(rng.uniform(0.35, 1.0) * len(picture))
        y, x = rng.integers(0, len(picture) - window + 1, 2)
        out = cv2.resize(picture[y : y + window, x : x + window], (side, side), interpolation=cv2.INTER_AREA)
        return cv2.GaussianBlur(out, (0, 0), rng.uniform(0.5, 4)) if rng.random() < 0.5 else out


def moved(sample: np.ndarray, side: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The crop out of its wide square, turned, scaled, shifted and mirrored: RGB, maps and where the picture is."""
    scale = side / (len(sample) / WIDER) * np.exp(rng.uniform(-0.2, 0.28))
    turn = np.radians(rng.normal(0, 18) if rng.random() < 0.2 else rng.normal(0, 5))
    c, s = np.cos(turn) * scale, np.sin(turn) * scale
    linear = np.array([[c, -s], [s, c]])
    if rng.random() < 0.5:
        linear[:, 0] *= -1
    middle = np.full(2, len(sample) / 2) + rng.normal(0, 0.045, 2) * len(sample)
    matrix = np.hstack([linear, (side / 2 - linear @ middle)[:, None]])
    if scale < 0.8:
        sample = np.dstack([cv2.GaussianBlur(sample[..., i : i + 3], (0, 0), 0.35 / scale) for i in (0, 3, 6)])
    rgb = cv2.warpAffine(sample[..., :3], matrix, (side, side), borderMode=cv2.BORDER_REPLICATE)
    person = cv2.warpAffine(sample[..., 3:6], matrix, (side, side))
    clothed = cv2.warpAffine(sample[..., 6:9], matrix, (side, side))
    return rgb, np.dstack([person, clothed[..., :2]]), clothed[..., 2:]


def mixed(rgb: np.ndarray, other: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """`rgb` where alpha (h, w, 1) uint8 is 255, `other` where it is 0."""
    cover = np.repeat(alpha, 3, axis=-1)
    return cv2.add(cv2.multiply(rgb, cover, scale=1 / 255), cv2.multiply(other, 255 - cover, scale=1 / 255))


def hidden(
    rgb: np.ndarray, maps: np.ndarray, other: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Something in front: a turned ellipse or box out of another picture."""
    side = len(rgb)
    shape = np.zeros((side, side), np.uint8)
    centre, size = rng.uniform(0, side, 2), rng.uniform(0.08, 0.4, 2) * side
    frame = (tuple(map(float, centre)), tuple(map(float, size)), float(rng.uniform(0, 180)))
    if rng.random() < 0.5:
        cv2.ellipse(shape, frame, 255, -1)
    else:
        cv2.fillPoly(shape, [cv2.boxPoints(frame).astype(np.int32)], 255)
    shape = cv2.GaussianBlur(shape, (0, 0), 1.0)[..., None]
    return mixed(other, rgb, shape), (maps * ((255 - shape) / 255.0)).astype(np.uint8)


def bordered(inside: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The picture ends within the crop, on one or two sides."""
    inside, side = inside.copy(), len(inside)
    for _ in range(int(rng.integers(1, 3))):
        strip = int(rng.uniform(0.03, 0.35) * side)
        turned = np.rot90(inside, int(rng.integers(4)))
        turned[:strip] = 0
    return inside
