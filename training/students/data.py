"""The pictures to learn from: photos and video frames of the data folder, with what the manifest says of them.

Needs only numpy and OpenCV, so that the teachers' own environment can import it too.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

SIDE = 352  # of the cached squares: larger than the network's input, to leave room for crops
MAPS = ("subject", "person", "hair", "face_skin", "body_skin", "clothes")
PEOPLE = {"people", "portrait", "face", "historic"}
PEOPLE_WORDS = re.compile(
    r"\b(man|men|woman|women|person|people|boy|girl|child|children|baby|face|hand|hands|hikers?|selfie"
    r"|crowd|friends?|couple|players?|someone|bartender|surfers?|tourists?)\b", re.IGNORECASE)  # fmt: skip
UNPEOPLED = {"landscape", "food", "animal", "nature", "water", "sky", "foliage", "plant", "architecture", "robot"}
SCENERY = {"landscape", "water", "sky", "architecture", "city", "interior", "night"}
THINGS = {"animal", "product", "object", "food", "vehicle", "plant"}


@dataclass(frozen=True)
class Sample:
    """One still picture: a photo, or one frame of a clip (`frame` counts from 0; None for a photo)."""

    path: str
    frame: int | None
    source: str
    split: str
    category: tuple[str, ...]
    people: int  # 1 people are known to be there, 0 known to be absent, -1 unknown
    scenery: bool  # a view without a named thing in it: a saliency map means little there

    @property
    def name(self) -> str:
        stem = re.sub(r"[^A-Za-z0-9]+", "-", self.path.rsplit(".", 1)[0])
        return stem if self.frame is None else f"{stem}-f{self.frame:04d}"


def data_folder() -> Path:
    """The folder that STILLREEL_DATA names, by default ../shared/data beside the checkout."""
    default = Path(__file__).resolve().parents[3] / "shared" / "data"
    return Path(os.environ.get("STILLREEL_DATA", default))


def samples(root: Path, frames_per_clip: int = 4) -> list[Sample]:
    """Every photo and a few frames of every clip, in the manifest's order."""
    found: list[Sample] = []
    for line in (root / "manifest.jsonl").read_text().splitlines():
        entry = json.loads(line)
        found += _stills(entry, frames_per_clip)
    return found


def _stills(entry: dict, frames_per_clip: int) -> Iterator[Sample]:
    category = tuple(entry["category"]) if isinstance(entry["category"], list) else (entry["category"],)
    source = entry["path"].split("/")[1] if entry["kind"] != "demo" else "demo"
    frames: list[int | None] = [None]
    if entry["kind"] == "video":
        count = frames_per_clip + 2 * ("face" in category)
        frames = [int((i + 0.5) / count * entry["frames"]) for i in range(count)]
    for frame in frames:
        yield Sample(entry["path"], frame, source, entry["split"], category,
                     _people(category, entry.get("caption", "")), _scenery(category))  # fmt: skip


def _people(category: tuple[str, ...], caption: str) -> int:
    if PEOPLE & set(category) or PEOPLE_WORDS.search(caption):
        return 1
    return 0 if UNPEOPLED & set(category) else -1


def _scenery(category: tuple[str, ...]) -> bool:
    names = set(category)
    return bool(SCENERY & names) and not (THINGS | PEOPLE) & names


def load(root: Path, sample: Sample) -> np.ndarray | None:
    """The picture as (H, W, 3) uint8 RGB, or None where the file or frame cannot be read."""
    if sample.frame is None:
        picture = cv2.imread(str(root / sample.path), cv2.IMREAD_COLOR)
    else:
        clip = cv2.VideoCapture(str(root / sample.path))
        clip.set(cv2.CAP_PROP_POS_FRAMES, sample.frame)
        read, picture = clip.read()
        clip.release()
        picture = picture if read else None
    return None if picture is None else cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
