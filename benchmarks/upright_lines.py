"""How much upright lines lean under a camera that moves sideways, before and after depth is straightened.

    STILLREEL_DATA=folder python benchmarks/upright_lines.py [--most 40]

Photos of the val split and training photos of streets, architecture and rooms, in which many upright lines were found.
Along every such line, outside people and subject, the range of disparity (10th to 90th percentile) on its calmer side:
times the sideways way of a camera, in shares of the width, that is how far the line's ends part. Means weighted by
length. The lines are those that the straightening itself goes by, so this says whether it does its work, not whether
it finds every line.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from stillreel.scene.depth import Clues
from stillreel.scene.stuff import Stuff
from stillreel.scene.upright import plumb_lines, straighten

BUILT = {"street", "architecture", "interior", "city", "indoor"}
MANY = 0.3  # of `Lines.verticals`
LONG, BESIDE, SAMPLES = 1024, 4, 24  # px of the photo; px beside a line; places along it


def lean(disparity: np.ndarray, lines: np.ndarray, hidden: np.ndarray) -> float:
    """Mean range of (h, w) `disparity` along (N, 4) `lines`, weighted by length; NaN where all are `hidden`."""
    height, width = disparity.shape
    ranges, lengths = [], []
    for x0, y0, x1, y1 in lines:
        along = np.linspace(0.05, 0.95, SAMPLES)
        rows = np.clip(y0 + (y1 - y0) * along, 0, height - 1).astype(int)
        sides = []
        for aside in (-BESIDE, BESIDE):
            columns = np.clip(x0 + (x1 - x0) * along + aside, 0, width - 1).astype(int)
            seen = disparity[rows, columns][hidden[rows, columns] < 0.3]
            if len(seen) >= SAMPLES / 2:
                sides.append(float(np.ptp(np.percentile(seen, [10, 90]))))
        if sides:
            ranges.append(min(sides))
            lengths.append(np.hypot(x1 - x0, y1 - y0))
    return float(np.average(ranges, weights=lengths)) if ranges else float("nan")


def photos(folder: Path) -> list[str]:
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    built = [row for row in rows if row["path"].startswith("photos/") and BUILT & set(row["category"])]
    return [row["path"] for row in sorted(built, key=lambda row: (row["split"] != "val", row["sha256"]))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=40)
    most, folder = parser.parse_args().most, Path(os.environ["STILLREEL_DATA"])
    room = importlib.import_module("stillreel.scene.analyse")
    rows: list[tuple[float, float]] = []

    def watched(disparity: np.ndarray, clues: Clues, seen: Stuff) -> np.ndarray:
        after = straighten(disparity, clues, seen)
        if clues.lines.verticals >= MANY:
            lines, hidden = plumb_lines(clues, seen.maps["ground"]), np.maximum(clues.subject, clues.person)
            rows.append((lean(disparity, lines, hidden), lean(after, lines, hidden)))
        return after

    vars(room)["straighten"] = watched
    for path in photos(folder):
        rgb = Image.open(folder / path).convert("RGB")
        rgb.thumbnail((LONG, LONG))
        before = len(rows)
        room.analyse(np.asarray(rgb))
        if len(rows) > before:
            print(f"{path}: {rows[-1][0]:.3f} -> {rows[-1][1]:.3f}", flush=True)
        if len(rows) >= most:
            break
    before, after = np.nanmean(np.array(rows), axis=0)
    print(f"{len(rows)} photos: mean range of disparity along upright lines {before:.3f} -> {after:.3f}")


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main()
