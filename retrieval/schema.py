"""The format of a library's file: made anew, or brought up from an earlier one in place."""

import sqlite3
import uuid
from collections.abc import Iterator
from importlib.resources import files

from retrieval.database import Database
from retrieval.errors import LibraryError

SCHEMA = 3


def prepare(library: Database, analysis: str) -> None:
    """Make the tables of a new library, or those that an older one lacks; all of it or nothing.

    Args:
        library: whose file may be empty.
        analysis: the version of the analysis of words, noted in a new library.

    Raises:
        LibraryError: a newer version of clippings wrote it.
    """
    if _version(library) == 0:
        library.execute("PRAGMA journal_mode = WAL")
        with library.transaction():
            if _version(library) == 0:
                for statement in _statements():
                    library.execute(statement)
                new = {"id": uuid.uuid4().hex, "analysis": analysis}
                for fact in new.items():
                    library.execute("INSERT INTO meta VALUES (?, ?)", fact)
                library.execute(f"PRAGMA user_version = {SCHEMA}")
    if 0 < _version(library) < SCHEMA:
        with library.transaction():
            version = _version(library)  # of which another process may have been faster
            if version == 1:
                _second(library)
            if version < SCHEMA:
                _third(library)
                library.execute(f"PRAGMA user_version = {SCHEMA}")
    version = _version(library)
    if version != SCHEMA:
        raise LibraryError(
            f"the library {library.name!r} has format {version}, and this version of clippings "
            f"reads format {SCHEMA}: use the version that wrote it"
        )


def _second(library: Database) -> None:
    """From format 1 to format 2: what came with sources that are followed."""
    library.execute("ALTER TABLE articles ADD COLUMN language TEXT")
    there = {name for (name,) in library.execute("SELECT name FROM sqlite_master")}
    for statement in _statements():
        words = statement[statement.index("CREATE ") :].split()
        name = words[3] if words[1] == "VIRTUAL" else words[2]
        if name not in there:
            library.execute(statement)


def _third(library: Database) -> None:
    """From format 2 to format 3: what counts passages' words; the library fills it by itself."""
    library.execute("ALTER TABLE chunks ADD COLUMN words BLOB NOT NULL DEFAULT x''")


def _version(library: Database) -> int:
    return int(library.execute("PRAGMA user_version")[0][0])


def _statements() -> Iterator[str]:
    """The statements of schema.sql."""
    statement = ""
    for line in (files("retrieval") / "schema.sql").read_text("utf-8").splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
