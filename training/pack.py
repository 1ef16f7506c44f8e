"""Pack the data of a training run so small that it can be carried to another machine, and unpack it there.

    python -m training.pack CACHE/parts OUT [--most 60]
    python -m training.pack --unpack OUT CACHE/parts

Caches keep what teachers said as whole arrays, gigabytes of them. Here every picture in them (uint8, or floats from 0
to 1, at least 64 px a side) is kept as WebP, the planes beyond three in further pictures; all else is kept exactly. Of
a ladder of sides and qualities the best one that fits is taken, and said. Unpacked, arrays have the shapes and types
they had. Files are zips of less than 16 MB.
"""

from __future__ import annotations

import argparse
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

__all__ = ["Grade", "pack", "unpack"]

MOST = 60.0  # MB in all
FULL = 15_000_000  # bytes of a zip
LEAST = 64  # px: smaller arrays are kept exactly
SAMPLE = 40  # files that the size is estimated from
INDEX = "index.json"


@dataclass(frozen=True)
class Grade:
    """How a picture is kept: its longest side in px (0: as it is) and WebP quality (over 100: without loss)."""

    side: int
    quality: int


LADDER = (Grade(0, 101), Grade(0, 95), Grade(288, 92), Grade(224, 90), Grade(192, 88), Grade(160, 85), Grade(128, 80))


