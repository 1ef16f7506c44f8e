"""The embedded networks: ONNX weights that lie beside this file, opened lazily and kept open.

Sessions run on the CPU provider, whose results are the same from run to run on one machine. Networks from a folder of
the user's own stand in for them within a `using` block.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import MappingProxyType

import onnxruntime as ort

from stillreel.errors import ModelError

__all__ = ["SHIPPED", "open_session", "session", "shipped", "threads", "using", "weights_hash", "weights_path"]

FOLDER = Path(__file__).resolve().parent
SHIPPED: Mapping[str, ort.InferenceSession] = MappingProxyType({})  # nothing stands in for what is shipped

_turn = threading.Condition()
_standing_in: Mapping[str, ort.InferenceSession] = SHIPPED
_users = 0


def weights_path(name: str) -> Path:
    """The file of the network `name` ("parts", "face", "denoiser"); ModelError where it is not installed."""
    path = FOLDER / f"{name}.onnx"
    if not path.is_file():
        raise ModelError(
            "model.weights_missing",
            f"The weights of the embedded network {name!r} are not at {path}.",
            "Reinstall stillreel; its wheel carries them.",
        )
    return path


@cache
def weights_hash(name: str) -> str:
    """SHA-256 of the weights' file, as 64 hexadecimal digits."""
    return hashlib.sha256(weights_path(name).read_bytes()).hexdigest()


def threads() -> int:
    """How many CPU cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def session(name: str) -> ort.InferenceSession:
    """The network `name` that is in use, ready to run. ModelError where the file is missing or broken."""
    return _standing_in.get(name) or shipped(name)


@contextmanager
def using(own: Mapping[str, ort.InferenceSession]) -> Iterator[None]:
    """Let `own` stand in for the shipped networks of the same names, in every thread, until the block ends.

    A process uses one set at a time: a block with another set waits for its turn.
    """
    global _standing_in, _users
    with _turn:
        _turn.wait_for(lambda: not _users or _standing_in is own)
        _standing_in, _users = own, _users + 1
    try:
        yield
    finally:
        with _turn:
            _users -= 1
            if not _users:
                _standing_in = SHIPPED
            _turn.notify_all()


@cache
def shipped(name: str) -> ort.InferenceSession:
    """The network `name` of the wheel; opened at the first call."""
    path = weights_path(name)
    try:
        return open_session(str(path))
    except Exception as error:  # onnxruntime raises its own classes, which share no public base but Exception
        raise ModelError(
            "model.weights_broken",
            f"The weights of the embedded network {name!r} at {path} cannot be opened: {error}",
            "Reinstall stillreel.",
        ) from error


def open_session(model: str | bytes) -> ort.InferenceSession:
    """An ONNX model, by path or as bytes, on the CPU."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads()
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # A waiting thread that spins takes the core from the renderer and the encoder.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
