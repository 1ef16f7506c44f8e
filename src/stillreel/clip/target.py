"""Where a clip is put: whole or not at all, never over a stranger's file, and what a full disk is called."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import av
import av.error

from stillreel.errors import ResourceError, StillreelError, UsageError

__all__ = ["check", "explained", "placed", "require_room"]

# EFBIG is the limit that a system puts on one file (ulimit -f, FAT32).
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_NOTES = "stillreel.json"
_ROOM = 4 * 2**20  # bytes: a small clip; whether a large one fits is known only when it is written


def check(path: Path, *, folder: bool, overwrite: bool) -> None:
    """Refuse a place that cannot take a clip, before any work is done.

    Raises UsageError `clip.bad_name`, `clip.no_folder`, `clip.unwritable` or `clip.exists`.
    """
    if not path.name or any(ord(letter) < 32 for letter in str(path)):
        raise UsageError("clip.bad_name", f"{str(path)!r} is no name for a clip.", "Use plain characters.")
    with explained(path):
        if not path.parent.is_dir():
            raise UsageError("clip.no_folder", f"There is no folder {path.parent}.", "Create it first.")
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise UsageError(
                "clip.unwritable", f"{path.parent} cannot be written to.", "Choose another folder."
            )
        if not os.path.lexists(path):
            return
        if not overwrite:
            raise UsageError(
                "clip.exists", f"{path} exists already.", "Pass --overwrite or choose another name."
            )
        if folder and not _is_ours(path):
            raise UsageError(
                "clip.exists",
                f"{path} is not a folder of frames alone.",
                "Nothing else is overwritten; choose another name.",
            )
        if not folder and path.is_dir():
            raise UsageError("clip.exists", f"{path} is a folder, not a file.", "Name a file.")


def require_room(path: Path) -> None:
    """Raises ResourceError `clip.disk_full` where the disk of `path` has not even room for a small clip."""
    with explained(path):
        free = shutil.disk_usage(path.parent).free
    if free < _ROOM:
        raise ResourceError(
            "clip.disk_full",
            f"The disk of {path} has {free / 2**20:.1f} MiB free; a clip needs {_ROOM / 2**20:.0f} and more.",
            "Free some space, or write elsewhere.",
        )


@contextmanager
def placed(path: Path, *, folder: bool, overwrite: bool) -> Iterator[Path]:
    """A place beside `path` to write to, moved to `path` when the block ends well and removed when it does not.

    Raises what `check` raises, and `clip.exists` when something has come to lie at `path` meanwhile.
    """
    check(path, folder=folder, overwrite=overwrite)
    with explained(path):
        part = _part(path, folder=folder)
    try:
        yield part
        with explained(path):
            _move(part, path, overwrite=overwrite)
    finally:
        _remove(part)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """The system's errors while `path` is written, by what they mean to the user.

    Raises ResourceError `clip.disk_full` or `clip.memory`, UsageError `clip.unwritable` or `clip.bad_name`.
    """
    try:
        yield
    except StillreelError:
        raise
    except MemoryError:
        raise ResourceError(
            "clip.memory", f"Memory ran out while {path.name} was written.", "Make a smaller clip."
        ) from None
    except (OSError, av.error.FFmpegError) as error:
        raise _meaning(error, path) from error


def _meaning(error: OSError | av.error.FFmpegError, path: Path) -> StillreelError:
    reason = error.strerror or str(error)
    if error.errno in _FULL:
        return ResourceError(
            "clip.disk_full", f"No room for {path}: {reason}.", "Free some space, or write elsewhere."
        )
    if error.errno in _FORBIDDEN:
        return UsageError("clip.unwritable", f"{path} cannot be written: {reason}.", "Choose another folder.")
    if error.errno == errno.ENAMETOOLONG:
        return UsageError("clip.bad_name", f"The name {path.name[:40]}... is too long.", "Shorten it.")
    return ResourceError("clip.write_failed", f"{path} cannot be written: {reason}.", "Try another place.")


def _part(path: Path, *, folder: bool) -> Path:
    """An empty file or folder of an unguessable name beside `path`, with the rights that a new one gets."""
    if folder:
        made = Path(tempfile.mkdtemp(prefix=".stillreel-", suffix=".part", dir=path.parent))
    else:
        handle, name = tempfile.mkstemp(prefix=".stillreel-", suffix=".part", dir=path.parent)
        os.close(handle)
        made = Path(name)
    mask = os.umask(0)
    os.umask(mask)
    made.chmod((0o777 if folder else 0o666) & ~mask)
    return made.resolve()


def _move(part: Path, path: Path, *, overwrite: bool) -> None:
    if not overwrite:
        if os.path.lexists(path):
            raise UsageError(
                "clip.exists", f"{path} appeared meanwhile.", "Pass --overwrite or choose another name."
            )
        part.rename(path)
    elif part.is_dir() and path.is_dir():
        old = Path(tempfile.mkdtemp(prefix=".stillreel-", suffix=".old", dir=path.parent))
        path.rename(old)
        part.rename(path)
        shutil.rmtree(old)
    else:
        part.replace(path)


def _is_ours(path: Path) -> bool:
    """A real folder that holds frames and their notes and nothing else."""
    if path.is_symlink() or not path.is_dir():
        return False
    return all(one.name == _NOTES or (one.suffix == ".png" and one.stem.isdigit()) for one in path.iterdir())


def _remove(part: Path) -> None:
    with suppress(OSError):
        if part.is_dir():
            shutil.rmtree(part)
        else:
            part.unlink(missing_ok=True)
