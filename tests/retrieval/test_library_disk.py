"""The library's file in trouble: all of it or nothing, one plain line, and several at once."""

import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes import HashEmbedder, article, put
from proofs import expected_text, full_text, one_line

from retrieval import fulltext
from retrieval.errors import LibraryError, NoLibrary
from retrieval.library import Library, library_names


def test_what_fails_leaves_nothing(library: Library, embedder: HashEmbedder) -> None:
    """An error, or somebody stopping the program, within a transaction undoes all of it."""
    put(library, [article(1)], embedder)
    before = (full_text(library), library.number(), library.articles(["a1"]))

    def fail(error: type[BaseException]) -> None:
        with library.transaction():
            library.delete("a1")
            library.execute("INSERT INTO changes (chunk) VALUES (99)")
            raise error

    for error in (ValueError, KeyboardInterrupt):
        with pytest.raises(error):
            fail(error)
        assert (full_text(library), library.number(), library.articles(["a1"])) == before
    put(library, [article(2)], embedder)
    assert full_text(library) == expected_text(library)


_KILLED = """
import os, signal, sys
from pathlib import Path
from fakes import HashEmbedder, article, put
from retrieval.library import Library
library = Library(Path(sys.argv[1]))
put(library, [article(2)], HashEmbedder())
def kill(): os.kill(os.getpid(), signal.SIGKILL)
with library.transaction():
    library.delete("a1")
    library.execute("UPDATE meta SET value = 'lost'")
    kill()
"""


def test_a_killed_writer_leaves_what_was_committed(
    library: Library, embedder: HashEmbedder, child: Callable[..., Any]
) -> None:
    """A process killed within a transaction leaves everything from before it, and no lock."""
    put(library, [article(1)], embedder)
    assert child(_KILLED, library.folder).wait(30) == -9
    assert set(library.articles(["a1", "a2"])) == {"a1", "a2"}
    assert library.get("id") == library.id
    put(library, [article(3)], embedder)
    assert full_text(library) == expected_text(library)


