"""Photographs made for the tests: every format and every oddity, from a picture that is easy to check."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import av
import numpy as np
from PIL import Image

# Primaries as ICC stores them (D50) and the transfer exponent; "srgb" is the piecewise curve.
DISPLAY_P3 = ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407))
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.7141))


def scene(width: int = 96, height: int = 64) -> Image.Image:
    """A smooth picture, different in each corner, so that any turn and any lost channel shows."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / (width - 1), y / (height - 1)
    planes = (40 + 180 * x, 40 + 180 * y, 40 + 90 * (1 - x) + 90 * (1 - y))
    return Image.fromarray(np.stack(planes, axis=-1).round().astype(np.uint8))


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def exif(orientation: int | None = None, focal_35mm: int | None = None) -> bytes:
    tags = Image.Exif()
    if orientation is not None:
        tags[0x0112] = orientation
    if focal_35mm is not None:
        tags.get_ifd(0x8769)[0xA405] = focal_35mm
    return tags.tobytes()


def png(
    width: int, height: int, chunks: bytes = b"", rows: bytes = b"", depth: int = 8, colour: int = 0
) -> bytes:
    """A PNG whose header says what is given, whatever `rows` (each after its filter byte) hold; black without them.

    `chunks` is one more chunk, name and body.
    """

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    extra = chunk(chunks[:4], chunks[4:]) if chunks else b""
    data = chunk(b"IDAT", zlib.compress(rows or bytes((width + 1) * height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + data + chunk(b"IEND", b"")


def png_rgb16(samples: np.ndarray) -> bytes:
    """(H, W, 3) uint16 as PNG, which Pillow cannot write."""
    height, width, _ = samples.shape
    return png(
        width,
        height,
        rows=b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples),
        depth=16,
        colour=2,
    )


def profile(
    primaries: tuple[tuple[float, float, float], ...], gamma: float | None, space: bytes = b"RGB "
) -> bytes:
    """A matrix and curve ICC profile, version 2; `gamma` None is the sRGB curve as a table."""
    if gamma is None:
        steps = np.linspace(0, 1, 1024)
        light = np.where(steps <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4)
        curve = struct.pack(">4s4xI", b"curv", 1024) + (light * 65535).round().astype(">u2").tobytes()
    else:
        curve = struct.pack(">4s4xIH2x", b"curv", 1, round(gamma * 256))
    name = b"Test profile\0"
    tags = {
        b"desc": struct.pack(">4s4xI", b"desc", len(name)) + name + bytes(78),
        b"wtpt": _xyz((0.9642, 1.0, 0.8249)),
    }
    tags |= {b"cprt": b"text" + bytes(4) + b"CC0\0"}
    if space == b"GRAY":
        tags |= {b"kTRC": curve}
    else:
        tags |= {letter + b"XYZ": _xyz(place) for letter, place in zip((b"r", b"g", b"b"), primaries)}
        tags |= {letter + b"TRC": curve for letter in (b"r", b"g", b"b")}
    return _icc(tags, space)


def _xyz(place: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(struct.pack(">i", round(value * 65536)) for value in place)


def _icc(tags: dict[bytes, bytes], space: bytes) -> bytes:
    table, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        table += struct.pack(">4sII", name, at + len(body), len(data))
        body += data
    head = struct.pack(
        ">I4sI4s4s4s12s4s", at + len(body), bytes(4), 0x02400000, b"mntr", space, b"XYZ ", bytes(12), b"acsp"
    )
    illuminant = _xyz((0.9642, 1.0, 0.8249))[8:]
    head = (head + bytes(68 - len(head)) + illuminant).ljust(128, b"\0")
    return head + struct.pack(">I", len(tags)) + table + body


def heic(image: Image.Image, turns: int = 0) -> bytes:
    """One HEVC picture in a HEIF file (ISO/IEC 23008-12), to be turned by `turns` quarters counterclockwise.

    pi-heif only reads, so the picture is coded by x265 as PyAV ships it and the boxes are written here.
    """
    config, sample = _hevc(image)
    ispe = _box(b"ispe", struct.pack(">4xII", image.width, image.height))
    properties = _box(b"hvcC", config) + ispe + (_box(b"irot", bytes([turns])) if turns else b"")
    places = [0x81, 2, 0x83][: 3 if turns else 2]  # the high bit: essential
    ipma = _box(b"ipma", struct.pack(">4xIHB", 1, 1, len(places)) + bytes(places))
    items = _box(b"infe", b"\x02\0\0\0" + struct.pack(">HH4sB", 1, 0, b"hvc1", 0))

    def meta(at: int) -> bytes:
        return _box(
            b"meta",
            bytes(4)
            + _box(b"hdlr", bytes(8) + b"pict" + bytes(13))
            + _box(b"pitm", struct.pack(">4xH", 1))
            + _box(b"iloc", struct.pack(">4xBBHHHHII", 0x44, 0, 1, 1, 0, 1, at, len(sample)))
            + _box(b"iinf", struct.pack(">4xH", 1) + items)
            + _box(b"iprp", _box(b"ipco", properties) + ipma),
        )

    ftyp = _box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
    return ftyp + meta(len(ftyp) + len(meta(0)) + 8) + _box(b"mdat", sample)


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), name) + body


def _hevc(image: Image.Image) -> tuple[bytes, bytes]:
    """(decoder configuration, coded picture) as MP4 stores them."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream(
            "libx265", rate=1, options={"x265-params": "log-level=none:crf=12:keyint=1"}
        )
        stream.width, stream.height, stream.pix_fmt = image.width, image.height, "yuv420p"
        for packet in [*stream.encode(av.VideoFrame.from_image(image)), *stream.encode()]:
            container.mux(packet)
    data = file.getvalue()
    at = data.index(b"hvcC")
    size = int.from_bytes(data[at - 4 : at], "big")
    file.seek(0)
    with av.open(file, "r") as source:
        sample = next(bytes(packet) for packet in source.demux(video=0) if packet.size)
    return data[at + 4 : at - 4 + size], sample
