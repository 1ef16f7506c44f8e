"""How well the flow finds known motion, and what it costs: OpenCV's DIS presets over clips drawn here.

    python benchmarks/flow_accuracy.py [--pairs 24]

Each pair is a texture and its image under a known motion of a few pixels (zoom, turn and soft waves; half of them with
a piece that moves by itself), with noise. Prints the median and 95th percentile of the end-point error in pixels of the
small frames over what forward and backward agree on, its share of the picture, and CPU milliseconds a pair both ways;
at full size and at half size, as `Observation.steps` keeps it.
"""

from __future__ import annotations

import argparse
import time

import cv2
import numpy as np

from stillreel.evaluation import flow
from tests.fakes.scenes import texture

SIZE = (512, 288)
NOISE = 2.0
PRESETS = ("ultrafast", "fast", "medium")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=24)
    pairs = [_pair(seed) for seed in range(parser.parse_args().pairs)]
    for size in ("full", "half"):
        for name in PRESETS:
            flow.PRESET = getattr(cv2, f"DISOPTICAL_FLOW_PRESET_{name.upper()}")
            start = time.process_time()
            found = [_measured(one, other, size) for one, other, _ in pairs]
            spent = 1000 * (time.process_time() - start) / len(pairs)
            errors = np.concatenate([_errors(motion, way) for motion, (_, _, way) in zip(found, pairs)])
            seen = np.mean([motion.trusted.mean() for motion in found])
            print(f"{size:<5} {name:<10} median {np.median(errors):.3f}  p95 {np.quantile(errors, 0.95):.3f}  "
                  f"trusted {seen:.0%}  {spent:.1f} ms")  # fmt: skip


def _measured(one: np.ndarray, other: np.ndarray, size: str) -> flow.Motion:
    if size == "full":
        return flow.between(one, other)
    small = SIZE[0] // 2, SIZE[1] // 2
    there, later = (cv2.resize(each, small, interpolation=cv2.INTER_AREA) for each in (one, other))
    motion = flow.between(there, later)
    whole = cv2.resize(motion.trusted.astype(np.uint8), SIZE, interpolation=cv2.INTER_NEAREST) > 0
    return flow.Motion(2 * cv2.resize(motion.forward, SIZE), whole)


def _errors(motion: flow.Motion, way: np.ndarray) -> np.ndarray:
    return np.linalg.norm(motion.forward - way, axis=-1)[motion.trusted]


def _pair(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two (h, w) uint8 pictures and the motion (h, w, 2) from the first to the second."""
    rng = np.random.default_rng(seed)
    width, height = SIZE
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    zoom, turn, shift = rng.normal(0, 0.01), rng.normal(0, 0.01), rng.normal(0, 2.5, 2)
    waves = cv2.resize(rng.normal(0, 1.5, (4, 6, 2)).astype(np.float32), SIZE, interpolation=cv2.INTER_CUBIC)
    across, down = x - width / 2, y - height / 2
    way = np.stack([zoom * across - turn * down, turn * across + zoom * down], -1).astype(np.float32) + waves
    way += shift.astype(np.float32)
    if seed % 2:
        piece = np.hypot(x - rng.uniform(150, 360), y - rng.uniform(90, 200)) < 50
        way[piece] += rng.normal(0, 4, 2).astype(np.float32)
    later = cv2.cvtColor(texture(SIZE, seed), cv2.COLOR_RGB2GRAY)
    one = flow.sampled(later, way)  # so that the way from the first picture to the later one is exactly `way`
    noisy = [np.clip(each + rng.normal(0, NOISE, each.shape), 0, 255).astype(np.uint8) for each in (one, later)]
    return noisy[0], noisy[1], way


if __name__ == "__main__":
    main()
