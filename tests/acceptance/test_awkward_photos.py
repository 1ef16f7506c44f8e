"""Awkward photographs, the whole way: each gives a clip that starts with the right picture, or one clear error."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import stillreel
from stillreel.clip import Clip, decode
from stillreel.errors import PhotoError
from stillreel.photo.problems import HINTS
from tests.unit.photo import makers
from tests.unit.photo.makers import encoded, scene

SIZE = (192, 128)
PICTURE = scene(*SIZE)  # another colour in each corner: a turn, a flip or a lost channel shows
BACKGROUND = (0, 128, 255)
# What undoes each EXIF orientation when Pillow transposes, so that the file lies as a camera stores it.
STORED = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}


@dataclass(frozen=True)
class Awkward:
    """A photo's file, the picture that its clip must start with, and the codes of what must be said."""

    data: Callable[[], bytes]
    picture: Callable[[], Image.Image] = lambda: PICTURE
    notes: tuple[str, ...] = ()
    name: str = "photo"
    near: float = 4.0  # mean distance to the picture that is borne, 8-bit levels; MP4 itself costs 1


def animated(photo: Path, seconds: float = 1, size: str = f"{SIZE[0]}x{SIZE[1]}") -> Clip:
    """The smallest clip of all four stages."""
    return stillreel.animate(
        photo, "slow push-in", output=photo.with_name("clip.mp4"), seconds=seconds, fps=2, size=size,
        background="#{:02x}{:02x}{:02x}".format(*BACKGROUND), options={"steps": 1},
    )  # fmt: skip


def first_frame(clip: Clip) -> np.ndarray:
    return next(iter(decode.frames(clip.path))).astype(float)


def turned(orientation: int) -> bytes:
    turn = STORED[orientation]
    stored = PICTURE if turn is None else PICTURE.transpose(Image.Transpose(turn))
    return encoded(stored, "JPEG", quality=95, exif=makers.exif(orientation))


def several(kind: str) -> bytes:
    return encoded(PICTURE, kind, save_all=True, append_images=[Image.new("RGB", SIZE, "red")] * 2)


def see_through() -> Image.Image:
    picture = PICTURE.copy()
    picture.putalpha(Image.linear_gradient("L").resize(SIZE))
    return picture


def flattened() -> Image.Image:
    below = Image.new("RGB", SIZE, BACKGROUND)
    below.paste(PICTURE, mask=see_through().getchannel("A"))
    return below


