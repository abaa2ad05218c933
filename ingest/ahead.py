"""Work that is done ahead in threads, so that reading, parsing and embedding overlap."""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")

_AHEAD = 32  # results that wait to be taken
_PATIENCE = 2.0  # seconds: a server that is just being asked may take a minute to answer


class StoppedError(Exception):
    """Nobody waits for results any more."""


def each(items: Sequence[In], work: Callable[[In], Out]) -> Iterator[tuple[In, Out]]:
    """Each item, in order, with what `work` makes of it in a thread that runs a little ahead."""

    def do(give: Callable[[tuple[In, Out]], None]) -> None:
        for item in items:
            give((item, work(item)))

    yield from (result for result in gathered([do]) if result is not None)


def gathered(
    jobs: Sequence[Callable[[Callable[[Out], None]], None]], workers: int = 1
) -> Iterator[Out | None]:
    """What the jobs give, as it comes; None whenever nothing waits, which is the time for other work.

    What a job raises is raised here; when the caller stops, so do the jobs, each at what it gives
    next.

    Args:
        jobs: each is called with what takes its results.
        workers: how many are at work at once.
    """
    results: queue.Queue[Out | BaseException | threading.Thread] = queue.Queue(_AHEAD)
    waiting: queue.SimpleQueue[Callable[[Callable[[Out], None]], None]] = queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)
    stop = threading.Event()

    def give(result: Out | BaseException | threading.Thread) -> None:
        while not stop.is_set():
            with suppress(queue.Full):
                return results.put(result, timeout=0.1)
        raise StoppedError

    threads = [
        threading.Thread(target=_work, args=[waiting, give], daemon=True)
        for _ in range(min(workers, len(jobs)))
    ]
    for thread in threads:
        thread.start()
    try:
        yield from _taken(results, len(threads))
    finally:
        stop.set()
        deadline = time.monotonic() + _PATIENCE
        for thread in threads:
            thread.join(max(deadline - time.monotonic(), 0.0))


def _work(
    waiting: "queue.SimpleQueue[Callable[[Callable[[Out], None]], None]]",
    give: "Callable[[Out | BaseException | threading.Thread], None]",
) -> None:
    """Do the jobs that wait, one after another; what one raises is given in its place."""
    with suppress(StoppedError):
        try:
            while not waiting.empty():
                with suppress(queue.Empty):  # another thread was faster
                    waiting.get_nowait()(give)
        except StoppedError:
            raise
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            give(error)
        give(threading.current_thread())


def _taken(
    results: "queue.Queue[Out | BaseException | threading.Thread]", at_work: int
) -> Iterator[Out | None]:
    """The results, until every thread has given itself for a sign that it is done."""
    while at_work:
        try:
            result = results.get_nowait()
        except queue.Empty:
            yield None
            result = results.get()
        if isinstance(result, threading.Thread):
            at_work -= 1
        elif isinstance(result, BaseException):
            raise result
        else:
            yield result
