"""Read a photograph safely: bytes -> kind -> pixels, each step refusing what the next could not bear."""

from __future__ import annotations

import hashlib
import os

from stillreel.errors import UsageError
from stillreel.photo.apart import decode_apart
from stillreel.photo.decoder import Settings
from stillreel.photo.limits import LONGEST_SIDE, SHORTEST_SIDE, Limits
from stillreel.photo.sniff import mislabelled, sniff
from stillreel.photo.source import fetch
from stillreel.photo.values import Photo

__all__ = ["read"]


def read(
    source: str | os.PathLike[str] | bytes,
    *,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    background: tuple[int, int, int] = (255, 255, 255),
) -> Photo:
    """A JPEG, PNG, WebP, AVIF, HEIC, TIFF or GIF as an upright, opaque sRGB `Photo`.

    `source` is a path or the file's bytes; what it is is decided by content. Transparent parts are laid on
    `background` (red, green, blue 0..255). A photo longer than 4096 pixels is reduced while it is decoded.
    Whatever was done stands in `notes`. Raises `PhotoError` with one of the codes in `problems.HINTS`.
    """
    if len(background) != 3 or any(not 0 <= int(value) <= 255 for value in background):
        hint = "Give red, green and blue, 0..255 each."
        raise UsageError("usage.background", f"The background is {background!r}.", hint)
    data, name = fetch(source, limits.bytes)
    kind = sniff(data, name)
    red, green, blue = (int(value) for value in background)
    settings = Settings(kind, limits.pixels, limits.seconds, LONGEST_SIDE, SHORTEST_SIDE, (red, green, blue))
    decoded = decode_apart(data, settings, name)
    labels = () if isinstance(source, bytes) else mislabelled(name, kind)
    digest = hashlib.sha256(data).hexdigest()
    return Photo(decoded.pixels, name, kind, digest, decoded.focal_35mm, labels + decoded.notes)
