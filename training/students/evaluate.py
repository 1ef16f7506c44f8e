"""Measure the exported students on the val split, against their teachers.

    python -m training.students.evaluate --cache FOLDER

Prints intersection over union of each part, landmark error as a share of the distance between the eyes, presence,
found and invented faces, and milliseconds a run.
"""

from __future__ import annotations

import argparse
import json
import time
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from stillreel.models.embedded.networks import session
from stillreel.scene.faces import LEFT_EYE, RIGHT_EYE, Crop, Face, find_faces
from stillreel.scene.heads import NAMES as HEAD_NAMES
from stillreel.scene.heads import SIDE as HEAD_SIDE
from stillreel.scene.heads import look
from stillreel.scene.parts import NAMES, probabilities, segment
from training.students.data import Sample, data_folder, load
from training.students.face_data import FaceData
from training.students.heads_data import OUTSIDE, WIDER, HeadsData
from training.students.networks import FACE_SIDE, PARTS_SIDE
from training.students.parts_data import PartsData


def parts_figures(cache: Path) -> dict[str, float]:
    """Mean overlap of each part over the val pictures that have it, and how much is invented where nobody is."""
    data = PartsData(cache, "val")
    overlaps: dict[str, list[float]] = {name: [] for name in NAMES}
    invented: list[float] = []
    for entry in data.entries:
        sample, weight = data.open(entry)
        wanted = np.concatenate([sample[1], sample[2]], axis=-1).astype(np.float32) / 255
        maps = np.mean(probabilities(sample[0]), axis=0)
        got = np.stack([cv2.resize(each, sample.shape[1:3]) for each in maps], axis=-1)
        for i, name in enumerate(NAMES):
            a, b = got[..., i] > 0.5, wanted[..., i] > 0.5
            if weight[i] == 1 and b.mean() > 0.005:
                overlaps[name].append(float((a & b).sum() / (a | b).sum()))
        if entry["people"] == 0:
            invented.append(float((got[..., 1] > 0.5).mean()))
    figures = {f"IoU {name} ({len(each)} pictures)": float(np.mean(each)) for name, each in overlaps.items() if each}
    return {**figures, f"invented person, share of {len(invented)} unpeopled pictures": float(np.mean(invented))}


def head_figures(cache: Path) -> dict[str, float]:
    """Mean overlap of each part over the val heads that have it, in the crop that the program looks at."""
    data = HeadsData(cache, "val")
    overlaps: dict[str, list[float]] = {name: [] for name in HEAD_NAMES}
    for entry in data.entries:
        sample = data.open(entry["name"])
        middle = (len(sample) - 1) / 2
        crop = Crop(middle, middle, len(sample) / WIDER, 0.0)
        seen = np.where(sample[..., 8:] > 127, sample[..., :3], OUTSIDE).astype(np.uint8)
        got = np.mean(look(seen, crop), axis=0) > 0.5
        wanted = np.concatenate([crop.cut(np.ascontiguousarray(sample[..., i : i + 3]), HEAD_SIDE) for i in (3, 6)], -1)
        known = wanted[..., 5] > 127
        for i, name in enumerate(HEAD_NAMES):
            a, b = got[i] & known, (wanted[..., i] > 127) & known
            if b.mean() > 0.005:
                overlaps[name].append(float((a & b).sum() / (a | b).sum()))
    return {f"IoU {name} ({len(each)} heads)": float(np.mean(each)) for name, each in overlaps.items() if each}


def crop_figures(cache: Path, count: int = 512) -> dict[str, float]:
    """The face network alone on jittered val crops, half of them without a face."""
    batch = FaceData(cache, "val").draw(count, FACE_SIDE, np.random.default_rng(1), empty=0.45)
    presence, points, openness, pose = (np.asarray(o) for o in session("face").run(None, {"rgb": batch.rgb}))
    there = batch.present > 0
    yes, no = presence[there, 0], presence[~there, 0]
    rank = (yes[:, None] > no[None]).mean()
    closed = batch.openness[there] < 0.3
    return {
        "presence AUC": float(rank),
        "landmark error, share of eye distance": float(np.mean(_errors(points[there], batch.points[there]))),
        "openness error": float(np.abs(openness[there] - batch.openness[there]).mean()),
        f"openness said of {closed.sum()} shut eyes": float(openness[there][closed].mean()),
        "pose error, degrees": float(np.abs(pose[there] - batch.pose[there]).mean()),
    }


