"""scene.png: the photo, its depth, its parts and what is known of light and faces, on one sheet for people."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from stillreel.scene import landmarks as points
from stillreel.scene.values import Scene

__all__ = ["overview"]

COLOURS = {
    "sky": (86, 180, 233), "ground": (170, 120, 70), "water": (0, 90, 200), "foliage": (40, 160, 60),
    "person": (235, 120, 180), "hair": (120, 60, 170), "skin": (255, 190, 130), "cloth": (220, 60, 60),
}  # fmt: skip
PAPER, INK, FAINT, ACCENT = (247, 246, 242), (35, 35, 40), (150, 148, 142), (230, 120, 20)
SHOWN = 0.004  # share of the picture from which a part stands in the legend
PANEL = 640  # px, the long side of one picture on the sheet
NARROWEST = 480  # px, a column: the figures need so much, however narrow the photo is
GAP, TEXT = 20, 16


def overview(scene: Scene) -> Image.Image:
    """Four pictures, two by two, and a band of figures below them."""
    panels = [("Photo, faces, light", _photo(scene)), ("Depth: yellow near, violet far", _depth(scene)),
              ("Parts", _parts(scene)), ("Subject", _subject(scene))]  # fmt: skip
    width, height = max(NARROWEST, panels[0][1].width), panels[0][1].height
    band = 9 * (TEXT + 6) + GAP
    sheet = Image.new("RGB", (2 * width + 3 * GAP, 2 * (height + TEXT + 2 * GAP) + band), PAPER)
    draw, font = ImageDraw.Draw(sheet), _font(TEXT)
    for i, (title, panel) in enumerate(panels):
        x, y = GAP + (i % 2) * (width + GAP), GAP + (i // 2) * (height + TEXT + 2 * GAP)
        draw.text((x, y), title, INK, font)
        sheet.paste(panel, (x, y + TEXT + GAP // 2))
    top = sheet.height - band
    _legend(draw, scene, (GAP, top), width)
    _figures(draw, scene, (2 * GAP + width, top), width)
    return sheet


def _shrunk(scene: Scene) -> tuple[np.ndarray, float]:
    scale = min(1.0, PANEL / max(scene.size))
    size = max(1, round(scene.size[0] * scale)), max(1, round(scene.size[1] * scale))
    return cv2.resize(scene.pixels, size, interpolation=cv2.INTER_AREA), scale


def _at(plane: np.ndarray, like: np.ndarray) -> np.ndarray:
    return cv2.resize(plane, like.shape[1::-1], interpolation=cv2.INTER_AREA)


def _photo(scene: Scene) -> Image.Image:
    rgb, scale = _shrunk(scene)
    image = Image.fromarray(rgb)
    draw = ImageDraw.Draw(image)
    _horizon(draw, scene, image.size)
    for face in scene.faces:
        spots = face.landmarks[:, :2] * scale
        for ring in (points.OVAL, points.LEFT_EYE, points.RIGHT_EYE, points.LIPS_OUTER):
            draw.line([*map(tuple, spots[list(ring)]), tuple(spots[ring[0]])], (255, 255, 255), 1)
        for x, y in spots:
            draw.ellipse((x - 1, y - 1, x + 1, y + 1), (0, 220, 255))
    _arrow(draw, scene, image.size)
    return image


def _horizon(draw: ImageDraw.ImageDraw, scene: Scene, size: tuple[int, int]) -> None:
    if scene.confidence.get("horizon", 0) < 0.2:
        return
    row = scene.horizon * size[1]
    for x in range(0, size[0], 14):
        draw.line((x, row, x + 7, row), (255, 255, 255), 2)


def _arrow(draw: ImageDraw.ImageDraw, scene: Scene, size: tuple[int, int]) -> None:
    """From the light toward the middle of the picture, in the light's colour."""
    dx, dy = scene.light.direction
    if dx == dy == 0:
        return
    reach = 0.42 * min(size)
    start = np.array([size[0] / 2 + dx * reach, size[1] / 2 + dy * reach])
    end = start - np.array([dx, dy]) * 0.45 * reach
    across = np.array([-dy, dx]) * 7
    red, green, blue = (round(255 * channel ** (1 / 2.2)) for channel in scene.light.colour)
    back = end + np.array([dx, dy]) * 16
    for colour, extra in (((0, 0, 0), 3), ((red, green, blue), 0)):
        draw.line((*start, *back), colour, 5 + extra)
        draw.polygon([tuple(end), tuple(back + across * 1.3), tuple(back - across * 1.3)], colour)
        draw.ellipse((*(start - 9 - extra / 2), *(start + 9 + extra / 2)), colour)


