"""Where pulled networks lie, and how one is opened: from the very bytes whose SHA-256 was checked."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from stillreel.errors import ModelError
from stillreel.models.pulled.catalogue import Network
from stillreel.settings import networks_folder

if TYPE_CHECKING:
    import onnxruntime as ort

__all__ = ["digest_of", "is_kept", "keep", "open_network", "part_of", "place", "remove"]


def place(network: Network) -> Path:
    """Where the network lies once it is pulled."""
    return networks_folder() / f"{network.name}.onnx"


def part_of(network: Network) -> Path:
    """Where it lies while it is being fetched."""
    return place(network).with_suffix(".onnx.part")


def is_kept(network: Network) -> bool:
    """Whether it is here with its full length; the hash is for `open_network`."""
    path = place(network)
    return path.is_file() and path.stat().st_size == network.size


def keep(network: Network, file: Path) -> Path:
    """Move `file` to its place once its length and hash are right; else it is deleted.

    ModelError `model.pull_mismatch`.
    """
    digest = digest_of(file)
    if file.stat().st_size != network.size or digest != network.sha256:
        file.unlink()
        raise ModelError(
            "model.pull_mismatch",
            f"What came has SHA-256 {digest[:12]}, expected {network.sha256[:12]}; it was deleted.",
            f"Try again. If it stays so, {network.source} no longer holds the file that was checked.",
        )
    os.replace(file, place(network))
    return place(network)


def remove(network: Network) -> bool:
    """Delete the network, and what was fetched of it; whether anything was there."""
    there = [path for path in (place(network), part_of(network)) if path.exists()]
    for path in there:
        path.unlink()
    return bool(there)


def open_network(network: Network) -> ort.InferenceSession:
    """The network, ready to run on the CPU.

    No operators but onnxruntime's own; weights in other files cannot be meant, for a hash stands for one file.
    ModelError `model.not_pulled`, `model.weights_changed`, `model.weights_broken`, `model.weights_shape`.
    """
    path = place(network)
    if not path.is_file():
        text = f"The network {network.name} is not here: it is not part of Stillreel, and was not pulled yet."
        raise ModelError("model.not_pulled", text, f"Run: stillreel models pull {network.name}")
    return _opened(network, path, path.stat().st_mtime_ns)


@cache
def _opened(network: Network, path: Path, changed: int) -> ort.InferenceSession:
    """Kept open for as long as the file is the same (`changed`)."""
    from stillreel.models.embedded.networks import open_session

    again = f"Run: stillreel models remove {network.name}, and pull it again."
    data = path.read_bytes() if path.stat().st_size == network.size else b""
    digest = hashlib.sha256(data).hexdigest()
    if digest != network.sha256:
        text = f"{path} is no longer the file that was pulled (SHA-256 {digest[:12]}, expected {network.sha256[:12]})."
        raise ModelError("model.weights_changed", text, again)
    try:
        session = open_session(data)
    except Exception as error:  # onnxruntime raises its own classes, which share no public base but Exception
        text = f"{path} cannot be opened by this onnxruntime: {str(error)[:200]}"
        raise ModelError("model.weights_broken", text, "Update onnxruntime, or do without this network.") from error
    ends = [[end.name for end in ends] for ends in (session.get_inputs(), session.get_outputs())]
    if ends != [[network.input], [network.output]]:
        text = f"{path} has the inputs and outputs {ends}; expected {network.input} and {network.output}."
        raise ModelError("model.weights_shape", text, again)
    return session


def digest_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
