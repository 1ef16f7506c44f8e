"""Small uint8 copies of the photos and clips, made once, so that training reads nothing else.

Photos become one padded array a split; clips become windows of eight key frames with dense optical flow
both ways (DIS, Kroeger et al. 2016) and the validity that a forward-backward check gives.
Run: python -m training.denoiser.cache [--photos] [--clips]
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import av
import cv2
import numpy as np

DATA = Path(os.environ.get("STILLREEL_DATA", "../shared/data"))
CACHE = Path(os.environ.get("STILLREEL_TRAINING_CACHE", Path.home() / ".cache" / "stillreel-training"))
PHOTO_SHORT, PHOTO_LONG = 384, 640
GRID_AREA = 448 * 256
WINDOW = 8
LONGEST_SPAN = 2.0


def manifest(kind: str, split: str) -> list[dict]:
    """The manifest's rows of one kind ("photo", "video", "demo") and split ("train", "val")."""
    lines = (DATA / "manifest.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    return [row for row in rows if row["kind"] == kind and row["split"] == split]


def small_photo(path: Path) -> np.ndarray | None:
    """The photo as (h, w, 3) uint8 RGB with a short side of at most 384 and a long side of at most 640."""
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None or min(picture.shape[:2]) < 200:
        return None
    scale = min(1.0, PHOTO_SHORT / min(picture.shape[:2]))
    picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = picture.shape[:2]
    top, left = max(0, (height - PHOTO_LONG) // 2), max(0, (width - PHOTO_LONG) // 2)
    return cv2.cvtColor(picture[top : top + PHOTO_LONG, left : left + PHOTO_LONG], cv2.COLOR_BGR2RGB)


def cache_photos(split: str) -> None:
    """Write photos_SPLIT.npz: all pixels end to end, with each photo's offset and size."""
    pixels, table, offset = [], [], 0
    for row in manifest("photo", split):
        picture = small_photo(DATA / row["path"])
        if picture is None:
            continue
        pixels.append(picture.reshape(-1))
        table.append((offset, *picture.shape[:2]))
        offset += picture.size
    np.save(CACHE / f"photos_{split}.npy", np.concatenate(pixels))
    np.save(CACHE / f"photos_{split}_table.npy", np.array(table, np.int64))
    print(f"{len(table)} {split} photos, {offset / 1e6:.0f} MB")


def grid_size(height: int, width: int) -> tuple[int, int]:
    """The multiples of 16 nearest to this aspect with about the denoiser's area."""
    scale = (GRID_AREA / (height * width)) ** 0.5
    return max(16, round(height * scale / 16) * 16), max(16, round(width * scale / 16) * 16)


def read_clip(path: Path) -> list[np.ndarray]:
    """All frames of a clip on the denoiser's grid, (h, w, 3) uint8 RGB."""
    with av.open(str(path)) as container:
        frames = []
        for frame in container.decode(video=0):
            picture = frame.to_ndarray(format="rgb24")
            height, width = grid_size(*picture.shape[:2])
            frames.append(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA))
    return frames


def flow_both_ways(first: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(backward, valid): flow from `other` to `first` (h, w, 2) and where the way back agrees (h, w) bool."""
    dis = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    grey = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (first, other)]
    backward, forward = dis.calc(grey[1], grey[0], None), dis.calc(grey[0], grey[1], None)
    height, width = grey[0].shape
    grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), -1).astype(np.float32)
    there = cv2.remap(forward, grid + backward, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    gap = np.linalg.norm(backward + there, axis=-1)
    size = np.linalg.norm(backward, axis=-1) + np.linalg.norm(there, axis=-1)
    return backward, gap < 0.7 + 0.05 * size


def cache_window(frames: list[np.ndarray], picks: np.ndarray, fps: float, target: Path) -> None:
    """Write one window: frames (8, h, w, 3) uint8, backward (8, h/2, w/2, 2) float16, valid, times."""
    first = frames[picks[0]]
    height, width = first.shape[:2]
    backward = np.zeros((WINDOW, height // 2, width // 2, 2), np.float16)
    valid = np.full((WINDOW, height, width), 255, np.uint8)
    for k, pick in enumerate(picks[1:], 1):
        flow, sure = flow_both_ways(first, frames[pick])
        backward[k] = cv2.resize(flow, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        valid[k] = sure * np.uint8(255)
    stack = np.stack([frames[pick] for pick in picks])
    times = np.abs(picks - picks[0]).astype(np.float32) / fps
    np.savez(target, frames=stack, backward=backward, valid=valid, times=times)


def cache_clips(split: str, windows: int) -> None:
    """Write `windows` windows a clip under clips_SPLIT/, spans of 0.5 to 2 s."""
    folder = CACHE / f"clips_{split}"
    folder.mkdir(exist_ok=True)
    rng = np.random.default_rng(7)
    rows = list(enumerate(manifest("video", split)))
    rng.shuffle(rows)  # a run that is cut short has seen every source
    for number, row in rows:
        if (folder / f"{number:03d}-0.npz").exists():
            continue
        frames = read_clip(DATA / row["path"])
        for window in range(windows):
            span = int(min(len(frames) - 1, rng.uniform(0.5, LONGEST_SPAN) * row["fps"]))
            start = int(rng.integers(0, len(frames) - span))
            picks = start + np.round(np.linspace(0, span, WINDOW)).astype(int)
            order = picks[::-1] if rng.random() < 0.5 else picks
            cache_window(frames, order, row["fps"], folder / f"{number:03d}-{window}.npz")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", action="store_true")
    parser.add_argument("--clips", action="store_true")
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    CACHE.mkdir(parents=True, exist_ok=True)
    for split, windows in (("val", 2), ("train", 2)):
        if chosen.photos:
            cache_photos(split)
        if chosen.clips:
            cache_clips(split, windows)


if __name__ == "__main__":
    main()
