"""Differences between machines, and nowhere else."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import cv2

__all__ = ["give_back_memory", "gpu_memory", "repeatable"]


@contextmanager
def repeatable() -> Iterator[None]:
    """OpenCV on one thread inside the block, so that the same request gives the same bits.

    OpenCV splits an array among its threads as they happen to be free, and the last bit of a float depends on where
    a piece ends; two stages that run at once then change each other's result. The stages themselves run in parallel.
    """
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(threads)


def give_back_memory() -> None:
    """Free pages returned to the system, where the C library keeps them for the thread that freed them (glibc).

    Threads that free large arrays between ones that stay leave gaps, and a long clip would gather them.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def gpu_memory(seconds: float = 5.0) -> float:
    """GB of the largest NVIDIA GPU by its driver's own program, 0 where none is found within `seconds`."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return 0.0
    query = [program, "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    try:
        said = subprocess.run(query, capture_output=True, text=True, timeout=seconds, check=True).stdout
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return 0.0
    sizes = [int(line) for line in said.split() if line.isdecimal()]  # MiB, one line a GPU
    return round(max(sizes, default=0) * 2**20 / 1e9, 1)
