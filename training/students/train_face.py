"""Train the face network: presence, 168 landmarks in three dimensions, eyelids and head pose.

python -m training.students.train_face --cache FOLDER --minutes 40 --resume
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from training.students import face_points as names
from training.students.face_data import HEAD, Batch, FaceData
from training.students.face_points import POINTS
from training.students.networks import FaceNet
from training.students.trainer import Loss, Trainer, begin


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
    target, present = torch.from_numpy(batch.points), torch.from_numpy(batch.present)
    size, count = torch.from_numpy(batch.scale)[:, None, None], present.sum().clamp(min=1)
    error = (points - target) / size
    place = ((error.abs() * WEIGHTS).mean((1, 2)) * present).sum() / count
    gap = error[:, UPPER, :2] - error[:, LOWER, :2]
    lids = (gap.abs().mean((1, 2)) * present).sum() / count
    seen = F.binary_cross_entropy_with_logits(presence[:, 0], present)
    opened = F.binary_cross_entropy_with_logits(openness, torch.from_numpy(batch.openness), reduction="none")
    opened = (opened.mean(1) * present).sum() / count
    turn = ((pose - torch.from_numpy(batch.pose) / 45).abs().mean(1) * present).sum() / count
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
    options = begin(__doc__, minutes=40.0, batch=16)
    data = FaceData(options.cache, "train")
    print(f"{len(data.heads)} heads, {len(data.blank)} pictures for crops without a face", flush=True)
    net = FaceNet(mean_face(data)).to(memory_format=torch.channels_last)
    trainer = Trainer(net, options.cache / "face.pt", options.minutes, rate=5e-4, resume=options.resume)
    rng = np.random.default_rng(trainer.step)

    def advance(_: float) -> Loss:
        batch = data.draw(options.batch, rng)
        return loss_of(net(torch.from_numpy(batch.rgb).to(memory_format=torch.channels_last)), batch)

    trainer.run(advance)


if __name__ == "__main__":
    main()
