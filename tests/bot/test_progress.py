"""How far a run is: lines in a pipe, a bar on a terminal."""

import io
import sys

import pytest

from bot.progress import progress
from ingest.report import Progress


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


def test_a_pipe_gets_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    """One every five seconds, however many files there are, and nothing on standard output."""
    clock = iter(range(10_000))
    with progress(now=lambda: next(clock) / 2) as tell:
        for done in range(40):
            tell(Progress(done, 40, f"file\x1b[2J{done}.txt"))
        tell(Progress(40, 40, ""))
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines()[0] == "9 of 40: file9.txt"
    assert len(told.err.splitlines()) == 4


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts, shows a hostile name as it is to be read, and goes away."""
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress() as tell:
        tell(Progress(3, 40, "[bold]a\x07.txt"))
        tell(Progress(40, 40, ""))
    shown = sys.stderr.getvalue()  # type: ignore[attr-defined]
    assert "40/40" in shown
    assert "\x07" not in shown
