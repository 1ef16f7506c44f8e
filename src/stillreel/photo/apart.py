"""Decode in a child process: a decoder that hangs, crashes or devours memory cannot take this process along.

The decoders are C libraries that read hostile bytes. A child costs about 0.1 s of one core and buys a time limit
that works (a thread inside C code cannot be stopped), a cap on memory, and survival of any crash. Bytes go in
by a pipe and pixels come out by a pipe: no pickle, no temporary file.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from stillreel.errors import ResourceError
from stillreel.events import Warned
from stillreel.photo.decoder import Settings
from stillreel.photo.problems import problem

__all__ = ["Pixels", "decode_apart"]

SCRIPT = Path(__file__).with_name("decoder.py")
TIME_IS_UP = getattr(signal, "SIGXCPU", None)  # absent on Windows, as is the next
KILLED = getattr(signal, "SIGKILL", None)  # by the system, for want of memory
PATIENCE = 3  # on a busy machine a decoder gets this many times its processor time on the clock


@dataclass(frozen=True)
class Pixels:
    """What came back from the child."""

    pixels: np.ndarray  # (H, W, 3) uint8 sRGB, read-only
    focal_35mm: float | None
    notes: tuple[Warned, ...]


def decode_apart(data: bytes, settings: Settings, name: str) -> Pixels:
    """Decode `data` in a child process; every failure is one `PhotoError`."""
    command = [sys.executable, "-I", str(SCRIPT), json.dumps(asdict(settings))]
    patience = PATIENCE * settings.seconds
    try:
        child = subprocess.run(command, input=data, capture_output=True, timeout=patience, check=False)
    except subprocess.TimeoutExpired:
        raise _too_slow(settings, name) from None
    except OSError as error:
        raise ResourceError("photo.worker", f"The photo decoder did not start: {error}.") from error
    if child.returncode:
        raise _death(child.returncode, child.stderr, settings, name)
    return _parsed(child.stdout, name)


def _parsed(output: bytes, name: str) -> Pixels:
    line, _, _ = output.partition(b"\n")
    answer = json.loads(line)
    if "code" in answer:
        raise problem(answer["code"], f"{name!r}: {answer['message']}")
    width, height = answer["size"]
    pixels = np.frombuffer(output, np.uint8, count=width * height * 3, offset=len(line) + 1)
    notes = tuple(Warned(code, message) for code, message in answer["notes"])
    return Pixels(pixels.reshape(height, width, 3), answer["focal_35mm"], notes)


def _death(status: int, stderr: bytes, settings: Settings, name: str) -> Exception:
    """Why the child ended without an answer: a signal is the photo's doing, a plain exit status is ours."""
    last = (stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"])[-1][:200]
    if TIME_IS_UP is not None and status == -TIME_IS_UP:
        return _too_slow(settings, name)
    if (KILLED is not None and status == -KILLED) or b"MemoryError" in stderr or b"bad_alloc" in stderr:
        return problem("photo.memory", f"Decoding {name!r} takes too much memory.")
    if status < 0:
        return problem("photo.damaged", f"{name!r} is damaged: the {settings.kind} decoder stopped ({last}).")
    return ResourceError(
        "photo.worker", f"The photo decoder failed: {last}.", "Run `stillreel doctor`; Pillow may be broken."
    )


def _too_slow(settings: Settings, name: str) -> Exception:
    return problem("photo.too_slow", f"{name!r} was not decoded within {settings.seconds:g} s.")
