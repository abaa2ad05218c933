"""Abandoning work, and getting something ready in the background."""

import os
import signal
import threading
import time
from concurrent.futures import Future

import pytest

from bot.worker import Abandoned, Interrupts, Warming, in_background


def nothing() -> None:
    """Nobody need be told to wait."""


def test_the_result_comes_back() -> None:
    """What the work returns or raises, its own time-out included."""
    interrupts = Interrupts()
    assert interrupts.patiently(lambda: 7, nothing) == 7
    with pytest.raises(KeyError, match="x"):
        interrupts.patiently(lambda: {}["x"], nothing)

    def late() -> None:
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        interrupts.patiently(late, nothing)


def test_ctrl_c_abandons_and_nothing_else() -> None:
    """However often it is pressed; afterwards the next work is waited for again."""
    interrupts, hold, told = Interrupts(), threading.Event(), []

    def press() -> None:
        time.sleep(0.7)
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    with interrupts.caught():
        pressing = in_background(press)
        with pytest.raises(Abandoned):
            interrupts.patiently(hold.wait, lambda: told.append("waiting"))
        pressing.result()
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupts.patiently(lambda: 7, nothing) == 7
    hold.set()
    assert told == ["waiting"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_failure_is_told_once_and_tried_again() -> None:
    """Made once for all who wait; after a failure the next who asks has it made again."""
    made = []

    def make() -> int:
        made.append(1)
        if len(made) == 1:
            raise KeyError("first")
        return len(made)

    warming = Warming(make)
    future: Future[int] = warming.start()
    with pytest.raises(KeyError):
        future.result()
    with pytest.raises(KeyError):
        warming.get()
    assert warming.get() == 2
    assert warming.get() == 2
