"""Stages at once: frames are made in some threads while another encodes them."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import TypeVar

__all__ = ["ahead", "each"]

Item = TypeVar("Item")
Made = TypeVar("Made")
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


def each(work: Callable[[Item], Made], items: Iterable[Item], pool: Executor, most: int = 3) -> Iterator[Made]:
    """`work` done on each of `items` in `pool`, at most `most` of them at once or waiting to be taken; in order.

    `items` are taken in the caller's thread; an error in `work` is raised where its result would be.
    """
    begun: deque[Future[Made]] = deque()
    try:
        for item in items:
            begun.append(pool.submit(work, item))
            if len(begun) == most:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        for one in begun:
            one.cancel()
