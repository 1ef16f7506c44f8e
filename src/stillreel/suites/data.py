"""Clips and photos of a folder, with or without a manifest; hostile until checked.

A manifest is `manifest.jsonl`, one object a line: `path` (inside the folder), `kind` (video, photo, demo), and where
known `split` (train, val), `source` and `source_path` (what it was cut from), `sha256`, `caption`, `camera`, `motion`,
`category` (a list). Without one, every clip or photo in the folder is an item and a source of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stillreel.errors import UsageError
from stillreel.suites.values import Item

__all__ = ["find"]

Kind = Literal["video", "photo"]
MANIFEST = "manifest.jsonl"
MOST_LINES, MOST_BYTES = 20_000, 65_536
SUFFIXES: dict[Kind, tuple[str, ...]] = {
    "video": (".mp4", ".mov", ".webm", ".mkv", ".gif"),
    "photo": (".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".tif", ".tiff"),
}
SAID = {"static": "static camera", "handheld": "handheld camera", "pan": "the camera pans", "push": "slow push in",
        "orbit": "the camera orbits", "tilt": "the camera tilts"}  # fmt: skip


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    path: str = Field(min_length=1, max_length=1000)
    kind: str
    split: str = "val"
    source: str = ""
    source_path: str | None = None
    sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")
    caption: str = Field("", max_length=2000)
    camera: str | None = None
    category: tuple[str, ...] = ()


def find(folder: Path, kind: Kind, split: str = "val") -> tuple[Item, ...]:
    """The items of `kind` in `folder`, those of `split` where a manifest knows splits; sorted by path.

    Raises UsageError `suite.no_data`, `suite.manifest`.
    """
    if not folder.is_dir():
        raise UsageError("suite.no_data", f"{folder} is no folder.", "Name the folder with --data.")
    manifest = folder / MANIFEST
    items = tuple(_listed(folder, manifest, kind, split) if manifest.is_file() else _lying(folder, kind))
    if not items:
        raise UsageError(
            "suite.no_data", f"{folder} holds no {kind} to work on.", "Name another with --data."
        )
    return items


def _lying(folder: Path, kind: Kind) -> Iterator[Item]:
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix.lower() in SUFFIXES[kind]:
            yield Item(path.stem, path, path.stem, _digest(path))


def _listed(folder: Path, manifest: Path, kind: Kind, split: str) -> Iterator[Item]:
    for line in sorted(_lines(manifest), key=lambda line: line.path):
        if line.kind != kind or line.split != split:
            continue
        path = (folder / line.path).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            raise _off(manifest, f"{line.path!r} does not lie in the folder")
        source = f"{line.source}/{line.source_path or line.path}"
        words = [line.caption.rstrip(".") if line.caption else "", SAID.get(line.camera or "", "")]
        prompt = ". ".join(word for word in words if word)
        yield Item(path.stem, path, source, line.sha256 or _digest(path), prompt, line.category)


def _lines(manifest: Path) -> Iterator[_Line]:
    with manifest.open("rb") as file:
        for number in range(1, MOST_LINES + 2):
            text = file.readline(MOST_BYTES + 1)
            if not text:
                return
            if number > MOST_LINES or len(text) > MOST_BYTES:
                raise _off(manifest, f"it has more than {MOST_LINES} lines or {MOST_BYTES} bytes in one")
            if text.strip():
                yield _parsed(manifest, number, text)


def _parsed(manifest: Path, number: int, text: bytes) -> _Line:
    try:
        return _Line.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise _off(manifest, f"line {number} {where}: {first['msg']}") from None


def _off(manifest: Path, why: str) -> UsageError:
    return UsageError("suite.manifest", f"{manifest}: {why}.", "See docs/explanation/held-out.md.")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
