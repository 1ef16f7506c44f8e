"""Reading from a path or bytes, the whole way: what is refused, with which code, and that nothing hangs or stays."""

from __future__ import annotations

import hashlib
import os
import random
import socket
import threading
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stillreel.errors import PhotoError, UsageError
from stillreel.photo import Limits, read
from stillreel.photo.problems import HINTS
from stillreel.photo.sniff import mislabelled, sniff
from tests.unit.photo import makers
from tests.unit.photo.makers import encoded, png, scene


def refusal(source: str | Path | bytes, limits: Limits = Limits()) -> PhotoError:  # noqa: B008 - frozen
    with pytest.raises(PhotoError) as caught:
        read(source, limits=limits)
    assert caught.value.hint == HINTS[caught.value.code]
    return caught.value


HEALTHY = {
    "JPEG": lambda: encoded(scene(), "JPEG", quality=95),
    "PNG": lambda: encoded(scene(), "PNG"),
    "WebP": lambda: encoded(scene(), "WEBP", quality=95),
    "AVIF": lambda: encoded(scene(), "AVIF", quality=95),
    "HEIC": lambda: makers.heic(scene()),
    "TIFF": lambda: encoded(scene(), "TIFF"),
    "GIF": lambda: encoded(scene(), "GIF"),
}


@pytest.mark.parametrize("kind", HEALTHY)
def test_each_format_is_read_from_a_file(kind: str, tmp_path: Path) -> None:
    path, data = tmp_path / f"été.{kind.lower()}", HEALTHY[kind]()
    path.write_bytes(data)
    photo = read(path)
    assert (photo.format, photo.name, photo.size) == (kind, path.name, (96, 64))
    assert photo.sha256 == hashlib.sha256(data).hexdigest()
    assert photo.pixels.dtype == np.uint8
    assert np.abs(photo.pixels.astype(int) - np.asarray(scene())).mean() < 3
    assert photo.notes == ()


@pytest.mark.parametrize("kind", HEALTHY)
@pytest.mark.parametrize("share", [0.3, 0.8])
def test_a_file_that_stops_early_is_called_truncated(kind: str, share: float) -> None:
    noisy = Image.fromarray(np.random.default_rng(1).integers(0, 256, (96, 128, 3), np.uint8))
    data = makers.heic(noisy) if kind == "HEIC" else encoded(noisy, "WEBP" if kind == "WebP" else kind)
    assert refusal(data[: int(len(data) * share)]).code == "photo.truncated"


@pytest.mark.parametrize(("data", "words"), [
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
    (b"<?xml version='1.0'?>\n<!-- a -->\n<svg/>", "an SVG drawing"),
    (b"%PDF-1.7\n", "a PDF"),
    (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "a video"),
    (b"\x1aE\xdf\xa3\x01\0\0\0", "a video"),
    (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "a video"),
    (b"BM\x36\0\0\0", "a BMP picture"),
    (b"PK\x03\x04\x14\0", "an archive"),
    (b"Dear diary, no photo today.", "text"),
    ("Schöne Grüße: ".encode() * 80, "text"),
    (b"<!DOCTYPE html><html>", "a web page"),
    (b"II*\0\x10\0\0\0CR\x02\0", "a camera's raw file"),
    (bytes(64), "of an unknown type"),
    (random.Random(1).randbytes(5000), "of an unknown type"),
])  # fmt: skip
def test_what_is_no_photo_is_named(data: bytes, words: str) -> None:
    with pytest.raises(PhotoError, match=words) as caught:
        sniff(data, "thing")
    assert caught.value.code == "photo.unsupported"


def test_the_content_counts_and_not_the_name(tmp_path: Path) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(encoded(scene(), "PNG"))
    photo = read(path)
    assert photo.format == "PNG"
    assert [note.code for note in photo.notes] == ["photo.mislabelled"]
    assert ".jpg" in photo.notes[0].message
    assert "PNG" in photo.notes[0].message


@pytest.mark.parametrize("name", ["a.JPEG", "a.jfif", "a", "a.", "trip.2024", ".jpg"])
def test_these_names_do_not_contradict_a_jpeg(name: str) -> None:
    assert mislabelled(name, "JPEG") == ()


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "device").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "socket"))
        for name, kind in (
            ("folder", "a folder"),
            ("device", "a device"),
            ("pipe", "a pipe"),
            ("socket", "a socket"),
        ):
            error = refusal(tmp_path / name)
            assert error.code == "photo.not_a_file"
            assert kind in error.message


