"""Which faces are found on photos of the val split that were looked at by eye, and where faces are seen that are none.

    python -m training.students.evaluate_faces [--cache FOLDER]

Prints the share found of faces over 40 pixels by kind with Wilson's 95% interval, every miss, every false face, and
the time. A face is found where one is reported within 0.4 of its side of its centre, of half to twice its side. With
`--cache` also, for faces of held-out people shrunk to several sizes: the share found of those that the teacher saw,
and the landmark error in shares of the distance between the eyes.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import av
import cv2
import numpy as np

from stillreel.scene.faces import Face, find_faces
from stillreel.scene.parts import segment
from training.labels.faces import KINDS, Seen, Spot, labelled
from training.students.data import Sample, data_folder, load

SIZES = (200, 100, 60, 40)  # px, longer side of a face
UNSURE = 40.0  # px around a doubtful face in which nothing counts


class Outcome(NamedTuple):
    """What became of one picture's faces."""

    seen: Seen
    found: tuple[Spot, ...]
    missed: tuple[Spot, ...]
    false: tuple[Face, ...]
    seconds: float


def picture(seen: Seen) -> np.ndarray:
    """(H, W, 3) uint8 sRGB: the photo, or the clip's first picture, at the size at which it was looked at."""
    path = data_folder() / seen.path
    bgr = cv2.imread(str(path))
    if bgr is None:
        with av.open(str(path)) as clip:
            bgr = next(clip.decode(video=0)).to_ndarray(format="bgr24")
    return np.ascontiguousarray(cv2.resize(bgr, seen.size, interpolation=cv2.INTER_AREA)[..., ::-1])


def judge(seen: Seen, faces: tuple[Face, ...], seconds: float = 0.0) -> Outcome:
    """Faces against what the eye saw."""
    hits = {spot: [face for face in faces if _same(face, spot)] for spot in seen.faces}
    counted = [face for matched in hits.values() for face in matched]
    false = tuple(face for face in faces if not any(face is one for one in counted) and not _near(face, seen.unsure))
    found = tuple(spot for spot, matched in hits.items() if matched)
    return Outcome(seen, found, tuple(spot for spot in seen.faces if spot not in found), false, seconds)


def _centre(face: Face) -> tuple[float, float, float]:
    x0, y0, x1, y1 = face.box
    return (x0 + x1) / 2, (y0 + y1) / 2, max(x1 - x0, y1 - y0)


def _same(face: Face, spot: Spot) -> bool:
    x, y, side = _centre(face)
    return bool(np.hypot(x - spot.x, y - spot.y) < 0.4 * spot.side and 0.5 < side / spot.side < 2)


def _near(face: Face, spots: tuple[Spot, ...]) -> bool:
    x, y, _ = _centre(face)
    return any(np.hypot(x - spot.x, y - spot.y) < max(0.6 * spot.side, UNSURE) for spot in spots)


def wilson(hits: int, count: int) -> tuple[float, float]:
    """95% interval of a share (Wilson, 1927)."""
    z, share = 1.96, hits / count
    middle, half = share + z * z / (2 * count), z * np.sqrt(share * (1 - share) / count + (z / (2 * count)) ** 2)
    return float((middle - half) / (1 + z * z / count)), float((middle + half) / (1 + z * z / count))


def outcomes() -> Iterator[Outcome]:
    for seen in labelled():
        rgb = picture(seen)
        parts, begun = segment(rgb), time.process_time()
        faces = find_faces(rgb, parts.person, parts.face_skin)
        yield judge(seen, faces, time.process_time() - begun)


def shrunk(cache: Path) -> Iterator[str]:
    """Lines: found and landmark error of the teacher's faces of held-out people, at several sizes."""
    from training.students.evaluate import at, entries, error_in_picture  # brings torch

    found, errors = defaultdict(list), defaultdict(list)
    for entry in entries(cache):
        sample = Sample(entry["path"], entry["frame"], entry["source"], "val", (), entry["people"], False)
        if not entry.get("faces") or (rgb := load(data_folder(), sample)) is None:
            continue
        for number in range(entry["faces"]):
            with np.load(cache / "faces" / f"{entry['name']}-{number}.npz") as stored:
                truth = dict(stored)
            for side in SIZES:
                if (scale := side / float(truth["size"])) > 1.05:
                    continue
                small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
                parts = segment(small)
                there = {**truth, "size": truth["size"] * scale, "centre": truth["centre"] * scale}
                face = at(find_faces(small, parts.person, parts.face_skin), there["centre"], float(there["size"]))
                found[side].append(face is not None)
                if face is not None:
                    errors[side].append(error_in_picture(face, there))
    for side in SIZES:
        if found[side]:
            low, high = wilson(sum(found[side]), len(found[side]))
            middle, far = np.percentile(errors[side], (50, 90)) if errors[side] else (np.nan, np.nan)
            yield (f"{side:4d} px: found {sum(found[side])} of {len(found[side])} ({low:.2f}-{high:.2f}), "
                   f"landmark error median {middle:.3f}, 90th percentile {far:.3f}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path)
    options = parser.parse_args()
    done = list(outcomes())
    for kind in ("all", *KINDS):
        spots = [(spot in one.found) for one in done for spot in one.seen.faces if kind in ("all", spot.kind)]
        low, high = wilson(sum(spots), len(spots))
        print(f"{kind:8s} found {sum(spots)} of {len(spots)} = {np.mean(spots):.3f} ({low:.2f}-{high:.2f})")
    for one in done:
        for spot in one.missed:
            print(f"  missed: {one.seen.path} {spot.kind}, {spot.side:.0f} px")
        for face in one.false:
            print(f"  false: {one.seen.path} {[round(v) for v in face.box]} {face.confidence:.2f}")
    print(f"false faces: {sum(len(one.false) for one in done)} in {len(done)} pictures")
    print(f"{1e3 * np.mean([one.seconds for one in done]):.0f} ms of CPU a picture")
    for line in shrunk(options.cache) if options.cache else ():
        print(line, flush=True)


if __name__ == "__main__":
    main()
