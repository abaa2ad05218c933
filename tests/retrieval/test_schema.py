"""A library of an earlier format is brought up in place, and holds what it held."""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEmbedder, article, put
from proofs import complete, expected_text, full_text

from retrieval.database import Database
from retrieval.errors import LibraryError
from retrieval.library import Library
from retrieval.schema import SCHEMA
from retrieval.vectors import Vectors

FORMATS = (1, 2)


def layout(library: Library) -> list[tuple[str, ...]]:
    """Every table's columns, and every index."""
    sql = "SELECT name, type FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
    return [
        (name, kind, *(str(column[1:]) for column in library.execute(f"PRAGMA table_info({name})")))
        for name, kind in library.execute(sql)
    ]


@pytest.fixture(params=FORMATS)
def format_(request: pytest.FixtureRequest) -> int:
    """Each earlier format."""
    return int(request.param)


@pytest.fixture
def old(tmp_path: Path, format_: int) -> Path:
    """The folder of a library in that format, of an earlier analysis, that holds one article."""
    folder = tmp_path / "libraries" / "old"
    folder.mkdir(parents=True)
    with sqlite3.connect(folder / "library.db") as db:
        tables = (Path(__file__).parent / f"format{format_}.sql").read_text()
        db.executescript(f"PRAGMA journal_mode = WAL;{tables}PRAGMA user_version = {format_}")
        db.execute("INSERT INTO meta VALUES ('id', 'abc'), ('analysis', '2/an older version')")
        db.execute(
            "INSERT INTO articles (id, uri, fingerprint, title, text, source, changed)"
            " VALUES ('a', 'file:///a', x'00', 'T', 'Words of it.', 'Paper', 5)"
        )
        db.execute("INSERT INTO chunks (article, start, stop, key) VALUES ('a', 0, 12, x'01')")
        vector = HashEmbedder().query("Words of it.").astype(np.float16).tobytes()
        db.execute("INSERT INTO vectors VALUES ('hash@1', x'01', ?)", (vector,))
        db.execute("INSERT INTO changes (chunk) VALUES (1)")
        db.execute("INSERT INTO keywords (rowid, title, body) VALUES (1, 't', 'words of it')")
        db.execute("INSERT INTO items VALUES ('file:///a', 'r', 5, '[]')")
    db.close()
    return folder


def test_an_earlier_format(
    old: Path, library: Library, embedder: HashEmbedder, vectors: Vectors
) -> None:
    """It opens, has the tables that a new one has, keeps its articles, and takes new ones."""
    opened = Library(old)
    assert full_text(opened) == expected_text(opened) != {}
    assert opened.execute("PRAGMA user_version") == [(SCHEMA,)]
    assert layout(opened) == layout(library)
    assert [(it.id, it.source, it.language) for it in opened.listing()] == [("a", "Paper", None)]
    put(opened, [article(1, language="en")], embedder)
    assert opened.articles(["a1"])["a1"].language == "en"
    assert full_text(opened) == expected_text(opened)
    vectors.sync(opened)
    complete(opened, vectors)
    opened.close()


def test_whoever_waits_is_told(
    old: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Once, where there is much to index."""
    monkeypatch.setattr("retrieval.library._MANY", 1)
    for _ in range(2):
        Library(old).close()
    told = [r.getMessage() for r in caplog.records if r.name == "clippings"]
    assert told == [f"the words of the library {old.name!r} are indexed anew, once"]


def test_twice(old: Path) -> None:
    """Opened again, nothing is left to do; two that open it at once do not disturb each other."""
    one, two = Library(old), Library(old)
    assert layout(one) == layout(two)
    one.close()
    two.close()


def test_cut_short(old: Path, format_: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails on the way leaves the earlier format as it was; the next opening does it all."""

    def fail(library: Database) -> None:
        library.execute("ALTER TABLE chunks ADD COLUMN words")
        library.execute("CREATE TABLE x (")

    with closing(sqlite3.connect(old / "library.db")) as db:
        before = db.execute("SELECT sql FROM sqlite_master").fetchall()
    with monkeypatch.context() as patch:
        patch.setattr("retrieval.schema._third", fail)
        with pytest.raises(LibraryError):
            Library(old)
    with closing(sqlite3.connect(old / "library.db")) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (format_,)
        assert db.execute("SELECT sql FROM sqlite_master").fetchall() == before
    opened = Library(old)
    assert full_text(opened) == expected_text(opened)
    opened.close()


def test_cut_short_while_words_are_counted(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails after the format was brought up is done at the next opening."""
    with monkeypatch.context() as patch:
        patch.setattr("retrieval.fulltext.packed", lambda _: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            Library(old)
    opened = Library(old)
    assert full_text(opened) == expected_text(opened) != {}
    opened.close()


def test_history(library: Library, embedder: HashEmbedder) -> None:
    """An edited article leaves its earlier fingerprint and times; stored as it was, nothing."""
    put(library, [article(1)], embedder)
    before = library.execute("SELECT fingerprint, changed FROM articles")[0]
    put(library, [article(1)], embedder)
    assert library.count("history") == 0
    put(library, [article(1, "Other words.")], embedder)
    (row,) = library.execute("SELECT article, fingerprint, stored, ended FROM history")
    assert row[:2] == ("a1", before[0])
    assert row[2] <= row[3]
    with library.transaction():
        library.delete("a1")
    assert library.count("history") == 0
