"""MP4 and WebM through PyAV, and the numbered PNGs: what takes frames and makes a file of them."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import av
import cv2
import numpy as np
from av.codec import Codec
from av.container import OutputContainer
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream

from stillreel.clip.colour import to_planes
from stillreel.clip.formats import THREADS, VideoCodec
from stillreel.errors import ModelError, ResourceError
from stillreel.frames.timing import Timing

__all__ = ["FolderSink", "Muxed", "Sink", "VideoSink", "open_stream", "require_encoder"]

_BT709 = 1  # AVColorSpace; PyAV's Colorspace counts as libswscale does


class Sink(Protocol):
    """Takes a clip's frames in order and makes a file or folder of them."""

    def add(self, frame: np.ndarray, index: int) -> None:
        """One frame, (H, W, 3) uint8 sRGB."""
        ...

    def finish(self) -> None:
        """Write what is still held back; the file is whole after this."""
        ...

    def close(self) -> None:
        """Let go of the file, whole or not; called once, after `finish` or instead of it."""
        ...


def require_encoder(name: str) -> None:
    """Raises ModelError `clip.no_codec` where this build of PyAV lacks the encoder."""
    try:
        Codec(name, "w")
    except ValueError:
        raise ModelError(
            "clip.no_codec",
            f"This build of PyAV has no encoder {name}.",
            "Choose another --format, or install av from PyPI.",
        ) from None


def open_stream(
    container: OutputContainer,
    codec: VideoCodec,
    size: tuple[int, int],
    rate: Fraction,
    pixels: str,
) -> VideoStream:
    """A stream of `size` (width, height) at exactly `rate`; its time base is one frame."""
    if codec.encoder == "libsvtav1":
        os.environ.setdefault("SVT_LOG", "1")  # errors only; it has no other switch for its banner
    stream = container.add_stream(codec.encoder, rate=rate, options=dict(codec.options))
    if not isinstance(stream, VideoStream):
        raise TypeError(f"{codec.encoder} makes no video")
    stream.width, stream.height = size
    stream.pix_fmt = pixels
    stream.codec_context.time_base = 1 / rate
    return stream


class Muxed:
    """How every sink of one stream in a container ends."""

    _container: OutputContainer
    _stream: VideoStream

    def finish(self) -> None:
        self._container.mux(self._stream.encode(None))
        self._container.close()

    def close(self) -> None:
        self._container.close()


class VideoSink(Muxed):
    """H.264, VP9 or AV1: BT.709 limited range, converted and tagged; the file bears no date and no random number."""

    def __init__(
        self, path: Path, codec: VideoCodec, size: tuple[int, int], timing: Timing, comment: str
    ) -> None:
        require_encoder(codec.encoder)
        # "file:" keeps a name such as "http:..." a name.
        options = {"fflags": "+bitexact"}
        if codec.container == "mp4":
            # Durations in units of a frame's fraction: 12 frames at 29.97 last 0.4004 s, not 0.400.
            options |= {"movflags": "+faststart", "movie_timescale": str(timing.fps.numerator * 1000)}
        self._container = av.open(f"file:{path}", "w", format=codec.container, options=options)
        self._container.metadata["comment"] = comment
        self._time_base = 1 / timing.fps
        self._stream = open_stream(self._container, codec, size, timing.fps, "yuv420p")
        context = self._stream.codec_context
        context.thread_count = THREADS
        context.colorspace = _BT709
        context.color_primaries = ColorPrimaries.BT709
        context.color_trc = ColorTrc.BT709
        context.color_range = ColorRange.MPEG

    def add(self, frame: np.ndarray, index: int) -> None:
        planes = to_planes(frame, faithful=index == 0)  # the first frame is the photo
        picture = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        picture.pts, picture.time_base = index, self._time_base
        picture.colorspace, picture.color_range = Colorspace.ITU709, ColorRange.MPEG
        self._container.mux(self._stream.encode(picture))


class FolderSink:
    """Numbered PNGs, 00000.png upwards."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, frame: np.ndarray, index: int) -> None:
        done, data = cv2.imencode(
            ".png", cv2.cvtColor(frame, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_PNG_COMPRESSION, 3]
        )
        if not done:
            raise ResourceError("clip.write_failed", f"Frame {index} cannot be made a PNG.", "Report this.")
        (self._folder / f"{index:05d}.png").write_bytes(data.tobytes())

    def finish(self) -> None:
        """Every frame is on disk already."""

    def close(self) -> None:
        """Every file is closed already."""
