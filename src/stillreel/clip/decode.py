"""A clip back to frames, and the digest of its packets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import av.error
import numpy as np
from av.container import InputContainer
from av.video.reformatter import ColorRange, Colorspace
from PIL import Image, ImageSequence, UnidentifiedImageError

from stillreel.clip import chunks, metadata
from stillreel.errors import UsageError

__all__ = ["frames", "packets_digest", "rate"]

MOST_PIXELS = 33_200_000  # of one frame: 8K
MOST_FRAMES = 7200  # two minutes at 60 a second
MISSING = 0.25  # seconds, beside a tenth of its length, that may lack at a clip's end
USUAL_RATE = 24.0  # of frames a second, where a clip names none
_BT601 = {5, 6}  # AVColorSpace bt470bg, smpte170m
_READ = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,gif"  # demuxers that open no other file


def frames(path: Path) -> Iterator[np.ndarray]:
    """(H, W, 3) uint8 sRGB frames of a clip of any format, one by one; of a folder, its PNGs in order of their names.

    Decoded by the matrix that the file names, BT.709 where it names none, as ffmpeg decodes by default.
    Raises UsageError `clip.unreadable` (missing, not a clip, broken) and `clip.too_large` (over 8K or 7,200 frames).
    """
    with _readable(path):
        pictures = _folder(path) if path.is_dir() else _webp(path) if _is_webp(path) else _video(path)
        for count, frame in enumerate(pictures):
            if count >= MOST_FRAMES:
                raise _too_large(path, f"more than {MOST_FRAMES} frames")
            yield frame


def rate(path: Path) -> float:
    """Frames a second, between 1 and 240; a folder of PNGs and a file that names no rate count as 24.

    Raises UsageError `clip.unreadable`.
    """
    with _readable(path):
        named = USUAL_RATE if path.is_dir() else _webp_rate(path) if _is_webp(path) else _video_rate(path)
    return named if 1 <= named <= 240 else USUAL_RATE


def packets_digest(path: Path) -> str:
    """SHA-256 (hexadecimal) over the encoded pictures alone, whatever the container says around them.

    Raises UsageError `clip.unreadable`.
    """
    digest = hashlib.sha256()
    with _readable(path):
        for packet in _packets(path):
            digest.update(packet)
    return digest.hexdigest()


def _video(path: Path) -> Iterator[np.ndarray]:
    with _opened(path) as container:
        shown = 0.0
        for frame in container.decode(video=0):
            _check_size(path, frame.width, frame.height)
            matrix = Colorspace.ITU601 if int(frame.colorspace) in _BT601 else Colorspace.ITU709
            picture = frame.reformat(
                format="rgb24", src_colorspace=matrix, dst_colorspace=matrix, dst_color_range=ColorRange.JPEG
            )
            yield _upright(picture.to_ndarray(), frame.rotation)
            shown = frame.time or 0.0
        _check_whole(path, container, shown)


def _upright(picture: np.ndarray, rotation: int) -> np.ndarray:
    """As a player shows it: phones store upright clips on their side and name the turn (degrees, counterclockwise)."""
    turns = round(rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture


def _video_rate(path: Path) -> float:
    with _opened(path) as container:
        return float(container.streams.video[0].average_rate or USUAL_RATE)


def _webp_rate(path: Path) -> float:
    """By the durations of its frames (RFC 9649: 24 bits of milliseconds, 12 bytes into each ANMF chunk)."""
    times: list[int] = []
    with path.open("rb") as file:
        size = file.seek(0, 2)
        for kind, start, length in chunks.riff_chunks(file, size):
            if kind == b"ANMF" and length >= 16:
                file.seek(start + 12)
                times.append(int.from_bytes(file.read(3), "little"))
    return 1000 * len(times) / sum(times) if sum(times) else USUAL_RATE


def _webp(path: Path) -> Iterator[np.ndarray]:
    with Image.open(path, formats=["WEBP"]) as picture:
        _check_size(path, *picture.size)
        for frame in ImageSequence.Iterator(picture):
            yield np.array(frame.convert("RGB"))


def _folder(path: Path) -> Iterator[np.ndarray]:
    names = sorted(path.glob("*.png"))
    if not names:
        raise UsageError("clip.unreadable", f"{path} holds no PNG.", "Name a clip.")
    for name in names:
        with Image.open(name, formats=["PNG"]) as picture:
            _check_size(path, *picture.size)
            yield np.array(picture.convert("RGB"))


def _packets(path: Path) -> Iterator[bytes]:
    if path.is_dir():
        for name in sorted(path.glob("*.png")):
            yield from _png_data(name)
    elif _head(path).startswith(b"GIF8"):
        with path.open("rb") as file:
            yield from chunks.gif_images(file)
    elif _is_webp(path):
        with path.open("rb") as file:
            size = file.seek(0, 2)
            for kind, start, length in chunks.riff_chunks(file, size):
                if kind == b"ANMF":
                    file.seek(start)
                    yield file.read(length)
    else:
        with _opened(path) as container:
            for packet in container.demux(video=0):
                yield bytes(packet)


def _png_data(name: Path) -> Iterator[bytes]:
    with name.open("rb") as file:
        size = file.seek(0, 2)
        for kind, start, length in chunks.png_chunks(file, size):
            if kind == b"IDAT":
                file.seek(start)
                yield file.read(length)


@contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    container = av.open(f"file:{path}", options={"format_whitelist": _READ})
    with container:
        context = container.streams.video[0].codec_context if container.streams.video else None
        if context is None:  # also where FFmpeg does not know the codec
            raise UsageError("clip.unreadable", f"{path} holds no video.", "Name a clip.")
        _check_size(path, context.width, context.height)
        yield container


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (
        av.error.FFmpegError,
        OSError,
        EOFError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        UnidentifiedImageError,
    ) as error:
        reason = getattr(error, "strerror", None) or str(error)
        if path.is_file() and metadata.kind_of(_head(path)):
            raise _damaged(path, reason) from error
        hint = "Name a clip: MP4, MOV, WebM, MKV, GIF, animated WebP, or a folder of PNG."
        raise UsageError("clip.unreadable", f"{path} cannot be read: {reason}.", hint) from error


def _check_whole(path: Path, container: InputContainer, shown: float) -> None:
    """A broken index is an error of its own; these two formats have none, and FFmpeg shows what it finds of them."""
    named = (container.duration or 0) / 1e6
    alone = len(container.streams) == 1  # sound may go on for longer
    if container.format.name == "gif":
        cut = b"\x3b" not in _tail(path)
    else:
        cut = "matroska" in container.format.name and alone and shown < 0.9 * named - MISSING
    if cut:
        raise _damaged(path, f"it stops after {shown:.1f} s")


def _damaged(path: Path, why: str) -> UsageError:
    return UsageError("clip.unreadable", f"{path} is damaged or cut short ({why}).", "Get the whole file.")


def _is_webp(path: Path) -> bool:
    head = _head(path)
    return head[:4] == b"RIFF" and head[8:] == b"WEBP"


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(12)


def _tail(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, 2) - 64))
        return file.read()


def _check_size(path: Path, width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _too_large(path, f"{width}x{height} pixels")


def _too_large(path: Path, what: str) -> UsageError:
    return UsageError("clip.too_large", f"{path} has {what}.", "Name a smaller clip.")