def test_a_pipe_that_takes_the_files_place_is_not_waited_for(tmp_path: Path) -> None:
    """The path is a photo and a pipe in turn; whatever `read` catches, it comes back."""
    photo, pipe, path = tmp_path / "photo", tmp_path / "pipe", tmp_path / "path"
    photo.write_bytes(b"no photo")
    os.mkfifo(pipe)
    path.symlink_to(photo)
    done = threading.Event()

    def swap() -> None:
        for turn in range(400):
            link = tmp_path / "link"
            link.symlink_to((photo, pipe)[turn % 2])
            link.replace(path)
        done.set()

    swapper = threading.Thread(target=swap)
    swapper.start()
    seen = set()
    while not done.is_set():
        seen.add(refusal(path).code)
    swapper.join()
    assert seen <= {"photo.not_a_file", "photo.unsupported"}


def test_a_link_to_a_photo_is_a_photo(tmp_path: Path) -> None:
    (tmp_path / "real.png").write_bytes(encoded(scene(), "PNG"))
    (tmp_path / "link.png").symlink_to(tmp_path / "real.png")
    assert read(str(tmp_path / "link.png")).name == "link.png"


@pytest.mark.parametrize("path", ["no/such/photo.jpg", "https://example.org/a.jpg", "a\0b.jpg"])
def test_a_missing_file_is_missing(path: str) -> None:
    assert refusal(path).code == "photo.missing"


def test_empty_is_empty(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    assert refusal(tmp_path / "empty.jpg").code == "photo.empty"
    assert refusal(b"").code == "photo.empty"


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="needs a user who may not read everything"
)
def test_a_forbidden_file_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"x")
    (tmp_path / "secret.jpg").chmod(0)
    assert refusal(tmp_path / "secret.jpg").code == "photo.unreadable"


def test_the_limit_on_bytes_holds_before_reading(tmp_path: Path) -> None:
    huge = tmp_path / "huge.jpg"
    with huge.open("wb") as file:
        file.truncate(10_000_000_000)  # sparse: it takes no disk, and would take 10 GB of memory
    assert refusal(huge).code == "photo.too_large"
    assert refusal(b"\xff\xd8\xff" + bytes(100), limits=Limits(bytes=50)).code == "photo.too_large"


@pytest.mark.parametrize(("width", "height"), [(60000, 60000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_by_its_header(width: int, height: int) -> None:
    error = refusal(png(width, height, rows=b"\0" * 1000))
    assert error.code == "photo.too_many_pixels"
    assert f"{width}x{height}" in error.message


def test_the_limit_on_pixels_is_the_users() -> None:
    assert refusal(encoded(scene(), "PNG"), limits=Limits(pixels=96 * 64 - 1)).code == "photo.too_many_pixels"
    assert read(encoded(scene(), "PNG"), limits=Limits(pixels=96 * 64)).size == (96, 64)


@pytest.mark.parametrize("name", [b"iCCPx\0\0", b"zTXtx\0\0", b"iTXtx\0\1\0\0\0"])
def test_a_chunk_that_inflates_without_end_is_one_clear_error(name: bytes) -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(2**24)) for _ in range(3)) + packer.flush()
    assert refusal(png(64, 64, name + bomb)).code == "photo.damaged"


@pytest.mark.parametrize(("width", "height"), [(1, 1), (31, 400), (20000, 1), (1, 20000), (20000, 100)])
def test_too_small_to_animate(width: int, height: int) -> None:
    error = refusal(encoded(Image.new("L", (width, height)), "PNG"))
    assert error.code == "photo.too_small"
    assert f"{width}x{height}" in error.message


@pytest.mark.parametrize(("width", "height"), [(0, 0), (0, 50), (50, 0)])
def test_a_photo_without_pixels_is_damaged(width: int, height: int) -> None:
    assert refusal(png(width, height, rows=b"\0")).code in ("photo.damaged", "photo.too_small")


def test_the_limit_on_time_ends_the_decoder() -> None:
    assert refusal(encoded(scene(), "JPEG"), limits=Limits(seconds=0.001)).code == "photo.too_slow"
    if hasattr(os, "waitpid"):
        with pytest.raises(ChildProcessError):  # no child is left, running or dead
            os.waitpid(-1, os.WNOHANG)


@pytest.mark.parametrize(
    "limits", [{"pixels": 0}, {"bytes": -1}, {"seconds": 0.0}, {"seconds": float("nan")}]
)
def test_limits_are_positive(limits: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        Limits(**limits)  # type: ignore[arg-type]


@pytest.mark.parametrize("background", [(0, 0), (0, 0, 256), (-1, 0, 0)])
def test_a_background_is_three_bytes(background: tuple[int, ...]) -> None:
    with pytest.raises(UsageError):
        read(encoded(scene(), "PNG"), background=background)  # type: ignore[arg-type]


def test_the_pixels_cannot_be_changed_by_accident() -> None:
    assert not read(encoded(scene(), "PNG")).pixels.flags.writeable


def test_the_errors_page_lists_every_code(root: Path) -> None:
    page = (root / "docs/reference/errors-photo.md").read_text(encoding="utf-8")
    for code, hint in HINTS.items():
        assert f"| `{code}` |" in page
        assert hint
    assert page.count("| `photo.") >= len(HINTS)