def pack(folder: Path, out: Path, most: float = MOST, full: int = FULL) -> Grade:
    """Write the files of `folder` as OUT/0000.zip and on, `most` MB in all and about `full` bytes each.

    The grade that pictures were kept at. ValueError where even the lowest grade is too large.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    grade = _fitting(files, most * 1e6)
    out.mkdir(parents=True, exist_ok=True)
    for stale in out.glob("*.zip"):
        stale.unlink()
    number, shard, size = 0, None, full
    for path in files:
        entries, told = _kept(path, grade)
        large = sum(map(len, entries))
        if shard is None or size + large > full:
            if shard is not None:
                shard.close()
            shard, size = zipfile.ZipFile(out / f"{number:04d}.zip", "w"), 0
            number += 1
        name = path.relative_to(folder).as_posix()
        for at, entry in enumerate(entries):
            shard.writestr(f"{name}/{at}", entry)
        shard.writestr(f"{name}/{INDEX}", json.dumps(told))
        size += large
    if shard is not None:
        shard.close()
    return grade


def unpack(packed: Path, folder: Path) -> int:
    """Write what `pack` kept in `packed` into `folder`; how many files. ValueError for a name that leads outside."""
    count = 0
    for path in sorted(packed.glob("*.zip")):
        with zipfile.ZipFile(path) as shard:
            for index in (name for name in shard.namelist() if name.endswith(f"/{INDEX}")):
                name = index.removesuffix(f"/{INDEX}")
                target = (folder / name).resolve()
                if not target.is_relative_to(folder.resolve()):
                    raise ValueError(f"{path} holds {name!r}, which leads out of {folder}.")
                target.parent.mkdir(parents=True, exist_ok=True)
                _write(target, json.loads(shard.read(index)), lambda at, name=name: shard.read(f"{name}/{at}"))
                count += 1
    return count


def _fitting(files: list[Path], most: float) -> Grade:
    """The first grade of the ladder at which a sample says that all will fit, with a tenth to spare."""
    apart = max(1, len(files) // SAMPLE)
    sample = files[::apart]
    for grade in LADDER:
        size = sum(len(entry) for path in sample for entry in _kept(path, grade)[0]) * len(files) / len(sample)
        if size <= 0.9 * most:
            return grade
    about = f"{len(files)} files take about {size / 1e6:.0f} MB at {grade}"
    raise ValueError(f"{about}; at most {most / 1e6:.0f} were asked for. Take fewer.")


def _kept(path: Path, grade: Grade) -> tuple[list[bytes], dict]:
    """(entries, what they are) of one file."""
    if path.suffix not in (".npy", ".npz"):
        return [path.read_bytes()], {"kind": "file"}
    entries: list[bytes] = []
    arrays = {}
    for key, array in _opened(path):
        made = list(_pictures(array, grade)) if _is_picture(array) else [_exact(array)]
        kind = "picture" if _is_picture(array) else "exact"
        arrays[key] = {"kind": kind, "at": len(entries), "count": len(made), "shape": array.shape,
                       "dtype": str(array.dtype)}  # fmt: skip
        entries += made
    return entries, {"kind": path.suffix, "arrays": arrays, "grade": asdict(grade)}


def _opened(path: Path) -> Iterator[tuple[str, np.ndarray]]:
    found = np.load(path, allow_pickle=False)
    yield from found.items() if isinstance(found, Mapping) else (("", found),)


def _is_picture(array: np.ndarray) -> bool:
    if array.ndim not in (2, 3) or min(array.shape[:2]) < LEAST or (array.ndim == 3 and array.shape[2] > 64):
        return False
    return array.dtype == np.uint8 or (array.dtype.kind == "f" and bool(((array >= 0) & (array <= 1)).all()))


def _pictures(array: np.ndarray, grade: Grade) -> Iterator[bytes]:
    """The planes three by three; one or two that are left are joined by empty ones."""
    planes = array if array.dtype == np.uint8 else np.rint(array.astype(np.float32) * 255).astype(np.uint8)
    planes = planes.reshape(*planes.shape[:2], -1)
    scale = min(1.0, grade.side / max(planes.shape[:2])) if grade.side else 1.0
    for first in range(0, planes.shape[2], 3):
        three = planes[..., first : first + 3]
        three = np.dstack([three, np.zeros((*three.shape[:2], 3 - three.shape[2]), np.uint8)])
        if scale < 1:
            three = cv2.resize(three, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        yield cv2.imencode(".webp", three, [cv2.IMWRITE_WEBP_QUALITY, grade.quality])[1].tobytes()


def _exact(array: np.ndarray) -> bytes:
    kept = io.BytesIO()
    np.savez_compressed(kept, array=array)
    return kept.getvalue()


def _write(target: Path, told: dict, entry: Callable[[int], bytes]) -> None:
    if told["kind"] == "file":
        target.write_bytes(entry(0))
        return
    arrays = {key: _array(one, [entry(one["at"] + i) for i in range(one["count"])])
              for key, one in told["arrays"].items()}  # fmt: skip
    with target.open("wb") as file:
        np.save(file, arrays[""]) if told["kind"] == ".npy" else np.savez(file, **arrays)


def _array(told: dict, entries: list[bytes]) -> np.ndarray:
    if told["kind"] == "exact":
        with np.load(io.BytesIO(entries[0]), allow_pickle=False) as kept:
            return kept["array"]
    height, width = told["shape"][:2]
    planes = [cv2.imdecode(np.frombuffer(entry, np.uint8), cv2.IMREAD_COLOR) for entry in entries]
    planes = [cv2.resize(three, (width, height), interpolation=cv2.INTER_LINEAR) for three in planes]
    count = int(np.prod(told["shape"][2:]))
    whole = np.dstack(planes)[..., :count].reshape(told["shape"])
    return whole if told["dtype"] == "uint8" else (whole / np.float32(255)).astype(told["dtype"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--most", type=float, default=MOST, help="MB in all")
    parser.add_argument("--unpack", action="store_true")
    asked = parser.parse_args()
    if asked.unpack:
        print(f"{unpack(asked.source, asked.target)} files in {asked.target}")
        return
    grade = pack(asked.source, asked.target, asked.most)
    size = sum(path.stat().st_size for path in asked.target.glob("*.zip"))
    print(f"{asked.target}: {size / 1e6:.1f} MB, pictures at {grade}")


if __name__ == "__main__":
    main()
