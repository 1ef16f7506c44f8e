"""Faces of the val split, found and named by eye: where they are, and where nobody could say.

Every photo and the first picture of every clip of the val split was looked at, at most 1024 pixels long. `faces` are
longer than 40 pixels from forehead to chin, with an eye to be seen or covered by hair, hand, glasses or flowers;
`unsure` are smaller, blurred, cut by the border or turned away, and count neither way.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

__all__ = ["KINDS", "LABELS", "Seen", "Spot", "labelled"]

LABELS = Path(__file__).with_name("faces.jsonl")
KINDS = ("upright", "covered", "turned", "profile", "lying")


@dataclass(frozen=True)
class Spot:
    """A face: centre and longer side in pixels of the picture at `Seen.size`; `kind` is empty where unsure."""

    x: float
    y: float
    side: float
    kind: str = ""


@dataclass(frozen=True)
class Seen:
    """One picture of the val split."""

    path: str
    size: tuple[int, int]  # width and height at which it was looked at
    faces: tuple[Spot, ...]
    unsure: tuple[Spot, ...]


def labelled(path: Path = LABELS) -> list[Seen]:
    """The pictures in the order of the file. ValueError for a kind that is none."""
    seen = []
    for line in path.read_text().splitlines():
        entry = json.loads(line)
        faces = tuple(Spot(*spot) for spot in entry["faces"])
        if unknown := {face.kind for face in faces} - set(KINDS):
            raise ValueError(f"{entry['path']}: {sorted(unknown)} is no kind of face; one of {KINDS} is")
        seen.append(Seen(entry["path"], tuple(entry["size"]), faces, tuple(Spot(*spot) for spot in entry["unsure"])))
    return seen
