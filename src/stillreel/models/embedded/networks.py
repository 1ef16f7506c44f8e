"""The embedded networks: ONNX weights that lie beside this file, opened lazily and kept open.

Sessions run on the CPU provider, whose results are the same from run to run on one machine.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

import onnxruntime as ort

from stillreel.errors import ModelError

__all__ = ["session", "threads", "weights_hash", "weights_path"]

FOLDER = Path(__file__).resolve().parent


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


@cache
def session(name: str) -> ort.InferenceSession:
    """The network `name`, ready to run; opened at the first call. ModelError where the file is missing or broken."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads()
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # A waiting thread that spins takes the core from the renderer and the encoder.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    path = weights_path(name)
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises its own classes, which share no public base but Exception
        raise ModelError(
            "model.weights_broken",
            f"The weights of the embedded network {name!r} at {path} cannot be opened: {error}",
            "Reinstall stillreel.",
        ) from error
