"""What camera is read in real clips, held against what a person wrote of them.

    STILLREEL_DATA=... python benchmarks/camera_real.py [--split train] [--camera static] [--without] [--keep FOLDER]

A clip whose camera stands is right where `static` is read, or where what is read moves nothing by more than a person
sees. The depth is that of the first frame, as when a bare clip is evaluated; `--without` leaves it out.
"""

from __future__ import annotations

import argparse
import hashlib
import inspect
import json
import os
import pickle
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from stillreel.evaluation import flow, footage, observation, observe, tracks
from stillreel.evaluation.camera import CameraReading, read_tracks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("train", "val"), default="train")
    parser.add_argument("--camera", default="static")
    parser.add_argument("--without", action="store_true")
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    data = Path(os.environ["STILLREEL_DATA"])
    rows = [json.loads(line) for line in (data / "manifest.jsonl").read_text().splitlines()]
    clips = [row["path"] for row in rows if row["kind"] == "video" and row["split"] == asked.split
             and row["camera"] in asked.camera.split(",")]  # fmt: skip
    counts: dict[str, int] = {}
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as passing:
        keep = asked.keep or Path(passing)
        keep.mkdir(parents=True, exist_ok=True)
        for path in clips:
            reading = read(followed(data / path, keep), asked.without)
            said = [(m.move, m.direction, round(m.amount, 3), m.alike) for m in reading.moves]
            verdict = "static" if [m.move for m in reading.moves] == ["static"] else "moves" if said else "unread"
            counts[verdict] = counts.get(verdict, 0) + 1
            print(verdict, path, said, f"{reading.confidence:.2f}", f"{reading.explained:.2f}", flush=True)
    print(counts, f"{time.process_time() - begun:.0f} s of CPU")


def followed(clip: Path, keep: Path) -> tuple[list[tracks.Tracks], np.ndarray, tuple[int, int], float, float, bool]:
    """Tracks with weight and depth of the scene, times, size, focal length, scale, and whether there is a scene."""
    code = "".join(inspect.getsource(room) for room in (flow, footage, observation, tracks))
    name = hashlib.sha256((str(clip) + code).encode()).hexdigest()[:16]
    kept = keep / f"{name}.real"
    if not kept.exists():
        seen, _ = observe.observe(clip)
        size = seen.footage.luma.shape[:0:-1]
        focal = 0.9 * size[0] if seen.scene is None else seen.scene.focal * size[0] / seen.scene.size[0]
        times = np.array([0, *seen.keys]) / seen.footage.fps
        found = (tracks.follow(seen), times, size, focal, seen.footage.scale, seen.scene is not None)
        kept.write_bytes(pickle.dumps(found))
    return pickle.loads(kept.read_bytes())


def read(found: tuple, without: bool) -> CameraReading:
    parts, times, size, focal, scale, known = found
    if without:
        first = replace(parts[0], weight=np.ones(len(parts[0].points)), disparity=None)
        parts, known = [first, *parts[1:]], False
    return read_tracks(parts, times, size, focal, scale, (), assumed=not known)


if __name__ == "__main__":
    main()
