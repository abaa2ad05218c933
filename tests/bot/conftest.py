"""A data folder with one small library, and a scripted chain in the place of the real one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import HashEmbedder, ScriptedChain, put

from bot import opening
from retrieval.library import Library
from retrieval.settings import Settings
from retrieval.types import Article
from tests.bot.material import ARTICLES, QUESTION, RUSSIA, SYRIA


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
def chain(data: Path, monkeypatch: pytest.MonkeyPatch) -> ScriptedChain:
    """The scripted chain, which every command gets."""
    answers: dict[str, list[Article] | Exception] = {QUESTION: [SYRIA, RUSSIA]}
    made = ScriptedChain(Settings(), answers)
    monkeypatch.setattr(opening, "chain", lambda: made)
    return made
