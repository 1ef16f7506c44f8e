"""Subject, person and hair as a person named them, segment by segment, on photos of the val split: a ruler only.

    segmenter-venv/bin/python -m training.labels.stuff segments --fine --cache CACHE LIST.txt
    python -m training.labels.stuff sheets --cache CACHE --out FOLDER LIST.txt
    python -m training.labels.parts --cache CACHE NAMES.txt  (writes parts.jsonl)

NAMES.txt has a line a photo, `KIND PHOTO: h 3,5 p 1,2 * o`: what the photo shows (see `KINDS`), then letters of
`LETTERS` with their segments, and the letter of all others. `parts.jsonl` is coded as `stuff.jsonl` is
(`training/students/stuff_data.py`), with the kind. Nothing that the networks of people learned from may be in it.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from training.labels.stuff import letters_of, splits
from training.students.stuff_data import Labelled, encode

CLASSES = ("subject", "person", "hair")
KINDS = ("near", "whole", "thing", "neither")  # people cut by the frame, whole figures, a thing or animal, a view
LABELS = Path(__file__).with_name("parts.jsonl")
# 1 it is, 0 it is not, - not to be judged, in the order of CLASSES.
LETTERS = {
    "h": "111",  # hair of the subject
    "p": "110",  # the rest of that person, clothes and all
    "k": "11-",  # a head whose hair cannot be told from it
    "b": "-1-",  # a bystander
    "s": "100",  # a subject that is no person
    "n": "-00",  # what a person holds or sits on; a view, in which a subject is a matter of taste
    "o": "000",
    "x": "---",
}
IS, KNOWN = np.zeros((256, 3), bool), np.zeros((256, 3), bool)
for _letter, _says in LETTERS.items():
    IS[ord(_letter)] = [one == "1" for one in _says]
    KNOWN[ord(_letter)] = [one != "-" for one in _says]


@dataclass(frozen=True)
class People(Labelled):
    """One line of the labels."""

    kind: str  # of KINDS

    def truth(self) -> tuple[np.ndarray, np.ndarray]:
        """Two (3, h, w) bool, at most 192 px long: what each pixel is, and where that is known. (3, 1, 1) where the
        photo is one thing throughout."""
        letters = self.letters()
        return IS[letters].transpose(2, 0, 1), KNOWN[letters].transpose(2, 0, 1)


def labelled() -> list[People]:
    """Every line of the labels."""
    return [
        People(entry["path"], entry["split"], tuple(entry["size"]), entry["runs"], entry["kind"])
        for entry in map(json.loads, LABELS.read_text().splitlines())
    ]


def gather(cache: Path, names: Path) -> None:
    """Write the label file: every named photo. SystemExit where a photo is not of the val split."""
    split, out = splits(), []
    for line in names.read_text().splitlines():
        head, words = line.split(": ", 1)
        kind, path = head.split(" ", 1)
        if kind not in KINDS or split[path] != "val":
            raise SystemExit(f"{path}: {kind}, {split[path]}; expected one of {KINDS}, and a photo of the val split")
        letters = letters_of(cache, path, words)
        size = [letters.shape[1], letters.shape[0]]
        out.append({"path": path, "split": "val", "kind": kind, "size": size, "runs": encode(letters)})
    LABELS.write_text("".join(json.dumps(entry) + "\n" for entry in out))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("list", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    gather(options.cache, options.list)


if __name__ == "__main__":
    main()
