"""Training crops for the face network: the cached heads turned, shifted, blurred and hidden in part, and crops
without a face."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from training.students.augment import recolour, soften
from training.students.face_points import mirror_table
from training.students.networks import FACE_SIDE
from training.students.parts_data import PartsData

HEAD = 1.6  # the crop's side, in longer sides of the landmarks' box
SOURCE_SHARE = {"free-exercise-db": 0.7, "intel-sample-videos": 0.4, "nerfies": 0.4, "dynibar": 0.4, "gmdcsa24": 0.5,
                "sam2-demo": 0.5}  # fmt: skip
MIRROR = mirror_table()


@dataclass(frozen=True)
class Head:
    crop: np.ndarray  # (288, 288, 3) uint8
    points: np.ndarray  # (168, 3) float32 in pixels of `crop`
    openness: np.ndarray  # (2,) 0..1
    pose: np.ndarray  # (3,) degrees
    size: float  # of the face, in pixels of its picture
    source: str

    @property
    def box(self) -> tuple[np.ndarray, float]:
        """Centre (2,) and longer side of the landmarks' box."""
        low, high = self.points[:, :2].min(0), self.points[:, :2].max(0)
        return (low + high) / 2, float((high - low).max())


@dataclass(frozen=True)
class Batch:
    rgb: np.ndarray  # (n, 3, 128, 128) float32 0..1
    present: np.ndarray  # (n,) float32 1 or 0
    points: np.ndarray  # (n, 168, 3) float32 in shares of the crop's side, from its centre
    openness: np.ndarray  # (n, 2)
    pose: np.ndarray  # (n, 3) degrees
    scale: np.ndarray  # (n,) the face's longer side as a share of the crop's


def heads(cache: Path, split: str) -> tuple[list[Head], list[Head]]:
    """Every cached face of a split, and what the teacher only took for one."""
    wrong = set((Path(__file__).parent / "not_faces.txt").read_text().split("\n"))
    faces, fooled = [], []
    for index in sorted((cache / "faces").glob("index*.jsonl")):
        for line in index.read_text().splitlines():
            entry = json.loads(line)
            for number in range(entry["faces"] if entry["split"] == split else 0):
                name = f"{entry['name']}-{number}"
                with np.load(cache / "faces" / f"{name}.npz") as file:
                    openness = np.clip(1.0 - (1.0 - file["openness"] - 0.1) / 0.5, 0, 1)
                    head = Head(file["crop"], file["points"], openness, file["pose"], float(file["size"]),
                                entry["source"])  # fmt: skip
                    (fooled if name in wrong else faces).append(head)
    return faces, fooled


def turned(pose: np.ndarray, clockwise: float) -> np.ndarray:
    """Yaw, pitch and roll in degrees after the picture has been turned clockwise by so many degrees."""
    yaw, pitch, roll = np.radians(pose)
    forward = np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)])
    side = np.array([np.cos(yaw), 0, -np.sin(yaw)])
    up = np.cross(forward, side) * np.cos(roll) + side * np.sin(roll)
    c, s = np.cos(np.radians(clockwise)), np.sin(np.radians(clockwise))
    rotate = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])
    forward, up = rotate @ forward, rotate @ up
    yaw, pitch = np.arctan2(forward[0], forward[2]), np.arcsin(np.clip(forward[1], -1, 1))
    side = np.array([np.cos(yaw), 0, -np.sin(yaw)])
    return np.degrees([yaw, pitch, np.arctan2(up @ side, up @ np.cross(forward, side))]).astype(np.float32)


def warped(head: Head, centre: np.ndarray, side: float, clockwise: float, flip: bool) -> tuple[np.ndarray, ...]:
    """The head cut out anew: picture (128, 128, 3), points in shares from the centre, openness, pose."""
    scale = FACE_SIDE / side
    c, s = np.cos(np.radians(clockwise)) * scale, np.sin(np.radians(clockwise)) * scale
    linear = np.array([[c, -s], [s, c]])
    if flip:
        linear[0] *= -1
    matrix = np.hstack([linear, (FACE_SIDE / 2 - linear @ centre)[:, None]])
    source = head.crop
    if scale < 0.6:  # shrink smoothly
        source = cv2.GaussianBlur(source, (0, 0), 0.35 / scale)
    picture = cv2.warpAffine(source, matrix, (FACE_SIDE, FACE_SIDE), flags=cv2.INTER_LINEAR,
                             borderMode=cv2.BORDER_REPLICATE)  # fmt: skip
    points = np.hstack([(head.points[:, :2] - centre) @ linear.T / FACE_SIDE, head.points[:, 2:] / side])
    openness, pose = head.openness, turned(head.pose, clockwise)
    if flip:
        points, openness, pose = points[MIRROR], openness[::-1], pose * (-1, 1, -1)
    return picture, points.astype(np.float32), openness, pose


