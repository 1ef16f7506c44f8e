"""Decode one photograph; run as a script, in a process of its own that may fail without harm.

Stands alone (Pillow and the standard library) so that it starts in 0.1 s. Reads the file from standard input
and its settings from the first argument, a JSON object; writes one line of JSON and then the pixels, RGB, 8 bits,
row by row.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import math
import os
import sys
import warnings
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

PLUGINS = {"JPEG": "Jpeg", "PNG": "Png", "WebP": "WebP", "AVIF": "Avif", "TIFF": "Tiff", "GIF": "Gif"}
PILLOW_NAMES = {"WebP": "WEBP", "HEIC": "HEIF"}
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Settings:
    kind: str  # as `sniff` names it
    pixels: int
    seconds: float
    longest: int  # the long side above which the photo is reduced
    shortest: int
    background: tuple[int, int, int]


@dataclass
class Decoded:
    """A decoded photo on its way out; notes are (code, message)."""

    image: Image.Image
    focal_35mm: float | None = None
    notes: list[tuple[str, str]] = field(default_factory=list)

    def note(self, code: str, message: str) -> None:
        self.notes.append((code, message))


class Refused(Exception):
    """A photo that cannot be used: (code, message)."""


def decode(data: bytes, settings: Settings) -> Decoded:
    """The photo upright, opaque, in sRGB, 8 bits, its long side at most `longest`."""
    image = _opened(data, settings)
    _check_size(image.size, settings)
    original = image.size
    _draft(image, settings.longest)
    image.load()
    photo = Decoded(image)
    _note_frames(photo, settings.kind)
    turn = _read_exif(photo)
    colour, alpha = _eight_bit(photo)
    if max(original) > settings.longest:
        photo.note("photo.reduced", f"Reduced from {original[0]}x{original[1]} while decoding.")
        colour = _reduced(colour, settings.longest)
        alpha = _reduced(alpha, settings.longest) if alpha else None
    photo.image = _flattened(photo, _to_srgb(photo, colour), alpha, settings.background)
    if turn in TURNS:
        photo.image = photo.image.transpose(TURNS[turn])
    return photo


def _opened(data: bytes, settings: Settings) -> Image.Image:
    if settings.kind == "HEIC":
        import pi_heif

        pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    else:
        importlib.import_module(f"PIL.{PLUGINS[settings.kind]}ImagePlugin")
    Image.MAX_IMAGE_PIXELS = None  # `_check_size` does it, with the user's own limit
    image = Image.open(io.BytesIO(data), formats=[PILLOW_NAMES.get(settings.kind, settings.kind)])
    if settings.kind == "TIFF":
        _refuse_raw(image)
    return image


def _refuse_raw(image: Image.Image) -> None:
    """Raw files of cameras (DNG, NEF, ARW) are TIFFs whose first page is a thumbnail."""
    tags = getattr(image, "tag_v2", {})
    if 50706 in tags or tags.get(262) == 32803 or int(tags.get(254, 0)) & 1:
        raise Refused("photo.unsupported", "It is a camera's raw file, not a photo.")


def _check_size(size: tuple[int, int], settings: Settings) -> None:
    width, height = size
    if width * height > settings.pixels:
        text = f"It has {width}x{height} = {width * height / 1e6:.1f} megapixels"
        raise Refused("photo.too_many_pixels", f"{text}; the limit is {settings.pixels / 1e6:.1f}.")
    shown = min(size) * min(1.0, settings.longest / max(size))
    if shown < settings.shortest:
        text = f"It has {width}x{height} pixels"
        if shown < min(size):
            text += f", read as {settings.longest}x{shown:.0f}"
        raise Refused("photo.too_small", f"{text}; its short side must have at least {settings.shortest}.")


def _draft(image: Image.Image, longest: int) -> None:
    """Let the JPEG decoder skip the frequencies that would be thrown away (DCT scaling by 2, 4 or 8)."""
    if image.format in ("JPEG", "MPO") and max(image.size) > longest:
        share = longest / max(image.size)
        image.draft(None, (int(image.width * share) + 1, int(image.height * share) + 1))


def _note_frames(photo: Decoded, kind: str) -> None:
    image = photo.image
    # A JPEG's further pictures are previews and gain maps: nothing to say.
    if kind != "JPEG" and getattr(image, "is_animated", False):
        thing = {"TIFF": "pages", "HEIC": "pictures"}.get(kind, "frames")
        first = "main picture" if kind == "HEIC" else f"first of its {thing}"
        photo.note("photo.first_frame", f"The {kind} holds several {thing}; the {first} was used.")


def _read_exif(photo: Decoded) -> int:
    """Take the focal length; return the orientation 1..8 that is still to be undone."""
    try:
        exif = photo.image.getexif()
        turn, focal = exif.get(0x0112, 1), exif.get_ifd(0x8769).get(0xA405)
        photo.focal_35mm = float(focal) if focal and 1 <= focal <= 3000 else None
    except Exception:  # Pillow's EXIF reader fails in a dozen ways
        turn, broken = 1, True
    else:
        broken = not isinstance(turn, int) or not 0 <= turn <= 8  # some cameras write 0 for "not known"
    if broken:
        photo.note("photo.exif_ignored", "The EXIF data is broken; the photo may lie on its side.")
    return 1 if broken else turn


def _eight_bit(photo: Decoded) -> tuple[Image.Image, Image.Image | None]:
    """(colour, alpha or None); colour in L, RGB or CMYK."""
    image = photo.image
    if image.mode.startswith("I;16"):
        photo.note("photo.depth", "16 bits per channel were rounded to 8.")
        return _from_16_bit(image), None
    if image.mode in ("I", "F", "LAB", "HSV"):
        what = {"I": "32-bit whole numbers", "F": "floating-point numbers"}.get(image.mode, image.mode)
        raise Refused("photo.pixel_type", f"Its pixels are {what}, whose black and white are not defined.")
    if image.mode == "LA":
        return image.getchannel("L"), image.getchannel("A")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        return image.convert("RGB"), image.getchannel("A")
    if image.mode in ("L", "RGB", "CMYK"):
        return image, None
    return image.convert("L" if image.mode == "1" else "RGB"), None


def _from_16_bit(image: Image.Image) -> Image.Image:
    """Grey of 16 (or, in a TIFF, 12) bits to 8; white stays white."""
    tags = getattr(image, "tag_v2", {})
    white = 2 ** int(tags.get(258, (16,))[0]) - 1
    grey = image.convert("I").point(lambda value: value * (255 / white) + 0.5).convert("L")
    return ImageOps.invert(grey) if tags.get(262) == 0 else grey  # 0: white is stored as zero


def _reduced(image: Image.Image, longest: int) -> Image.Image:
    if max(image.size) <= longest:
        return image
    share = longest / max(image.size)
    size = (max(1, round(image.width * share)), max(1, round(image.height * share)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _to_srgb(photo: Decoded, colour: Image.Image) -> Image.Image:
    profile = photo.image.info.get("icc_profile")
    if profile:
        try:
            return _through_profile(photo, colour, profile)
        except Exception as error:  # LittleCMS reports through several types
            why = f"{error}"[:100]
            photo.note("photo.profile_ignored", f"Its colour profile is broken ({why}); sRGB was assumed.")
    if colour.mode == "CMYK":
        photo.note("photo.cmyk", "CMYK without a usable profile: its colours are approximate.")
    return colour.convert("RGB")


def _through_profile(photo: Decoded, colour: Image.Image, data: bytes) -> Image.Image:
    """Relative colorimetric with black point compensation, as browsers do (ICC.1, LittleCMS)."""
    profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
    inside: Any = profile.profile  # a C object; Pillow's stubs take it for a file
    space = inside.xcolor_space.strip()
    if colour.mode == "L" and space == "RGB":
        colour = colour.convert("RGB")
    if space != {"L": "GRAY"}.get(colour.mode, colour.mode):
        raise ValueError(f"it describes {space}, the photo is {colour.mode}")
    transform = ImageCms.buildTransform(
        profile,
        ImageCms.createProfile("sRGB"),
        colour.mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    if _changes_nothing(transform, colour.mode):
        return colour.convert("RGB")
    name = "".join(c for c in ImageCms.getProfileDescription(profile)[:60] if c.isprintable()).strip()
    photo.note("photo.profile", f"Converted from its colour profile ({name or 'unnamed'}) to sRGB.")
    converted = ImageCms.applyTransform(colour, transform)
    assert converted is not None  # None is for in-place use only
    return converted


def _changes_nothing(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Whether the profile is sRGB already, by trial on a lattice of colours rather than by its name."""
    if mode != "RGB":
        return False
    steps = range(0, 256, 51)
    lattice = bytes(value for r in steps for g in steps for b in steps for value in (r, g, b))
    probe = Image.frombytes("RGB", (len(steps) ** 3, 1), lattice)
    converted = ImageCms.applyTransform(probe, transform)
    assert converted is not None
    return all(abs(a - b) <= 2 for a, b in zip(lattice, converted.tobytes(), strict=True))


