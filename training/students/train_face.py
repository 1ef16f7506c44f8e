"""Train the face network: presence, 168 landmarks in three dimensions, eyelids and head pose.

python -m training.students.train_face --cache FOLDER --minutes 40 --resume
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from training.run import Run, Settings, asked, like
from training.students import face_points as names
from training.students.face_data import HEAD, Batch, FaceData
from training.students.face_points import POINTS
from training.students.networks import FACE_SIDE, FaceNet


def point_weights() -> Tensor:
    """(168, 3): lids and irises count most, the oval, which hair hides, least; depth less than place."""
    weight = torch.ones(len(POINTS), 3)
    eyes = names.LEFT_EYE + names.RIGHT_EYE + names.LEFT_IRIS + names.RIGHT_IRIS
    for group, value in ((eyes, 2.0), (names.LIPS_OUTER + names.LIPS_INNER, 1.5), (names.OVAL, 0.7)):
        weight[[POINTS.index(point) for point in group]] = value
    weight[:, 2] *= 0.4
    return weight


WEIGHTS = point_weights()
EYES = (names.LEFT_EYE, names.RIGHT_EYE)
UPPER = [POINTS.index(p) for eye in EYES for p in eye[1:8]]
LOWER = [POINTS.index(p) for eye in EYES for p in eye[:8:-1]]


def loss_of(outputs: tuple[Tensor, ...], batch: Batch) -> tuple[Tensor, dict[str, float]]:
    """Cross-entropy for presence and openness, absolute error in face sizes for points, lid gaps and pose."""
    presence, points, openness, pose = outputs
    target, present = like(batch.points, points), like(batch.present, points)
    size, count = like(batch.scale, points)[:, None, None], present.sum().clamp(min=1)
    error = (points - target) / size
    place = ((error.abs() * WEIGHTS.to(error.device)).mean((1, 2)) * present).sum() / count
    gap = error[:, UPPER, :2] - error[:, LOWER, :2]
    lids = (gap.abs().mean((1, 2)) * present).sum() / count
    seen = F.binary_cross_entropy_with_logits(presence[:, 0], present)
    opened = F.binary_cross_entropy_with_logits(openness, like(batch.openness, points), reduction="none")
    opened = (opened.mean(1) * present).sum() / count
    turn = ((pose - like(batch.pose, points) / 45).abs().mean(1) * present).sum() / count
    total = 12 * place + 16 * lids + seen + 1.5 * opened + 0.6 * turn
    return total, {"place": place.item(), "lids": lids.item(), "seen": seen.item(), "open": opened.item(),
                   "degrees": 45 * turn.item()}  # fmt: skip


def mean_face(data: FaceData) -> Tensor:
    """(168, 3) mean of the heads, in shares of the crop's side from its centre."""
    shapes = []
    for head in data.heads:
        centre, box = head.box
        shapes.append((head.points - (*centre, 0.0)) / (HEAD * box))
    return torch.from_numpy(np.mean(shapes, axis=0).astype(np.float32))


def main() -> None:
    settings = asked(__doc__, Settings(minutes=40.0, batch=16, rate=5e-4))
    learned, held = (FaceData(settings.cache, split) for split in ("train", "val"))
    print(f"{len(learned.heads)} heads, {len(learned.blank)} pictures for crops without a face", flush=True)
    net = FaceNet(mean_face(learned)).to(memory_format=torch.channels_last)
    Run(net, "face", settings).learn(learned, loss_of, ((2.0, FACE_SIDE),), held)


if __name__ == "__main__":
    main()
