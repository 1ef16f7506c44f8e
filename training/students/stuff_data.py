"""What was labelled by hand as surroundings (sky to mountain) or things (animal to fire), and training pictures of it.

`labels/stuff.jsonl` has a line a photo: `path`, `split` (train, withheld from the train split, or val), `size` (w, h)
and `runs`, a run-length code of letters in reading order ("s4096f12..."). A photo that is one thing throughout has the
size (1, 1). See `LETTERS` for what a letter says of each class. `unsure`, where it is there, names things ("a", "v",
"t", "e") that the photo may show beyond what its letters say: absence is not to be learned or judged there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from training.students.augment import recolour, soften
from training.students.data import data_folder
from training.students.stuff_drawn import drawn
from training.students.stuff_things import burning, transplanted
from training.students.stuff_weather import weather

CLASSES = ("sky", "water", "foliage", "ground", "building", "mountain", "animal", "vehicle", "product", "fire")
LABELS = Path(__file__).resolve().parents[1] / "labels" / "stuff.jsonl"
SIDE = 288  # px of the squares kept in memory
# 1 it is, 0 it is not, - not to be learned from, in the order of CLASSES. A lawn (y) is foliage that lies as ground;
# a rock face (r) is neither surely ground nor surely mountain; far hills are mountains (m) whatever grows on them;
# a dry photo (d) shows no sky, water, house or mountain, but perhaps a floor or a plant. A product (t) is what a photo
# of food, drink, a device or ware is about, with its dish; flame, smoke and steam (e) let through what is behind them;
# where only things were looked for, the rest is none of them (n).
LETTERS = {
    "s": "1000000000", "w": "0100000000", "f": "0010000000", "y": "001-000000", "g": "0001000000", "r": "000-0-0000",
    "b": "0000100000", "m": "000-010000", "p": "0000000000", "o": "0000000000", "d": "00--000000", "x": "----------",
    "n": "------0000", "a": "0000001000", "v": "0000000100", "t": "00-0000010", "e": "-0000000-1",
}  # fmt: skip
THINGS = dict(zip("avte", CLASSES[6:]))  # letter and class of what stands or burns before the surroundings
IS, KNOWN = np.zeros((256, len(CLASSES)), np.float32), np.zeros((256, len(CLASSES)), np.float32)
for _letter, _says in LETTERS.items():
    IS[ord(_letter)] = [one == "1" for one in _says]
    KNOWN[ord(_letter)] = [one != "-" for one in _says]
OPEN_AIR = ("sky", "water", "foliage", "mountain")
NOTHING = ord("x")


@dataclass(frozen=True)
class Labelled:
    """One line of the labels."""

    path: str
    split: str  # train, withheld or val
    size: tuple[int, int]  # (w, h) of the label map
    runs: str
    unsure: str = field(default="", kw_only=True)

    def letters(self) -> np.ndarray:
        """(h, w) uint8: the code of each pixel's letter."""
        runs = re.findall(r"([a-z])(\d+)", self.runs)
        codes, counts = [ord(letter) for letter, _ in runs], [int(count) for _, count in runs]
        return np.repeat(np.array(codes, np.uint8), counts).reshape(self.size[::-1])

    def known(self, letters: np.ndarray) -> np.ndarray:
        """(h, w, classes) float32, 1 where it is known whether `letters` (h, w) are the class or not."""
        known = KNOWN[letters]
        for letter in self.unsure:
            index = CLASSES.index(THINGS[letter])
            known[..., index] = IS[letters, index]
        return known


def encode(letters: np.ndarray) -> str:
    """The run-length code of an (h, w) uint8 map of letters."""
    flat = letters.ravel()
    starts = np.flatnonzero(np.r_[True, flat[1:] != flat[:-1]])
    return "".join(f"{chr(flat[i])}{n}" for i, n in zip(starts, np.diff(np.r_[starts, len(flat)])))


def labelled(splits: Iterable[str]) -> list[Labelled]:
    """The labels of some splits."""
    entries = [json.loads(line) for line in LABELS.read_text().splitlines()]
    return [Labelled(e["path"], e["split"], (e["size"][0], e["size"][1]), e["runs"], unsure=e.get("unsure", ""))
            for e in entries if e["split"] in splits]  # fmt: skip


DRAWN = Labelled("", "train", (1, 1), "")


@dataclass(frozen=True)
class Batch:
    rgb: np.ndarray  # (n, 3, s, s) float32 0..1
    maps: np.ndarray  # (n, classes, s, s) float32 0 or 1
    known: np.ndarray  # (n, classes, s, s) float32 0 or 1


