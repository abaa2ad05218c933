"""What the commands open, and what they know of the terminal."""

import io
from pathlib import Path

import pytest

from bot import opening, screen, show
from retrieval.errors import NoLibrary, SettingsError, VectorsError
from retrieval.library import Library
from tests.bot.material import Run


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


def test_settings(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read anew each time; one that cannot be used is told by its name."""
    assert opening.settings().data == data
    monkeypatch.setenv("CLIPPINGS_MAX_FILE_MB", "none")
    with pytest.raises(SettingsError, match="CLIPPINGS_MAX_FILE_MB"):
        opening.settings()


def test_a_library(main: Library) -> None:
    """It is opened by its name, and never made."""
    opened = opening.library("main")
    assert opened.count("articles") == 3
    opened.close()
    with pytest.raises(NoLibrary):
        opening.library("other")
    assert not (main.folder.parent / "other").exists()


def test_the_chain(data: Path) -> None:
    """Building it loads no model and writes nothing."""
    chain = opening.chain()
    assert chain.settings.data == data
    assert vars(chain.embedder)["_loaded"] is None
    assert not data.exists()


def test_one_question_takes_less_memory(data: Path) -> None:
    """The chain of a single question runs one batch at a time, any other one a core."""
    streams = [vars(opening.chain(once=once).embedder)["streams"] for once in (True, False)]
    assert streams == [1, None]


def test_a_chain_that_cannot_be_built(
    run: Run, main: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One plain line."""

    def broken(**_: bool) -> None:
        raise VectorsError("the Chroma server cannot be used")

    monkeypatch.setattr(opening, "chain", broken)
    done = run("status")
    assert (done.code, done.out) == (1, "")
    assert done.err == "clippings: the Chroma server cannot be used\n"


@pytest.mark.parametrize(("columns", "width"), [("80", 80), ("300", 100), ("5", 20)])
def test_width(monkeypatch: pytest.MonkeyPatch, columns: str, width: int) -> None:
    """As wide as the terminal, as far as lines are pleasant to read."""
    monkeypatch.setenv("COLUMNS", columns)
    assert screen.width() == width


def test_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal that has them, unless NO_COLOR asks for none; never in a pipe."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert screen.paint(Terminal()) is show.painted
    assert screen.paint(io.StringIO()) is show.plain
    monkeypatch.setenv("TERM", "dumb")
    assert screen.paint(Terminal()) is show.plain
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert screen.paint(Terminal()) is show.plain
