"""What each pixel effect costs: CPU milliseconds a frame at 1024x576, on a scene drawn here.

    python benchmarks/effects.py [--size 1024x576] [--frames 24]

Prints the least and the median over the frames of each effect's own `apply` (thread CPU time, so that a busy machine
counts little; aim: under 10 ms). Nothing is read or downloaded.
"""

from __future__ import annotations

import argparse
import statistics
import time

import cv2
import numpy as np

from stillreel.devices import repeatable
from stillreel.frames.effects import effects
from stillreel.motion.deformation import FrameView, flow_size
from stillreel.motion.plan import MotionPlan
from stillreel.scene.values import PARTS, Light, Scene, Style

AIM = 10.0
ASKED: dict[str, dict[str, object]] = {
    "rain": {"motions": [{"kind": "rain"}]},
    "snow": {"motions": [{"kind": "snow"}]},
    "smoke, a plume": {"motions": [{"kind": "smoke", "region": "subject"}]},
    "fog, the whole": {"motions": [{"kind": "smoke"}]},
    "fire": {"motions": [{"kind": "fire"}]},
    "light, slow": {"motions": [{"kind": "light"}]},
    "light, flicker": {"motions": [{"kind": "light"}], "words": {"understood": ["neon flicker"]}},
    "water, glints": {"motions": [{"kind": "water", "region": "water"}], "words": {"understood": ["ripples"]}},
    "water, a stream": {"motions": [{"kind": "water", "region": "water"}], "words": {"understood": ["river flows"]}},
    "focus": {"mood": ["shallow depth of field"]},
}  # fmt: skip


def main() -> None:
    asked = _arguments()
    scene = a_shore(asked.size)
    with repeatable():
        for name, extra in ASKED.items():
            costs = [1e3 * cost for cost in seconds(scene, extra, asked.frames)]
            least, middle = (min(costs), statistics.median(costs)) if costs else (0.0, 0.0)
            remark = "" if middle < AIM else "  over the aim"
            print(f"{name:<20}{least:8.2f} ms least{middle:8.2f} ms median{remark if costs else '  not found'}")


def seconds(scene: Scene, extra: dict[str, object], frames: int) -> list[float]:
    """CPU seconds of one frame's effects, for `frames` frames in the middle of a clip of 5 s."""
    plan = MotionPlan.model_validate({"seconds": 5.0} | _timed(extra))
    paints = effects(scene, plan, 0, False)
    pixels, costs = scene.pixels, []
    for index in range(48, 48 + frames):
        view = still_view(scene, index)
        started = time.thread_time()
        for paint in paints:
            pixels = paint.apply(scene.pixels, view)
        costs.append(time.thread_time() - started)
    return costs if paints and pixels.any() else []


def still_view(scene: Scene, index: int) -> FrameView:
    """What a camera that stands still sees at frame `index` of 24 a second."""
    size = flow_size(scene.size)
    y, x = np.mgrid[: size[1], : size[0]].astype(np.float32)
    small = [cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in (scene.disparity, scene.subject)]
    return FrameView(index / 24, index, np.dstack([2 * x + 0.5, 2 * y + 0.5]), small[0], small[1])


def a_shore(size: tuple[int, int]) -> Scene:
    """A lit block before a far wall, over water."""
    w, h = size
    ramp = np.linspace(40, 220, w, dtype=np.float32)[None, :, None] * np.array((1.0, 0.8, 0.6), np.float32)
    pixels = np.broadcast_to(ramp, (h, w, 3)).astype(np.uint8).copy()
    block, water, none = (np.zeros((h, w), np.float32) for _ in range(3))
    block[h // 4 : 3 * h // 4, w // 3 : w // 2] = 1
    water[3 * h // 4 :] = 1
    pixels[h // 4 : h // 2, w // 3 : w // 2] = (255, 170, 60)
    parts = dict.fromkeys(PARTS, none) | {"water": water}
    sure = {"disparity": 1.0, "subject": 1.0, "sky": 1.0, "water": 1.0, "verticals": 0.0}
    light = Light((1.0, 0.0), (1.0, 0.95, 0.9), 0.6)
    return Scene(pixels, 0.05 + 0.85 * block, block, parts, (), light, Style("photo", 1.0), sure, 0.6, 0.9 * w)


def _timed(extra: dict[str, object]) -> dict[str, object]:
    motions = extra.get("motions", [])
    assert isinstance(motions, list)
    return extra | {"motions": [{"region": "whole", "end": 5.0} | one for one in motions]}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=lambda text: tuple(map(int, text.split("x"))), default=(1024, 576))
    parser.add_argument("--frames", type=int, default=24)
    return parser.parse_args()


if __name__ == "__main__":
    main()
