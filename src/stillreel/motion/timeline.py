"""The strip under a plan's picture: one row a move or motion, bars over the clip's seconds."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from stillreel.motion.plan import CameraMove, MotionPlan, RegionMotion
from stillreel.motion.sketch import Colour, Sketch, font

__all__ = ["CAMERA", "INK", "title", "timeline"]

INK: Colour = (22, 24, 29)
CAMERA: Colour = (255, 255, 255)
_GRID: Colour = (62, 66, 76)
_WORDS: Colour = (205, 209, 217)
_UNIT = {"degrees": "°", "ratio": "x", "near depth": " near depths", "none": ""}


def title(item: CameraMove | RegionMotion, amount: bool = False) -> str:
    """ "push in", "hair right"; with its amount "push in  0.18 near depths"."""
    name = item.move if isinstance(item, CameraMove) else item.kind
    way = "to camera" if item.direction == "camera" else item.direction
    words = " ".join(part for part in (name.replace("_", " "), way) if part)
    if amount and isinstance(item, CameraMove) and item.amount:
        words += f"  {item.amount:.3g}{_UNIT[item.unit]}"
    return words


def timeline(plan: MotionPlan, width: int, colour_of: Callable[[str], Colour]) -> Image.Image:
    """The strip, `width` pixels wide, as tall as its rows need."""
    rows = _rows(plan)
    size = max(12, round(width / 85))
    row, margin = round(2.1 * size), round(1.2 * size)
    height = margin + row * len(rows) + round(2.2 * size)
    label = max((font(size).getlength(name) for name, _ in rows), default=0) + 2 * margin
    left, right = min(label, 0.4 * width), width - 2 * margin
    sketch = Sketch((width, height))

    def at(seconds: float) -> float:
        return left + (right - left) * seconds / plan.seconds

    bottom = margin + row * len(rows)
    for second in _ticks(plan.seconds):
        sketch.line([(at(second), margin - 4), (at(second), bottom + 4)], _GRID, 1)
        sketch.text((at(second) - 0.3 * size, bottom + size), f"{second:g}", _WORDS, size)
    sketch.text((right + 0.5 * size, bottom + size), "s", _WORDS, size)
    for i, (name, items) in enumerate(rows):
        middle = margin + (i + 0.5) * row
        sketch.text((margin, middle), name, _WORDS, size)
        for item in items:
            colour = CAMERA if isinstance(item, CameraMove) else colour_of(item.kind)
            end = max(at(item.end), at(item.start) + 0.5 * size)
            sketch.box(
                (at(item.start), middle - 0.55 * size, end, middle + 0.55 * size), colour, 0.4 * size, 235
            )
            _name_bar(sketch, item, (at(item.start), end), middle, size)
    return sketch.over(Image.new("RGB", (width, height), INK))


def _name_bar(
    sketch: Sketch, item: CameraMove | RegionMotion, span: tuple[float, float], at: float, size: int
) -> None:
    """The item's name inside its bar, where it fits."""
    words, small = title(item, amount=True), round(0.85 * size)
    if font(small).getlength(words) + size < span[1] - span[0]:
        sketch.text((span[0] + 0.5 * size, at), words, INK, small)


def _rows(plan: MotionPlan) -> list[tuple[str, list[CameraMove | RegionMotion]]]:
    """The camera's moves that follow each other share a row; so do the motions of one kind."""
    rows: list[tuple[str, list[CameraMove | RegionMotion]]] = []
    for move in sorted(plan.camera, key=lambda one: one.start):
        free = next((items for _, items in rows if max(one.end for one in items) <= move.start + 1e-6), None)
        if free is None:
            rows.append(("camera" if not rows else "", [move]))
        else:
            free.append(move)
    for motion in plan.motions:
        name = motion.kind.replace("_", " ")
        same = next((items for row, items in rows if row == name), None)
        if same is None:
            rows.append((name, [motion]))
        else:
            same.append(motion)
    return rows or [("nothing moves", [])]


def _ticks(seconds: float) -> list[float]:
    step = next(step for step in (0.5, 1, 2, 5, 10) if seconds / step <= 12 or step == 10)
    return [i * step for i in range(int(seconds / step + 1e-6) + 1)]
