"""How well the camera of a clip is read back, over clips whose camera is known (`camera_cases`).

    STILLREEL_DATA=... python benchmarks/camera_refit.py [--seed 1] [--clips 84] [--known] [--keep FOLDER]

Every verb, both ways, small to large, over a frontal plane and over deep scenes, focal lengths from 0.65 to 1.3 of the
width, two moves at once and one after the other, pans over more than the view. A clip is right where exactly its moves
are read, each with its direction. A twin counts only where theory cannot tell: push and zoom on a frontal plane; and
pan and truck there, as long as the perspective of the pan is below a pixel. Without the scene the focal length is
assumed: turns are then measured as the movement of the picture's centre; the amounts of a truck and of a dolly zoom
cannot be told (the depths take up any), and a push is measured as the growth of the middle of the picture
(`camera_growth`), against that of the true places. `--known` gives depth and focal length. The clips and what was
followed in them are kept in `--keep`, where the fit alone is to be tried again.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from camera_cases import Asked, Case, Followed, followed, places_at

from stillreel.evaluation.camera import USUAL_FOCAL, CameraReading, Read, read_tracks
from stillreel.evaluation.camera_growth import growth

TWINS = {"push": "zoom", "pan": "truck", "tilt": "pedestal"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--clips", type=int, default=84)
    parser.add_argument("--known", action="store_true")
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    photos = _photos()
    table: dict[str, list[tuple[bool, float | None]]] = defaultdict(list)
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as passing:
        keep = asked.keep or Path(passing)
        keep.mkdir(parents=True, exist_ok=True)
        for seed in asked.seed:
            for number in range(asked.clips):
                case, seen = followed(photos, seed, number, keep)
                reading = read(case, seen, asked.known)
                right, off = judged(case, seen, reading, asked.known)
                said = [(m.move, m.direction, round(m.amount, 3), m.alike) for m in reading.moves]
                want = [(a.verb, a.way, round(a.amount, 3)) for a in case.asked]
                verdict, world = "right" if right else "WRONG", "plane" if case.flat else "deep"
                error = "" if off is None else f"{off:.1%}"
                print(verdict, f"{seed}-{number}", case.kind, world, want, said, error, f"{reading.confidence:.2f}",
                      flush=True)  # fmt: skip
                table[case.kind].append((right, off))
    _print(table)
    print(f"{time.process_time() - begun:.0f} s of CPU")


def read(case: Case, seen: Followed, known: bool) -> CameraReading:
    """The reading without the scene, or with its focal length and depth."""
    if not known:
        return read_tracks(seen.parts, seen.times, seen.size, USUAL_FOCAL * seen.size[0], seen.scale, ())
    parts = [replace(seen.parts[0], disparity=1 / _depth(seen)), *seen.parts[1:]]
    return read_tracks(parts, seen.times, seen.size, case.focal, seen.scale, (), assumed=False)


def judged(case: Case, seen: Followed, reading: CameraReading, known: bool) -> tuple[bool, float | None]:
    """Whether exactly what was asked is read; and the largest relative error of its amounts."""
    read = list(reading.moves)
    if not case.asked:
        return [move.move for move in read] == [case.kind], None
    found = [next((m for m in read if _same(case, asked, m)), None) for asked in case.asked]
    if len(read) != len(case.asked) or None in found:
        return False, None
    errors = [_off(case, seen, asked, m, reading, known) for asked, m in zip(case.asked, found, strict=True) if m]
    real = [each for each in errors if each is not None]
    return True, max(real) if real else None


def _same(case: Case, asked: Asked, move: Read) -> bool:
    twins = {asked.verb}
    if case.flat and asked.verb in ("push", "zoom"):
        twins = {"push", "zoom"}
    bend = 0.3 * case.focal * np.radians(asked.amount)
    if case.flat and asked.verb in ("pan", "tilt") and bend < 1:
        twins.add(TWINS[asked.verb])
    return move.move in twins and move.direction == asked.way


def _off(case: Case, seen: Followed, asked: Asked, move: Read, reading: CameraReading, known: bool) -> float | None:
    if asked.verb in ("pan", "tilt"):
        if move.move != asked.verb:
            return None
        seen, true = reading.focal * np.tan(np.radians(move.amount)), case.focal * np.tan(np.radians(asked.amount))
        if max(move.amount, asked.amount) > 30:  # beyond the picture's edge there is no displacement
            return abs(move.amount / asked.amount - 1) if known or abs(case.focal / reading.focal - 1) < 0.01 else None
        return abs(float(seen / true) - 1)
    if asked.verb == "push" or move.move == "push":
        if len(case.asked) > 1:
            return None
        return abs(float(np.log(reading.expansion[-1]) / np.log(_grown(case, seen))) - 1)
    if asked.verb == "dolly_zoom" and not known:
        return None
    if asked.verb in ("zoom", "dolly_zoom"):
        return abs(float(np.log(move.amount) / np.log(asked.amount)) - 1)
    if asked.verb == "orbit" and not known and abs(case.focal / reading.focal - 1) > 0.01:
        return None
    if asked.verb in ("truck", "pedestal") and not known:
        return None
    return abs(move.amount / asked.amount - 1)


def _grown(case: Case, seen: Followed) -> float:
    """By how much the middle of the picture truly grows: the measure of `camera_growth` over the true places."""
    first = seen.parts[0]
    later = places_at(case, first.points, _depth(seen), 1.0)
    true = replace(first, moved=later[None], trusted=first.trusted[-1:])
    return float(growth([true], [np.ones(len(later), bool)], seen.size)[-1])


def _depth(seen: Followed) -> np.ndarray:
    """(n,) of the places that are followed."""
    column, row = seen.parts[0].points.astype(int).T
    return seen.depth[row, column]


def _print(table: dict[str, list[tuple[bool, float | None]]]) -> None:
    print("\n| planned | right | amount, median | p90 |\n|---|---|---|---|")
    every = [row for rows in table.values() for row in rows]
    for kind, cases in [*table.items(), ("all", every)]:
        off = [error for _, error in cases if error is not None]
        shares = f"{np.median(off):.1%} | {np.quantile(off, 0.9):.1%}" if off else "| "
        print(f"| {kind} | {sum(right for right, _ in cases)} of {len(cases)} | {shares} |")


def _photos() -> list[np.ndarray]:
    folder = Path(os.environ["STILLREEL_DATA"]) / "photos" / "work-suite-wallpapers"
    found = [cv2.imread(str(path)) for path in sorted(folder.rglob("*.jp*g"))[:24]]
    return [cv2.cvtColor(each, cv2.COLOR_BGR2RGB) for each in found if each is not None]


if __name__ == "__main__":
    main()
