"""A plan drawn over the photo: where the camera goes, what moves and which way, and when.

The photo stands on a dark mat, because a camera that pulls out looks beyond it. Dashed frames are what the camera
sees after each step; the lines between their corners are its path.
"""

from __future__ import annotations

import math
from itertools import pairwise

import cv2
import numpy as np
from PIL import Image

from stillreel.motion.plan import CameraMove, MotionPlan, RegionMotion
from stillreel.motion.sketch import Colour, Point, Sketch, tag_box
from stillreel.motion.timeline import CAMERA, INK, timeline, title
from stillreel.scene.values import Scene

__all__ = ["draw"]

_WIDTH = 1280  # the photo's width in the picture, at most enlarged by half
_MAT, _WIDEST_MAT = 0.045, 0.2  # of the photo's longer side; wider where the camera looks beyond the photo
_FOCAL = 0.9  # of the width, where no scene tells
_COLOURS: dict[str, Colour] = {
    "head_turn": (255, 179, 71), "blink": (255, 214, 102), "smile": (255, 140, 120), "breathe": (255, 160, 190),
    "sway": (240, 130, 170), "hair": (214, 160, 255), "cloth": (255, 120, 200), "water": (90, 190, 255),
    "clouds": (150, 215, 255), "foliage": (140, 222, 120), "smoke": (200, 205, 215), "fire": (255, 130, 60),
    "rain": (120, 170, 240), "snow": (225, 240, 255), "light": (255, 236, 130), "rotate": (110, 230, 200),
}  # fmt: skip
_STEP = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
_SWAYING = frozenset(("hair", "cloth", "foliage", "sway", "water", "clouds", "smoke", "breathe"))
_PARTS = frozenset(("sky", "ground", "water", "foliage", "person", "hair", "skin", "cloth"))


def draw(plan: MotionPlan, scene_pixels: np.ndarray, scene: Scene | None = None) -> np.ndarray:
    """`plan` over `scene_pixels` (H, W, 3) uint8 sRGB: camera path, outlines of what moves, arrows, a time line.

    Returns (H', W', 3) uint8. With a scene of the same size the regions are outlined; without one they are named."""
    photo = _photo(scene_pixels)
    drawing = _Drawing(photo, plan, scene)
    drawing.regions()
    drawing.camera()
    drawing.labels()
    top = drawing.finished()
    strip = timeline(plan, top.width, lambda kind: _COLOURS[kind])
    whole = Image.new("RGB", (top.width, top.height + strip.height), INK)
    whole.paste(top, (0, 0))
    whole.paste(strip, (0, top.height))
    return np.asarray(whole).copy()


def _photo(pixels: np.ndarray) -> Image.Image:
    height, width = pixels.shape[:2]
    scale = min(_WIDTH / max(width, height), 3.0)
    return Image.fromarray(pixels).resize(
        (round(width * scale), round(height * scale)), Image.Resampling.LANCZOS
    )


