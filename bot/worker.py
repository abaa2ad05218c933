"""Work that a person may abandon: it runs in a thread of its own, and Ctrl-C lets go of it."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from retrieval.errors import ClippingsError

T = TypeVar("T")
_TICK = 0.05  # seconds until a Ctrl-C is noticed
_A_WHILE = 10  # ticks until a person is told that it takes a while
_NAME = "clippings-worker"


class Abandoned(ClippingsError):  # noqa: N818 - reads as what it says
    """Ctrl-C was pressed before the work was done."""


class Interrupts:
    """Ctrl-C as a flag instead of an exception, which could strike anywhere and end the session."""

    def __init__(self) -> None:
        self._pressed = False

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Within this, Ctrl-C only sets the flag."""
        before = signal.signal(signal.SIGINT, self._note)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _note(self, *_: Any) -> None:
        self._pressed = True

    def patiently(self, work: Callable[[], T], waiting: Callable[[], None]) -> T:
        """What the work returns or raises; `waiting` is called once if that takes a while.

        Raises:
            Abandoned: Ctrl-C was pressed; the work goes on unheeded.
        """
        self._pressed = False
        future = in_background(work)
        ticks = 0
        while True:
            try:
                return future.result(timeout=_TICK)
            except NotYet:
                if future.done():  # it ended just now, or this is an error of its own
                    return future.result()
            if self._pressed:
                raise Abandoned("abandoned")
            ticks += 1
            if ticks == _A_WHILE:
                waiting()


def in_background(work: Callable[[], T]) -> "Future[T]":
    """Start the work in a daemon thread."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - whoever waits for the result gets it
            future.set_exception(error)

    threading.Thread(target=run, name=_NAME, daemon=True).start()
    return future


class Warming(Generic[T]):
    """Something that takes long to make: begun early, waited for late, tried again if it failed."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._future: Future[T] | None = None
        self._lock = threading.Lock()

    def start(self) -> "Future[T]":
        """Begin, unless it is begun."""
        with self._lock:
            if self._future is None:
                self._future = in_background(self._make)
            return self._future

    def get(self) -> T:
        """Wait for it.

        Raises:
            Exception: what making it raised; the next call tries again.
        """
        future = self.start()
        try:
            return future.result()
        except BaseException:
            with self._lock:
                if self._future is future:
                    self._future = None
            raise


def leave(code: int) -> None:
    """End the process at once where a worker is still at it; native code would not stop for less."""
    if any(thread.name == _NAME for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
