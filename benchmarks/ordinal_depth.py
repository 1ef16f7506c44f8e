"""How often the layered prior orders two points of a photo as a person does, beside a plain top-to-bottom ramp.

    python benchmarks/ordinal_depth.py [--data FOLDER]

The pairs (training/labels/ordinal_pairs.jsonl) were placed by hand on photos of the training folder, which
STILLREEL_DATA names (by default ../shared/data beside the checkout). Prints the share of pairs in the right order, for
all, for those that the ramp gets wrong, and per kind of photo, and how confidence and accuracy go together.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from stillreel.scene import analyse

ROOT = Path(__file__).resolve().parents[1]
PAIRS = ROOT / "training" / "labels" / "ordinal_pairs.jsonl"
LONG_SIDE = 1024


@dataclass(frozen=True)
class Pair:
    """Two points (x, y in 0..1) of a photo; `near` is the nearer one."""

    photo: str
    kind: str
    near: tuple[float, float]
    far: tuple[float, float]


def read_pairs(path: Path) -> list[Pair]:
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    other = {"a": "b", "b": "a"}
    return [Pair(row["photo"], row["kind"], tuple(row[row["nearer"]]), tuple(row[other[row["nearer"]]]))
            for row in rows]  # fmt: skip


def photo(path: Path) -> np.ndarray:
    pixels = np.asarray(Image.open(path).convert("RGB"))
    scale = min(1.0, LONG_SIDE / max(pixels.shape))
    return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else pixels


def right(disparity: np.ndarray, pair: Pair) -> bool:
    height, width = disparity.shape
    near, far = (disparity[min(int(y * height), height - 1), min(int(x * width), width - 1)]
                 for x, y in (pair.near, pair.far))  # fmt: skip
    return bool(near > far + 1e-3)


def report(title: str, results: list[tuple[Pair, bool]]) -> None:
    if results:
        ramp = np.mean([pair.near[1] > pair.far[1] for pair, _ in results])
        prior = np.mean([good for _, good in results])
        print(f"{title:<28} {len(results):>4} pairs   ramp {ramp:6.1%}   prior {prior:6.1%}")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = Path(os.environ.get("STILLREEL_DATA", ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=default)
    data = parser.parse_args().data
    if not data.is_dir():
        print(f"No photos: {data} is not a folder. Set STILLREEL_DATA.", file=sys.stderr)
        return 1
    by_photo: dict[str, list[Pair]] = defaultdict(list)
    for pair in read_pairs(PAIRS):
        by_photo[pair.photo].append(pair)
    results: list[tuple[Pair, bool]] = []
    trusted: list[tuple[float, float]] = []
    for name, pairs in by_photo.items():
        scene = analyse(photo(data / name))
        judged = [(pair, right(scene.disparity, pair)) for pair in pairs]
        results += judged
        trusted.append((scene.confidence["disparity"], float(np.mean([good for _, good in judged]))))
    report("all", results)
    report("against the ramp", [(pair, good) for pair, good in results if pair.near[1] <= pair.far[1]])
    for kind in sorted({pair.kind for pair, _ in results}):
        report(kind, [(pair, good) for pair, good in results if pair.kind == kind])
    half = float(np.median([trust for trust, _ in trusted]))
    for title, keep in (("surer half of the photos", True), ("less sure half", False)):
        shares = [share for trust, share in trusted if (trust > half) == keep]
        print(f"{title:<28} {len(shares):>4} photos  prior {np.mean(shares) if shares else 0:6.1%}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
