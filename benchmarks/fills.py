"""What is invented beyond the border and behind a subject, against what was hidden: mirrored (as before) and moved in.

    STILLREEL_DATA=folder python benchmarks/fills.py [--photos 40] [--sheet FOLDER]

From held-out photos (split val of the manifest) 12 % of the long side is hidden on the left and right, or above and
below; and a shape like a head and shoulders in the middle. Prints medians over the photos: the mean absolute error
(8-bit levels; the lowest is blur, so it says little alone), how far the energies of four octaves of detail are from
the truth's (mean absolute log2 ratio: 1 = twice or half as much), how much the fill is a mirror image of what lies
inside the border (correlation of their detail), and CPU seconds. With --sheet, pictures to be looked at.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from stillreel.frames.fill import extend, fill_hole, mirror_in

LONG_SIDE = 1024
HIDDEN = 0.12  # of the long side
BANDS = (1.0, 2.0, 4.0, 8.0, 16.0)  # pixels: standard deviations between which the octaves lie
Fill = Callable[[np.ndarray], np.ndarray]


def main() -> None:
    asked = _arguments()
    rows: dict[str, list[list[float]]] = {}
    for number, path in enumerate(_photos(asked.photos)):
        photo = _read(path)
        border = _border(photo, number % 2 == 0)
        for case, (truth, hidden, fills) in {"border": border, "behind": _behind(photo)}.items():
            made = [_run(truth, hidden, fill) for fill in fills.values()]
            for name, (_, row) in zip(fills, made, strict=True):
                rows.setdefault(f"{case:<8}{name:<10}", []).append(row)
            if asked.sheet:
                asked.sheet.mkdir(parents=True, exist_ok=True)
                sheet = np.hstack([truth * ~hidden[..., None], *(picture for picture, _ in made), truth])
                Image.fromarray(cv2.resize(sheet, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)).save(
                    asked.sheet / f"{number:02d}-{case}.png"
                )
    print(f"{'':<18}{'error':>8}{'detail':>8}{'mirror':>8}{'seconds':>9}    medians of {asked.photos} photos")
    for name, found in rows.items():
        error, detail, mirror, seconds = (statistics.median(column) for column in zip(*found, strict=True))
        print(f"{name}{error:8.1f}{detail:8.2f}{mirror:8.2f}{seconds:9.2f}")


def _border(photo: np.ndarray, sides: bool) -> tuple[np.ndarray, np.ndarray, dict[str, Fill]]:
    """The photo, what of it is hidden (left and right, or above and below), and the fills to compare."""
    margin = round(HIDDEN * max(photo.shape))
    x, y = (margin, 0) if sides else (0, margin)
    inner = slice(y, photo.shape[0] - y), slice(x, photo.shape[1] - x)
    hidden = np.ones(photo.shape[:2], bool)
    hidden[inner] = False
    crop = np.ascontiguousarray(photo[inner])

    def moved(_: np.ndarray) -> np.ndarray:
        grown = extend(crop, margin)
        return grown[margin - y : grown.shape[0] - margin + y, margin - x : grown.shape[1] - margin + x]

    def mirrored(_: np.ndarray) -> np.ndarray:
        grown = cv2.copyMakeBorder(crop, y, y, x, x, cv2.BORDER_REFLECT_101)
        distance = cv2.distanceTransform(hidden.astype(np.uint8), cv2.DIST_L2, 5)[..., None]
        amount = np.clip(distance * 1.6 / margin - 0.25, 0, 0.85)
        return (grown * (1 - amount) + cv2.GaussianBlur(grown, (0, 0), margin / 5) * amount).astype(np.uint8)

    return photo, hidden, {"mirrored": mirrored, "moved in": moved}


def _behind(photo: np.ndarray) -> tuple[np.ndarray, np.ndarray, dict[str, Fill]]:
    """The same for a head and shoulders in the middle; only what a camera move uncovers counts, near the rim."""
    h, w = photo.shape[:2]
    shape = np.zeros((h, w), np.uint8)
    side = min(h, w)
    cv2.ellipse(shape, (w // 2, round(h * 0.4)), (round(side * 0.12), round(side * 0.16)), 0, 0, 360, 1, -1)
    cv2.ellipse(shape, (w // 2, h), (round(side * 0.26), round(side * 0.42)), 0, 0, 360, 1, -1)
    hole, reach = shape > 0, 0.08 * max(h, w)
    near = hole & (cv2.distanceTransform(shape, cv2.DIST_L2, 5) < 0.04 * max(h, w))
    covered = np.where(hole[..., None], np.uint8(128), photo)
    return photo, near, {
        "mirrored": lambda _: mirror_in(covered, hole, reach),
        "moved in": lambda _: fill_hole(covered, hole, reach),
    }  # fmt: skip


def _run(truth: np.ndarray, hidden: np.ndarray, fill: Fill) -> tuple[np.ndarray, list[float]]:
    """What the fill makes; and its error, its distance in detail, its likeness to a mirror image and CPU seconds."""
    started = time.process_time()
    made = fill(truth)
    seconds = time.process_time() - started
    error = float(np.abs(made[hidden].astype(float) - truth[hidden]).mean())
    ratio = np.log2(_energies(made, hidden) / _energies(truth, hidden))
    return made, [error, float(np.abs(ratio).mean()), _mirrored(made, hidden), seconds]


def _energies(image: np.ndarray, where: np.ndarray) -> np.ndarray:
    """The mean square of each octave of the picture's detail where asked, plus a little for the noise of 8 bits."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    smooth = [cv2.GaussianBlur(grey, (0, 0), sigma) for sigma in BANDS]
    return np.array([((a - b)[where] ** 2).mean() + 0.1 for a, b in pairwise(smooth)])


def _mirrored(image: np.ndarray, hidden: np.ndarray) -> float:
    """The correlation of the detail beyond the rim with what stands at the same distance on its other side."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    detail = cv2.GaussianBlur(grey, (0, 0), 1) - cv2.GaussianBlur(grey, (0, 0), 8)
    _, labels = cv2.distanceTransformWithLabels(
        hidden.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    labels, places = np.asarray(labels, np.intp), np.argwhere(~hidden)
    nearest = np.zeros((int(labels.max()) + 1, 2), np.int64)
    nearest[labels[~hidden]] = places
    here = np.argwhere(hidden)
    there = 2 * nearest[labels[hidden]] - here
    inside = ((there >= 0) & (there < image.shape[:2])).all(1)
    a, b = detail[tuple(here[inside].T)], detail[tuple(there[inside].T)]
    return float(np.corrcoef(a, b)[0, 1]) if a.std() > 0 and b.std() > 0 else 0.0


def _photos(count: int) -> list[Path]:
    """Held-out photos of all sources alike, in an order that means nothing (their hashes)."""
    folder = os.environ.get("STILLREEL_DATA")
    if not folder:
        sys.exit("STILLREEL_DATA names no folder: photos with a manifest.jsonl are needed.")
    lines = (Path(folder) / "manifest.jsonl").read_text().splitlines()
    rows = [row for row in map(json.loads, lines) if row["split"] == "val" and row["kind"] == "photo"]
    rows.sort(key=lambda row: row["sha256"])
    turns: Counter[str] = Counter()
    order = [(turns.update([row["source"]]) or turns[row["source"]], row["path"]) for row in rows]
    order.sort(key=lambda one: one[0])
    return [Path(folder) / path for _, path in order[:count]]


def _read(path: Path) -> np.ndarray:
    image = np.asarray(Image.open(path).convert("RGB"))
    scale = LONG_SIDE / max(image.shape)
    return cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=int, default=40)
    parser.add_argument("--sheet", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
