"""Whether every measure shows its declared order over copies of real clips, and how the score ranks them.

    python benchmarks/metric_ladder.py DATA [--split val] [--clips 30] [--keep FILE]
    python benchmarks/metric_ladder.py DATA --split any --clips 60 --category people --only face_identity --side 640

DATA is the folder with manifest.jsonl. Every clip is judged with its own first frame as the photo, and so are its
frozen, reversed, shaken, shuffled, bent and faded copies (`stillreel.evaluation.ladder`). Prints, for every measure and
every order that it declares, on how many clips it held, with the median value of each copy; then the score.
`--keep` stores every value as JSON lines, and goes on where such a file ends. `--only` asks one measure alone.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from stillreel.clip import decode
from stillreel.evaluation import footage
from stillreel.evaluation.ladder import COPIES, holds, spoiled
from stillreel.evaluation.metrics import METRICS, measured
from stillreel.evaluation.observation import Observation
from stillreel.evaluation.score import rated, score

MOST, SIDE = 32, 384  # frames of a clip and their long side, so that seven copies of 22 clips take ten minutes
BELOW = ("frozen", "jitter", "shuffled", "wobble", "faded")  # what the score must rank below the real clip
Row = dict[str, dict[str, float | None]]  # copy -> name -> value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--split", default="val", choices=["val", "train", "any"])
    parser.add_argument("--clips", type=int, default=30)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--category", help="of the manifest: only clips of it")
    parser.add_argument("--only", choices=[metric.name for metric in METRICS])
    parser.add_argument("--side", type=int, default=SIDE, help="px of the frames' long side")
    asked = parser.parse_args()
    rows = list(_rows(asked))
    print(f"\n{len(rows)} clips ({asked.split})\n")
    for metric in METRICS:
        if asked.only in (None, metric.name):
            _orders(metric.name, metric.order, rows)
    if asked.only:
        return
    _orders("score", tuple(f"{copy} < real" for copy in BELOW), rows)
    _baselines(rows)


def _rows(asked: argparse.Namespace) -> Iterator[Row]:
    kept, keep = {}, asked.keep
    if keep is not None and keep.exists():
        kept = {line["path"]: line["values"] for line in map(json.loads, keep.read_text().splitlines())}
    for path in _paths(asked.data, asked.split, asked.category, asked.clips):
        if path not in kept:
            kept[path] = judged(asked.data / path, asked.side, asked.only)
            if keep is not None:
                with keep.open("a") as file:
                    file.write(json.dumps({"path": path, "values": kept[path]}) + "\n")
        name = asked.only or "score"
        told = "  ".join(f"{copy} {math.nan if values[name] is None else values[name]:.4g}"
                         for copy, values in kept[path].items())  # fmt: skip
        print(f"{path}: {told}", flush=True)
        yield kept[path]


def _paths(data: Path, split: str, category: str | None, most: int) -> list[str]:
    """Clips of the split and category, one of every source before a second of any."""
    lines = [json.loads(line) for line in (data / "manifest.jsonl").read_text().splitlines()]
    clips = [line for line in lines if line["kind"] == "video" and split in (line["split"], "any")
             and (category is None or category in line["category"])]  # fmt: skip
    seen: dict[str, int] = {}
    turns = []
    for clip in clips:
        seen[clip["source_path"]] = seen.get(clip["source_path"], 0) + 1
        turns.append((seen[clip["source_path"]], clip["path"]))
    return [path for _, path in sorted(turns)[:most]]


def judged(path: Path, side: int, only: str | None) -> Row:
    """The numbers of a clip and of all its copies; with `only`, that one measure."""
    frames = np.stack([_small(frame, side) for frame in islice(decode.frames(path), MOST)])
    fps = decode.rate(path)
    row: Row = {}
    for copy in COPIES:
        seen = Observation(footage.gather(spoiled(frames, copy, seed=len(frames)), fps), photo=frames[0])
        if only:
            row[copy] = measured(seen, tuple(metric for metric in METRICS if metric.name == only))
            continue
        numbers = measured(seen)
        row[copy] = {**numbers, "score": rated(numbers)[0]}
        if copy == "real":
            total = score(seen, numbers)
            row[copy] |= {"frozen_copy": total.frozen, "ken_burns": total.ken_burns}
    return row


def _small(frame: np.ndarray, side: int) -> np.ndarray:
    share = min(1.0, side / max(frame.shape[:2]))
    return cv2.resize(frame, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)


def _orders(name: str, orders: tuple[str, ...], rows: list[Row]) -> None:
    print(name, *(f"{copy} {_middle(row[copy][name] for row in rows):.4g}" for copy in COPIES), sep="  ")
    for order in orders:
        verdicts = [holds(order, {copy: row[copy][name] for copy in COPIES}) for row in rows]
        known = [verdict for verdict in verdicts if verdict is not None]
        print(f"    {order:<22} held on {sum(known)} of {len(known)}")


def _baselines(rows: list[Row]) -> None:
    real = [row["real"] for row in rows]
    for name, others in (("frozen copy", "frozen_copy"), ("Ken Burns", "ken_burns")):
        above = sum((each["score"] or 0) > (each[others] or 0) for each in real)
        middle = _middle(each[others] for each in real)
        print(f"real clip above its {name}: {above} of {len(real)}; median {middle:.1f}")


def _middle(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    return float(np.median(known)) if known else float("nan")


if __name__ == "__main__":
    main()
