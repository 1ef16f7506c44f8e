"""Fetch a photograph's bytes from a path, and from nothing but a regular file."""

from __future__ import annotations

import os
import stat

from stillreel.photo.problems import problem

__all__ = ["fetch"]

# O_NONBLOCK: should the path turn into a pipe after it was looked at, opening must not wait for a writer.
OPEN_FLAGS = os.O_RDONLY
for _flag in ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):  # each is missing on some system
    OPEN_FLAGS |= getattr(os, _flag, 0)


def fetch(source: str | os.PathLike[str] | bytes, limit: int) -> tuple[bytes, str]:
    """(bytes, name) of a photo file, or of bytes that are one already; at most `limit` bytes."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        data, name = bytes(source), "photo"
    else:
        path = os.fspath(source)
        name = os.path.basename(path).encode("utf-8", "replace").decode() or "photo"
        data = _read_regular(path, name, limit)
    if not data:
        raise problem("photo.empty", f"{name!r} is empty.")
    if len(data) > limit:
        raise _too_large(name, len(data), limit)
    return data, name


def _read_regular(path: str, name: str, limit: int) -> bytes:
    try:
        _require_regular(os.stat(path).st_mode, name)  # before opening: opening a device may act on it
        with os.fdopen(os.open(path, OPEN_FLAGS), "rb") as file:
            found = os.fstat(file.fileno())
            _require_regular(found.st_mode, name)
            if found.st_size > limit:
                raise _too_large(name, found.st_size, limit)
            return file.read(limit + 1) if found.st_size else b""
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL in the path
        raise problem("photo.missing", f"There is no file {name!r}.") from None
    except OSError as error:
        raise problem("photo.unreadable", f"{name!r} cannot be read: {error.strerror}.") from error


def _require_regular(mode: int, name: str) -> None:
    if not stat.S_ISREG(mode):
        raise problem("photo.not_a_file", f"{name!r} is {_kind(mode)}, not a file.")


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"


def _too_large(name: str, size: int, limit: int) -> Exception:
    return problem("photo.too_large", f"{name!r} has {size / 1e6:.1f} MB; the limit is {limit / 1e6:.1f} MB.")