class StuffData:
    """Training pictures; `refresh` reads the labels anew, so that labelling may go on."""

    def __init__(self, people: Path | None) -> None:
        self.root, self.kept = data_folder(), {}
        self.people = _people(people) if people else []
        self.refresh()

    def refresh(self) -> None:
        everything = [one for one in labelled(("train",)) if (self.root / one.path).exists()]
        self.mixed = [one for one in everything if one.size != (1, 1)]
        rare = np.array([3.0 if set("avte") & set(one.runs) else 2.0 if set("wb") & set(one.runs) else 1.0
                         for one in self.mixed])  # fmt: skip
        self.rarity = rare / rare.sum()
        self.things = [one for one in self.mixed if set("avt") & set(one.runs)]
        self.plain = [one for one in everything if one.size == (1, 1)]
        dry = [one.runs[0] in "do" for one in self.plain]
        self.chance = np.where(dry, 1.0, 3.0) / np.where(dry, 1.0, 3.0).sum()

    def open(self, one: Labelled) -> tuple[np.ndarray, np.ndarray]:
        """The photo and its letters, stretched to a square; kept in memory, a third of a MB each."""
        if one.path not in self.kept or self.kept[one.path][0] != one.runs:
            picture = cv2.cvtColor(cv2.imread(str(self.root / one.path)), cv2.COLOR_BGR2RGB)
            rgb = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
            codes = cv2.resize(one.letters(), (SIDE, SIDE), interpolation=cv2.INTER_NEAREST)
            self.kept[one.path] = one.runs, rgb, codes
        return self.kept[one.path][1], self.kept[one.path][2]

    def draw(self, count: int, side: int, rng: np.random.Generator) -> Batch:
        """`count` augmented pictures of `side` pixels: a third of one thing throughout, most of those dry, and a
        fifteenth drawn."""
        pictures, maps, known = [], [], []
        for _ in range(count):
            one, rgb, codes = self._one(side, rng)
            if rng.random() < 0.08:
                rgb, codes = burning(rgb, codes, rng)
            pictures.append(soften(recolour(rgb, rng), rng, worst=2.0))
            maps.append(IS[codes])
            known.append(one.known(codes))
        rgb = np.stack(pictures).transpose(0, 3, 1, 2).astype(np.float32) / 255
        return Batch(rgb, np.stack(maps).transpose(0, 3, 1, 2).copy(), np.stack(known).transpose(0, 3, 1, 2).copy())

    def _one(self, side: int, rng: np.random.Generator) -> tuple[Labelled, np.ndarray, np.ndarray]:
        """A label, a picture (side, side, 3) uint8 under some weather, and its letters."""
        if rng.random() < 0.07:
            return DRAWN, *drawn(side, rng)
        if rng.random() < 0.33:
            one = self.plain[rng.choice(len(self.plain), p=self.chance)]
        else:
            one = self.mixed[rng.choice(len(self.mixed), p=self.rarity)]
        rgb, codes = crop(*self.open(one), side, rng)
        if self.people and one.runs[0] not in "do" and rng.random() < 0.1:
            rgb, codes = self._visited(rgb, codes, rng)
        if self.things and rng.random() < 0.2:
            guest = self.things[rng.integers(len(self.things))]
            rgb, codes = transplanted(rgb, codes, *self.open(guest), rng)
        return one, weather(rgb, codes == ord("s"), rng), codes

    def _visited(
        self, rgb: np.ndarray, codes: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Someone from another picture before the scene."""
        guest = np.load(self.people[rng.integers(len(self.people))], mmap_mode="r")[..., :4]
        side, size = len(rgb), int(len(rgb) * rng.uniform(0.4, 1.1))
        guest = cv2.resize(np.ascontiguousarray(guest), (size, size), interpolation=cv2.INTER_AREA)
        shift = np.float32(
            [[1, 0, rng.uniform(-0.3, 1.3) * side - size / 2], [0, 1, side - size * rng.uniform(0.7, 1)]]
        )
        guest = cv2.warpAffine(guest, shift, (side, side))
        alpha = np.clip((guest[..., 3:].astype(np.float32) - 60) / 140, 0, 1)
        mixed = guest[..., :3] * alpha + rgb * (1 - alpha)
        return mixed.astype(np.uint8), np.where(alpha[..., 0] > 0.5, ord("p"), codes).astype(np.uint8)


def _people(cache: Path) -> list[Path]:
    """Pictures of people whose mattes the teachers agree on, from the cache of the parts network."""
    entries = map(json.loads, (cache / "parts" / "index.jsonl").read_text().splitlines())
    clear = [e for e in entries if e["split"] == "train" and e["people"] == 1 and e["agreement"] > 0.85]
    return [cache / "parts" / f"{e['name']}.npy" for e in clear if 0.06 < e["share"] < 0.6]


def crop(
    rgb: np.ndarray, codes: np.ndarray, side: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """A random part of the picture, turned a little, perhaps mirrored, stretched to a square of `side` pixels."""
    share = np.exp(rng.uniform(np.log(0.5), np.log(1.05))) if rng.random() < 0.6 else 1.0
    lean = np.exp(rng.uniform(-0.3, 0.3))
    wide, tall = min(1.05, share * lean), min(1.05, share / lean)
    cx, cy = (0.5 + max(0.0, 0.5 - length / 2) * rng.uniform(-1, 1) for length in (wide, tall))
    turn = np.radians(rng.normal(0, 5)) if rng.random() < 0.5 else 0.0
    c, s, flip = np.cos(turn), np.sin(turn), rng.choice([-1.0, 1.0])
    linear = np.array([[c * wide * flip, -s * tall], [s * wide * flip, c * tall]]) * SIDE / side
    offset = np.array([cx, cy]) * SIDE - linear @ np.array([side / 2, side / 2])
    matrix = np.hstack([linear, offset[:, None]])
    if share > 0.7:  # shrinking: soften first, or edges alias
        rgb = cv2.GaussianBlur(rgb, (0, 0), 0.35 * SIDE / side)
    smooth, nearest = (mode | cv2.WARP_INVERSE_MAP for mode in (cv2.INTER_LINEAR, cv2.INTER_NEAREST))
    picture = cv2.warpAffine(rgb, matrix, (side, side), flags=smooth, borderMode=cv2.BORDER_REFLECT_101)
    return picture, cv2.warpAffine(codes, matrix, (side, side), flags=nearest, borderValue=NOTHING)
