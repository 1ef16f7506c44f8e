"""Compare what the scene says of surroundings and things with labels that no training saw.

    python -m training.students.evaluate_stuff [--alone] [--worst 5] [--network FILE.onnx]

Prints for each class, on photos that have it (from 2% of the picture on): intersection over union; the share found at
the confidence that motion asks for; the overlap on those. And on photos that surely lack it: the mean area claimed at
that confidence, and the share of photos where more than 1% is claimed; shares and means with their 95% intervals.
--alone asks the network only, without the rest of the scene, and adds buildings and mountains. --network judges another
file than the one that is shipped. The labels are at most 192 px; edges are judged no finer than that.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from stillreel.models.embedded.networks import SHIPPED, open_session, using
from training.students.data import data_folder
from training.students.evaluate_parts import bootstrap, wilson
from training.students.stuff_data import CLASSES, IS, Labelled, labelled

Maps = tuple[dict[str, np.ndarray], dict[str, float]]
SURE = {"sky": 0.5, "water": 0.5}  # the confidence from which the motion room believes a region; others 0.4


def scene_maps(rgb: np.ndarray) -> Maps:
    """The whole analysis, but for faces, which have no say in it."""
    from stillreel.scene.analyse import analyse

    scene = analyse(rgb, find_faces=lambda pixels, person, skin: ())
    names = [name for name in CLASSES if name in scene.parts]
    return {name: scene.parts[name] for name in names}, {name: scene.confidence[name] for name in names}


def network_maps(rgb: np.ndarray) -> Maps:
    """The network alone."""
    from stillreel.scene.stuff import recognise

    found = recognise(rgb)
    return found.maps, found.confidence


def truth(one: Labelled, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Two (classes, h, w) bool at most 192 px long: what each pixel is, and where that is known."""
    letters = one.letters()
    if one.size == (1, 1):
        scale = 192 / max(shape)
        letters = np.full((round(shape[0] * scale), round(shape[1] * scale)), letters[0, 0], np.uint8)
    return IS[letters].transpose(2, 0, 1) > 0, one.known(letters).transpose(2, 0, 1) > 0


def judge(of: Callable[[np.ndarray], Maps], entries: list[Labelled]) -> dict[str, dict[str, list]]:
    """For every class the figures of each photo: (value, path)."""
    figures = {name: {key: [] for key in ("iou", "found", "iou found", "area", "false")} for name in CLASSES}
    for one in entries:
        picture = cv2.imread(str(data_folder() / one.path))
        if picture is None:
            continue
        scale = min(1.0, 1024 / max(picture.shape[:2]))
        rgb = cv2.cvtColor(
            cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB
        )
        maps, sure = of(rgb)
        is_it, known = truth(one, rgb.shape[:2])
        for index, name in enumerate(CLASSES):
            if name in maps:
                believed = sure[name] >= SURE.get(name, 0.4)
                _compare(
                    figures[name],
                    maps[name] * (sure[name] > 0),
                    believed,
                    is_it[index],
                    known[index],
                    one.path,
                )
    return figures


def _compare(
    out: dict[str, list], got: np.ndarray, believed: bool, wanted: np.ndarray, known: np.ndarray, path: str
) -> None:
    region = (cv2.resize(got, wanted.shape[::-1], interpolation=cv2.INTER_AREA) > 0.5) & known
    if wanted.mean() > 0.02:
        overlap = float((region & wanted).sum() / (region | wanted).sum())
        out["iou"].append((overlap, path))
        out["found"].append((float(believed), path))
        out["iou found"] += [(overlap, path)] if believed else []
    elif known.mean() > 0.8 and not wanted.any():
        claimed = float(region.mean()) * believed
        out["area"].append((claimed, path))
        out["false"].append((float(claimed > 0.01), path))


def told(key: str, values: list[float]) -> str:
    """A mean or a share, with its 95% interval."""
    if not values:
        return f"{key} -"
    low, high = wilson(int(sum(values)), len(values)) if key in ("found", "false") else bootstrap(values)
    return f"{key} {np.mean(values):.3f} ({low:.2f}-{high:.2f})"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--worst", type=int, default=0, help="name so many of the worst photos of each class")
    parser.add_argument("--network", type=Path)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    with using({"stuff": open_session(str(options.network))} if options.network else SHIPPED):
        report(options)


def report(options: argparse.Namespace) -> None:
    """Print the figures of the networks in use."""
    entries = labelled(("val", "withheld"))
    print(f"{len(entries)} photos")
    for name, each in judge(network_maps if options.alone else scene_maps, entries).items():
        if each["iou"]:
            figures = [told(key, [value for value, _ in each[key]]) for key in each]
            print(f"{name:9s} on {len(each['iou']):3d}, not on {len(each['area']):3d}: {'  '.join(figures)}")
        for value, path in sorted(each["iou"])[: options.worst]:
            print(f"    iou {value:.2f} {path}")
        for value, path in sorted(each["area"], reverse=True)[: options.worst]:
            print(f"    false {value:.2f} {path}")


if __name__ == "__main__":
    main()
