"""How well the camera of a clip is read back, over clips drawn with a known path.

    python benchmarks/camera_refit.py [--clips 200] [--known]

Planes and ramps of depth, every verb that has a direction, small to large amounts, with noise;
a move read as its twin (a push as a zoom) counts;
moved by
`motion.field`, the program's own flow. `--known` gives the reading the scene. Prints one line a clip and the shares.
"""

from __future__ import annotations

import argparse

import numpy as np

from stillreel.evaluation import footage
from stillreel.evaluation.camera import CameraReading, read_camera
from stillreel.evaluation.flow import sampled
from stillreel.evaluation.observation import Observation
from stillreel.motion.field import FlowField
from stillreel.motion.limits import camera_of
from stillreel.motion.plan import DIRECTIONS, MotionPlan
from stillreel.scene.values import Scene
from tests.fakes.scenes import make_scene

SIZE, FRAMES = (512, 288), 13
AMOUNTS = {"pan": (0.5, 8), "tilt": (0.5, 6), "roll": (0.5, 8), "zoom": (1.03, 1.3), "push": (0.05, 0.3),
           "truck": (0.02, 0.1), "pedestal": (0.02, 0.08)}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--known", action="store_true")
    asked = parser.parse_args()
    rng = np.random.default_rng(7)
    right = [_one(rng, asked.known) for _ in range(asked.clips)]
    print(f"right: {sum(right)} of {len(right)}")


def _one(rng: np.random.Generator, known: bool) -> bool:
    verb = str(rng.choice(list(AMOUNTS)))
    way = str(rng.choice(DIRECTIONS[verb]))
    low, high = AMOUNTS[verb]
    move = {"move": verb, "direction": way, "amount": float(rng.uniform(low, high)), "end": 2.0}
    scene = make_scene(SIZE, disparity=_depth(rng), seed=int(rng.integers(1000)))
    reading = read_camera(Observation(_clip(scene, move, rng), scene=scene if known else None))
    right = [(verb, way)] in ([(m.move, m.direction) for m in reading.moves], _twins(reading))
    said = [(m.move, m.direction, round(m.amount, 3), m.alike) for m in reading.moves]
    print(verb, way, round(move["amount"], 3), said, "right" if right else "WRONG", flush=True)
    return right


def _twins(reading: CameraReading) -> list[tuple[str | None, str | None]]:
    return [(m.alike, m.direction) for m in reading.moves]


def _depth(rng: np.random.Generator) -> np.ndarray:
    across = np.linspace(rng.uniform(0.05, 0.6), rng.uniform(0.6, 1.0), SIZE[1], dtype=np.float32)[:, None]
    return np.repeat(across, SIZE[0], axis=1) if rng.random() < 0.7 else np.full(SIZE[::-1], 0.6, np.float32)


def _clip(scene: Scene, move: dict, rng: np.random.Generator) -> footage.Footage:
    field = FlowField(
        scene, camera_of(scene, MotionPlan.model_validate({"seconds": 2, "camera": [move]})), ()
    )
    frames = [scene.pixels]
    for t in np.linspace(0, 2, FRAMES)[1:]:
        there = field.at(float(t))
        back = np.zeros_like(there)
        for _ in range(8):  # the way back, by fixed point
            back = -sampled(there, back)
        frames.append(
            np.clip(sampled(scene.pixels, back) + rng.normal(0, 1.5, back.shape[:2] + (3,)), 0, 255)
        )
    return footage.gather([frame.astype(np.uint8) for frame in frames], (FRAMES - 1) / 2)


if __name__ == "__main__":
    main()
