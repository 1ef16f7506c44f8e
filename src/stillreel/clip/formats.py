"""What each format is made of: encoder, container and settings, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import cv2

from stillreel.request import Format

__all__ = ["ENCODERS", "Format", "Quality", "VideoCodec", "codec_for"]

Quality = Literal["draft", "good", "high"]

# libavcodec's encoder of each format; a folder of PNGs needs none.
ENCODERS: Mapping[Format, str] = MappingProxyType(
    {"mp4": "libx264", "webm": "libvpx-vp9", "av1": "libsvtav1", "gif": "gif", "webp": "libwebp_anim"}
)

THREADS = 1  # of the encoder; frames are made on the other cores meanwhile


@dataclass(frozen=True)
class VideoCodec:
    """An encoder of libavcodec and the container its packets go into."""

    encoder: str
    container: str
    options: Mapping[str, str]


# The first frame is the photo and what all others are predicted from, so it gets a finer quantiser of its own: q 4
# brings it within 0.1 of 255 of what 4:2:0 itself costs (a portrait from 2.4 to 1.4), for 200 to 400 KB.
_X264: dict[Quality, str] = {
    "draft": "crf=23:zones=0,0,q=16",
    "good": "crf=18:zones=0,0,q=4",
    "high": "crf=14:zones=0,0,q=4",
}
# x264's AVX-512 code for the macroblock tree reads memory that nobody wrote: the same frames give other packets under
# another MALLOC_PERTURB_. Where the processor has AVX-512 it is held to AVX2, which every such processor has too.
_CPU_AVX_512F = 13  # OpenCV's number (core/hal/interface.h)
_REPEATABLE = ":asm=avx2" if cv2.checkHardwareSupport(_CPU_AVX_512F) else ""
_VP9: dict[Quality, str] = {"draft": "34", "good": "24", "high": "16"}
_AV1: dict[Quality, str] = {"draft": "34", "good": "22", "high": "14"}


def codec_for(kind: Format, path: Path, quality: Quality) -> VideoCodec:
    """The encoder of `kind` (mp4, webm or av1); `path` says whether AV1 goes into WebM or MP4."""
    if kind == "mp4":
        params = f"{_X264[quality]}:chromaloc=1:threads={THREADS}{_REPEATABLE}"
        options = {"preset": "veryfast", "profile": "high", "x264-params": params}
        return VideoCodec(ENCODERS[kind], "mp4", MappingProxyType(options))
    if kind == "webm":
        options = {
            "crf": _VP9[quality], "b": "0", "deadline": "realtime", "cpu-used": "6", "row-mt": "1", "tile-columns": "1",
        }  # fmt: skip
        return VideoCodec(ENCODERS[kind], "webm", MappingProxyType(options))
    options = {"preset": "10", "crf": _AV1[quality], "svtav1-params": f"lp={THREADS}"}
    container = "webm" if path.suffix.lower() == ".webm" else "mp4"
    return VideoCodec(ENCODERS["av1"], container, MappingProxyType(options))