class _Drawing:
    """The photo on its mat, and what is drawn on both."""

    def __init__(self, photo: Image.Image, plan: MotionPlan, scene: Scene | None) -> None:
        self.photo, self.plan, self.scene = photo, plan, scene
        self.mat = round(_MAT * max(photo.size))
        self.mat = self._mat()
        self.size = (photo.width + 2 * self.mat, photo.height + 2 * self.mat)
        self.sketch = Sketch(self.size)
        self.unit = max(max(photo.size) / 1280, 0.6)  # of line widths; thinner ones would not show
        self.tags: list[tuple[Point, str, Colour]] = []
        self.taken: list[tuple[float, float, float, float]] = []

    def _mat(self) -> int:
        """The mat's width: enough for every frame that the camera comes to."""
        self.size = (self.photo.width + 2 * self.mat, self.photo.height + 2 * self.mat)
        moves = [move for move in self.plan.camera if move.move != "static"]
        points = [point for move in moves for point in self._frame(moves, move.end)]
        outside = [max(-x, x - self.size[0], -y, y - self.size[1]) for x, y in points]
        wider = round(min(max([0.0, *outside]), (_WIDEST_MAT - _MAT) * max(self.photo.size)))
        return self.mat + (wider + round(0.012 * max(self.photo.size)) if wider else 0)

    def finished(self) -> Image.Image:
        mat = Image.new("RGB", self.size, INK)
        mat.paste(Image.eval(self.photo, lambda value: round(0.86 * value)), (self.mat, self.mat))
        return self.sketch.over(mat)

    # -- what moves ---------------------------------------------------------------------------------------------
    def regions(self) -> None:
        """A tint and an outline for each region that moves, arrows in it, and a label beside it."""
        seen: set[tuple[str, str]] = set()
        for motion in self.plan.motions:
            key = (motion.kind, motion.region)
            if key in seen:
                continue
            seen.add(key)
            mask = self._mask(motion.region)
            colour = _COLOURS[motion.kind]
            if mask is None or not (mask > 0.5).any():
                self.tags.append(((self.mat + 14.0, -1.0), title(motion), colour))
                if motion.kind in ("rain", "snow"):
                    self._weather(motion.kind, colour)
                continue
            self._outline(mask, colour)
            self._arrows(motion, mask, colour)

    def _mask(self, region: str) -> np.ndarray | None:
        """(h, w) 0..1 at the photo's drawn size; None for the whole picture or where no scene tells."""
        width, height = self.photo.size
        if region.startswith("box"):
            x0, y0, x1, y1 = (float(word) for word in region.split()[1:])
            mask = np.zeros((height, width), np.float32)
            mask[int(y0 * height) : int(y1 * height), int(x0 * width) : int(x1 * width)] = 1
            return mask
        if self.scene is None or region in ("whole", "background"):
            return None
        if region in ("face", "eyes", "mouth"):
            return self._face_mask()
        found = (
            self.scene.subject
            if region == "subject"
            else self.scene.parts[region]
            if region in _PARTS
            else None
        )
        return None if found is None else cv2.resize(found, (width, height), interpolation=cv2.INTER_LINEAR)

    def _face_mask(self) -> np.ndarray | None:
        if self.scene is None or not self.scene.faces:
            return None
        width, height = self.photo.size
        scale = width / self.scene.size[0]
        x0, y0, x1, y1 = (scale * value for value in self.scene.faces[0].box)
        mask = np.zeros((height, width), np.float32)
        centre, axes = (
            (round((x0 + x1) / 2), round((y0 + y1) / 2)),
            (round((x1 - x0) / 2), round((y1 - y0) / 2)),
        )
        cv2.ellipse(mask, centre, axes, 0, 0, 360, 1.0, -1, cv2.LINE_AA)
        return mask

    def _outline(self, mask: np.ndarray, colour: Colour) -> None:
        self.sketch.fill(mask, (self.mat, self.mat), colour, 46)
        smooth = cv2.GaussianBlur(mask, (0, 0), 3 * self.unit + 0.5)
        contours, _ = cv2.findContours(
            (smooth > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
        )
        smallest = 0.002 * mask.size
        for contour in contours:
            if cv2.contourArea(contour) >= smallest:
                points = [(float(x) + self.mat, float(y) + self.mat) for x, y in contour[::3, 0]]
                self.sketch.line([*points, points[0]], colour, 1.6 * self.unit)

    def _arrows(self, motion: RegionMotion, mask: np.ndarray, colour: Colour) -> None:
        """A few arrows well inside the region, and the place of its label."""
        framed = np.pad(mask[1:-1, 1:-1] > 0.5, 1).astype(np.uint8)  # the photo's border is an edge too
        inside = cv2.distanceTransform(framed, cv2.DIST_L2, 5)
        places = _spread(inside, 4 if inside.max() > 60 * self.unit else 1)
        x, y = places[0]
        self.tags.append(
            ((x + self.mat + 18 * self.unit, y + self.mat - 26 * self.unit), title(motion), colour)
        )
        for x, y in places:
            reach = float(np.clip(inside[round(y), round(x)] * 0.6, 14 * self.unit, 46 * self.unit))
            self._arrow(motion, (x + self.mat, y + self.mat), reach, colour)

    def _arrow(self, motion: RegionMotion, at: Point, reach: float, colour: Colour) -> None:
        width = 2.4 * self.unit
        step = _STEP.get(motion.direction or "")
        if motion.kind in ("rotate", "head_turn") and motion.direction != "camera":
            turn = -1 if motion.direction in ("left", "clockwise") else 1
            self.sketch.arrow(_arc(at, reach, 0.4 * reach, 90 + 75 * turn, 90 - 75 * turn), colour, width)
        elif step:
            start = (at[0] - reach * step[0], at[1] - reach * step[1])
            self.sketch.arrow([start, (at[0] + reach * step[0], at[1] + reach * step[1])], colour, width)
        elif motion.kind in _SWAYING:
            wave = [
                (at[0] + reach * s, at[1] + 0.18 * reach * math.sin(math.pi * s))
                for s in np.linspace(-1, 1, 25)
            ]
            self.sketch.arrow(wave, colour, width, both=True)
        else:
            self.sketch.dot(at, 4 * self.unit, colour)

    def _weather(self, kind: str, colour: Colour) -> None:
        rng = np.random.default_rng(7)
        for x, y in rng.uniform((0.03, 0.03), (0.97, 0.9), (90, 2)):
            at = (self.mat + x * self.photo.width, self.mat + y * self.photo.height)
            if kind == "rain":
                length = 16 * self.unit
                self.sketch.line([at, (at[0] - 0.25 * length, at[1] + length)], colour, self.unit, 150)
            else:
                self.sketch.dot(at, rng.uniform(1.2, 2.8) * self.unit, colour, 190)

    # -- the camera ---------------------------------------------------------------------------------------------
    def camera(self) -> None:
        """Frames after each step, the path of their corners, and an arc for an orbit."""
        moves = [move for move in self.plan.camera if move.move != "static"]
        if not moves:
            if self.plan.camera:
                self.tags.append(((self.mat + 14.0, -1.0), "static camera", CAMERA))
            return
        ends = sorted({round(move.end, 2) for move in moves})
        corners = [self._frame(moves, 0.0), *(self._frame(moves, end) for end in ends)]
        for before, after in pairwise(corners):
            if max(math.dist(one, other) for one, other in zip(before, after, strict=True)) > 2:
                self.sketch.dashes([*after, after[0]], CAMERA, 2 * self.unit, 9 * self.unit)
        times = np.linspace(0, ends[-1], 60)
        for i in range(4):
            path = [self._frame(moves, float(t))[i] for t in times]
            if math.dist(path[0], path[-1]) > 6 * self.unit:
                self.sketch.arrow(_without_rests(path), CAMERA, 2 * self.unit)
        for move in moves:
            if move.move == "orbit":
                self._orbit(move)
        words = ", then ".join(title(move) for move in sorted(moves, key=lambda move: move.start))
        self.tags.append(((self.size[0] / 2, 0.5 * self.mat), words, CAMERA))

    def _frame(self, moves: list[CameraMove], t: float) -> list[Point]:
        """The four corners of what the camera sees at t, on the plane of the near depth."""
        width, height = self.photo.size
        focal = self.scene.focal * width / self.scene.size[0] if self.scene else _FOCAL * width
        x, y, scale, angle = self.size[0] / 2, self.size[1] / 2, 1.0, 0.0
        for move in moves:
            done = _smoother((t - move.start) / (move.end - move.start))
            sign = 1 if move.direction in ("right", "down", "in", "clockwise") else -1
            if move.move in ("zoom", "dolly_zoom"):
                scale *= move.amount ** (-sign * done)
            elif move.move == "push":
                scale *= 1 - sign * done * min(move.amount, 0.9)
            elif move.move in ("pan", "truck"):
                x += sign * done * _shift(move, focal)
            elif move.move in ("tilt", "pedestal"):
                y += sign * done * _shift(move, focal)
            elif move.move == "roll":
                angle += sign * done * math.radians(move.amount)
        half = (scale * width / 2, scale * height / 2)
        turn = (math.cos(angle), math.sin(angle))
        signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
        return [
            (
                x + a * half[0] * turn[0] - b * half[1] * turn[1],
                y + a * half[0] * turn[1] + b * half[1] * turn[0],
            )
            for a, b in signs
        ]

    def _orbit(self, move: CameraMove) -> None:
        """An arc under the subject, along which the camera travels."""
        mask = self._mask("subject")
        x, y = self.size[0] / 2, self.mat + 0.8 * self.photo.height
        if mask is not None and (mask > 0.5).any():
            rows, columns = np.nonzero(mask > 0.5)
            x = self.mat + float(columns.mean())
            y = self.mat + min(float(np.percentile(rows, 95)), 0.86 * self.photo.height)
        reach = 0.24 * self.photo.width
        turn = 1 if move.direction == "right" else -1
        arc = _arc((x, y), reach, 0.28 * reach, 90 + 70 * turn, 90 - 70 * turn)
        self.sketch.arrow(arc, CAMERA, 3.2 * self.unit)

    # -- labels -------------------------------------------------------------------------------------------------
    def labels(self) -> None:
        """Each label at its place, moved down until it covers no other."""
        size = max(13, round(19 * self.unit))
        for at, text, colour in self.tags:
            x, y = at if at[1] >= 0 else (at[0], self.mat + 1.4 * size)
            box = tag_box((x, y), text, size, self.size)
            while any(_cover(box, other) for other in self.taken) and box[3] < self.size[1] - 2 * size:
                y += 0.5 * size
                box = tag_box((x, y), text, size, self.size)
            self.taken.append(self.sketch.tag((x, y), text, colour, size))


def _shift(move: CameraMove, focal: float) -> float:
    """Pixels by which a full turn or slide moves the frame over the near plane."""
    return focal * (math.tan(math.radians(min(move.amount, 60))) if move.unit == "degrees" else move.amount)


def _smoother(share: float) -> float:
    share = min(max(share, 0.0), 1.0)
    return share**3 * (10 - 15 * share + 6 * share**2)


def _arc(centre: Point, rx: float, ry: float, start: float, end: float) -> list[Point]:
    """Points of an ellipse from one angle to another, degrees, 90 = below the centre."""
    angles = np.radians(np.linspace(start, end, 40))
    return [(centre[0] + rx * math.cos(a), centre[1] + ry * math.sin(a)) for a in angles]


def _without_rests(path: list[Point]) -> list[Point]:
    """The path without points that repeat, so that its last piece has a direction."""
    kept = [path[0]]
    for point in path[1:]:
        if math.dist(point, kept[-1]) > 3:
            kept.append(point)
    return kept if len(kept) > 1 else [path[0], path[-1]]


def _spread(inside: np.ndarray, count: int) -> list[Point]:
    """Up to `count` places deep inside a region and far from each other, (x, y); the deepest first."""
    left, places = inside.copy(), []
    for _ in range(count):
        y, x = np.unravel_index(int(left.argmax()), left.shape)
        if places and left[y, x] < 0.25 * inside.max():
            break
        places.append((float(x), float(y)))
        cv2.circle(left, (int(x), int(y)), int(0.17 * max(inside.shape)), 0.0, -1)
    return places


def _cover(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
