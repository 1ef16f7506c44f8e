"""How near a first frame can come to its photo at all, when 4:2:0 holds one colour for four pixels.

    python benchmarks/colour_floor.py PHOTO...

For every 2x2 block the Cb and Cr (8 bit, all within SPAN of the block's mean) and the four Y are sought whose decoded
RGB is nearest to the photo's: with exact arithmetic, and with that of ffmpeg's default path, which truncates. Beside
it, decoded by ffmpeg: our planes, these planes (which shows that the arithmetic is ffmpeg's), and a clip's first frame.
Prints mean absolute errors in levels of 255. What no planes reach, no encoder reaches.
"""

from __future__ import annotations

import argparse
import itertools
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

import stillreel
from stillreel.clip.colour import to_planes

SPAN = 6  # levels of Cb and Cr
KR, KB = 0.2126, 0.0722
RED, BLUE = 2 * (1 - KR) * 255 / 224, 2 * (1 - KB) * 255 / 224
GREEN = -KB * BLUE / (1 - KR - KB), -KR * RED / (1 - KR - KB)
DECODE = "scale=in_color_matrix=bt709:out_range=pc,format=rgb24"


def colours(cb: np.ndarray, cr: np.ndarray, cut: bool) -> np.ndarray:
    """(3, ...) what centred Cb and Cr add to R, G and B."""
    whole = np.floor if cut else np.asarray
    return np.stack([whole(cr * RED), whole(cb * GREEN[0]) + whole(cr * GREEN[1]), whole(cb * BLUE)]).astype(np.float32)


def best_planes(rgb: np.ndarray, cut: bool) -> tuple[np.ndarray, float]:
    """The yuv420p planes whose decoded RGB has the least absolute error, and that error."""
    h, w = rgb.shape[0] // 2, rgb.shape[1] // 2
    blocks = rgb.reshape(h, 2, w, 2, 3).transpose(4, 1, 3, 0, 2).reshape(3, 4, h, w).astype(np.float32)
    levels = ((np.arange(256) - 16) * 255 / 219).astype(np.float32)
    levels = np.floor(levels + 1e-4) if cut else levels
    start = to_planes(rgb)[2 * h :].reshape(2, h, w).astype(int) - 128
    least, luma, chroma = np.full((h, w), np.inf, np.float32), np.zeros((4, h, w), np.uint8), start.copy()
    for step in itertools.product(range(-SPAN, SPAN + 1), repeat=2):
        tried = np.clip(start + np.array(step)[:, None, None], -112, 112)
        added = colours(tried[0], tried[1], cut)[:, None]
        near = np.rint(np.median(blocks - added, axis=0) * 219 / 255 + 16).astype(int)
        error, y = _luma(blocks, added, levels, near)
        better = error < least
        least[better], luma[:, better], chroma[:, better] = error[better], y[:, better], tried[:, better]
    full = luma.reshape(2, 2, h, w).transpose(2, 0, 3, 1).reshape(2 * h, 2 * w)
    planes = np.concatenate([full, (chroma + 128).astype(np.uint8).reshape(h, 2 * w)])
    return planes, float(least.mean()) / 12


def _luma(blocks: np.ndarray, added: np.ndarray, levels: np.ndarray, near: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The least error of each block over the luma levels about `near`, and those levels."""
    tried = np.clip(near + np.arange(-1, 3)[:, None, None, None], 16, 235)
    errors = np.abs(np.clip(levels[tried][:, None] + added[None], 0, 255) - blocks[None]).sum(1)
    at = errors.argmin(0)[None]
    return np.take_along_axis(errors, at, 0)[0].sum(0), np.take_along_axis(tried, at, 0)[0].astype(np.uint8)


def decoded(source: list[str], size: tuple[int, int], given: bytes | None = None) -> np.ndarray:
    """(h, w, 3) the first picture as ffmpeg decodes it."""
    command = ["ffmpeg", "-v", "error", *source, "-frames:v", "1", "-vf", DECODE, "-f", "rawvideo", "-"]
    done = subprocess.run(command, input=given, capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(size[1], size[0], 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("photos", type=Path, nargs="+")
    print("photo                         exact floor  ffmpeg's  ... decoded  our planes  our clip")
    for path in parser.parse_args().photos:
        print(f"{path.stem[:28]:28s}", *(f"{error:11.3f}" for error in errors(path)), flush=True)


def errors(photo: Path) -> list[float]:
    """Of the exact floor, ffmpeg's, ffmpeg's as it decodes it, our planes, our clip."""
    with tempfile.TemporaryDirectory() as folder:
        stages = Path(folder) / "stages"
        made = stillreel.animate(photo, "static", seconds=1, output=Path(folder) / "c.mp4", keep_stages=stages)
        rgb = np.asarray(Image.open(stages / "photo.png").convert("RGB"))
        size = rgb.shape[1], rgb.shape[0]
        clip = decoded(["-i", str(made.path)], size)
    raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "{}x{}".format(*size), "-color_range", "tv", "-i", "-"]
    (_, exact), (planes, cut) = best_planes(rgb, False), best_planes(rgb, True)
    seen = [decoded(raw, size, each.tobytes()) for each in (planes, to_planes(rgb, faithful=True))]
    return [exact, cut, *(float(np.abs(each.astype(float) - rgb).mean()) for each in (*seen, clip))]


if __name__ == "__main__":
    main()