def _flattened(
    photo: Decoded, colour: Image.Image, alpha: Image.Image | None, background: tuple[int, int, int]
) -> Image.Image:
    if alpha is None or alpha.getextrema()[0] == 255:
        return colour
    name = bytes(background).hex()
    photo.note("photo.flattened", f"Its transparent parts were laid on #{name}.")
    return Image.composite(colour, Image.new("RGB", colour.size, background), alpha)


def is_cut_short(data: bytes, kind: str) -> bool:
    """Whether the container's own lengths reach past the end of the file, or its end mark is missing."""
    if kind == "WebP":
        return len(data) < int.from_bytes(data[4:8], "little") + 8
    if kind == "PNG":
        return b"IEND" not in data[-64:] and b"IEND" not in data
    if kind == "JPEG":
        return b"\xff\xd9" not in data[-1024:]
    if kind == "TIFF":
        return int.from_bytes(data[4:8], "little" if data[:2] == b"II" else "big") + 2 > len(data)
    return kind in ("AVIF", "HEIC") and _boxes_end(data) > len(data)


def _boxes_end(data: bytes) -> int:
    """Where the last top-level box of an ISO base media file says it ends (ISO/IEC 14496-12, 4.2)."""
    end = 0
    while end + 8 <= len(data):
        size = int.from_bytes(data[end : end + 4], "big")
        if size == 1:
            size = int.from_bytes(data[end + 8 : end + 16], "big")
        if size < 8:  # 0: to the end of the file; else nonsense
            return len(data)
        end += size
    return end


