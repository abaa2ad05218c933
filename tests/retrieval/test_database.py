"""A file that several threads use, and that one of them closes."""

import threading
from pathlib import Path

from retrieval.database import Database
from retrieval.errors import LibraryError

_ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def test_closing_ends_what_another_thread_is_at(tmp_path: Path) -> None:
    """It gets an error, the program goes on, and what is asked next opens the file again."""
    database = Database(tmp_path / "it.db", "it")
    database.execute("CREATE TABLE kept (word TEXT)")
    begun, errors = threading.Event(), list[LibraryError]()

    def work() -> None:
        try:
            with database.transaction():
                database.execute("INSERT INTO kept VALUES ('lost')")
                begun.set()
                database.execute(_ENDLESS)
        except LibraryError as error:
            errors.append(error)

    other = threading.Thread(target=work)
    other.start()
    begun.wait()
    database.close()
    other.join(30)
    assert not other.is_alive()
    assert len(errors) == 1
    assert database.execute("SELECT * FROM kept") == []
    database.close()


def test_many_threads_and_one_that_closes(tmp_path: Path) -> None:
    """Whatever each of them is at that moment, all of them end, with an answer or with an error."""
    database = Database(tmp_path / "it.db", "it")
    database.execute("CREATE TABLE kept (word TEXT)")
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            try:
                assert database.execute("SELECT count(*) FROM kept") == [(0,)]
            except LibraryError:
                continue

    others = [threading.Thread(target=work) for _ in range(4)]
    for it in others:
        it.start()
    for _ in range(200):
        database.close()
    over.set()
    for it in others:
        it.join(30)
        assert not it.is_alive()
    database.close()