def test_words_are_indexed_again_after_an_upgrade(
    library: Library, embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index whose terms were made by other rules is made again before anything is taken out."""
    with monkeypatch.context() as patch:
        patch.setattr(fulltext, "terms", lambda text: ["old", *text.casefold().split()])
        put(library, [article(1, "Harbours strike.")], embedder)
    with library.transaction():
        library.put("analysis", "0/an older version")
    library.close()
    again = Library(library.folder)
    assert full_text(again) == expected_text(again) != {}
    with again.transaction():
        again.delete("a1")
    assert full_text(again) == {}


def test_a_library_that_is_not_there(tmp_path: Path) -> None:
    """A missing library is named, with those that exist and the command that makes it."""
    with pytest.raises(NoLibrary, match=r"no library 'x' \(there are none yet\)") as error:
        Library(tmp_path / "libraries" / "x")
    one_line(error)
    assert not list(tmp_path.iterdir())
    Library(tmp_path / "libraries" / "b", create=True).close()
    Library(tmp_path / "libraries" / "a", create=True).close()
    with pytest.raises(NoLibrary, match=r"there are: a, b\).*--library x"):
        Library(tmp_path / "libraries" / "x")
    assert library_names(tmp_path) == ["a", "b"]


@pytest.mark.parametrize("damage", ["garbage", "head", "half"])
def test_a_damaged_file_is_told(library: Library, embedder: HashEmbedder, damage: str) -> None:
    """Garbage, or a file that was cut short, gives a LibraryError that says what to do."""
    put(library, [article(n, "words and more words " * 200) for n in range(30)], embedder)
    library.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    library.close()
    data = library.file.read_bytes()
    broken = {"garbage": b"not a library " * 999, "head": data[:50], "half": data[: len(data) // 2]}
    library.file.write_bytes(broken[damage])
    with pytest.raises(LibraryError, match="is damaged: restore") as error:
        Library(library.folder).execute("SELECT * FROM articles ORDER BY changed")
    one_line(error)
    library.file.write_bytes(data)
    assert len(Library(library.folder).listing()) == 30


def test_a_newer_format_is_refused(library: Library, embedder: HashEmbedder) -> None:
    """A file of a later version is left alone; the version that wrote it can still use it."""
    put(library, [article(1)], embedder)
    library.execute("PRAGMA user_version = 7")
    library.close()
    with pytest.raises(LibraryError, match="format 7") as error:
        Library(library.folder)
    one_line(error)
    with sqlite3.connect(library.file) as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (1,)


def test_a_full_disk_is_told(library: Library, embedder: HashEmbedder) -> None:
    """A disk that fills up leaves what was there; once there is room, the library goes on."""
    put(library, [article(1)], embedder)
    before = (full_text(library), library.number())
    pages = library.execute("PRAGMA page_count")[0][0]
    library.execute(f"PRAGMA max_page_count = {pages + 3}")
    with pytest.raises(LibraryError, match="the disk is full") as error:
        put(library, [article(n, "many words " * 300) for n in range(2, 30)], embedder)
    one_line(error)
    assert (full_text(library), library.number()) == before
    library.execute("PRAGMA max_page_count = 1073741823")
    put(library, [article(2)], embedder)
    assert full_text(library) == expected_text(library)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """No folder can be made where a file stands: one plain line says where."""
    (tmp_path / "libraries").write_text("a file")
    with pytest.raises(LibraryError, match="check the permissions") as error:
        Library(tmp_path / "libraries" / "main", create=True)
    one_line(error)
    (tmp_path / "db" / "library.db").mkdir(parents=True)
    with pytest.raises(LibraryError, match="check the permissions") as error:
        Library(tmp_path / "db")
    one_line(error)


def test_a_file_that_must_not_be_written_is_told(library: Library, embedder: HashEmbedder) -> None:
    """A library that may only be read says so when it is written, and is read as before."""
    put(library, [article(1)], embedder)
    library.execute("PRAGMA query_only = ON")
    with pytest.raises(LibraryError, match="check the permissions") as error:
        put(library, [article(2)], embedder)
    one_line(error)
    assert [it.id for it in library.listing()] == ["a1"]


def test_a_locked_folder_is_told(library: Library, embedder: HashEmbedder) -> None:
    """A folder without the right to write gives one plain line, and works again with it."""
    put(library, [article(1)], embedder)
    library.close()
    library.folder.chmod(0o500)
    try:
        try:
            (library.folder / "probe").touch()
        except OSError:
            pass
        else:
            (library.folder / "probe").unlink()
            pytest.skip("this user may write everywhere")
        with pytest.raises(LibraryError, match="check the permissions") as error:
            put(Library(library.folder), [article(2)], embedder)
        one_line(error)
    finally:
        library.folder.chmod(0o700)
    put(Library(library.folder), [article(2)], embedder)


def test_a_lock_that_is_held_too_long_is_told(library: Library, embedder: HashEmbedder) -> None:
    """A writer that waits in vain for another says so; the other one is not disturbed."""
    library.execute("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(library.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LibraryError, match="another process") as error:
        put(library, [article(1)], embedder)
    one_line(error)
    other.execute("ROLLBACK")
    put(library, [article(1)], embedder)


def test_many_make_one_library(tmp_path: Path) -> None:
    """Several that make the same new library at once end with one, and with one identity."""
    barrier, made, errors = threading.Barrier(8), list[Library](), list[BaseException]()

    def make() -> None:
        barrier.wait()
        try:
            made.append(Library(tmp_path / "libraries" / "new", create=True))
        except BaseException as error:  # noqa: BLE001 - told by the test itself
            errors.append(error)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len({library.id for library in made}) == 1


def test_threads_read_while_one_writes(library: Library, embedder: HashEmbedder) -> None:
    """Readers see whole states: as many chunks as the article's text has, before or after."""
    texts = ["word " * 8, "word " * 80]
    put(library, [article(1, texts[0])], embedder)
    stop, seen, errors = threading.Event(), set[int](), list[BaseException]()

    def read() -> None:
        try:
            while not stop.is_set():
                seen.add(
                    library.execute(
                        "SELECT length(text) * 1000 + (SELECT count(*) FROM chunks) FROM articles"
                    )[0][0]
                )
        except BaseException as error:  # noqa: BLE001 - told by the test itself
            errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(40):
        put(library, [article(1, texts[turn % 2])], embedder)
    stop.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert seen <= {40_001, 400_010}


def test_closing_and_going_on(library: Library, embedder: HashEmbedder) -> None:
    """A closed library opens again by itself, as does a copy of its file elsewhere."""
    put(library, [article(1)], embedder)
    library.close()
    assert library.count("articles") == 1
    library.close()
    copy = library.folder.parent / "copy"
    shutil.copytree(library.folder, copy)
    assert Library(copy).articles(["a1"]) == library.articles(["a1"])
