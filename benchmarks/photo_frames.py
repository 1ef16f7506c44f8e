"""Good photos as they come back from screens and albums: with bars, margins, a strip of text, a phone around them;
and cut through a face."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from stillreel.photo.bars import SIDES

__all__ = ["cut_through", "framed"]

TONES = ((0, 0, 0), (255, 255, 255), (18, 18, 20), (242, 242, 247), (30, 44, 80), (245, 238, 220))
WORDS = ("me when the weekend is finally here", "Wait for it...", "New arrivals, now 30% off!", "Holiday 2019",
         "nobody:\nabsolutely nobody:", "Send this to a friend who needs it", "LIVE from the harbour")  # fmt: skip


def framed(pixels: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, str]:
    """Letterboxed, pillarboxed, on paper with margins, above or below a strip with text, or inside a phone's screen."""
    way = str(random.choice(["letterbox", "pillarbox", "margins", "strip", "screenshot"]))
    height, width = pixels.shape[:2]
    tone = TONES[int(random.integers(len(TONES)))]
    if way in ("letterbox", "pillarbox"):
        share = random.uniform(0.04, 0.16)
        pad = (round(share * height), 0) if way == "letterbox" else (0, round(share * width))
        return _padded(pixels, (pad[0], pad[0], pad[1], pad[1]), tone), f"{way} {share:.0%} twice"
    if way == "margins":
        margin = round(random.uniform(0.02, 0.08) * min(height, width))
        bottom = round(margin * random.uniform(1, 4))
        return _padded(pixels, (margin, bottom, margin, margin), tone), f"margins of {margin} px"
    if way == "strip":
        deep = round(random.uniform(0.09, 0.25) * height)
        top = random.random() < 0.5
        out = _padded(pixels, (deep * top, deep * (not top), 0, 0), tone)
        _write(out, _choice(WORDS, random), (0, 0 if top else height, width, deep), _against(tone), random)
        return out, f"strip of {deep} px {'above' if top else 'below'}"
    return _screenshot(pixels, tone, random), "screenshot"


def _screenshot(pixels: np.ndarray, tone: tuple[int, int, int], random: np.random.Generator) -> np.ndarray:
    """A phone's screen, 9 by 16 to 9 by 20: clock and battery at the top, lines and buttons below the photo."""
    width = pixels.shape[1]
    screen = round(width * random.uniform(16, 20) / 9)
    photo = pixels[: round(0.75 * screen)]
    free = screen - photo.shape[0]
    above = max(round(0.05 * screen), round(free * random.uniform(0.1, 0.6)))
    below = max(round(0.05 * screen), free - above)
    out = _padded(photo, (above, below, 0, 0), tone)
    ink, bar = _against(tone), round(0.035 * screen)
    _write(out, f"{random.integers(24)}:{random.integers(10, 60)}", (0, 0, width // 4, bar), ink, random)
    battery = round(0.88 * width), round(0.3 * bar), round(0.94 * width), round(0.75 * bar)
    cv2.rectangle(out, battery[:2], battery[2:], ink, -1)
    start = above + photo.shape[0]
    for k in range(3):
        centre = round(width * (0.06 + 0.1 * k)), min(start + bar, len(out) - 3)
        cv2.circle(out, centre, max(2, bar // 3), ink, max(1, bar // 12))
    if below > 5 * bar:
        _write(out, _choice(WORDS, random), (0, start + 2 * bar, width, 2 * bar), ink, random)
    return out


def cut_through(
    pixels: np.ndarray, box: tuple[float, float, float, float], random: np.random.Generator
) -> tuple[np.ndarray, str]:
    """(what is left, the side) when the border cuts off 20 to 45% of the box x0, y0, x1, y1."""
    side, share = SIDES[int(random.integers(len(SIDES)))], random.uniform(0.2, 0.45)
    x0, y0, x1, y1 = box
    left, top = round(x0 + share * (x1 - x0)), round(y0 + share * (y1 - y0))
    right, bottom = round(x1 - share * (x1 - x0)), round(y1 - share * (y1 - y0))
    out = {"top": pixels[top:], "bottom": pixels[:bottom], "left": pixels[:, left:], "right": pixels[:, :right]}[side]
    return np.ascontiguousarray(out), side


def _padded(pixels: np.ndarray, pads: tuple[int, int, int, int], tone: tuple[int, int, int]) -> np.ndarray:
    return cv2.copyMakeBorder(pixels, *pads, cv2.BORDER_CONSTANT, value=tone)


def _against(tone: tuple[int, int, int]) -> tuple[int, int, int]:
    return (20, 20, 20) if sum(tone) > 380 else (240, 240, 240)


def _choice(words: tuple[str, ...], random: np.random.Generator) -> str:
    return words[int(random.integers(len(words)))]


def _write(
    pixels: np.ndarray,
    text: str,
    box: tuple[int, int, int, int],
    ink: tuple[int, int, int],
    random: np.random.Generator,
) -> None:
    """`text` as large as fits into (left, top, width, height), in place; Pillow's own font, plain or bold."""
    left, top, width, height = box
    image = Image.fromarray(pixels)
    draw = ImageDraw.Draw(image)
    lines = 1 + text.count("\n")
    size = max(9.0, 0.6 * height / lines)
    long = draw.multiline_textbbox((0, 0), text, font=ImageFont.load_default(size))[2]
    font = ImageFont.load_default(max(9.0, size * min(1.0, 0.9 * width / max(long, 1))))
    bold = round(random.integers(2) * size / 24)
    middle = (left + width / 2, top + height / 2)
    draw.multiline_text(middle, text, ink, font, "mm", stroke_width=bold)
    pixels[:] = np.asarray(image)
