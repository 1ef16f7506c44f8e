"""How fast usual clips move, for the Ken Burns baseline of the held-out suite (`suites.held_out.PACE`).

    STILLREEL_DATA=data python benchmarks/usual_motion.py

For each training clip the mean displacement after one second, as a share of the short side; then the zoom a second
whose mean displacement is the mean over source videos.
"""

from __future__ import annotations

from collections import defaultdict

import cv2
import numpy as np

from stillreel.settings import settings
from stillreel.suites import data, held_out
from stillreel.suites.truth import motions


def main() -> None:
    folder = settings().data
    assert folder is not None, "STILLREEL_DATA names no folder"
    found: dict[str, list[float]] = defaultdict(list)
    radii = []
    for item in data.find(folder, "video", "train"):
        film = held_out.film_of(item)
        key = min(len(film.frames) - 1, round(film.fps))
        frames = np.stack([shrunk(frame) for frame in film.frames[[0, key // 2, key]]])
        motion = motions(frames)[0][-1]
        height, width = motion.trusted.shape
        far = (
            np.linalg.norm(motion.forward, axis=-1)[motion.trusted].mean() if motion.trusted.any() else np.nan
        )
        found[item.source].append(far / min(height, width) * film.fps / key)
        radii.append(radius(height, width))
    means = np.array([np.nanmean(values) for values in found.values() if np.isfinite(values).any()])
    usual, middle = float(means.mean()), float(np.median(means))
    print(f"{len(radii)} clips of {len(means)} sources; displacement in a second, of the short side:")
    print(
        f"mean {usual:.4f}, median {middle:.4f}, quartiles {np.quantile(means, [0.25, 0.75]).round(4).tolist()}"
    )
    print(f"a zoom of {usual / np.mean(radii):.3f} a second moves a picture as much on the mean")


def shrunk(frame: np.ndarray) -> np.ndarray:
    return cv2.resize(frame, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)


def radius(height: int, width: int) -> float:
    """Mean distance from the centre, in short sides: what a zoom of 1 a second would move a place by."""
    rows, columns = np.mgrid[:height, :width]
    return float(np.hypot(columns - width / 2, rows - height / 2).mean() / min(height, width))


if __name__ == "__main__":
    main()
