"""One SQLite file that several threads and processes use at once; its failures in plain lines."""

import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from retrieval.errors import ItemError, LibraryError

_BUSY = 60.0  # seconds one writer waits for another

# By the first two words of the name that SQLite gives an error.
_PERMISSIONS = "cannot be opened for writing: check the permissions of the data folder"
_DAMAGED = "is damaged: restore library.db from a backup, or delete it and ingest again"
_WAITED = f"is being written by another process for over {_BUSY:.0f} s; try again later"
_PLAIN = {
    "SQLITE_FULL": "cannot be written: the disk is full; free some space and run it again",
    "SQLITE_READONLY": _PERMISSIONS,
    "SQLITE_CANTOPEN": _PERMISSIONS,
    "SQLITE_PERM": _PERMISSIONS,
    "SQLITE_BUSY": _WAITED,
    "SQLITE_LOCKED": _WAITED,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
}


@contextmanager
def told(name: str) -> Iterator[None]:
    """Tell what SQLite says of the library of that name in words for people.

    Raises:
        LibraryError: the disk is full, the file is damaged, locked or not to be written.
        ItemError: a text holds half a character, which no file can hold.
    """
    try:
        yield
    except sqlite3.Error as error:
        kind = "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])
        what = _PLAIN.get(kind, f"could not be used ({error})")
        raise LibraryError(f"the library {name!r} {what}") from error
    except UnicodeEncodeError as error:
        raise ItemError(
            "holds half a character (a lone surrogate), which cannot be stored: save it as UTF-8"
        ) from error


class Database:
    """An SQLite file in WAL mode, with one connection a thread, each opened at its first use.

    What was not closed is closed when nobody holds it any more.
    """

    def __init__(self, file: Path, name: str) -> None:
        self.file, self.name = file, name
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        weakref.finalize(self, _close, self._open)

    @property
    def _db(self) -> sqlite3.Connection:
        """This thread's connection."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = sqlite3.connect(
                self.file, timeout=_BUSY, isolation_level=None, check_same_thread=False
            )
            db.execute("PRAGMA synchronous = NORMAL")
            self._local.db = db
            self._open.append(db)
        return db

    def execute(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement.

        Raises:
            LibraryError: see `told`.
        """
        with told(self.name):
            return self._db.execute(sql, values).fetchall()

    def close(self) -> None:
        """Close the connections of all threads."""
        _close(self._open)
        self._local = threading.local()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing; waits for another writer (60 s at most).

        Raises:
            LibraryError: see `told`; nothing was written.
        """
        with told(self.name):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk rolls back by itself
                    self._db.execute("ROLLBACK")
                raise


def _close(connections: list[sqlite3.Connection]) -> None:
    while connections:
        connections.pop().close()
