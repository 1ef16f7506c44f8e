"""Compare what the scene says of sky, water, foliage and ground with labels that no training saw.

    python -m training.students.evaluate_stuff [--alone] [--worst 5]

Prints for each class the intersection over union on photos that have it (from 2% of the picture on), the share of
those found at a confidence over 0.4, and, on photos that surely lack it, the mean area claimed and the share of photos
where it is claimed at that confidence. --alone asks the network only, without the rest of the scene, and adds
buildings and mountains. The labels are at most 192 px; edges are judged no finer than that.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import cv2
import numpy as np

from training.students.stuff_data import CLASSES, IS, KNOWN, Labelled, labelled
from training.students.data import data_folder

Maps = tuple[dict[str, np.ndarray], dict[str, float]]
SURE = 0.4  # the confidence from which the motion room believes a region


def scene_maps(rgb: np.ndarray) -> Maps:
    """The whole analysis."""
    from stillreel.scene.analyse import analyse

    scene = analyse(rgb)
    names = [name for name in CLASSES if name in scene.parts]
    return {name: scene.parts[name] for name in names}, {name: scene.confidence[name] for name in names}


def network_maps(rgb: np.ndarray) -> Maps:
    """The network alone."""
    from stillreel.scene.stuff import recognise

    found = recognise(rgb)
    return found.maps, found.confidence


def truth(one: Labelled, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Two (6, h, w) bool at most 192 px long: what each pixel is, and where that is known."""
    letters = one.letters()
    if one.size == (1, 1):
        scale = 192 / max(shape)
        letters = np.full((round(shape[0] * scale), round(shape[1] * scale)), letters[0, 0], np.uint8)
    return IS[letters].transpose(2, 0, 1) > 0, KNOWN[letters].transpose(2, 0, 1) > 0


def judge(of: Callable[[np.ndarray], Maps], entries: list[Labelled]) -> dict[str, dict[str, list]]:
    """For every class the figures of each photo: (value, path)."""
    figures = {name: {key: [] for key in ("iou", "found", "area", "false")} for name in CLASSES}
    for one in entries:
        picture = cv2.imread(str(data_folder() / one.path))
        if picture is None:
            continue
        scale = min(1.0, 1024 / max(picture.shape[:2]))
        rgb = cv2.cvtColor(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)
        maps, sure = of(rgb)
        is_it, known = truth(one, rgb.shape[:2])
        for index, name in enumerate(CLASSES):
            if name in maps:
                _compare(figures[name], maps[name], sure[name], is_it[index], known[index], one.path)
    return figures


def _compare(out: dict[str, list], got: np.ndarray, sure: float, wanted: np.ndarray, known: np.ndarray, path: str) -> None:
    got = (cv2.resize(got, wanted.shape[::-1], interpolation=cv2.INTER_AREA) > 0.5) & known
    if wanted.mean() > 0.02:
        believed = got & (sure > 0)
        out["iou"].append((float((believed & wanted).sum() / max((believed | wanted).sum(), 1)), path))
        out["found"].append((float(sure > SURE), path))
    elif known.mean() > 0.8 and not wanted.any():
        claimed = float(got.mean()) * (sure > SURE)
        out["area"].append((claimed, path))
        out["false"].append((float(claimed > 0.01), path))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--worst", type=int, default=0, help="name so many of the worst photos of each class")
    parser.add_argument("--dry", type=int, default=60, help="photos of one thing throughout to look at")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    entries = labelled(("val", "withheld"))
    plain = [one for one in entries if one.size == (1, 1)]
    entries = [one for one in entries if one.size != (1, 1)] + plain[:: max(1, len(plain) // max(options.dry, 1))]
    print(f"{len(entries)} photos")
    for name, each in judge(network_maps if options.alone else scene_maps, entries).items():
        if each["iou"]:
            figures = [f"{key} {np.mean([value for value, _ in each[key]] or [np.nan]):.3f}" for key in each]
            print(f"{name:9s} on {len(each['iou']):3d}, not on {len(each['area']):3d}: {'  '.join(figures)}")
        for value, path in sorted(each["iou"])[: options.worst]:
            print(f"    iou {value:.2f} {path}")
        for value, path in sorted(each["area"], reverse=True)[: options.worst]:
            print(f"    false {value:.2f} {path}")


if __name__ == "__main__":
    main()
