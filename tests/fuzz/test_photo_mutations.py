"""Damaged photographs: each gives a photo or one clear error, in time, and nothing crashes or stays behind.

Run as a script it mutates and reads in a process of its own, so that a crash is seen: START, COUNT, then `decoder` to
decode right there or `read` to go the whole way, each in the confined child process that users get, two at a time.
The long run comes in batches, so that one that is broken off on a busy machine leaves the others' verdicts standing;
the last whole run stands in RESULTS.md.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLOWEST = 90.0  # seconds for one file: on the clock a decoder gets 60, and a busy machine must start it too
MANY, BATCH = 2000, 250


def seeds() -> list[tuple[str, bytes]]:
    from tests.unit.photo.makers import DISPLAY_P3, encoded, exif, heic, profile, scene

    picture, other = scene(), scene().rotate(90)
    extras = {"exif": exif(6, 35), "icc_profile": profile(DISPLAY_P3, None)}
    frames = {"save_all": True, "append_images": [other]}
    return [
        ("JPEG", encoded(picture, "JPEG", **extras)),
        ("JPEG", encoded(picture, "JPEG", progressive=True, subsampling=0)),
        ("JPEG", encoded(picture.convert("CMYK"), "JPEG")),
        ("PNG", encoded(picture, "PNG", **extras)),
        ("PNG", encoded(picture.convert("P"), "PNG", transparency=3)),
        ("PNG", encoded(picture.convert("L").convert("I;16"), "PNG")),
        ("PNG", encoded(picture, "PNG", **frames)),
        ("WebP", encoded(picture, "WEBP", **extras)),
        ("WebP", encoded(picture.convert("RGBA"), "WEBP", lossless=True)),
        ("WebP", encoded(picture, "WEBP", **frames)),
        ("GIF", encoded(picture, "GIF", **frames)),
        ("TIFF", encoded(picture, "TIFF", **extras)),
        ("TIFF", encoded(picture, "TIFF", compression="tiff_lzw", **frames)),
        ("TIFF", encoded(picture, "TIFF", compression="jpeg")),
        ("AVIF", encoded(picture, "AVIF", **extras)),
        ("AVIF", encoded(picture.convert("RGBA"), "AVIF")),
        ("HEIC", heic(picture)),
        ("HEIC", heic(picture, turns=1)),
    ]


def place(data: bytearray, dice: random.Random) -> int:
    """Somewhere in the file; half of the time in its headers."""
    return dice.randrange(min(len(data), 512) if dice.random() < 0.5 else len(data))


def flip(data: bytearray, dice: random.Random, other: bytes) -> bytearray:
    for _ in range(dice.choice((1, 1, 3, 10, 40))):
        data[place(data, dice)] = dice.randrange(256)
    return data


def cut(data: bytearray, dice: random.Random, other: bytes) -> bytearray:
    return data[: dice.randrange(4, len(data))]


def splice(data: bytearray, dice: random.Random, other: bytes) -> bytearray:
    at, start = place(data, dice), dice.randrange(len(other))
    piece = other[start : start + dice.randrange(1, 400)]
    data[at : at + dice.choice((0, len(piece)))] = piece
    return data


def drop(data: bytearray, dice: random.Random, other: bytes) -> bytearray:
    at = place(data, dice)
    del data[at : at + dice.randrange(1, 200)]
    return data


def lengthen(data: bytearray, dice: random.Random, other: bytes) -> bytearray:
    """Write an extreme number where a length may stand."""
    number = dice.choice(
        (0, 1, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0x10000, len(data) + 1, dice.randrange(2**32))
    )
    width, at = dice.choice((2, 4, 4)), place(data, dice)
    data[at : at + width] = (number % 256**width).to_bytes(width, dice.choice(("big", "little")))
    return data


MUTATIONS = (flip, cut, splice, drop, lengthen)


def mutants(count: int, seed: int = 7) -> list[tuple[str, bytes]]:
    """(kind of the healthy file, damaged bytes): every kind and mutation in turn, some damaged twice."""
    dice, healthy = random.Random(seed), seeds()
    made = []
    for number in range(count):
        kind, data = healthy[number % len(healthy)]
        damaged = bytearray(data)
        for _ in range(dice.choice((1, 1, 2))):
            damaged = dice.choice(MUTATIONS)(damaged, dice, dice.choice(healthy)[1])
        made.append((kind, bytes(damaged)))
    return made


def whole_way(_: str, data: bytes) -> str:
    from stillreel.errors import PhotoError
    from stillreel.photo import read

    try:
        photo = read(data)
    except PhotoError as error:
        return error.code if error.message and error.hint else "wordless"
    assert photo.pixels.shape == (*photo.size[::-1], 3)
    return "photo"


def right_here(_: str, data: bytes) -> str:
    from stillreel.errors import PhotoError
    from stillreel.photo.decoder import Settings, decode, explain
    from stillreel.photo.sniff import sniff

    try:
        kind = sniff(data, "mutant")
    except PhotoError as error:
        return error.code
    try:
        photo = decode(data, Settings(kind, 100_000_000, 20, 4096, 32, (255, 255, 255)))
    except Exception as error:
        return explain(error, data, kind)[0]
    assert photo.image.mode == "RGB"
    return "photo"


def tally(start: int, count: int, judge: Callable[[str, bytes], str], workers: int) -> dict[str, object]:
    def timed(mutant: tuple[str, bytes]) -> tuple[str, str, float]:
        begun = time.monotonic()
        return mutant[0], judge(*mutant), time.monotonic() - begun

    with ThreadPoolExecutor(workers) as pool:
        results = list(pool.map(timed, mutants(start + count)[start:]))
    return {
        "outcomes": Counter(outcome for _, outcome, _ in results),
        "kinds": Counter(
            f"{kind} {'read' if outcome == 'photo' else 'refused'}" for kind, outcome, _ in results
        ),
        "slowest": max(seconds for *_, seconds in results),
    }


def run_apart(start: int, count: int, way: str, folder: Path, seconds: float) -> dict[str, dict[str, int]]:
    """The tally of `count` mutants from number `start` on; the process must end well and leave `folder`, its only
    place to write, empty."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "TMPDIR": str(folder)}
    command = [sys.executable, "-W", "ignore", __file__, str(start), str(count), way]
    done = subprocess.run(
        command, capture_output=True, cwd=folder, env=environment, timeout=seconds, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    assert list(folder.iterdir()) == []
    report = json.loads(done.stdout)
    assert sum(report["outcomes"].values()) == count
    assert report["slowest"] < SLOWEST
    return report


def test_150_damaged_photos_give_a_photo_or_an_error(tmp_path: Path) -> None:
    report = run_apart(0, 150, "decoder", tmp_path, seconds=60)
    from stillreel.photo.problems import HINTS

    assert set(report["outcomes"]) <= {"photo", *HINTS}
    assert len(report["outcomes"]) >= 4  # the damage is real and of several kinds
    assert {kind.split()[0] for kind in report["kinds"]} == {
        "JPEG",
        "PNG",
        "WebP",
        "GIF",
        "TIFF",
        "AVIF",
        "HEIC",
    }


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, MANY, BATCH))
def test_2000_damaged_photos_give_a_photo_or_an_error(start: int, tmp_path: Path) -> None:
    report = run_apart(start, BATCH, "read", tmp_path, seconds=1200)
    print(json.dumps({"start": start, **report}))
    from stillreel.photo.problems import HINTS

    assert set(report["outcomes"]) <= {"photo", *HINTS}
    assert BATCH / 10 < report["outcomes"]["photo"] < BATCH * 9 / 10


if __name__ == "__main__":
    assert Path(tempfile.gettempdir()) == Path.cwd()
    ways = {"decoder": (right_here, 1), "read": (whole_way, 2)}
    judge, workers = ways[sys.argv[3]]
    print(json.dumps(tally(int(sys.argv[1]), int(sys.argv[2]), judge, workers)))
