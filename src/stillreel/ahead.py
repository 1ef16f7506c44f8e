"""Two stages at once: frames are made in one thread while another encodes them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

__all__ = ["ahead"]

Item = TypeVar("Item")
_END = object()


@contextmanager
def ahead(items: Iterator[Item], depth: int = 4) -> Iterator[Iterator[Item]]:
    """`items` made up to `depth` ahead in a thread of their own; an error in it is raised where they are taken.

    Leaving the block stops the thread at its next item and waits for it.
    """
    box: queue.Queue[object] = queue.Queue(depth)
    stop = threading.Event()
    failure: list[BaseException] = []

    def offer(item: object) -> None:
        while not stop.is_set():
            try:
                box.put(item, timeout=0.1)
                return
            except queue.Full:
                continue

    def work() -> None:
        try:
            for item in items:
                if stop.is_set():
                    return
                offer(item)
        except BaseException as error:  # handed over, whatever it is, and raised by the taker
            failure.append(error)
        finally:
            offer(_END)

    def taken() -> Iterator[Item]:
        while (item := box.get()) is not _END:
            yield item  # type: ignore[misc]
        if failure:
            raise failure[0]

    thread = threading.Thread(target=work, name="stillreel-frames", daemon=True)
    thread.start()
    try:
        yield taken()
    finally:
        stop.set()
        thread.join()
