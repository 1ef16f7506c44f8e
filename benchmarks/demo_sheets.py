"""Contact sheets to look at: the demo photos with fitting prompts, eight frames each.

    STILLREEL_DATA=folder python benchmarks/demo_sheets.py OUT [--only NAME] [--seconds 5] [--no-denoiser]

Writes OUT/NAME.mp4, OUT/NAME.json (the report), OUT/NAME.png (the sheet), OUT/NAME-plan.png and OUT/NAME-slices.png
(one column and one row of the clip over time, where jelly, popping and swimming show). Without STILLREEL_DATA only
the astronaut, whose photo ships with scikit-image, is animated.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np
from PIL import Image

import stillreel
from stillreel.clip import decode

PORTRAIT = "slowly turns her head toward the camera, soft natural blink, hair drifting gently, slow push-in"
PROMPTS = {
    "craft-beer-portrait": PORTRAIT,
    "lake-sherburne": "slow push-in, water ripples, clouds drift",
    "beacon-street-sunset": "slow push-in, clouds drift, warm sunset light",
    "the-spices-of-life": "slow orbit",
    "ocean-waves": "waves roll gently",
    "astronaut": PORTRAIT,
}


def main() -> None:
    asked = _arguments()
    asked.out.mkdir(parents=True, exist_ok=True)
    for name, photo in _photos().items():
        if asked.only in (None, name):
            animate(name, photo, asked)


def animate(name: str, photo: Path, asked: argparse.Namespace) -> None:
    target = asked.out / f"{name}.mp4"
    clip = stillreel.animate(
        photo, PROMPTS[name], output=target, overwrite=True, seconds=asked.seconds,
        report=asked.out / f"{name}.json", keep_stages=asked.out / f"{name}-stages",
        options={"denoiser": not asked.no_denoiser},
    )  # fmt: skip
    frames = list(decode.frames(target))
    Image.fromarray(sheet(frames)).save(asked.out / f"{name}.png")
    Image.fromarray(slices(frames)).save(asked.out / f"{name}-slices.png")
    print(name, len(frames), "frames", clip.report["frames"], clip.report["seconds"], flush=True)
    for note in clip.warnings:
        print("  ", note.code, note.message)


def sheet(frames: list[np.ndarray]) -> np.ndarray:
    """Eight frames, first to last, in two rows."""
    chosen = [frames[round(i * (len(frames) - 1) / 7)] for i in range(8)]
    return np.vstack([np.hstack(chosen[:4]), np.hstack(chosen[4:])])


def slices(frames: list[np.ndarray]) -> np.ndarray:
    """The middle row and the middle column of every frame, stacked over time."""
    h, w = frames[0].shape[:2]
    row = np.stack([frame[h // 2] for frame in frames]).repeat(2, axis=0)
    column = np.stack([frame[:, w // 2] for frame in frames]).repeat(2, axis=0)
    width = max(row.shape[1], column.shape[1])
    grown = [np.pad(part, ((0, 4), (0, width - part.shape[1]), (0, 0))) for part in (row, column)]
    return np.vstack(grown)


def _photos() -> dict[str, Path]:
    import skimage

    found = {"astronaut": Path(skimage.__file__).parent / "data" / "astronaut.png"}
    data = os.environ.get("STILLREEL_DATA")
    if data:
        found |= {photo.stem: photo for photo in sorted(Path(data).glob("demo/*.jpg")) if photo.stem in PROMPTS}
    else:
        print("STILLREEL_DATA is not set: the demo photos are skipped.")
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--no-denoiser", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
