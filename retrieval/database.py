"""One SQLite file that several threads and processes use at once; its failures in plain lines."""

import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from retrieval.errors import ItemError, LibraryError

_TICK = 0.02  # seconds until a statement is interrupted again
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
        self._open: list[_Connection] = []
        weakref.finalize(self, _close, self._open)

    @property
    def _db(self) -> "_Connection":
        """This thread's connection."""
        db: _Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = _Connection(self.file)
            self._open.append(db)
        return db

    def execute(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement.

        Raises:
            LibraryError: see `told`.
        """
        with told(self.name):
            return self._db.execute(sql, values)

    def close(self) -> None:
        """Close the connections of all threads; what one of them is at ends with an error."""
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
                self._db.roll_back()
                raise


class _Connection:
    """A thread's connection, which another thread may close: SQLite would crash if it were in use."""

    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(
            file, timeout=_BUSY, isolation_level=None, check_same_thread=False
        )
        self._using = threading.Lock()
        self._db.execute("PRAGMA synchronous = NORMAL")

    def execute(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement."""
        with self._using:
            return self._db.execute(sql, values).fetchall()

    def roll_back(self) -> None:
        """Undo an open transaction; a full disk and a closed connection have done so."""
        with self._using, suppress(sqlite3.ProgrammingError):
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def close(self) -> None:
        """End what it is at, and close it."""
        # Only where it is in use: one that was interrupted does not put its WAL into the file.
        while not self._using.acquire(timeout=_TICK):
            self._db.interrupt()
        self._db.close()
        self._using.release()


def _close(connections: list[_Connection]) -> None:
    while connections:
        connections.pop().close()
