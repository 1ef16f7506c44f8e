"""The document inside a clip: what determines it, written into every format and read back from any file.

MP4 and MOV carry it twice, as the comment in udta and in an XMP box, because programs strip one or the other; WebM in
its tags, GIF as a comment, WebP as XMP, a PNG folder in stillreel.json and in its first picture.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import av
import av.error

from stillreel.clip import boxes, chunks
from stillreel.clip.xmp import from_xmp, to_xmp
from stillreel.errors import UsageError

__all__ = ["LIMIT", "embed", "kind_of", "read_document", "to_text"]

LIMIT = 1_048_576  # bytes of JSON
_WRAPPED = LIMIT * 6  # XML may write a character as an entity
_SIDECAR = "stillreel.json"


def to_text(document: dict[str, Any]) -> str:
    """`document` as compact ASCII JSON, the same for the same document. Raises UsageError `clip.document`."""
    try:
        text = json.dumps(document, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError("clip.document", f"The document is not JSON: {error}.", "Report this.") from None
    if len(text) > LIMIT:
        raise UsageError(
            "clip.document", f"The document has {len(text)} bytes, the limit is {LIMIT}.", "Shorten it."
        )
    return text


def embed(path: Path, text: str) -> None:
    """Add what the container's writer could not: the XMP box, comment or chunk that holds `text`."""
    if path.is_dir():
        (path / _SIDECAR).write_text(text + "\n", encoding="ascii")
        chunks.add_png(path / "00000.png", text.encode())
        return
    with path.open("rb") as file:
        kind = kind_of(file.read(12))
    if kind == "mp4":
        with path.open("ab") as file:
            file.write(boxes.xmp_box(to_xmp(text)))
    elif kind == "gif":
        chunks.add_gif(path, text.encode())
    elif kind == "webp":
        chunks.add_webp(path, to_xmp(text))


def read_document(path: Path) -> dict[str, Any]:
    """The document inside `path`, a clip of any format or a folder of frames; hostile until checked by its reader.

    Raises UsageError `clip.unreadable` where the file is missing, not a clip or not whole, and `clip.no_document`
    where it is a clip that Stillreel did not write or that lost its document.
    """
    try:
        for text in _texts(path):
            document = _parsed(text)
            if document is not None:
                return document
    except (OSError, av.error.FFmpegError) as error:
        reason = error.strerror or type(error).__name__
        raise UsageError("clip.unreadable", f"{path} cannot be read: {reason}.", "Name a clip.") from None
    raise UsageError(
        "clip.no_document",
        f"{path} carries no Stillreel document.",
        "Name a clip that Stillreel wrote and nothing rewrote.",
    )


def _texts(path: Path) -> Iterator[str]:
    """Every text in `path` that may be the document."""
    if path.is_dir():
        yield from _folder_texts(path)
        return
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        kind = kind_of(file.read(12))
        if kind is None:
            raise UsageError(
                "clip.unreadable",
                f"{path} is no clip that Stillreel knows.",
                "It reads MP4, MOV, WebM, GIF, WebP and PNG.",
            )
        if kind == "webm":
            yield _webm_comment(path)
            return
        yield from _READERS[kind](file, size)


def _folder_texts(folder: Path) -> Iterator[str]:
    sidecar = folder / _SIDECAR
    if sidecar.is_file() and sidecar.stat().st_size <= LIMIT + 1:
        yield _decoded(sidecar.read_bytes())
    first = folder / "00000.png"
    if first.is_file():
        yield from _texts(first)


def _mp4(file: BinaryIO, size: int) -> Iterator[str]:
    yield from_xmp(boxes.xmp_of(file, size, _WRAPPED)) or ""
    yield _decoded(boxes.comment_of(file, size, LIMIT + 64))


def _gif(file: BinaryIO, size: int) -> Iterator[str]:
    for comment in chunks.gif_comments(file, LIMIT):
        yield _decoded(comment)


def _webp(file: BinaryIO, size: int) -> Iterator[str]:
    yield from_xmp(chunks.webp_xmp(file, size, _WRAPPED)) or ""


def _png(file: BinaryIO, size: int) -> Iterator[str]:
    yield _decoded(chunks.png_text(file, size, LIMIT + 64))


_READERS: dict[str, Callable[[BinaryIO, int], Iterator[str]]] = {
    "mp4": _mp4,
    "gif": _gif,
    "webp": _webp,
    "png": _png,
}


def _webm_comment(path: Path) -> str:
    with av.open(f"file:{path}", format="matroska", metadata_errors="replace") as container:
        tags = {key.lower(): value for key, value in container.metadata.items()}
    return tags.get("comment", "")


def kind_of(head: bytes) -> str | None:
    if head[4:8] == b"ftyp":
        return "mp4"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    starts = {b"\x1aE\xdf\xa3": "webm", b"GIF8": "gif", b"\x89PNG": "png"}
    return starts.get(head[:4])


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _parsed(text: str) -> dict[str, Any] | None:
    """A JSON object of at most LIMIT characters, else None."""
    if not text or len(text) > LIMIT + 1:
        return None
    try:
        document = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