def _depth(scene: Scene) -> Image.Image:
    rgb, _ = _shrunk(scene)
    grey = np.rint(np.clip(_at(scene.disparity, rgb), 0, 1) * 255).astype(np.uint8)
    return Image.fromarray(cv2.cvtColor(cv2.applyColorMap(grey, cv2.COLORMAP_PLASMA), cv2.COLOR_BGR2RGB))


def _parts(scene: Scene) -> Image.Image:
    rgb, _ = _shrunk(scene)
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None].astype(np.float32)
    out = np.repeat(60 + 0.7 * grey, 3, axis=2)
    for name, colour in COLOURS.items():
        plane = 0.6 * _at(scene.parts[name], rgb)[..., None]
        out = out * (1 - plane) + np.array(colour, np.float32) * plane * (0.4 + 0.6 * grey / 160)
    return Image.fromarray(np.clip(out, 0, 255).astype(np.uint8))


def _subject(scene: Scene) -> Image.Image:
    """The subject before a checked ground, as image editors show transparency."""
    rgb, _ = _shrunk(scene)
    alpha = _at(scene.subject, rgb)[..., None]
    y, x = np.indices(rgb.shape[:2]) // 12
    ground = np.where((x + y) % 2, 205, 235)[..., None]
    return Image.fromarray(np.rint(rgb * alpha + ground * (1 - alpha)).astype(np.uint8))


def _legend(draw: ImageDraw.ImageDraw, scene: Scene, at: tuple[int, int], width: int) -> None:
    font, y = _font(TEXT), at[1]
    for name, colour in COLOURS.items():
        share = float(scene.parts[name].mean())
        there = share >= SHOWN
        draw.rectangle((at[0], y + 2, at[0] + 14, y + 16), colour if there else PAPER, FAINT)
        text = f"{name}: {share:.0%} of the picture" if there else f"{name}: none"
        draw.text((at[0] + 24, y), text, INK if there else FAINT, font)
        if there:
            _bar(draw, (at[0] + width // 2, y), width // 2, scene.confidence.get(name, 0.0))
        y += TEXT + 6


def _figures(draw: ImageDraw.ImageDraw, scene: Scene, at: tuple[int, int], width: int) -> None:
    font, y = _font(TEXT), at[1]
    sure = scene.confidence
    rows = [(f"style: {scene.style.kind}", scene.style.confidence), ("depth", sure.get("disparity", 0.0)),
            (f"subject: {scene.subject.mean():.0%} of the picture", sure.get("subject", 0.0)),
            (f"faces: {len(scene.faces)}", sure.get("faces", 0.0)),
            (f"horizon at {scene.horizon:.0%} of the height", sure.get("horizon", 0.0)),
            ("upright lines", sure.get("verticals", 0.0)),
            (f"light: contrast {scene.light.contrast:.0%}", sure.get("light", 0.0))]  # fmt: skip
    for text, share in rows:
        draw.text((at[0], y), text, INK, font)
        _bar(draw, (at[0] + width // 2, y), width // 2, share)
        y += TEXT + 6
    draw.text(
        (at[0], y),
        f"{scene.size[0]}x{scene.size[1]}, focal {scene.focal:.0f} px; bars: how sure",
        FAINT,
        font,
    )


def _bar(draw: ImageDraw.ImageDraw, at: tuple[int, int], width: int, share: float) -> None:
    x, y = at[0], at[1] + 4
    long = width - 60
    draw.rectangle((x, y, x + long, y + 9), (225, 223, 217))
    draw.rectangle((x, y, x + round(long * min(max(share, 0.0), 1.0)), y + 9), ACCENT)
    draw.text((x + long + 8, at[1]), f"{share:.0%}", INK, _font(TEXT))


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
