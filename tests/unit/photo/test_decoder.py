"""What is done to a photo's pixels: orientation, colour, depth, transparency, size. Decoded right here, for speed."""

from __future__ import annotations

import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stillreel.photo import decoder
from stillreel.photo.decoder import Decoded, Refused, Settings, decode
from tests.unit.photo import makers
from tests.unit.photo.makers import encoded, png_rgb16, scene

SETTINGS = Settings("PNG", 100_000_000, 20.0, 4096, 32, (255, 255, 255))
UPRIGHT = np.asarray(scene()).astype(int)
PILLOW = {"WebP": "WEBP"}
# What Pillow's transpositions need to undo each EXIF orientation, so that the stored picture lies as a camera's does.
STORED = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}


def decoded(data: bytes, kind: str, **changes: object) -> Decoded:
    return decode(data, replace(SETTINGS, kind=kind, **changes))


def pixels(photo: Decoded) -> np.ndarray:
    return np.asarray(photo.image).astype(int)


def codes(photo: Decoded) -> list[str]:
    return [code for code, _ in photo.notes]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_upright_afterwards(kind: str, orientation: int) -> None:
    turn = STORED[orientation]
    stored = scene() if turn is None else scene().transpose(Image.Transpose(turn))
    data = encoded(stored, PILLOW.get(kind, kind), exif=makers.exif(orientation))
    photo = decoded(data, kind)
    assert photo.image.size == (96, 64)
    assert np.abs(pixels(photo) - UPRIGHT).mean() < 3
    assert codes(photo) == []


@pytest.mark.parametrize("turns", range(4))
def test_heic_is_read_and_turned_by_its_own_box(turns: int) -> None:
    photo = decoded(makers.heic(scene(), turns), "HEIC")
    assert np.abs(pixels(photo) - np.rot90(UPRIGHT, turns)).mean() < 3
    assert codes(photo) == []


def test_the_focal_length_comes_from_exif() -> None:
    data = encoded(scene(), "JPEG", exif=makers.exif(focal_35mm=35))
    assert decoded(data, "JPEG").focal_35mm == 35
    assert decoded(encoded(scene(), "JPEG"), "JPEG").focal_35mm is None


@pytest.mark.parametrize("orientation", [9, 77, 65535])
def test_an_impossible_orientation_is_ignored_and_said(orientation: int) -> None:
    photo = decoded(encoded(scene(), "JPEG", exif=makers.exif(orientation)), "JPEG")
    assert codes(photo) == ["photo.exif_ignored"]
    assert photo.image.size == (96, 64)


def to_srgb(
    colour: np.ndarray, primaries: tuple[tuple[float, float, float], ...], gamma: float | None
) -> np.ndarray:
    """The colours as sRGB, by the definition of the spaces and not by LittleCMS; D50 throughout."""
    value = colour / 255
    light = (
        value**gamma if gamma else np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    )
    linear = np.clip(light @ np.array(primaries) @ np.linalg.inv(np.array(makers.SRGB)), 0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP", "TIFF", "AVIF"])
@pytest.mark.parametrize(
    ("primaries", "gamma"), [(makers.DISPLAY_P3, None), (makers.ADOBE_RGB, 563 / 256)], ids=["P3", "AdobeRGB"]
)
def test_wide_colours_become_the_same_colours_in_srgb(
    kind: str, primaries: tuple[tuple[float, float, float], ...], gamma: float | None
) -> None:
    swatches = np.array(
        [[200, 80, 60], [60, 180, 90], [70, 90, 200], [128, 128, 128], [250, 250, 250], [30, 60, 20]]
    )
    chart = np.repeat(np.repeat(swatches[None].astype(np.uint8), 32, axis=0), 16, axis=1)
    exact = {"PNG": {}, "TIFF": {}, "WebP": {"lossless": True}}.get(
        kind, {"quality": 100, "subsampling": "4:4:4"}
    )
    icc = makers.profile(primaries, gamma)
    photo = decoded(encoded(Image.fromarray(chart), PILLOW.get(kind, kind), icc_profile=icc, **exact), kind)
    found = pixels(photo)[16, 8::16]
    assert np.abs(found - to_srgb(swatches, primaries, gamma)).max() <= (5 if kind == "AVIF" else 2.6)
    assert np.abs(found - swatches).max() > 8  # the profile does change them
    assert photo.notes == [("photo.profile", "Converted from its colour profile (Test profile) to sRGB.")]


def test_an_srgb_profile_changes_nothing_and_is_not_worth_a_note() -> None:
    photo = decoded(encoded(scene(), "PNG", icc_profile=makers.profile(makers.SRGB, None)), "PNG")
    assert np.array_equal(pixels(photo), UPRIGHT)
    assert codes(photo) == []


def test_a_grey_profile_is_applied_to_grey() -> None:
    grey = Image.new("L", (64, 64), 128)
    photo = decoded(encoded(grey, "PNG", icc_profile=makers.profile((), 1.0, b"GRAY")), "PNG")
    assert abs(int(pixels(photo)[0, 0, 0]) - 188) <= 1  # linear 0.502 is 188 in sRGB
    assert codes(photo) == ["photo.profile"]


@pytest.mark.parametrize(
    "icc",
    [b"nonsense", makers.profile(makers.DISPLAY_P3, None)[:200], makers.profile((), 1.0, b"GRAY")],
    ids=["nonsense", "cut", "of grey for a colour photo"],
)
def test_a_broken_profile_is_ignored_and_said(icc: bytes) -> None:
    photo = decoded(encoded(scene(), "PNG", icc_profile=icc), "PNG")
    assert np.array_equal(pixels(photo), UPRIGHT)
    assert codes(photo) == ["photo.profile_ignored"]


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_16_bit_grey_keeps_its_whole_range(kind: str) -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)
    photo = decoded(encoded(Image.fromarray(np.tile(ramp, (64, 1))), kind), kind)
    assert np.abs(pixels(photo)[0, :, 1] - np.arange(256)).max() <= 1
    assert codes(photo) == ["photo.depth"]


