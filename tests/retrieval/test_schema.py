"""A library of format 1 is brought up in place, and holds what it held."""

import sqlite3
from pathlib import Path

import pytest
from fakes import HashEmbedder, article, put
from proofs import complete, expected_text, full_text

from retrieval.errors import LibraryError
from retrieval.library import Library
from retrieval.schema import SCHEMA
from retrieval.vectors import Vectors

FIRST = Path(__file__).parent / "format1.sql"


def layout(library: Library) -> list[tuple[str, ...]]:
    """Every table's columns, and every index."""
    sql = "SELECT name, type FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
    return [
        (name, kind, *(str(column[1:]) for column in library.execute(f"PRAGMA table_info({name})")))
        for name, kind in library.execute(sql)
    ]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The folder of a library in format 1 that holds one article."""
    folder = tmp_path / "libraries" / "old"
    folder.mkdir(parents=True)
    with sqlite3.connect(folder / "library.db") as db:
        db.executescript(f"PRAGMA journal_mode = WAL;{FIRST.read_text()}PRAGMA user_version = 1")
        db.execute("INSERT INTO meta VALUES ('id', 'abc')")
        db.execute(
            "INSERT INTO articles VALUES ('a', 'file:///a', x'00', 'T', 'Words of it.', NULL, NULL,"
            " 'Paper', NULL, NULL, 5)"
        )
        db.execute("INSERT INTO items VALUES ('file:///a', 'r', 5, '[]')")
    db.close()
    return folder


def test_format_1(old: Path, library: Library, embedder: HashEmbedder, vectors: Vectors) -> None:
    """It opens, has the tables that a new one has, keeps its articles, and takes new ones."""
    opened = Library(old)
    assert opened.execute("PRAGMA user_version") == [(SCHEMA,)]
    assert layout(opened) == layout(library)
    assert [(it.id, it.source, it.language) for it in opened.listing()] == [("a", "Paper", None)]
    put(opened, [article(1, language="en")], embedder)
    assert opened.articles(["a1"])["a1"].language == "en"
    assert full_text(opened) == expected_text(opened)
    vectors.sync(opened)
    complete(opened, vectors)
    opened.close()


def test_twice(old: Path) -> None:
    """Opened again, nothing is left to do; two that open it at once do not disturb each other."""
    one, two = Library(old), Library(old)
    assert layout(one) == layout(two)
    one.close()
    two.close()


def test_cut_short(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails on the way leaves format 1 as it was."""
    monkeypatch.setattr("retrieval.schema._statements", lambda: iter(["CREATE TABLE x (", ""]))
    with pytest.raises(LibraryError):
        Library(old)
    with sqlite3.connect(old / "library.db") as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        columns = [row[1] for row in db.execute("PRAGMA table_info(articles)")]
    db.close()
    assert "language" not in columns


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
