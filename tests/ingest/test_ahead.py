"""Work ahead in threads: order, overlap, errors, and an end when nobody listens any more."""

import threading
from collections.abc import Callable

import pytest

from ingest import ahead


def test_in_order_and_ahead() -> None:
    """Results come in order, and the next is being made while one is used."""
    started = [threading.Event() for _ in range(5)]

    def work(number: int) -> int:
        started[number].set()
        return number * number

    for number, square in ahead.each(range(5), work):
        assert square == number * number
        assert number == 4 or started[number + 1].wait(5)


def test_what_a_job_raises_is_raised() -> None:
    """After what came before it."""
    results = ahead.each([2, 1, 0, 3], lambda n: 2 // n)
    seen = [next(results), next(results)]
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert seen == [(2, 1), (1, 2)]


def test_all_jobs_are_done() -> None:
    """By however many threads; None tells that nothing waits just now."""
    jobs: list[Callable[[Callable[[int], None]], None]] = [
        lambda give, n=n: [give(n * 10 + m) for m in range(3)] and None for n in range(7)
    ]
    found = [it for it in ahead.gathered(jobs, workers=3) if it is not None]
    assert sorted(found) == [n * 10 + m for n in range(7) for m in range(3)]
    assert list(ahead.gathered([], workers=3)) == []


def test_it_ends_when_nobody_listens() -> None:
    """Jobs stop at what they give next, however much they had to give."""
    before = threading.active_count()
    results = ahead.each(range(10**9), lambda n: n)
    assert next(results) == (0, 0)
    results.close()
    assert threading.active_count() == before
