"""Two threads, one order; errors cross over; leaving stops the work."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from stillreel.ahead import ahead, each


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


def test_each_keeps_the_order_whichever_thread_is_first():
    def slow(number: int) -> int:
        time.sleep(0.01 * (number % 3))
        return number * number

    with ThreadPoolExecutor(3) as pool:
        assert list(each(slow, range(20), pool)) == [number * number for number in range(20)]


def test_each_works_at_once_and_not_far_ahead():
    together = threading.Barrier(2, timeout=30)
    asked: list[int] = []

    def items() -> Iterator[int]:
        for number in range(10):
            asked.append(number)
            yield number

    def meet(number: int) -> int:
        together.wait()  # passes only where two are at work
        return number

    with ThreadPoolExecutor(2) as pool:
        for number in each(meet, items(), pool, most=3):
            assert asked[-1] <= number + 2


def test_two_can_share_one_pool():
    """Keys for the frames are made by the threads that make the frames."""
    with ThreadPoolExecutor(1) as pool:
        inner = each(lambda number: 2 * number, range(20), pool)
        assert list(each(lambda number: number + 1, inner, pool)) == [2 * number + 1 for number in range(20)]


def test_an_error_in_each_is_raised_where_its_result_is_taken():
    def work(number: int) -> int:
        if number == 3:
            raise ValueError("three")
        return number

    with ThreadPoolExecutor(2) as pool:
        made = each(work, range(10), pool)
        assert [next(made) for _ in range(3)] == [0, 1, 2]
        with pytest.raises(ValueError, match="three"):
            next(made)
