"""Ask a person how near sixteen points of a photo are: the labels that the depth network learns and is judged by.

    python -m training.labels.depth sheets --out FOLDER LIST.txt   (two photos a sheet, points numbered 1 to 16)
    python -m training.labels.depth gather ANSWERS.txt             (adds to depth.jsonl)

No licensed depth teacher is to be had, but people order points of a photo well (Chen et al., "Single-Image Depth
Perception in the Wild", NeurIPS 2016). ANSWERS.txt has a line a photo, `PHOTO: 9 7 7 0 - ...`: the nearness of each
point, 0 for the sky and what is endlessly far, 9 for the nearest, equal for about equally far, `-` where it cannot be
told. Numbers are compared within a photo only. LIST.txt: a path a line.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import cv2
import numpy as np

from training.labels.stuff import splits
from training.students.data import data_folder

LABELS = Path(__file__).resolve().parent / "depth.jsonl"
CELLS = 4  # a side: one point in each
LONG = 720  # px of a photo on a sheet
BORDER = 0.15  # of a cell's side that stays free


def points_of(rgb: np.ndarray) -> list[tuple[float, float]]:
    """16 points (x, y in shares), each where its cell of the photo is smoothest, so that it lies on one thing."""
    grey = cv2.cvtColor(cv2.resize(rgb, (128, 128), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    rough = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    rough = cv2.GaussianBlur(cv2.dilate(rough, np.ones((5, 5))), (0, 0), 1.5)
    step, rim = 128 // CELLS, int(BORDER * 128 / CELLS)
    chance = np.random.default_rng(int(grey.sum()))
    found: list[tuple[float, float]] = []
    for cell in range(CELLS * CELLS):
        top, left = cell // CELLS * step + rim, cell % CELLS * step + rim
        inside = rough[top : top + step - 2 * rim, left : left + step - 2 * rim]
        y, x = np.unravel_index((inside + chance.uniform(0, 12, inside.shape)).argmin(), inside.shape)
        found.append((round((left + x + 0.5) / 128, 4), round((top + y + 0.5) / 128, 4)))
    return found


def drawn(rgb: np.ndarray, title: str) -> np.ndarray:
    """The photo with its points and a line of title."""
    scale = LONG / max(rgb.shape[:2])
    picture = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    height, width = picture.shape[:2]
    for number, (x, y) in enumerate(points_of(rgb), 1):
        at = round(x * width), round(y * height)
        cv2.circle(picture, at, 4, (0, 0, 0), -1, cv2.LINE_AA)
        cv2.circle(picture, at, 3, (255, 40, 40), -1, cv2.LINE_AA)
        for colour, thick in (((0, 0, 0), 4), ((255, 255, 0), 1)):
            cv2.putText(picture, str(number), (at[0] + 6, at[1] + 5), 0, 0.5, colour, thick, cv2.LINE_AA)
    head = np.full((24, width, 3), 255, np.uint8)
    cv2.putText(head, title, (4, 16), 0, 0.45, (0, 0, 0), 1, cv2.LINE_AA)
    return np.vstack([head, picture])


def sheets(paths: list[str], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(paths), 2):
        tiles = [drawn(cv2.cvtColor(cv2.imread(str(data_folder() / path)), cv2.COLOR_BGR2RGB), path)
                 for path in paths[start : start + 2]]  # fmt: skip
        tall = max(len(tile) for tile in tiles)
        padded = [np.pad(tile, ((0, tall - len(tile)), (0, 8), (0, 0)), constant_values=255) for tile in tiles]
        cv2.imwrite(str(out / f"{start // 2:03d}.png"), cv2.cvtColor(np.hstack(padded), cv2.COLOR_RGB2BGR))


def gather(text: str) -> None:
    """Write the answers into the labels; an answer of before for the same photo is replaced."""
    kept = {row["path"]: row for row in map(json.loads, LABELS.read_text().splitlines())} if LABELS.exists() else {}
    split = splits()
    for line in filter(str.strip, text.splitlines()):
        path, _, said = line.rpartition(":")
        path, near = path.strip(), [None if one == "-" else int(one) for one in said.split()]
        if len(near) != CELLS * CELLS or not all(one is None or 0 <= one <= 9 for one in near):
            raise SystemExit(f"{path}: got {said!r}; expected {CELLS * CELLS} digits or -")
        rgb = cv2.cvtColor(cv2.imread(str(data_folder() / path)), cv2.COLOR_BGR2RGB)
        kept[path] = {"path": path, "split": split[path], "points": points_of(rgb), "near": near}
    LABELS.write_text("".join(json.dumps(kept[path]) + "\n" for path in sorted(kept)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task", choices=("sheets", "gather"))
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    if asked.task == "gather":
        gather(asked.file.read_text())
    else:
        sheets([line for line in re.split(r"\s*\n", asked.file.read_text()) if line], asked.out)


if __name__ == "__main__":
    main()
