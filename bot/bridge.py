"""The only crossing between the synchronous rooms and asyncio: bounded threads, a queue, a deadline.

Every method is called on the event loop; only the work itself, and what `onto_loop` gives, run in
threads.
"""

import asyncio
import math
import time
import weakref
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from retrieval.errors import ClippingsError

T = TypeVar("T")
Piece = Callable[[str], None]  # takes a piece of text that was just written
Place = Callable[[int], None]  # takes how many are in front
Work = Callable[[Piece], T]
_FIRST_GUESS = 1.0  # seconds that work takes, before any was measured
_HELPERS = 4  # threads for what is quick
_SLOW = 3  # threads for what takes minutes, most of which waits for servers


class Busy(ClippingsError):  # noqa: N818 - reads as what it says
    """The queue is full; `seconds` says when it is worth coming back."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many questions are waiting: ask again in {seconds} s")
        self.seconds = seconds


class TooLate(ClippingsError):  # noqa: N818 - reads as what it says
    """The deadline passed before the work was done."""


class Closing(ClippingsError):  # noqa: N818 - reads as what it says
    """The program is ending; what waited was not begun."""


@dataclass(eq=False, slots=True)
class _Job(Generic[T]):
    """One piece of work and all who wait for it."""

    key: Hashable
    work: Work[T]
    done: "asyncio.Future[T]"
    pieces: list[Piece] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    waiting: int = 0  # how many wait for it


class Bridge:
    """Runs questions `workers` at a time, in the order they came, with at most `queue` waiting.

    `deadline` is in seconds and counts the waiting. Make it on the event loop.
    """

    def __init__(self, workers: int, queue: int, deadline: float) -> None:
        self._workers, self._limit, self.deadline = workers, queue, deadline
        self._pool = ThreadPoolExecutor(workers, "clippings-question")
        self._quick = ThreadPoolExecutor(_HELPERS, "clippings-quick")
        self._long = ThreadPoolExecutor(_SLOW, "clippings-long")
        self._aside = ThreadPoolExecutor(_SLOW, "clippings-aside")
        # Held while there is work of this one, so that it never has two of the threads.
        self._turns: weakref.WeakValueDictionary[Hashable, asyncio.Lock] = (
            weakref.WeakValueDictionary()
        )
        self._jobs: dict[Hashable, _Job[Any]] = {}
        self._waiting: deque[_Job[Any]] = deque()
        self._running = 0
        self._seconds = _FIRST_GUESS
        self.closing = False
        self.computed, self.joined = 0, 0

    async def ask(
        self,
        key: Hashable,
        work: Work[T],
        *,
        piece: Piece | None = None,
        place: Place | None = None,
    ) -> T:
        """What the work returns or raises; work with an equal key is done once for all who wait.

        `piece` gets what the work passes on meanwhile, `place` how many are in front as it changes.

        Raises:
            Busy: too many are waiting, or its turn would come after the deadline.
            TooLate: the deadline passed. A thread cannot be stopped: it ends unheeded.
            Closing: the program is ending.
        """
        job = self._join(key, work)
        if piece:
            job.pieces.append(piece)
        if place:
            job.places.append(place)
        self._start()
        if place and job in self._waiting:
            place(self._waiting.index(job) + self._running)
        job.waiting += 1
        try:
            done, _ = await asyncio.wait({job.done}, timeout=self.deadline)
        finally:
            job.waiting -= 1
            if piece:
                job.pieces.remove(piece)
            if place:
                job.places.remove(place)
            if not job.waiting and job in self._waiting:  # nobody wants it any more
                self._waiting.remove(job)
                self._forget(job)
        if not done:
            raise TooLate(f"no answer within {self.deadline:g} s: ask again, or ask for less")
        return job.done.result()

    def _join(self, key: Hashable, work: Work[T]) -> _Job[T]:
        if self.closing:
            raise Closing("clippings is being restarted: ask again in a minute")
        job = self._jobs.get(key)
        if job is not None:
            self.joined += 1
            return job
        if self._running >= self._workers and self._full():
            raise Busy(self.wait_for(len(self._waiting)))
        job = _Job(key, work, asyncio.get_running_loop().create_future())
        job.done.add_done_callback(_heed)
        self._jobs[key] = job
        self._waiting.append(job)
        return job

    def _full(self) -> bool:
        """Whether one more would only wait in vain: told now, it costs nobody the whole deadline."""
        in_front = len(self._waiting)
        late = in_front * self._seconds / self._workers > self.deadline
        return in_front >= self._limit or late

    def wait_for(self, in_front: int) -> int:
        """Seconds until so many are done, by how long the last ones took; at least one."""
        return max(1, math.ceil((in_front + 1) * self._seconds / self._workers))

    def _start(self) -> None:
        """Begin what can begin, and tell the others their place."""
        began = False
        while self._waiting and self._running < self._workers:
            self._begin(self._waiting.popleft())
            began = True
        if began:
            for number, job in enumerate(self._waiting):
                _tell(job.places, number + self._running)

    def _begin(self, job: _Job[Any]) -> None:
        self._running += 1
        self.computed += 1
        at = time.monotonic()
        piece = onto_loop(lambda text: _tell(job.pieces, text))
        task = asyncio.get_running_loop().run_in_executor(self._pool, job.work, piece)
        task.add_done_callback(lambda done: self._end(job, done, at))

    def _end(self, job: _Job[Any], done: "asyncio.Future[Any]", began: float) -> None:
        self._running -= 1
        self._seconds += (time.monotonic() - began - self._seconds) / 8  # the last ones weigh most
        self._forget(job)
        if not job.done.done():
            if done.cancelled():
                job.done.set_exception(Closing("clippings is being restarted"))
            elif error := done.exception():
                job.done.set_exception(error)
            else:
                job.done.set_result(done.result())
        self._start()

    def _forget(self, job: _Job[Any]) -> None:
        if self._jobs.get(job.key) is job:
            del self._jobs[job.key]

    async def quick(self, work: Callable[[], T]) -> T:
        """What work of some milliseconds returns or raises: a look into a file, a line written."""
        return await asyncio.get_running_loop().run_in_executor(self._quick, work)

    async def long(self, work: Callable[[], T], of: Hashable) -> T:
        """What work of minutes returns or raises, apart from the questions.

        What is `of` the same server is done in turn: it takes no thread from the others.
        """
        async with self._turn(("long", of)):
            return await asyncio.get_running_loop().run_in_executor(self._long, work)

    async def aside(self, work: Callable[[], T], of: Hashable) -> T:
        """What work returns or raises for which nobody waits; as `long`, and apart from that."""
        async with self._turn(("aside", of)):
            return await asyncio.get_running_loop().run_in_executor(self._aside, work)

    def _turn(self, of: Hashable) -> asyncio.Lock:
        return self._turns.setdefault(of, asyncio.Lock())

    @property
    def waiting(self) -> int:
        """How many questions wait to be begun."""
        return len(self._waiting)

    def refuse(self) -> None:
        """Take no more, and let those that wait know."""
        self.closing = True
        while self._waiting:
            job = self._waiting.popleft()
            self._forget(job)
            job.done.set_exception(Closing("clippings is being restarted: ask again in a minute"))

    def close(self) -> None:
        """Let go of the threads; one that is still at work ends unheeded."""
        self.refuse()
        for pool in (self._pool, self._quick, self._long, self._aside):
            pool.shutdown(wait=False, cancel_futures=True)


def onto_loop(callback: Callable[[Any], None]) -> Callable[[Any], None]:
    """What a thread may call in the callback's place: it runs on the event loop, soon."""
    loop = asyncio.get_running_loop()

    def call(value: Any) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(callback, value)

    return call


def _tell(listeners: list[Callable[[Any], None]], value: Any) -> None:
    for listener in list(listeners):
        listener(value)


def _heed(done: "asyncio.Future[Any]") -> None:
    """Look at an error that nobody waited for, so that asyncio does not complain of it."""
    if not done.cancelled():
        done.exception()
