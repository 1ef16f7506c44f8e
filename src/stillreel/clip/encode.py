"""Frames in, a clip's file out: streamed, deterministic, and whole or not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stillreel.clip import metadata, target
from stillreel.clip.animation import GifSink, WebpSink
from stillreel.clip.formats import ENCODERS, Format, Quality, codec_for
from stillreel.clip.provenance import Seal, Sealed
from stillreel.clip.target import explained, placed
from stillreel.clip.video import FolderSink, Sink, VideoSink, require_encoder
from stillreel.errors import UsageError
from stillreel.events import Warned
from stillreel.frames.timing import Timing

__all__ = ["Written", "check", "write"]


@dataclass(frozen=True)
class Written:
    """What lies on disk now."""

    path: Path
    format: Format
    size: tuple[int, int]  # width, height
    frames: int
    fps: float
    seconds: float
    bytes: int  # of the file, or of all files of the folder
    notes: tuple[Warned, ...] = ()
    provenance: Sealed | None = None  # None where `write` got no seal

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready; the notes as dictionaries."""
        return asdict(self) | {
            "path": str(self.path),
            "size": list(self.size),
            "notes": [asdict(n) for n in self.notes],
            "provenance": self.provenance.facts if self.provenance else None,
        }


def check(path: Path, *, format: Format, overwrite: bool) -> None:  # noqa: A002 - as for `write`
    """Refuse before the work what `write` would refuse at its end.

    Raises UsageError `clip.exists`, `clip.no_folder`, `clip.unwritable` or `clip.bad_name`, ModelError `clip.no_codec`
    and ResourceError `clip.disk_full`.
    """
    target.check(path, folder=format == "png", overwrite=overwrite)
    if format in ENCODERS:
        require_encoder(ENCODERS[format])
    target.require_room(path)


def write(
    frames: Iterable[np.ndarray],
    path: Path,
    timing: Timing,
    *,
    format: Format,  # noqa: A002 - the option's name at every door
    document: dict[str, Any],
    overwrite: bool = False,
    quality: Quality = "good",
    seal: Seal | None = None,
    on_frame: Callable[[int], None] | None = None,
) -> Written:
    """Encode `frames` to `path`, with `document` inside; encoding runs while `frames` makes the next.

    frames: chunks (n, H, W, 3) uint8 sRGB, `timing.frames` frames in all, one size; for mp4, webm and av1 H and W
    are even. For png, `path` is a folder. `on_frame` gets the count of frames written so far, 1-based; `seal`
    signs the finished file. The same frames give the same packets. The clip is written beside `path` and moved there
    at the end; whatever goes wrong, also in `frames` and also Ctrl-C, nothing is left and what stood at `path` still
    stands.

    Raises UsageError `clip.exists`, `clip.no_folder`, `clip.unwritable`, `clip.bad_name`, `clip.odd_size` or
    `clip.document`, ResourceError `clip.disk_full`, `clip.memory`, `clip.write_failed` or `provenance.failed`,
    ModelError `clip.no_codec`;
    ValueError for frames that break the contract.
    """
    text = metadata.to_text(document)
    folder = format == "png"
    with placed(path, folder=folder, overwrite=overwrite) as part:
        source = _checked(frames, timing)
        first = next(source)
        size = (first.shape[1], first.shape[0])
        with explained(path):
            sink = _sink(format, part, path, size, timing, quality, text)
        try:
            _feed(sink, first, source, path, on_frame)
        finally:
            # After a failure the sink may well fail to close again; the first error is the one to tell.
            with suppress(OSError):
                sink.close()
        with explained(path):
            metadata.embed(part, text)
            sealed = seal.put(part, path.name, document) if seal else None
            weight = _bytes(part)
    notes = _notes(sink)
    return Written(
        path, format, size, timing.frames, float(timing.fps), timing.seconds, weight, notes, sealed
    )


def _checked(frames: Iterable[np.ndarray], timing: Timing) -> Iterator[np.ndarray]:
    """Single frames out of chunks, each of the shape promised and as many as promised."""
    count, shape = 0, None
    for chunk in frames:
        if chunk.ndim != 4 or chunk.dtype != np.uint8 or chunk.shape[1:] != (shape or (*chunk.shape[1:3], 3)):
            raise ValueError(
                f"frames come as (n, H, W, 3) uint8 of one size, got {chunk.shape} {chunk.dtype}"
            )
        shape = chunk.shape[1:]
        for frame in chunk:
            count += 1
            if count > timing.frames:
                break
            yield np.ascontiguousarray(frame)
    if count != timing.frames:
        raise ValueError(
            f"{timing.frames} frames were promised, {'more' if count > timing.frames else count} came"
        )


def _feed(
    sink: Sink,
    first: np.ndarray,
    rest: Iterator[np.ndarray],
    path: Path,
    on_frame: Callable[[int], None] | None,
) -> None:
    frame: np.ndarray | None = first
    index = 0
    while frame is not None:
        with explained(path):
            sink.add(frame, index)
        index += 1
        if on_frame is not None:
            on_frame(index)
        frame = next(rest, None)
    with explained(path):
        sink.finish()


def _sink(
    kind: Format, part: Path, path: Path, size: tuple[int, int], timing: Timing, quality: Quality, text: str
) -> Sink:
    if kind == "png":
        return FolderSink(part)
    if kind == "gif":
        return GifSink(part, size, timing)
    if kind == "webp":
        return WebpSink(part, size, timing, quality)
    if size[0] % 2 or size[1] % 2:
        raise UsageError(
            "clip.odd_size",
            f"{kind} needs an even size, got {size[0]}x{size[1]}.",
            "Give --size even numbers.",
        )
    return VideoSink(part, codec_for(kind, path, quality), size, timing, text)


def _notes(sink: Sink) -> tuple[Warned, ...]:
    if isinstance(sink, GifSink) and sink.dropped:
        return (
            Warned(
                "clip.gif_rate", f"GIF shows at most 50 frames a second: {sink.dropped} frames were left out."
            ),
        )
    return ()


def _bytes(part: Path) -> int:
    return sum(one.stat().st_size for one in part.iterdir()) if part.is_dir() else part.stat().st_size
