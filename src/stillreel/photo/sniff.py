"""Tell what a file is by its content; its name is only compared."""

from __future__ import annotations

import os
import re

from stillreel.events import Warned
from stillreel.photo.problems import problem

__all__ = ["mislabelled", "sniff"]

SUFFIXES = {
    "JPEG": {".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"},
    "PNG": {".png", ".apng"},
    "WebP": {".webp"},
    "AVIF": {".avif", ".avifs"},
    "HEIC": {".heic", ".heif", ".hif", ".heics"},
    "TIFF": {".tif", ".tiff"},
    "GIF": {".gif"},
}
MAGIC = (
    (rb"\xff\xd8\xff", "JPEG"),
    (rb"\x89PNG\r\n\x1a\n", "PNG"),
    (rb"GIF8[79]a", "GIF"),
    (rb"RIFF....WEBP", "WebP"),
    (rb"II[*+]\x00|MM\x00[*+]", "TIFF"),
)
# What people hand over by mistake, so that the refusal can name it.
STRANGERS = (
    (rb"%PDF", "a PDF"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", "PostScript"),
    (rb"BM", "a BMP picture"),
    (rb"\x00\x00[\x01\x02]\x00", "an icon"),
    (rb"8BPS", "a Photoshop document"),
    (rb"\xff\x0a|\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (rb"\x1aE\xdf\xa3|RIFF....AVI |....(moov|mdat|ftyp)|\x00\x00\x01[\xb3\xba]", "a video"),
    (rb"RIFF....WAVE|ID3|OggS|fLaC", "a sound"),
    (rb"PK\x03\x04|\x1f\x8b|Rar!|7z\xbc\xaf", "an archive"),
    (rb"II\x1a\x00\x00\x00HEAPCCDR|FUJIFILMCCD-RAW|IIRO|IIU\x00", "a camera's raw file"),
    (rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!DOCTYPE svg.*?>\s*)?<svg", "an SVG drawing"),
    (rb"(\xef\xbb\xbf)?\s*<(!DOCTYPE )?html", "a web page"),
    (rb"version https://git-lfs", "a Git LFS pointer"),
)


def sniff(data: bytes, name: str) -> str:
    """The photo format of `data`: a key of SUFFIXES; raises photo.unsupported for all else."""
    head = data[:4096]
    if head[4:8] == b"ftyp" and (still := _still_brand(head)):
        return still
    for pattern, kind in MAGIC:
        if re.match(pattern, head, re.DOTALL):
            return _not_raw(kind, head, name)
    raise problem("photo.unsupported", f"{name!r} is {_stranger(head)}, not a photo in a known format.")


def mislabelled(name: str, kind: str) -> tuple[Warned, ...]:
    """A note where the name's ending claims something else than the content."""
    suffix = os.path.splitext(name)[1].lower()
    if not re.fullmatch(r"\.[a-z][a-z0-9]{1,4}", suffix) or suffix in SUFFIXES[kind]:
        return ()
    return (
        Warned("photo.mislabelled", f"The file's name ends in {suffix}; it was read as the {kind} it is."),
    )


def _still_brand(head: bytes) -> str:
    """AVIF or HEIC from the brands of an ISO base media file (ISO/IEC 23008-12, annex B); "" for a video."""
    brands = head[8:12] + head[16 : int.from_bytes(head[:4], "big")]
    names = {brands[i : i + 4] for i in range(0, min(len(brands), 256), 4)}
    if names & {b"avif", b"avis"}:
        return "AVIF"
    return "HEIC" if names & {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"} else ""


def _not_raw(kind: str, head: bytes, name: str) -> str:
    if kind == "TIFF" and head[8:10] == b"CR":
        raise problem("photo.unsupported", f"{name!r} is a camera's raw file, not a photo.")
    return kind


def _stranger(head: bytes) -> str:
    for pattern, kind in STRANGERS:
        if re.match(pattern, head, re.DOTALL | re.IGNORECASE):
            return kind
    try:
        head[:1024].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < min(len(head), 1024) - 3:  # else only the cut through the last letter
            return "of an unknown type"
    return "text" if b"\x00" not in head[:1024] else "of an unknown type"
