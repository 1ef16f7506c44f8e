"""Two threads, one order; errors cross over; leaving stops the work."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from stillreel.ahead import ahead


def test_items_come_in_order():
    with ahead(iter(range(50)), depth=3) as items:
        assert list(items) == list(range(50))


def test_an_error_is_raised_where_items_are_taken():
    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("no more")

    with ahead(broken()) as items:
        assert next(items) == 1
        with pytest.raises(ValueError, match="no more"):
            next(items)


def test_leaving_early_stops_the_maker():
    made: list[int] = []

    def endless() -> Iterator[int]:
        number = 0
        while True:
            made.append(number)
            yield number
            number += 1

    with ahead(endless(), depth=2) as items:
        assert next(items) == 0
    count = len(made)
    time.sleep(0.05)
    assert len(made) == count
    assert not [thread for thread in threading.enumerate() if thread.name == "stillreel-frames"]
