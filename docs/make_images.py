"""Make the pictures of the documentation with the program itself.

    python docs/make_images.py [PHOTO] [PROMPT]

Without PHOTO: a landscape drawn from noise (docs/drawn_landscape.py), so that no one's photograph is committed. Writes
docs/images/stages.jpg: the photo, what the analysis sees, the plan drawn over the photo, and frames of the clip.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from drawn_landscape import landscape
from PIL import Image, ImageDraw, ImageFont

import stillreel
from stillreel.clip import decode

IMAGES = Path(__file__).resolve().parent / "images"
PROMPT = "slow push-in, water ripples, clouds drift to the right"
HEIGHT, GAP, BAR = 300, 10, 28  # pixels


def main() -> None:
    prompt = sys.argv[2] if len(sys.argv) > 2 else PROMPT
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(sys.argv[1]) if len(sys.argv) > 1 else _drawn(Path(folder, "landscape.png"))
        clip, stages = Path(folder, "clip.mp4"), Path(folder, "stages")
        stillreel.animate(photo, prompt, output=clip, keep_stages=stages)
        frames = [Image.fromarray(frame) for frame in decode.frames(clip)]
        seen = [
            Image.open(stages / name).convert("RGB") for name in ("photo.png", "disparity.png", "plan.png")
        ]
        if (stages / "scene.png").is_file():
            seen[1] = Image.open(stages / "scene.png").convert("RGB")
        panels = [
            ("The photo", seen[0]),
            ("1 Analysis", seen[1]),
            ("2 Motion plan", seen[2]),
            ("3 + 4 Frames: 1 s", frames[len(frames) // 5]),
            ("3 s", frames[3 * len(frames) // 5]),
            ("5 s", frames[-1]),
        ]
        _sheet(panels, columns=3).save(IMAGES / "stages.jpg", quality=86)


def _drawn(path: Path) -> Path:
    Image.fromarray(landscape()).save(path)
    return path


def _sheet(panels: list[tuple[str, Image.Image]], columns: int) -> Image.Image:
    """Titled pictures of one height in rows."""
    rows = [panels[start : start + columns] for start in range(0, len(panels), columns)]
    strips = [_strip(row) for row in rows]
    sheet = Image.new(
        "RGB", (max(strip.width for strip in strips), sum(strip.height for strip in strips)), "white"
    )
    top = 0
    for strip in strips:
        sheet.paste(strip, (0, top))
        top += strip.height
    return sheet


def _strip(row: list[tuple[str, Image.Image]]) -> Image.Image:
    pictures = [
        picture.resize((round(picture.width * HEIGHT / picture.height), HEIGHT)) for _, picture in row
    ]
    width = sum(picture.width + GAP for picture in pictures) + GAP
    strip = Image.new("RGB", (width, HEIGHT + BAR + GAP), "white")
    pen, left = ImageDraw.Draw(strip), GAP
    for (title, _), picture in zip(row, pictures, strict=True):
        pen.text((left, 6), title, fill="black", font=ImageFont.load_default(16))
        strip.paste(picture, (left, BAR))
        left += picture.width + GAP
    return strip


if __name__ == "__main__":
    main()
