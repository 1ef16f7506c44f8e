"""Is the advice about photos right? Good photos must get no warning, spoiled ones must get the right one.

python benchmarks/photo_advice.py [--each 30] [--reserve] [--list]

Photos are drawn by a seeded shuffle from those that no threshold was set on: the val split, and with --reserve also the
training photos whose SHA-256 starts with a number that four divides. A good photo is one that a person who looked at
the val photos before the advice was run did not strike from the list (UNFIT). Right is: for a spoiled photo, the
problem that was made is named as a warning; for a good one, no warning at all. Notes (severity info) do not count.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from pathlib import Path

import cv2
import numpy as np

from benchmarks.photo_spoils import KINDS, spoiled
from stillreel.photo import Photo, advise, read

RIGHT = {
    "blurred": "advice.blur", "noisy": "advice.noise", "upscaled": "advice.upscaled", "dark": "advice.dark",
    "tiny": "advice.small",
}  # fmt: skip
GYM, AT_MOST = "free-exercise-db", 0.2  # share of one source whose photos are much alike
SEED = 20261123
# Struck out by eye before the advice was run: path and what is wrong with the photo itself.
UNFIT: dict[str, str] = {}  # the thirty good ones of the default seed were all looked at, and all are good


def role(row: dict) -> str:
    if row["split"] == "val":
        return "val"
    return "calibrated" if int(row["sha256"][:8], 16) % 4 else "reserve"


def drawn(rows: list[dict], count: int, random: np.random.Generator) -> list[dict]:
    """`count` of them, at most a fifth from the one large source."""
    rows = sorted(rows, key=lambda row: row["sha256"])
    mixed = [rows[i] for i in random.permutation(len(rows))]
    gym = [row for row in mixed if GYM in row["path"]][: int(AT_MOST * count)]
    rest = [row for row in mixed if GYM not in row["path"]]
    return (gym + rest)[:count]


def warnings(pixels: np.ndarray) -> set[str]:
    found = advise(Photo(np.ascontiguousarray(pixels), "photo", "PNG", ""))
    return {item.code for item in found if item.severity != "info"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=30, help="good photos, and as many spoiled ones")
    parser.add_argument("--reserve", action="store_true", help="draw from the reserved training photos as well")
    parser.add_argument("--list", action="store_true", help="name every photo that was judged wrongly")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    root = Path(os.environ["STILLREEL_DATA"])
    rows = [json.loads(line) for line in (root / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    roles = ("val", "reserve") if given.reserve else ("val",)
    fit = [row for row in rows if row["kind"] != "video" and role(row) in roles
           and not any(row["path"].startswith(one) for one in UNFIT)]  # fmt: skip
    random = np.random.default_rng(given.seed)
    chosen = drawn(fit, 2 * given.each, random)
    order = random.permutation(len(chosen))
    good, other = ([chosen[i] for i in half] for half in (order[: given.each], order[given.each :]))
    table: dict[str, Counter[str]] = {}
    alarms = missed = named = 0
    for row in good:
        found = warnings(read(root / row["path"]).pixels)
        table.setdefault("good", Counter()).update(found or {"-"})
        alarms += bool(found)
        if given.list and found:
            print("alarm ", row["path"], *sorted(found))
    for number, row in enumerate(other):
        kind = KINDS[number % len(KINDS)]
        pixels, words = spoiled(read(root / row["path"]).pixels, kind, random)
        found = warnings(pixels)
        table.setdefault(kind, Counter()).update(found or {"-"})
        hit = RIGHT[kind] in found
        named, missed = named + hit, missed + (not hit)
        if given.list and not hit:
            print("missed", row["path"], f"{kind} ({words}):", *sorted(found))
    print_table(table, [*Counter(code for counts in table.values() for code in counts)])
    print(f"good {len(good)}, with a warning {alarms}; spoiled {len(other)}, rightly named {named}, missed {missed}")
    print(f"precision {named / max(named + alarms, 1):.3f}   recall {named / max(len(other), 1):.3f}")


def print_table(table: dict[str, Counter[str]], codes: list[str]) -> None:
    width = max(len(code) for code in codes) + 1
    print(" " * 9, *(code.rjust(width) for code in codes))
    for kind in ("good", *KINDS):
        counts = table.get(kind, Counter())
        print(kind.ljust(9), *(str(counts[code] or ".").rjust(width) for code in codes))


if __name__ == "__main__":
    main()
