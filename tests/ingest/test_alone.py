"""One writer a library: the second waits its turn and says so."""

import signal
import subprocess
import threading
from collections.abc import Callable

import pytest
from proofs import one_line

from ingest.alone import alone
from retrieval.errors import LibraryError
from retrieval.library import Library


def test_a_second_writer_waits(
    library: Library, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one writes another does nothing but tell that it waits; then it has its turn."""
    told, order = threading.Event(), list[str]()

    def second() -> None:
        with alone(library):
            order.append("second")

    monkeypatch.setattr(
        caplog.handler, "emit", lambda record: (order.append(record.getMessage()), told.set())
    )
    waiting = threading.Thread(target=second)
    with alone(library):
        waiting.start()
        assert told.wait(30)
        order.append("first")
    waiting.join()
    assert order == [
        "another process is writing the library 'main': waiting for it",
        "first",
        "second",
    ]


_HOLD = """
import sys
from pathlib import Path
from ingest.alone import alone
from retrieval.library import Library
with alone(Library(Path(sys.argv[1]))):
    print("holding"); sys.stdin.readline()
"""


def test_a_dead_writer_lets_go(
    library: Library,
    child: Callable[..., "subprocess.Popen[str]"],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A writer that was killed does not keep the library to itself."""
    process = child(_HOLD, library.folder)
    assert process.stdout
    assert process.stdout.readline() == "holding\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    with alone(library):
        assert caplog.records == []


def test_a_lock_that_cannot_be_made_is_told(library: Library) -> None:
    """Where the lock's file cannot be made, one plain line says so."""
    (library.folder / "writing.lock").mkdir()
    told = pytest.raises(LibraryError, match="the library 'main' cannot be written")
    with told as error, alone(library):
        pytest.fail("it was not locked")
    one_line(error)
