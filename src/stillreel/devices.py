"""Differences between machines, and nowhere else."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import cv2

__all__ = ["give_back_memory", "repeatable"]


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
