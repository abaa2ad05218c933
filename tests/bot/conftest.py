"""A data folder with one small library, a scripted chain in the place of the real one, the command."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import HashEmbedder, ScriptedChain, put
from typer.testing import CliRunner

from bot import opening
from bot.cli import app
from bot.repl import loop
from bot.session import Session
from retrieval.library import Library
from retrieval.settings import Settings
from retrieval.types import Article, Question
from tests.bot.material import ARTICLES, QUESTION, RUSSIA, SYRIA, Ran, Run, Talk


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, and a working folder without `.env`."""
    monkeypatch.setenv("CLIPPINGS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


@pytest.fixture
def main(data: Path) -> Iterator[Library]:
    """The library `main` with three articles."""
    made = Library(data / "libraries" / "main", create=True)
    put(made, ARTICLES, HashEmbedder())
    yield made
    made.close()


@pytest.fixture
def chain(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedChain]:
    """The scripted chain, which every command gets."""
    answers: dict[str, list[Article] | Exception] = {QUESTION: [SYRIA, RUSSIA]}
    made = ScriptedChain(Settings(), answers)
    monkeypatch.setattr(opening, "chain", lambda **_: made)
    yield made
    made.vectors._chroma.forget_client()


@pytest.fixture
def session(main: Library, chain: ScriptedChain) -> Session:
    """A session over the three articles."""
    return Session(chain.ask, chain.library, Question("", ("main",)))


@pytest.fixture
def talk(session: Session) -> Talk:
    """Types lines; gives the transcript, with a `>` before what was typed."""

    def types(*lines: str) -> str:
        waiting, transcript = list(lines), []

        def read() -> str | None:
            if not waiting:
                return None
            transcript.append(f"> {waiting[0]}")
            return waiting.pop(0)

        loop(session, read=read, write=transcript.append)
        return "\n".join(transcript)

    return types


@pytest.fixture
def run(data: Path) -> Iterator[Run]:
    """Runs a command in this process; a stack trace never comes of it."""
    log, root = logging.getLogger("clippings"), logging.getLogger()
    before = log.level, log.propagate, list(log.handlers), list(root.handlers)

    def runs(*words: str, stdin: str | bytes = "") -> Ran:
        done = CliRunner().invoke(app, words, input=stdin)
        assert done.exception is None or isinstance(done.exception, SystemExit)
        assert "--debug" in words or "Traceback" not in done.output
        return Ran(done.exit_code, done.stdout, done.stderr)

    yield runs
    log.level, log.propagate, log.handlers, root.handlers = before
    log.setLevel(log.level)  # forgets what it remembers of the level


@pytest.fixture
def environment(data: Path, closed_environment: dict[str, str]) -> dict[str, str]:
    """The environment of a child: the data folder, a terminal of 80 columns, no network."""
    terminal = {"TERM": "xterm", "NO_COLOR": "1", "COLUMNS": "80", "PROMPT_TOOLKIT_NO_CPR": "1"}
    ours = {"CLIPPINGS_DATA": os.environ["CLIPPINGS_DATA"], "OMP_NUM_THREADS": "1"}
    return closed_environment | terminal | ours


@pytest.fixture
def process(environment: dict[str, str]) -> Run:
    """Runs the command in a process of its own, `python -m bot` unless told otherwise."""

    def runs(*words: str, stdin: str = "", program: tuple[str, ...] = ("-m", "bot")) -> Ran:
        done = subprocess.run(
            [sys.executable, *program, *words],
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return runs
