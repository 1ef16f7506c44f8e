"""Compare subject, person and hair of the whole analysis with photos that were checked by hand.

    python -m training.students.evaluate_parts [--worst 10] [--out FILE.json]

Prints for each class, by kind of photo, on photos that have it (hair from 0.5% of the picture on, the others from 1%):
mean intersection over union with its 95% interval (bootstrap over photos), the share whose confidence reaches what
motion asks for, and the overlap on those. On photos that lack it: the share where more than 1% of the picture is
called so at that confidence (false starts), with Wilson's 95% interval. A map counts as the class above one half,
whatever its confidence. The labels are at most 192 px; edges are judged no finer than that.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from training.labels.parts import CLASSES, KINDS, People, labelled
from training.students.data import data_folder

SURE = 0.4  # the confidence from which motion believes subject, person and hair (motion/scene_fit.py)
LEAST = {"subject": 0.01, "person": 0.01, "hair": 0.005}  # share of the photo
CLAIM = 0.01

Maps = tuple[dict[str, np.ndarray], dict[str, float]]


class Figure(NamedTuple):
    """What one photo says of one class: `iou` where the photo has it, `false` where it surely lacks it."""

    path: str
    kind: str
    name: str
    confidence: float
    iou: float | None
    false: bool | None


def scene_maps(rgb: np.ndarray) -> Maps:
    """The whole analysis."""
    from stillreel.scene.analyse import analyse

    scene = analyse(rgb)
    maps = {"subject": scene.subject, "person": scene.parts["person"], "hair": scene.parts["hair"]}
    return maps, {name: scene.confidence[name] for name in CLASSES}


def judge(of: Callable[[np.ndarray], Maps], entries: Iterable[People]) -> list[Figure]:
    """The figures of every photo that can be read, at most 1024 px long."""
    figures: list[Figure] = []
    for one in entries:
        picture = cv2.imread(str(data_folder() / one.path))
        if picture is None:
            continue
        scale = min(1.0, 1024 / max(picture.shape[:2]))
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        figures += compare(one, *of(cv2.cvtColor(small, cv2.COLOR_BGR2RGB)))
    return figures


def compare(one: People, maps: dict[str, np.ndarray], sure: dict[str, float]) -> Iterable[Figure]:
    """The figures of one photo: maps of any size, 0..1, and their confidence."""
    for name, wanted, known in zip(CLASSES, *one.truth(), strict=True):
        size = wanted.shape[::-1] if wanted.size > 1 else maps[name].shape[::-1]
        claimed = cv2.resize(maps[name], size, interpolation=cv2.INTER_AREA) > 0.5
        region, iou, false = claimed & known, None, None
        if wanted.mean() >= LEAST[name]:
            iou = float((region & wanted).sum() / (region | wanted).sum())
        elif known.all() and not wanted.any():
            false = bool(region.mean() > CLAIM and sure[name] >= SURE)
        yield Figure(one.path, one.kind, name, sure[name], iou, false)


def bootstrap(values: list[float], seed: int = 0) -> tuple[float, float]:
    """The 95% interval of the mean, from 4000 samples of the photos."""
    drawn = np.random.default_rng(seed).choice(values, (4000, len(values)))
    low, high = np.quantile(drawn.mean(1), (0.025, 0.975))
    return float(low), float(high)


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95% interval of a share (Wilson, 1927)."""
    z, share = 1.96, hits / of
    middle, half = share + z * z / (2 * of), z * np.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    low, high = (middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of)
    return max(0.0, float(low)), min(1.0, float(high))


def lines(figures: list[Figure], name: str, kinds: tuple[str, ...]) -> Iterable[str]:
    """What is printed of one class on photos of some kinds."""
    of = [one for one in figures if one.name == name and one.kind in kinds]
    overlaps = [one.iou for one in of if one.iou is not None]
    believed = [one.iou for one in of if one.iou is not None and one.confidence >= SURE]
    false = [one.false for one in of if one.false is not None]
    if overlaps:
        low, high = bootstrap(overlaps)
        found = f"found {len(believed) / len(overlaps):.2f}, IoU found {np.mean(believed or [np.nan]):.3f}"
        yield f"{len(overlaps):3d} with: IoU {np.mean(overlaps):.3f} ({low:.2f}-{high:.2f}), {found}"
    if false:
        low, high = wilson(sum(false), len(false))
        yield f"{len(false):3d} without: false starts {sum(false)} = {np.mean(false):.3f} ({low:.2f}-{high:.2f})"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--worst", type=int, default=0, help="name so many of the worst photos of each class")
    parser.add_argument("--out", type=Path, help="write every photo's figures as JSON")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    figures = judge(scene_maps, labelled())
    if options.out:
        options.out.write_text(json.dumps([one._asdict() for one in figures], indent=1) + "\n")
    for name in CLASSES:
        for kinds in (KINDS, *((kind,) for kind in KINDS)):
            for line in lines(figures, name, kinds):
                print(f"{name:8s}{'all' if kinds == KINDS else kinds[0]:8s}{line}")
        worst = sorted((one.iou, one.path) for one in figures if one.name == name and one.iou is not None)
        for value, path in worst[: options.worst]:
            print(f"    iou {value:.2f} {path}")
        for one in figures:
            if one.name == name and one.false and options.worst:
                print(f"    false, confidence {one.confidence:.2f} {one.path}")


if __name__ == "__main__":
    main()