def tiff_of(samples: np.ndarray, photometric: int, sample_format: int = 1) -> bytes:
    """(H, W, channels) of 16 or 32 bits as an uncompressed little-endian TIFF."""
    height, width, channels = samples.shape
    bits = samples.dtype.itemsize * 8
    entries = [(256, width), (257, height), (259, 1), (262, photometric), (277, channels), (278, height)]
    end = 8 + 2 + 12 * (len(entries) + 4) + 4
    entries += [(273, end + 16), (279, samples.nbytes)]
    table = [struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries]
    for tag, value, at in ((258, bits, end), (339, sample_format, end + 8)):
        inline = struct.pack("<HHIHH", tag, 3, 1, value, 0)
        table.append(inline if channels == 1 else struct.pack("<HHII", tag, 3, channels, at))
    table.sort(key=lambda entry: struct.unpack("<H", entry[:2]))
    tail = struct.pack("<8H", *(bits,) * 4, *(sample_format,) * 4)
    return (
        b"II*\0" + struct.pack("<IH", 8, len(table)) + b"".join(table) + bytes(4) + tail + samples.tobytes()
    )


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_16_bit_colour_is_scaled_and_not_clipped(kind: str) -> None:
    wide = np.repeat(np.asarray(scene()).astype(np.uint16) * 257, 1, axis=0)
    data = png_rgb16(wide) if kind == "PNG" else tiff_of(wide.astype("<u2"), 2)
    assert np.abs(pixels(decoded(data, kind)) - UPRIGHT).max() <= 1


def test_a_tiff_that_stores_white_as_zero_comes_out_right() -> None:
    ramp = np.tile(np.linspace(65535, 0, 256).astype("<u2"), (64, 1))[..., None]
    assert np.abs(pixels(decoded(tiff_of(ramp, photometric=0), "TIFF"))[0, :, 0] - np.arange(256)).max() <= 1


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
def test_pixels_without_a_white_are_refused(dtype: type) -> None:
    data = encoded(Image.fromarray(np.ones((64, 64), dtype)), "TIFF")
    with pytest.raises(Refused) as refusal:
        decoded(data, "TIFF")
    assert refusal.value.args[0] == "photo.pixel_type"


def test_alpha_is_laid_on_the_colour_asked_for() -> None:
    alpha = Image.linear_gradient("L").resize((96, 64))
    see_through = scene().copy()
    see_through.putalpha(alpha)
    share = np.asarray(alpha)[..., None] / 255
    for kind, options in (("PNG", {}), ("WebP", {"lossless": True, "exact": True}), ("TIFF", {})):
        photo = decoded(
            encoded(see_through, PILLOW.get(kind, kind), **options), kind, background=(0, 128, 255)
        )
        assert np.abs(pixels(photo) - (UPRIGHT * share + np.array([0, 128, 255]) * (1 - share))).max() <= 2
        assert photo.notes == [("photo.flattened", "Its transparent parts were laid on #0080ff.")]


