"""Pull a network: fetch it, or take it from a file; check it; keep it."""

from __future__ import annotations

import errno
import shutil
import ssl
import stat
import time
from pathlib import Path

from stillreel.errors import Interrupted, ModelError, ResourceError, StillreelError, UsageError
from stillreel.events import Listener, StageDone, StageStarted, StepDone, ignore
from stillreel.models.pulled.catalogue import Network
from stillreel.models.pulled.fetch import LIMITS, Limits, fetch
from stillreel.models.pulled.store import digest_of, is_kept, keep, part_of, place

__all__ = ["pull"]

ROOM = "Free some space, or name another folder with STILLREEL_CONFIG."


def pull(
    network: Network,
    listen: Listener = ignore,
    *,
    file: Path | None = None,
    limits: Limits = LIMITS,
    context: ssl.SSLContext | None = None,
    loopback: bool = False,
) -> Path:
    """Where `network` lies afterwards; nothing is fetched where it is here already and right.

    file: take it from there, without a network. limits, context, loopback: as in `fetch`. Events: the stage "pull" in
    steps of bytes. Raises what `fetch` and `keep` raise; UsageError `model.pull_no_file`, `model.pull_folder`;
    ResourceError `resource.disk`; Interrupted, after which the next call goes on.
    """
    if is_kept(network) and digest_of(place(network)) == network.sha256:
        return place(network)
    listen(StageStarted("pull", network.size))
    started = time.monotonic()

    def on_bytes(have: int) -> None:
        listen(StepDone("pull", have, network.size))

    try:
        part = part_of(network)
        part.parent.mkdir(parents=True, exist_ok=True)
        _check_room(network, part)
        if file is not None:
            part = part.with_suffix(".copy")  # what was fetched so far is left alone
            _copy(network, file, part)
        else:
            fetch(
                network.url, part, network.size, on_bytes, limits=limits, context=context, loopback=loopback
            )
        kept = keep(network, part)
        part_of(network).unlink(missing_ok=True)
    except KeyboardInterrupt:
        text = "Stopped. What was fetched is kept."
        raise Interrupted("interrupted", text, "Run the same again, it goes on from there.") from None
    except OSError as error:  # the network's are told already: this is the folder's
        raise _of_folder(error) from None
    listen(StageDone("pull", time.monotonic() - started))
    return kept


def _check_room(network: Network, part: Path) -> None:
    """ResourceError `resource.disk`, before anything is fetched."""
    needed = network.size - (part.stat().st_size if part.exists() else 0)
    free = shutil.disk_usage(part.parent).free
    if free < needed:
        text = f"{network.name} needs {needed / 2**20:,.0f} MiB more, {part.parent} has {free / 2**20:,.0f} MiB free."
        raise ResourceError("resource.disk", text, ROOM)


def _copy(network: Network, file: Path, part: Path) -> None:
    """UsageError `model.pull_no_file`; ModelError `model.pull_mismatch` for another length, before it is copied."""
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            raise UsageError("model.pull_no_file", f"{file} is no file.", "Give the .onnx file itself.")
        if found.st_size != network.size:
            text = f"{file} has {found.st_size:,} bytes, {network.name} has {network.size:,}."
            raise ModelError("model.pull_mismatch", text, f"It must be the file of {network.url}")
        opened = file.open("rb")
    except OSError as error:
        text = f"{file} cannot be read: {error.strerror}."
        raise UsageError("model.pull_no_file", text, "Check the path given with --from.") from None
    with opened, part.open("wb") as written:
        shutil.copyfileobj(opened, written)


def _of_folder(error: OSError) -> StillreelError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ResourceError("resource.disk", f"The disk is full: {error}.", ROOM)
    text = f"{error.filename or 'The folder of the networks'} cannot be written: {error.strerror}."
    return UsageError("model.pull_folder", text, "Name another folder with STILLREEL_CONFIG.")
