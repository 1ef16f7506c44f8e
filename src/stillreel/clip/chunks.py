"""Comments and XMP in GIF, WebP and PNG: each format's own small chunk, added to a finished file and found again."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

__all__ = [
    "add_gif",
    "add_png",
    "add_webp",
    "gif_comments",
    "gif_images",
    "png_chunks",
    "png_text",
    "riff_chunks",
    "webp_xmp",
]

_KEYWORD = b"stillreel"
_MOST = 100_000  # blocks or chunks looked at in one file
_MOST_IMAGE = 1 << 26  # bytes of one coded picture


def add_gif(path: Path, text: bytes) -> None:
    """A comment extension before the trailer (GIF89a, section 24)."""
    blocks = b"".join(bytes([len(part)]) + part for part in _pieces(text, 255))
    with path.open("r+b") as file:
        file.seek(-1, 2)
        if file.read(1) != b";":
            raise ValueError(f"{path} does not end as a GIF")
        file.seek(-1, 2)
        file.write(b"!\xfe" + blocks + b"\0;")


def gif_comments(file: BinaryIO, limit: int) -> Iterator[bytes]:
    """The comments of a GIF, each cut at `limit` bytes; ends where the file makes no sense."""
    for kind, payload in _gif_blocks(file, limit):
        if kind == b"!\xfe":
            yield payload


def gif_images(file: BinaryIO) -> Iterator[bytes]:
    """The pictures of a GIF with their own palettes and delays, as they are coded."""
    for kind, payload in _gif_blocks(file, _MOST_IMAGE):
        if kind in (b",", b"!\xf9"):
            yield payload


def _gif_blocks(file: BinaryIO, limit: int) -> Iterator[tuple[bytes, bytes]]:
    """("," for a picture or "!" and a label for an extension, payload cut at `limit`) of each block."""
    file.seek(0)
    head = file.read(13)
    if len(head) < 13:
        return
    file.seek(_table_bytes(head[10]), 1)
    for _ in range(_MOST):
        kind = file.read(1)
        payload = b""
        if kind == b"!":
            kind += file.read(1)
        elif kind == b",":
            payload = file.read(9)
            if len(payload) < 9:
                return
            payload += file.read(_table_bytes(payload[8]) + 1)
        else:
            return
        yield kind, payload + b"".join(_sub_blocks(file, limit))


def _table_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _sub_blocks(file: BinaryIO, limit: int) -> Iterator[bytes]:
    """Data sub-blocks up to the terminator; what is beyond `limit` is passed over."""
    taken = 0
    while (size := file.read(1)) not in (b"", b"\0"):
        block = file.read(size[0])
        taken += len(block)
        if taken <= limit:
            yield block


def add_webp(path: Path, packet: bytes) -> None:
    """An "XMP " chunk at the end, its flag in VP8X, and the new length (RFC 9649, section 2.7)."""
    with path.open("r+b") as file:
        head = file.read(30)
        if head[:4] != b"RIFF" or head[8:16] != b"WEBPVP8X":
            raise ValueError(f"{path} is no extended WebP")
        file.seek(0, 2)
        file.write(b"XMP " + struct.pack("<I", len(packet)) + packet + b"\0" * (len(packet) % 2))
        length = file.tell() - 8
        file.seek(4)
        file.write(struct.pack("<I", length))
        file.seek(20)
        file.write(bytes([head[20] | 0x04]))


def webp_xmp(file: BinaryIO, size: int, limit: int) -> bytes:
    """The XMP packet of a WebP; empty where there is none under `limit` bytes."""
    for kind, start, length in riff_chunks(file, size):
        if kind == b"XMP " and length <= limit:
            file.seek(start)
            return file.read(length)
    return b""


def riff_chunks(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, offset of the payload, its length) of each chunk of a RIFF file."""
    at = 12
    for _ in range(_MOST):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        kind, length = struct.unpack("<4sI", head)
        if at + 8 + length > size:
            return
        yield kind, at + 8, length
        at += 8 + length + length % 2


def add_png(path: Path, text: bytes) -> None:
    """An iTXt chunk after the header (PNG, third edition, 11.3.3.4)."""
    body = b"iTXt" + _KEYWORD + b"\0\0\0\0\0" + text
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    data = path.read_bytes()
    path.write_bytes(data[:33] + chunk + data[33:])


def png_text(file: BinaryIO, size: int, limit: int) -> bytes:
    """The text of our iTXt chunk; empty where there is none under `limit` bytes."""
    for kind, start, length in png_chunks(file, size):
        if kind == b"iTXt" and length <= limit:
            file.seek(start)
            body = file.read(length)
            if body.startswith(_KEYWORD + b"\0\0\0"):
                return body[len(_KEYWORD) + 3 :].split(b"\0", 2)[-1]
    return b""


def png_chunks(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, offset of the payload, its length) of each chunk of a PNG."""
    at = 8
    for _ in range(_MOST):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        length, kind = struct.unpack(">I4s", head)
        if at + 12 + length > size:
            return
        yield kind, at + 8, length
        at += 12 + length


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]