def test_alpha_that_hides_nothing_is_not_worth_a_note() -> None:
    assert codes(decoded(encoded(scene().convert("RGBA"), "PNG"), "PNG")) == []


def test_a_palette_with_a_transparent_colour_is_flattened() -> None:
    picture = Image.new("P", (64, 64), 1)
    picture.putpalette([255, 0, 0, 0, 255, 0])
    picture.paste(0, (0, 0, 32, 64))
    for kind in ("PNG", "GIF"):
        photo = decoded(encoded(picture, kind, transparency=0), kind, background=(9, 9, 9))
        assert pixels(photo)[5, [5, 60]].tolist() == [[9, 9, 9], [0, 255, 0]]
        assert "photo.flattened" in codes(photo)


MODES = {
    "PNG": ("L", "LA", "1", "P"),
    "JPEG": ("L", "CMYK", "YCbCr", "RGBX"),
    "TIFF": ("L", "LA", "1", "P", "CMYK", "YCbCr", "RGBX"),
}


@pytest.mark.parametrize(("kind", "mode"), [(kind, mode) for kind, modes in MODES.items() for mode in modes])
def test_every_mode_becomes_rgb(kind: str, mode: str) -> None:
    data = encoded(scene().convert("L" if mode == "LA" else "RGB").convert(mode), kind)
    photo = decoded(data, kind)
    wanted = scene().convert("L" if mode in ("L", "LA", "1") else "RGB").convert("RGB")
    assert photo.image.mode == "RGB"
    assert np.abs(pixels(photo).mean(axis=(0, 1)) - np.asarray(wanted).mean(axis=(0, 1))).max() < 6
    assert codes(photo) == (["photo.cmyk"] if mode == "CMYK" else [])


@pytest.mark.parametrize(
    ("kind", "thing"), [("GIF", "frames"), ("WebP", "frames"), ("PNG", "frames"), ("TIFF", "pages")]
)
def test_the_first_of_several_frames_is_taken_and_said(kind: str, thing: str) -> None:
    second = Image.new("RGB", (96, 64), (255, 0, 0))
    options = {"save_all": True, "append_images": [second]} | ({"lossless": True} if kind == "WebP" else {})
    photo = decoded(encoded(scene(), PILLOW.get(kind, kind), **options), kind)
    assert np.abs(pixels(photo) - UPRIGHT).mean() < 4
    assert photo.notes == [
        ("photo.first_frame", f"The {kind} holds several {thing}; the first of its {thing} was used.")
    ]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_very_long_photo_is_reduced_while_it_is_decoded(kind: str) -> None:
    long = scene().resize((9000, 300), Image.Resampling.BICUBIC)
    photo = decoded(encoded(long, kind), kind)
    assert photo.image.size == (4096, 137)
    wanted = np.asarray(long.resize((4096, 137), Image.Resampling.LANCZOS)).astype(int)
    assert np.abs(pixels(photo) - wanted).mean() < 2
    assert photo.notes == [("photo.reduced", "Reduced from 9000x300 while decoding.")]


def test_the_jpeg_decoder_itself_does_the_reducing() -> None:
    image = decoder._opened(encoded(Image.new("RGB", (9000, 300)), "JPEG"), replace(SETTINGS, kind="JPEG"))
    decoder._draft(image, 4096)
    assert image.size == (4500, 150)


def test_a_thumbnail_page_of_a_raw_file_is_not_taken_for_a_photo() -> None:
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    for tag, value in ((254, 1), (50706, b"\1\4\0\0")):
        tags = ImageFileDirectory_v2()
        tags[tag] = value
        with pytest.raises(Refused) as refusal:
            decoded(encoded(scene(), "TIFF", tiffinfo=tags), "TIFF")
        assert refusal.value.args[0] == "photo.unsupported"


ESCAPES = {
    "memory": "bytearray(8 << 30)",
    "a file": "open('left-behind', 'wb', buffering=0).write(b'x')",
}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems cap less")
@pytest.mark.parametrize("escape", ESCAPES.values(), ids=ESCAPES)
def test_the_decoding_process_is_confined(escape: str, tmp_path: Path) -> None:
    folder = Path(decoder.__file__).parent
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); import decoder; decoder.confine(1, 5)\n"
    done = subprocess.run(
        [sys.executable, "-c", code + escape], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode != 0
    assert b"MemoryError" in done.stderr or b"File too large" in done.stderr
    assert all(left.stat().st_size == 0 for left in tmp_path.iterdir())
