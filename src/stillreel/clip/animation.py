"""GIF and animated WebP, frame by frame, so that memory stays flat."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from PIL import Image

from stillreel.clip.formats import ENCODERS, Quality, VideoCodec
from stillreel.clip.video import Muxed, open_stream, require_encoder
from stillreel.frames.timing import Timing

__all__ = ["GifSink", "Palette", "WebpSink"]

_CENTISECOND = Fraction(1, 100)
_SHORTEST = 2  # centiseconds; browsers play a shorter delay as 10
_COLOURS = 255  # one place is kept for "as before"
_SPREAD = 12.0  # 8-bit levels of ordered dither, about the distance of two palette colours
_WEBP: dict[Quality, str] = {"draft": "60", "good": "88", "high": "94"}
_BAYER = (np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]) + 0.5) / 16 - 0.5
# Each channel its own order, so that hues are mixed too and not only lightness.
_DITHER = (np.stack([_BAYER, _BAYER[::-1], _BAYER.T[:, ::-1]], -1) * _SPREAD).round().astype(np.int16)


class Palette:
    """255 colours of a frame and the nearest of them for every colour, looked up on a grid of 32 levels a channel."""

    def __init__(self, frame: np.ndarray) -> None:
        sample = Image.fromarray(_sample(frame)[None])
        reduced = sample.quantize(_COLOURS, Image.Quantize.MEDIANCUT, kmeans=2)
        listed = np.array((reduced.getpalette() or [])[: _COLOURS * 3], np.uint8).reshape(-1, 3)
        self.colours = np.zeros((_COLOURS, 3), np.uint8)
        self.colours[: len(listed)] = listed
        self._nearest = _nearest_of_grid(self.colours[: len(listed)])
        self.error = self.misfit(frame)

    def indices(self, frame: np.ndarray) -> np.ndarray:
        """(H, W) uint8: ordered dither, which stands still where the picture does (error diffusion would crawl)."""
        height, width = frame.shape[:2]
        tiled = np.tile(_DITHER, (height // 4 + 1, width // 4 + 1, 1))[:height, :width]
        dithered = cv2.add(frame, tiled, dtype=cv2.CV_8U)
        return self._look_up(dithered)

    def misfit(self, frame: np.ndarray) -> float:
        """Mean distance of `frame` to the nearest colours in 8-bit levels, on every eighth pixel."""
        some = np.ascontiguousarray(frame[::8, ::8])
        return float(np.abs(self.colours[self._look_up(some)].astype(np.int16) - some).mean())

    def _look_up(self, frame: np.ndarray) -> np.ndarray:
        red, green, blue = (frame[..., channel].astype(np.uint16) >> 3 for channel in range(3))
        return self._nearest[(red << 10) | (green << 5) | blue]


def _sample(frame: np.ndarray) -> np.ndarray:
    """(n, 3) uint8: the frame's colours, common ones thinned out to the root of their count.

    A red lip or a neon sign is few pixels and yet what the eye looks for; by count alone it would get no place.
    """
    bins = (frame >> 2).reshape(-1, 3).astype(np.uint32)
    _, first, counts = np.unique(
        (bins[:, 0] << 12) | (bins[:, 1] << 6) | bins[:, 2], return_index=True, return_counts=True
    )
    return np.repeat(frame.reshape(-1, 3)[first], np.ceil(np.sqrt(counts)).astype(int), axis=0)


def _nearest_of_grid(colours: np.ndarray) -> np.ndarray:
    """(32768,) uint8: the index of the colour nearest to the middle of each cell, green counting most."""
    weight = np.array([0.55, 0.75, 0.45], np.float32)
    levels = np.arange(32, dtype=np.float32) * 8 + 4
    grid = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), -1).reshape(-1, 3) * weight
    points = colours.astype(np.float32) * weight
    distance = (points**2).sum(1)[None] - 2 * grid @ points.T
    return distance.argmin(1).astype(np.uint8)


class GifSink(Muxed):
    """One palette from the photo, made anew only when a frame's colours have left it (a change of light)."""

    def __init__(self, path: Path, size: tuple[int, int], timing: Timing) -> None:
        require_encoder(ENCODERS["gif"])
        self._container = av.open(f"file:{path}", "w", format="gif", options={"loop": "0"})
        codec = VideoCodec(ENCODERS["gif"], "gif", {"flags": "+bitexact"})
        self._stream = open_stream(self._container, codec, size, timing.fps, "pal8")
        self._stream.codec_context.time_base = _CENTISECOND
        self._timing = timing
        self._palette: Palette | None = None
        self._last = -_SHORTEST
        self.dropped = 0  # frames that a GIF cannot show in time

    def add(self, frame: np.ndarray, index: int) -> None:
        due = round(index * 100 / self._timing.fps)
        at = max(due, self._last + _SHORTEST)
        if at > due + 1:
            self.dropped += 1
            return
        self._last = at
        if self._palette is None or self._palette.misfit(frame) > 1.5 * self._palette.error + 1:
            self._palette = Palette(frame)
        table = np.zeros((256, 4), np.uint8)  # alpha, red, green, blue; the last stays transparent
        table[:_COLOURS, 0], table[:_COLOURS, 1:] = 255, self._palette.colours
        pair = (self._palette.indices(frame), table)
        # PyAV's stub forgets that pal8 takes a pair.
        picture = av.VideoFrame.from_ndarray(pair, format="pal8")  # pyright: ignore[reportArgumentType]
        picture.pts, picture.time_base = at, _CENTISECOND
        self._container.mux(self._stream.encode(picture))


class WebpSink(Muxed):
    """Animated WebP; libwebp holds the encoded frames, not the pixels, until the end."""

    def __init__(self, path: Path, size: tuple[int, int], timing: Timing, quality: Quality) -> None:
        require_encoder(ENCODERS["webp"])
        self._container = av.open(f"file:{path}", "w", format="webp", options={"loop": "0"})
        codec = VideoCodec(ENCODERS["webp"], "webp", {"quality": _WEBP[quality], "compression_level": "2"})
        self._stream = open_stream(self._container, codec, size, timing.fps, "bgra")
        self._time_base = 1 / timing.fps

    def add(self, frame: np.ndarray, index: int) -> None:
        picture = av.VideoFrame.from_ndarray(
            np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2BGRA), np.uint8), format="bgra"
        )
        picture.pts, picture.time_base = index, self._time_base
        self._container.mux(self._stream.encode(picture))