def explain(error: Exception, data: bytes, kind: str) -> tuple[str, str]:
    """(code, message) for whatever Pillow and the decoders under it raised."""
    if isinstance(error, Refused):
        return error.args[0], error.args[1]
    if isinstance(error, MemoryError):
        return "photo.memory", f"Decoding this {kind} takes too much memory."
    if "truncated" in str(error).lower() or is_cut_short(data, kind):
        return "photo.truncated", f"The {kind} stops before its end."
    text = "its header makes no sense" if isinstance(error, UnidentifiedImageError) else str(error)[:120]
    return "photo.damaged", f"The {kind} is damaged ({text})."


def confine(pixels: int, seconds: float) -> None:
    """Cap this process's memory and time and forbid it to write files, where the system can (not Windows)."""
    try:
        import resource
    except ImportError:
        return
    memory = 2**30 + 20 * max(
        pixels, 100_000_000
    )  # decoders take up to 16 bytes a pixel; threads reserve more
    time = math.ceil(seconds)
    for limit, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CPU, time, time + 1),  # the soft limit's signal says why, the hard one's does not
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (soft, hard))


def main() -> None:
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a C library that prints must not spoil the answer
    warnings.simplefilter("ignore")
    given = json.loads(sys.argv[1])
    settings = Settings(**{**given, "background": tuple(given["background"])})
    data = sys.stdin.buffer.read()
    confine(settings.pixels, settings.seconds)
    try:
        photo = decode(data, settings)
        pixels = photo.image.tobytes()
        answer = {"size": photo.image.size, "focal_35mm": photo.focal_35mm, "notes": photo.notes}
    except Exception as error:  # hostile bytes make decoders raise anything
        code, message = explain(error, data, settings.kind)
        answer, pixels = {"code": code, "message": message}, b""
    out.write(json.dumps(answer).encode() + b"\n")
    out.write(pixels)
    out.flush()


if __name__ == "__main__":
    main()
