"""Run the face teacher over the data, at head scale, and keep head crops with landmarks.

    python -m training.students.teach_faces --teachers FOLDER --cache FOLDER

Needs mediapipe (see teach_parts). A search of the whole frame misses most faces, so overlapping tiles are searched
too, and each find is looked at again in its own crop. Each face becomes one .npz: `crop` (SIDE, SIDE, 3) uint8 RGB
of a square REACH times the face's box, `points` (168, 3) float32 in crop pixels, `openness` (2,), `pose` (3,) degrees,
`size` and `centre` (2,) of the face in the picture's own pixels.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import mediapipe as mp
import numpy as np

from training.students.data import data_folder, load, samples
from training.students.face_points import POINTS

SIDE, REACH = 288, 2.8
TILES = ((1, 1.0), (2, 0.62), (3, 0.45), (5, 0.28))  # tiles a side, and each tile's share of the picture's side
SMALLEST = 28  # pixels; smaller faces teach noise


def open_teacher(folder: Path) -> mp.tasks.vision.FaceLandmarker:
    tasks = mp.tasks
    return tasks.vision.FaceLandmarker.create_from_options(tasks.vision.FaceLandmarkerOptions(
        base_options=tasks.BaseOptions(model_asset_path=str(folder / "face_landmarker_v2_with_blendshapes.task")),
        num_faces=6, min_face_detection_confidence=0.5, min_face_presence_confidence=0.6,
        output_face_blendshapes=True, output_facial_transformation_matrixes=True))  # fmt: skip


def search(teacher, rgb: np.ndarray) -> list[np.ndarray]:
    """(478, 3) landmarks in pixels of every different face found in the picture or one of its tiles."""
    height, width = rgb.shape[:2]
    found: list[np.ndarray] = []
    for count, share in TILES:
        h, w = int(share * height), int(share * width)
        if min(h, w) < 96:
            continue
        for y in np.linspace(0, height - h, count).astype(int):
            for x in np.linspace(0, width - w, count).astype(int):
                found += [points + (x, y, 0) for points, *_ in detect(teacher, rgb[y : y + h, x : x + w])]
    return distinct(found)


def detect(teacher, rgb: np.ndarray) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Landmarks (478, 3) in pixels, openness (2,) and the 4x4 pose matrix of each face the teacher sees."""
    height, width = rgb.shape[:2]
    result = teacher.detect(mp.Image(mp.ImageFormat.SRGB, np.ascontiguousarray(rgb)))
    faces = []
    for marks, shapes, matrix in zip(result.face_landmarks, result.face_blendshapes,
                                     result.facial_transformation_matrixes):  # fmt: skip
        points = np.array([(p.x * width, p.y * height, p.z * width) for p in marks], np.float32)
        score = {shape.category_name: shape.score for shape in shapes}
        # The teacher's right eye is the person's right: the picture's left.
        faces.append((points, 1.0 - np.array([score["eyeBlinkRight"], score["eyeBlinkLeft"]]), np.array(matrix)))
    return faces


def box(points: np.ndarray) -> tuple[float, float, float]:
    """Centre x, centre y and the longer side of the landmarks' box."""
    low, high = points[:, :2].min(0), points[:, :2].max(0)
    return *((low + high) / 2), float((high - low).max())


def distinct(found: list[np.ndarray]) -> list[np.ndarray]:
    kept: list[np.ndarray] = []
    for points in sorted(found, key=lambda p: -box(p)[2]):
        x, y, side = box(points)
        if side >= SMALLEST and all(np.hypot(x - bx, y - by) > 0.5 * max(side, bs) for bx, by, bs in map(box, kept)):
            kept.append(points)
    return kept


def angles(matrix: np.ndarray) -> np.ndarray:
    """Yaw (nose to the picture's right), pitch (nose up), roll (clockwise in the picture), all in degrees."""
    rotation = matrix[:3, :3] / np.cbrt(np.linalg.det(matrix[:3, :3]))
    forward = rotation[:, 2]
    yaw, pitch = np.arctan2(forward[0], forward[2]), np.arcsin(np.clip(forward[1], -1, 1))
    side = np.array([np.cos(yaw), 0.0, -np.sin(yaw)])  # the level direction across the face
    up = np.cross(forward, side)
    roll = np.arctan2(rotation[:, 1] @ side, rotation[:, 1] @ up)
    return np.degrees([yaw, pitch, roll]).astype(np.float32)


def head_crop(rgb: np.ndarray, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The square around the head, and the 2x3 matrix from picture to crop."""
    x, y, side = box(points)
    scale = SIDE / (REACH * side)
    matrix = np.array([[scale, 0, SIDE / 2 - scale * x], [0, scale, SIDE / 2 - scale * y]])
    if scale < 0.5:
        shrink = 2 ** int(np.log2(1 / scale))
        rgb = cv2.resize(rgb, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA)
        small = matrix.copy()
        small[:, :2] *= shrink
        return cv2.warpAffine(rgb, small, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE), matrix
    return cv2.warpAffine(rgb, matrix, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE), matrix


def examine(teacher, rgb: np.ndarray, points: np.ndarray) -> dict | None:
    """Look again at one face in its own crop; None where the teacher does not confirm it."""
    crop, matrix = head_crop(rgb, points)
    again = [face for face in detect(teacher, crop) if abs(np.array(box(face[0])[:2]) - SIDE / 2).max() < 40]
    if not again:
        return None
    marks, openness, pose = max(again, key=lambda face: box(face[0])[2])
    return {"crop": crop, "points": marks[list(POINTS)], "openness": openness.astype(np.float32),
            "pose": angles(pose), "size": np.float32(box(marks)[2] / matrix[0, 0]),
            "centre": ((np.array(box(marks)[:2]) - matrix[:, 2]) / matrix[0, 0]).astype(np.float32)}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teachers", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--shard", default="0/1", help="this process's share of the work, as in 0/2 and 1/2")
    parser.add_argument("--split", choices=("train", "val"), help="this split alone")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    shard, shards = map(int, options.shard.split("/"))
    root, folder = data_folder(), options.cache / "faces"
    folder.mkdir(parents=True, exist_ok=True)
    index_path = folder / f"index{shard}.jsonl"
    done = {json.loads(line)["name"] for line in index_path.read_text().splitlines()} if index_path.exists() else set()
    teacher = open_teacher(options.teachers)
    todo = [s for s in samples(root, frames_per_clip=6) if s.people != 0 and options.split in (None, s.split)]
    todo.sort(key=lambda s: (s.source == "free-exercise-db", hash(s.name) % 97))
    with index_path.open("a") as index:
        for sample in todo[shard::shards]:
            if sample.name in done or (rgb := load(root, sample)) is None:
                continue
            faces = [face for points in search(teacher, rgb) if (face := examine(teacher, rgb, points))]
            for number, face in enumerate(faces):
                np.savez(folder / f"{sample.name}-{number}.npz", **face)
            entry = {"name": sample.name, "source": sample.source, "split": sample.split, "path": sample.path,
                     "frame": sample.frame, "faces": len(faces)}  # fmt: skip
            index.write(json.dumps(entry) + "\n")
            index.flush()


if __name__ == "__main__":
    main()