def _errors(got: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """(n,) mean distance in the picture's plane over the distance between the eyes' centres in three dimensions."""
    eyes = wanted[:, list(LEFT_EYE)].mean(1) - wanted[:, list(RIGHT_EYE)].mean(1)
    return np.linalg.norm((got - wanted)[..., :2], axis=-1).mean(-1) / np.linalg.norm(eyes, axis=-1)


def picture_figures(cache: Path, smallest: float = 40.0) -> dict[str, float]:
    """The whole way on whole pictures: faces the teacher sees that are found, and faces where nobody is."""
    root, wanted, found, errors, invented, empty, times = data_folder(), 0, 0, [], 0, 0, []
    for entry in entries(cache):
        sample = Sample(entry["path"], entry["frame"], entry["source"], "val", (), entry["people"], False)
        if (rgb := load(root, sample)) is None:
            continue
        parts, begun = segment(rgb), time.perf_counter()
        faces = find_faces(rgb, parts.person, parts.face_skin)
        times.append(time.perf_counter() - begun)
        empty, invented = empty + (entry["people"] == 0), invented + len(faces) * (entry["people"] == 0)
        for number in range(entry.get("faces", 0)):
            with np.load(cache / "faces" / f"{entry['name']}-{number}.npz") as truth:
                if truth["size"] < smallest:
                    continue
                wanted += 1
                if (face := at(faces, truth["centre"], float(truth["size"]))) is not None:
                    found += 1
                    errors.append(error_in_picture(face, truth))
    return {
        f"found of {wanted} faces over {smallest:.0f} px": found / max(wanted, 1),
        "landmark error when found": float(np.mean(errors)) if errors else float("nan"),
        f"faces invented in {empty} unpeopled pictures": float(invented),
        "find_faces, ms": 1e3 * float(np.median(times)),
    }


def entries(cache: Path) -> list[dict]:
    """Val pictures the face teacher has seen, and photos that hold nobody."""
    seen = [json.loads(line) for index in sorted((cache / "faces").glob("index*.jsonl"))
            for line in index.read_text().splitlines()]  # fmt: skip
    blank = [entry for entry in PartsData(cache, "val").entries if entry["people"] == 0]
    return [{**e, "people": 1} for e in seen if e["split"] == "val"] + blank


def at(faces: tuple[Face, ...], centre: np.ndarray, size: float) -> Face | None:
    for face in faces:
        x, y = (face.box[0] + face.box[2]) / 2, (face.box[1] + face.box[3]) / 2
        if np.hypot(x - centre[0], y - centre[1]) < 0.4 * size:
            return face
    return None


def error_in_picture(face: Face, truth: dict) -> float:
    points = truth["points"].astype(np.float64)
    low, high = points[:, :2].min(0), points[:, :2].max(0)
    scale = float(truth["size"]) / float((high - low).max())
    points[:, :2] = (points[:, :2] - (low + high) / 2) * scale + truth["centre"]
    points[:, 2] *= scale
    return float(_errors(face.landmarks[None], points[None])[0])


def speeds(runs: int = 20) -> dict[str, float]:
    """Median milliseconds of one run of each network, at batch size one."""
    figures = {}
    for name, side in (("parts", PARTS_SIDE), ("face", FACE_SIDE)):
        feed = {"rgb": np.random.default_rng(0).random((1, 3, side, side), np.float32)}
        times = []
        for _ in range(runs):
            begun = time.perf_counter()
            session(name).run(None, feed)
            times.append(time.perf_counter() - begun)
        figures[f"{name} network, ms"] = 1e3 * float(np.median(times))
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--quick", action="store_true", help="leave the whole pictures out")
    options = parser.parse_args()
    of_cache = [parts_figures, head_figures, crop_figures]
    measures = [*(partial(each, options.cache) for each in of_cache), speeds]
    measures += [] if options.quick else [lambda: picture_figures(options.cache)]
    for measure in measures:
        for name, value in measure().items():
            print(f"{name:<60} {value:.4f}", flush=True)


if __name__ == "__main__":
    main()
