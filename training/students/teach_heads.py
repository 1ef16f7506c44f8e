"""Run the teacher of portrait parts on an upright crop around every cached face, and keep what it says.

    python -m training.students.teach_heads --teachers FOLDER --cache FOLDER

Comes after teach_faces and needs the same environment, with `src` on the path. Each head becomes one (SIDE, SIDE, 9)
uint8 array: RGB of a square WIDER times the head crop, the five maps of `heads_data.MAPS`, and 255 inside the picture.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import cv2
import mediapipe as mp
import numpy as np

from stillreel.scene.faces import Crop
from stillreel.scene.heads import head_crop
from training.students.data import Sample, data_folder, load

SIDE, WIDER = 304, 1.35
VIEW = 512  # pixels of what the teacher sees; it shrinks them to 256
FLOOR = 0.12  # the teacher's background is never quite none
BACKGROUND, HAIR, BODY, FACE, CLOTHES = range(5)  # channels of selfie_multiclass; 5 is "other": hats, glasses, bags


class Teacher:
    """The frozen segmenter on one thread."""

    def __init__(self, folder: Path) -> None:
        tasks = mp.tasks
        options = tasks.vision.ImageSegmenterOptions(
            base_options=tasks.BaseOptions(model_asset_path=str(folder / "selfie_multiclass_256x256.tflite")),
            output_confidence_masks=True)  # fmt: skip
        self.net = tasks.vision.ImageSegmenter.create_from_options(options)

    def __call__(self, rgb: np.ndarray) -> np.ndarray:
        """(h, w, 6) float32 probabilities."""
        result = self.net.segment(mp.Image(mp.ImageFormat.SRGB, np.ascontiguousarray(rgb)))
        return np.stack([np.squeeze(mask.numpy_view()) for mask in result.confidence_masks], axis=-1)

    def both_ways(self, rgb: np.ndarray) -> np.ndarray:
        return (self(rgb) + self(rgb[:, ::-1])[:, ::-1]) / 2


def view(teacher: Teacher, pixels: np.ndarray, inside: np.ndarray, crop: Crop) -> np.ndarray:
    """(VIEW, VIEW, 6): what the teacher says of the part of a crop that lies inside the picture."""
    rgb, there = crop.cut(pixels, VIEW), crop.cut(inside, VIEW, outside=0)[..., 0] > 127
    rows, columns = (np.flatnonzero(share > 0.5 * share.max()) for share in (there.mean(1), there.mean(0)))
    y0, y1, x0, x1 = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    classes = np.zeros((VIEW, VIEW, 6), np.float32)
    classes[..., BACKGROUND] = 1.0
    classes[y0:y1, x0:x1] = teacher.both_ways(rgb[y0:y1, x0:x1])
    return classes


def labels(teacher: Teacher, pixels: np.ndarray, crop: Crop) -> np.ndarray:
    """(SIDE, SIDE, 9) uint8 of the wide crop; its middle is the mean of a close and a wide look."""
    wide, inside = replace(crop, side=crop.side * WIDER), np.full_like(pixels, 255)
    classes = _resized(view(teacher, pixels, inside, wide), SIDE)
    middle = round(SIDE / WIDER)
    ramp = np.minimum.outer(*[np.clip(np.minimum(np.arange(middle), np.arange(middle)[::-1]) / 16, 0, 1)] * 2)
    weight, start = (0.6 * ramp[..., None]).astype(np.float32), (SIDE - middle) // 2
    near = classes[start : start + middle, start : start + middle]
    near += weight * (_resized(view(teacher, pixels, inside, crop), middle) - near)
    person = np.clip((1 - classes[..., BACKGROUND] - FLOOR) / (1 - 2 * FLOOR), 0, 1)
    maps = np.dstack([person, *(np.minimum(classes[..., i], person) for i in (HAIR, FACE, BODY, CLOTHES))])
    there = wide.cut(inside, SIDE, outside=0)[..., :1]
    return np.dstack([wide.cut(pixels, SIDE), np.rint(maps * 255).astype(np.uint8), there])


def _resized(classes: np.ndarray, side: int) -> np.ndarray:
    return np.dstack([cv2.resize(classes[..., i : i + 3], (side, side), interpolation=cv2.INTER_AREA) for i in (0, 3)])


def placed(face: np.lib.npyio.NpzFile, pixels: np.ndarray) -> np.ndarray | None:
    """(168, 2) landmarks in the picture's own pixels; None where the face's crop is not found in it."""
    points = face["points"][:, :2].astype(np.float64)
    low, high = points.min(0), points.max(0)
    scale = float((high - low).max()) / float(face["size"])  # crop pixels for one of the picture's
    if "centre" in face.files:
        return (points - (low + high) / 2) / scale + face["centre"]
    corner = _found(face["crop"], pixels, scale)
    return None if corner is None else points / scale + corner


def _found(crop: np.ndarray, pixels: np.ndarray, scale: float, factor: int = 3) -> np.ndarray | None:
    """(2,) where in the picture the upper left corner of `crop` lies, by looking for its middle."""
    small = cv2.resize(crop, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA)
    start = len(small) // 4
    middle = small[start : start + len(small) // 2, start : start + len(small) // 2]
    size = round(pixels.shape[1] * scale / factor), round(pixels.shape[0] * scale / factor)
    shrunk = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < factor else cv2.INTER_LINEAR)
    border = len(middle) // 2  # crops carried the picture's border on
    shrunk = cv2.copyMakeBorder(shrunk, border, border, border, border, cv2.BORDER_REPLICATE)
    _, alike, _, at = cv2.minMaxLoc(cv2.matchTemplate(shrunk, middle, cv2.TM_CCOEFF_NORMED))
    return (np.array(at) - start - border) * factor / scale if alike > 0.9 else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teachers", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    root, folder = data_folder(), options.cache / "heads"
    folder.mkdir(parents=True, exist_ok=True)
    wrong = set((Path(__file__).parent / "not_faces.txt").read_text().split("\n"))
    teacher = Teacher(options.teachers)
    with (folder / "index.jsonl").open("a") as index:
        for path in sorted((options.cache / "faces").glob("index*.jsonl")):
            for entry in map(json.loads, path.read_text().splitlines()):
                names = [f"{entry['name']}-{number}" for number in range(entry["faces"])]
                names = [name for name in names if name not in wrong and not (folder / f"{name}.npy").exists()]
                sample = Sample(entry["path"], entry["frame"], entry["source"], entry["split"], (), 1, False)
                if not names or (pixels := load(root, sample)) is None:
                    continue
                for name in names:
                    with np.load(options.cache / "faces" / f"{name}.npz") as face:
                        points, size = placed(face, pixels), float(face["size"])
                    if points is None:
                        print(f"{name}: not found again", flush=True)
                        continue
                    crop = head_crop(points)
                    np.save(folder / f"{name}.npy", labels(teacher, pixels, crop))
                    note = {key: entry[key] for key in ("source", "split", "path", "frame")}
                    index.write(json.dumps({"name": name, **note, "size": round(size, 1)}) + "\n")
                    index.flush()


if __name__ == "__main__":
    main()