class FaceData:
    """Draws batches; crops without a face come from the parts' cache, whose maps say where no face is."""

    def __init__(self, cache: Path, split: str) -> None:
        self.heads, self.fooled = heads(cache, split)
        self.parts = PartsData(cache, split)
        chance = np.array([SOURCE_SHARE.get(head.source, 1.0) * (2.5 if head.openness.min() < 0.5 else 1.0)
                           * (2.0 if abs(head.pose[0]) > 20 else 1.0) for head in self.heads])  # fmt: skip
        self.chance = chance / chance.sum()
        self.blank = [e for e in self.parts.entries if e["people"] >= 0 or e["share"] < 0.002]

    def refresh(self) -> None:
        """Faces are read once."""

    def draw(self, count: int, side: int, rng: np.random.Generator, empty: float = 0.3) -> Batch:
        """`count` crops, a share `empty` without a face; `side` is FACE_SIDE, the one size a face is learned at."""
        rows = []
        for _ in range(count):
            kind = rng.random()
            row = self._nothing(rng) if kind < empty else self._beside(rng) if kind < empty * 1.25 else self._face(rng)
            picture = soften(recolour(row[0], rng), rng, worst=5.0)
            rows.append((_hidden(picture, rng) if row[1] and rng.random() < 0.25 else picture, *row[1:]))
        rgb, *rest = zip(*rows)
        return Batch(np.stack(rgb).transpose(0, 3, 1, 2).astype(np.float32) / 255,
                     *(np.array(values, np.float32) for values in rest))  # fmt: skip

    def _pick(self, rng: np.random.Generator) -> Head:
        return self.heads[rng.choice(len(self.heads), p=self.chance)]

    def _face(self, rng: np.random.Generator) -> tuple:
        head = self._pick(rng)
        centre, box = head.box
        if rng.random() < 0.5:  # as at the second look: centred and upright
            scale, shift, clockwise = rng.uniform(0.85, 1.2), 0.035, rng.normal(0, 6)
        else:
            scale, shift, clockwise = np.exp(rng.uniform(np.log(0.7), np.log(1.5))), 0.07, rng.uniform(-30, 30)
        side = HEAD * box * scale
        centre = centre + rng.normal(0, shift, 2) * side
        picture, points, openness, pose = warped(head, centre, side, clockwise, rng.random() < 0.5)
        return picture, 1.0, points, openness, pose, box / side

    def _beside(self, rng: np.random.Generator) -> tuple:
        """A crop that holds a face far off its centre, or what fooled the teacher: not to be taken for one."""
        if self.fooled and rng.random() < 0.5:
            head = self.fooled[rng.integers(len(self.fooled))]
            side = HEAD * head.box[1] * np.exp(rng.uniform(-0.4, 0.4))
            picture, *_ = warped(head, head.box[0], side, rng.uniform(-20, 20), rng.random() < 0.5)
            return picture, 0.0, *_absent()
        head = self._pick(rng)
        centre, box = head.box
        angle = rng.uniform(0, 2 * np.pi)
        centre = centre + box * rng.uniform(0.75, 1.0) * np.array([np.cos(angle), np.sin(angle)])
        picture, *_ = warped(head, centre, box * rng.uniform(0.5, 1.0), rng.uniform(-20, 20), False)
        return picture, 0.0, *_absent()

    def _nothing(self, rng: np.random.Generator) -> tuple:
        for _ in range(20):
            entry = self.blank[rng.integers(len(self.blank))]
            sample, weight = self.parts.open(entry)
            if weight[1] == 0:
                continue
            high = sample.shape[1]
            tall = np.exp(rng.uniform(np.log(0.12), np.log(0.95))) * min(1.0, entry["aspect"])
            h, w = int(tall * high), int(tall / entry["aspect"] * high)
            y, x = rng.integers(0, high - h + 1), rng.integers(0, high - w + 1)
            if (sample[2, y : y + h, x : x + w, 0] > 100).mean() < 0.005:
                window = np.ascontiguousarray(sample[0, y : y + h, x : x + w])
                return cv2.resize(window, (FACE_SIDE, FACE_SIDE), interpolation=cv2.INTER_AREA), 0.0, *_absent()
        return np.full((FACE_SIDE, FACE_SIDE, 3), rng.integers(256), np.uint8), 0.0, *_absent()


def _absent() -> tuple:
    return np.zeros((len(MIRROR), 3)), np.zeros(2), np.zeros(3), 1.0


def _hidden(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Something in front of the face: a rectangle of one colour."""
    w, h = rng.integers(10, 50, 2)
    x, y = rng.integers(0, FACE_SIDE - w), rng.integers(0, FACE_SIDE - h)
    picture = picture.copy()
    picture[y : y + h, x : x + w] = rng.integers(0, 256, 3)
    return picture
