"""Drawing on a picture: smooth lines, arrows, outlines and labels. Shapes are drawn twice as large and reduced."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw, ImageFont

__all__ = ["Colour", "Point", "Sketch", "font"]

Point = tuple[float, float]
Colour = tuple[int, int, int]
_FINER = 2  # supersampling


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font, which ships with it."""
    return ImageFont.load_default(size)


class Sketch:
    """A transparent layer over a picture of `size` (width, height); coordinates are the picture's pixels."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self._layer = Image.new("RGBA", (size[0] * _FINER, size[1] * _FINER), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self._layer)
        self._labels: list[tuple[Point, str, Colour, int]] = []

    def line(self, points: Sequence[Point], colour: Colour, width: float, alpha: int = 255) -> None:
        """A line through `points` with round ends, on a thin dark halo so that it shows on any photo."""
        self._stroke(points, (0, 0, 0, min(150, alpha)), width + 2)
        self._stroke(points, (*colour, alpha), width)

    def dashes(self, points: Sequence[Point], colour: Colour, width: float, dash: float = 10) -> None:
        """The closed or open polyline in dashes of `dash` pixels."""
        for part in _dashed(points, dash):
            self.line(part, colour, width)

    def arrow(self, points: Sequence[Point], colour: Colour, width: float, both: bool = False) -> None:
        """A line that ends in an arrowhead, or in one at each end."""
        if len(points) < 2 or (math.dist(points[0], points[-1]) < 1 and len(points) < 3):
            return
        size = 3.2 * width + 3
        self.line(_shortened(points, size * 0.6, both), colour, width)
        self._head(points[-2], points[-1], colour, size)
        if both:
            self._head(points[1], points[0], colour, size)

    def fill(self, mask: np.ndarray, offset: Point, colour: Colour, alpha: int) -> None:
        """A tint where `mask` (h, w) 0..1 says, its top left corner at `offset`."""
        shade = Image.fromarray((np.clip(mask, 0, 1) * alpha).astype(np.uint8))
        shade = shade.resize((shade.width * _FINER, shade.height * _FINER), Image.Resampling.BILINEAR)
        place = (round(offset[0] * _FINER), round(offset[1] * _FINER))
        tint = Image.new("RGBA", shade.size, colour)
        tint.putalpha(shade)
        self._layer.alpha_composite(tint, place)

    def dot(self, at: Point, radius: float, colour: Colour, alpha: int = 255) -> None:
        box = [_FINER * value for value in (at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius)]
        self._draw.ellipse(box, fill=(*colour, alpha))

    def box(
        self, corners: tuple[float, float, float, float], colour: Colour, radius: float, alpha: int = 255
    ) -> None:
        """A filled rectangle with round corners."""
        self._draw.rounded_rectangle([_FINER * v for v in corners], _FINER * radius, fill=(*colour, alpha))

    def tag(self, at: Point, text: str, colour: Colour, size: int) -> tuple[float, float, float, float]:
        """A label on a dark plate with a dot of its colour, its left middle at `at`, kept inside; returns its box."""
        left, top, right, bottom = tag_box(at, text, size, self.size)
        self.box((left, top, right, bottom), (16, 18, 22), (bottom - top) / 2, 215)
        middle = (top + bottom) / 2
        self.dot((left + 0.75 * size, middle), 0.28 * size, colour)
        self._labels.append(((left + 1.3 * size, middle), text, (255, 255, 255), size))
        return left, top, right, bottom

    def text(self, at: Point, text: str, colour: Colour, size: int) -> None:
        """Text whose left middle is `at`."""
        self._labels.append((at, text, colour, size))

    def over(self, picture: Image.Image) -> Image.Image:
        """The picture with the sketch on it; text is set last, at full size, so that it stays crisp."""
        layer = self._layer.resize(self.size, Image.Resampling.LANCZOS)
        result = Image.alpha_composite(picture.convert("RGBA"), layer)
        draw = ImageDraw.Draw(result)
        for at, text, colour, size in self._labels:
            draw.text(at, text, fill=(*colour, 255), font=font(size), anchor="lm")
        return result.convert("RGB")

    def _stroke(self, points: Sequence[Point], fill: tuple[int, int, int, int], width: float) -> None:
        scaled = [(_FINER * x, _FINER * y) for x, y in points]
        self._draw.line(scaled, fill=fill, width=max(1, round(_FINER * width)), joint="curve")
        radius = _FINER * width / 2
        for x, y in (scaled[0], scaled[-1]):
            self._draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=fill)

    def _head(self, tail: Point, tip: Point, colour: Colour, size: float) -> None:
        angle = math.atan2(tip[1] - tail[1], tip[0] - tail[0])
        for grow, fill in ((1.5, (0, 0, 0, 150)), (0.0, (*colour, 255))):
            ends = [
                (
                    tip[0] + grow * math.cos(angle) + (size + 2 * grow) * math.cos(angle + side) * reach,
                    tip[1] + grow * math.sin(angle) + (size + 2 * grow) * math.sin(angle + side) * reach,
                )
                for side, reach in ((0.0, 0.0), (2.65, 1.0), (-2.65, 1.0))
            ]
            self._draw.polygon([(_FINER * x, _FINER * y) for x, y in ends], fill=fill)


def tag_box(at: Point, text: str, size: int, limits: tuple[int, int]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a tag, moved inside a picture of size `limits`."""
    width, height = font(size).getlength(text) + 2.1 * size, 1.75 * size
    left = min(max(at[0], 4), max(limits[0] - width - 4, 4))
    top = min(max(at[1] - height / 2, 4), limits[1] - height - 4)
    return left, top, left + width, top + height


def _shortened(points: Sequence[Point], by: float, both: bool) -> list[Point]:
    """The line without its last pixels, which the arrowhead covers."""
    line = list(points)
    line[-1] = _toward(line[-1], line[-2], by)
    if both:
        line[0] = _toward(line[0], line[1], by)
    return line


def _toward(start: Point, goal: Point, by: float) -> Point:
    length = math.dist(start, goal)
    share = min(by / length, 0.9) if length else 0.0
    return start[0] + share * (goal[0] - start[0]), start[1] + share * (goal[1] - start[1])


def _dashed(points: Sequence[Point], dash: float) -> list[list[Point]]:
    parts: list[list[Point]] = []
    for start, end in pairwise(points):
        length = math.dist(start, end)
        count = max(1, round(length / (2 * dash)))
        for i in range(count):
            near, far = i / count, (i + 0.55) / count
            parts.append(
                [
                    (start[0] + near * (end[0] - start[0]), start[1] + near * (end[1] - start[1])),
                    (start[0] + far * (end[0] - start[0]), start[1] + far * (end[1] - start[1])),
                ]
            )
    return parts
