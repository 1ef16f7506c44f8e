"""Boxes of MP4 and MOV (ISO/IEC 14496-12; QuickTime File Format): an XMP box to append, comments to find."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

__all__ = ["comment_of", "xmp_box", "xmp_of"]

_XMP = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")  # ISO 16684-1, 1.3.4.2 of part 3: "uuid" of XMP
_MOST_BOXES = 4096  # looked at in one place


@dataclass(frozen=True)
class Box:
    """`start` and `end` of the payload, as offsets into the file."""

    kind: bytes
    start: int
    end: int

    def read(self, file: BinaryIO, limit: int, skip: int = 0) -> bytes:
        """At most `limit` bytes of the payload after `skip`; empty where it is longer (it is not ours then)."""
        length = self.end - self.start - skip
        if not 0 <= length <= limit:
            return b""
        file.seek(self.start + skip)
        return file.read(length)


def xmp_box(packet: bytes) -> bytes:
    """A whole top-level box that holds an XMP packet; it may stand at the end of the file."""
    return struct.pack(">I4s16s", len(packet) + 24, b"uuid", _XMP) + packet


def xmp_of(file: BinaryIO, size: int, limit: int) -> bytes:
    """The XMP packet of a file of `size` bytes; empty where there is none under `limit` bytes."""
    for box in _boxes(file, 0, size):
        if box.kind == b"uuid" and box.end - box.start >= 16:
            file.seek(box.start)
            if file.read(16) == _XMP:
                return box.read(file, limit, skip=16)
    return b""


def comment_of(file: BinaryIO, size: int, limit: int) -> bytes:
    """The comment in moov/udta, in iTunes' form (meta/ilst/\\xa9cmt/data) or QuickTime's (\\xa9cmt); else empty."""
    everything = Box(b"", 0, size)
    for comment in _path(file, everything, (b"moov", b"udta", b"\xa9cmt")):
        return comment.read(file, limit, skip=4)  # length and language, two bytes each
    for meta in _path(file, everything, (b"moov", b"udta", b"meta")):
        inside = Box(meta.kind, meta.start + 4, meta.end)  # version and flags
        for data in _path(file, inside, (b"ilst", b"\xa9cmt", b"data")):
            return data.read(file, limit, skip=8)  # type and locale, four bytes each
    return b""


def _path(file: BinaryIO, box: Box, kinds: tuple[bytes, ...]) -> Iterator[Box]:
    """The boxes at the end of a path of kinds below `box`."""
    if not kinds:
        yield box
        return
    for child in _boxes(file, box.start, box.end):
        if child.kind == kinds[0]:
            yield from _path(file, child, kinds[1:])


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes between two offsets; a length that makes no sense ends the list."""
    for _ in range(_MOST_BOXES):
        if start + 8 > end:
            return
        file.seek(start)
        head = file.read(16)
        if len(head) < 8:
            return
        length, kind = struct.unpack(">I4s", head[:8])
        header = 8
        if length == 1 and len(head) == 16:
            (length,) = struct.unpack(">Q", head[8:])
            header = 16
        elif length == 0:
            length = end - start
        if length < header or start + length > end:
            return
        yield Box(kind, start + header, start + length)
        start += length