def holes() -> Image.Image:
    """Two colours of a palette, one of them transparent, side by side."""
    picture = Image.new("P", SIZE, 1)
    picture.putpalette([255, 0, 0, 0, 200, 0])
    picture.paste(0, (0, 0, SIZE[0] // 2, SIZE[1]))
    return picture


def filled_holes() -> Image.Image:
    picture = Image.new("RGB", SIZE, (0, 200, 0))
    picture.paste(BACKGROUND, (0, 0, SIZE[0] // 2, SIZE[1]))
    return picture


SWATCHES = np.array([[200, 80, 60], [60, 180, 90], [70, 90, 200], [230, 200, 40]], np.float64)


def chart(colours: np.ndarray) -> Image.Image:
    return Image.fromarray(colours.round().astype(np.uint8)[None]).resize(SIZE, Image.Resampling.NEAREST)


def wide_chart(kind: str) -> bytes:
    quality = {"quality": 100, "subsampling": "4:4:4"} if kind in ("JPEG", "AVIF") else {}
    return encoded(chart(SWATCHES), kind, icc_profile=makers.profile(makers.DISPLAY_P3, None), **quality)


def wide_chart_in_srgb() -> Image.Image:
    """By the definition of Display P3 and sRGB, not by the colour engine that the reader uses."""
    value = SWATCHES / 255
    light = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    linear = np.clip(light @ np.array(makers.DISPLAY_P3) @ np.linalg.inv(np.array(makers.SRGB)), 0, 1)
    return chart(255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055))


def grey() -> Image.Image:
    return PICTURE.convert("L").convert("RGB")


def samples_16(image: Image.Image) -> np.ndarray:
    return np.asarray(image).astype(np.uint16) * 257


CLIPS = {
    "JPEG": Awkward(lambda: encoded(PICTURE, "JPEG", quality=92)),
    "progressive JPEG": Awkward(lambda: encoded(PICTURE, "JPEG", quality=92, progressive=True)),
    "PNG": Awkward(lambda: encoded(PICTURE, "PNG")),
    "WebP": Awkward(lambda: encoded(PICTURE, "WEBP", quality=92)),
    "AVIF": Awkward(lambda: encoded(PICTURE, "AVIF", quality=92)),
    "HEIC": Awkward(lambda: makers.heic(PICTURE)),
    "TIFF": Awkward(lambda: encoded(PICTURE, "TIFF", compression="tiff_lzw")),
    "GIF": Awkward(lambda: encoded(PICTURE.quantize(256), "GIF"), near=6),
    "animated GIF": Awkward(lambda: several("GIF"), notes=("photo.first_frame",), near=6),
    "animated WebP": Awkward(lambda: several("WEBP"), notes=("photo.first_frame",)),
    "TIFF of several pages": Awkward(lambda: several("TIFF"), notes=("photo.first_frame",)),
    "CMYK JPEG": Awkward(lambda: encoded(PICTURE.convert("CMYK"), "JPEG", quality=92), notes=("photo.cmyk",)),
    "CMYK TIFF": Awkward(lambda: encoded(PICTURE.convert("CMYK"), "TIFF"), notes=("photo.cmyk",)),
    "16-bit PNG": Awkward(lambda: makers.png_rgb16(samples_16(PICTURE))),
    "16-bit grey TIFF": Awkward(
        lambda: encoded(Image.fromarray(samples_16(PICTURE.convert("L"))), "TIFF"), grey, ("photo.depth",)
    ),
    "palette": Awkward(lambda: encoded(PICTURE.quantize(256), "PNG"), near=6),
    "palette with a hole": Awkward(
        lambda: encoded(holes(), "PNG", transparency=0), filled_holes, ("photo.flattened",)
    ),
    "alpha PNG": Awkward(lambda: encoded(see_through(), "PNG"), flattened, ("photo.flattened",)),
    "alpha WebP": Awkward(
        lambda: encoded(see_through(), "WEBP", lossless=True, exact=True), flattened, ("photo.flattened",)
    ),
    "alpha AVIF": Awkward(
        lambda: encoded(see_through(), "AVIF", quality=95), flattened, ("photo.flattened",)
    ),
    "grey": Awkward(lambda: encoded(PICTURE.convert("L"), "JPEG", quality=92), grey),
    "grey with alpha": Awkward(lambda: encoded(PICTURE.convert("LA"), "PNG"), grey),
    "black and white": Awkward(
        lambda: encoded(PICTURE.convert("1"), "PNG"), lambda: PICTURE.convert("1").convert("RGB"), near=12
    ),
    "wide gamut PNG": Awkward(lambda: wide_chart("PNG"), wide_chart_in_srgb, ("photo.profile",)),
    "wide gamut JPEG": Awkward(lambda: wide_chart("JPEG"), wide_chart_in_srgb, ("photo.profile",)),
    "wide gamut AVIF": Awkward(lambda: wide_chart("AVIF"), wide_chart_in_srgb, ("photo.profile",)),
    "broken profile": Awkward(
        lambda: encoded(PICTURE, "PNG", icc_profile=b"nonsense"), notes=("photo.profile_ignored",)
    ),
    "mislabelled": Awkward(lambda: encoded(PICTURE, "PNG"), notes=("photo.mislabelled",), name="photo.jpg"),
    "no suffix, odd name": Awkward(lambda: encoded(PICTURE, "PNG"), name="--output=фото 📷"),
    **{f"orientation {turn}": Awkward(lambda turn=turn: turned(turn)) for turn in STORED},
    **{
        f"HEIC turned {turns}": Awkward(
            lambda turns=turns: makers.heic(PICTURE.transpose(Image.Transpose(5 - turns)), turns)
        )
        for turns in (1, 2, 3)
    },
}


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this process's children put temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(folder))
    return folder


@pytest.mark.parametrize("kind", CLIPS)
def test_the_clip_starts_with_the_right_picture(kind: str, tmp_path: Path, temporary: Path) -> None:
    awkward = CLIPS[kind]
    photo = tmp_path / awkward.name
    photo.write_bytes(awkward.data())
    clip = animated(photo)
    assert clip.size == SIZE
    wanted = np.asarray(awkward.picture()).astype(float)
    found = first_frame(clip)
    assert np.abs(found - wanted).mean() < awkward.near
    assert np.abs(found.mean(axis=(0, 1)) - wanted.mean(axis=(0, 1))).max() < 3
    for corner in (np.s_[:16, :16], np.s_[:16, -16:], np.s_[-16:, :16], np.s_[-16:, -16:]):
        assert np.abs(found[corner].mean(axis=(0, 1)) - wanted[corner].mean(axis=(0, 1))).max() < 10
    told = {note.code for note in clip.warnings if note.code.startswith("photo.")}
    assert told == set(awkward.notes)
    assert {path.name for path in tmp_path.iterdir()} == {photo.name, "clip.mp4", "temporary"}
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("size", "shown"),
    [((32, 32), (64, 64)), ((40, 4000), (64, 1920)), ((4000, 40), (1920, 64)), ((8000, 5000), (972, 608))],
)
def test_tiny_long_and_huge_photos_fill_the_frame(
    size: tuple[int, int], shown: tuple[int, int], tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    PICTURE.resize(size, Image.Resampling.BILINEAR).save(photo, quality=92)
    clip = animated(photo, size="auto")
    assert clip.size == shown
    whole = PICTURE.resize(size if max(size) < 8000 else (1000, 625), Image.Resampling.BILINEAR)
    share = min(whole.width / shown[0], whole.height / shown[1])
    margin = [(side - share * wanted) / 2 for side, wanted in zip(whole.size, shown)]
    cut = (margin[0], margin[1], whole.width - margin[0], whole.height - margin[1])
    wanted = np.asarray(whole.resize(shown, Image.Resampling.BILINEAR, box=cut)).astype(float)
    assert np.abs(first_frame(clip) - wanted).mean() < 4
    assert ("photo.reduced" in {note.code for note in clip.warnings}) == (max(size) > 4096)


def cut_short(kind: str) -> bytes:
    noisy = Image.fromarray(np.random.default_rng(1).integers(0, 256, (96, 128, 3), np.uint8))
    data = makers.heic(noisy) if kind == "HEIC" else encoded(noisy, "WEBP" if kind == "WebP" else kind)
    return data[: len(data) * 3 // 5]


def inflating() -> bytes:
    """A PNG whose colour profile unpacks to 48 MB."""
    packer = zlib.compressobj(9)
    return b"iCCPx\0\0" + b"".join(packer.compress(bytes(2**24)) for _ in range(3)) + packer.flush()


def bitten(data: bytes) -> bytes:
    """The same with one byte in the middle turned over."""
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :]


def flat(width: int, height: int) -> bytes:
    return encoded(Image.new("L", (width, height), 128), "PNG")


ERRORS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty": ("photo.empty", lambda: b""),
    "1x1": ("photo.too_small", lambda: flat(1, 1)),
    "8x8": ("photo.too_small", lambda: flat(8, 8)),
    "1x5000": ("photo.too_small", lambda: flat(1, 5000)),
    "5000x1": ("photo.too_small", lambda: flat(5000, 1)),
    "0x0": ("photo.damaged", lambda: makers.png(0, 0, rows=b"\0")),
    "PNG bomb": ("photo.too_many_pixels", lambda: makers.png(60000, 60000, rows=bytes(1000))),
    "GIF bomb": ("photo.too_many_pixels", lambda: b"GIF89a" + b"\xff" * 4 + bytes(3) + b"," + bytes(9) + b"\2\0;"),
    "inflating profile": ("photo.damaged", lambda: makers.png(64, 64, inflating())),
    "text named as a photo": ("photo.unsupported", lambda: b"Dear diary, no photo today."),
    "drawing": ("photo.unsupported", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "video": ("photo.unsupported", lambda: b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"),
    "noise": ("photo.unsupported", lambda: random.Random(1).randbytes(5000)),
    "flipped bits": ("photo.damaged", lambda: bitten(encoded(PICTURE, "PNG"))),
    "floating-point TIFF": (
        "photo.pixel_type", lambda: encoded(Image.fromarray(np.ones((64, 64), np.float32)), "TIFF")
    ),
    **{
        f"truncated {kind}": ("photo.truncated", lambda kind=kind: cut_short(kind))
        for kind in ("JPEG", "PNG", "WebP", "AVIF", "HEIC", "TIFF", "GIF")
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", ERRORS)
def test_what_cannot_be_animated_is_one_clear_error(kind: str, tmp_path: Path, temporary: Path) -> None:
    code, data = ERRORS[kind]
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(data())
    with pytest.raises(PhotoError) as refused:
        animated(photo)
    assert (refused.value.code, refused.value.exit_status) == (code, 3)
    assert "photo.jpg" in refused.value.message
    assert refused.value.hint == HINTS[code]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["photo.jpg", "temporary"]
    assert list(temporary.iterdir()) == []


def test_a_file_of_ten_gigabytes_is_not_even_read(tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    with photo.open("wb") as file:
        file.truncate(10_000_000_000)  # sparse
    with pytest.raises(PhotoError, match="10000") as refused:
        animated(photo)
    assert refused.value.code == "photo.too_large"


def test_a_clip_that_stands_there_survives_a_photo_that_cannot_be_read(tmp_path: Path) -> None:
    photo, clip = tmp_path / "photo.jpg", tmp_path / "clip.mp4"
    photo.write_bytes(cut_short("JPEG"))
    clip.write_bytes(b"mine")
    with pytest.raises(PhotoError):
        stillreel.animate(photo, output=clip, overwrite=True, seconds=1, fps=2)
    assert clip.read_bytes() == b"mine"
