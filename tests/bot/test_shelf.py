"""`clippings articles` and `clippings forget`."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from fakes import HashEmbedder, put
from proofs import complete

from retrieval import collection
from retrieval.library import Library, library_names
from retrieval.vectors import Vectors
from tests.bot.material import BARE, RUSSIA, SYRIA, Run

FORGOTTEN = (
    "What is followed does not bring it back. "
    "It comes back if its file changes and is ingested again; delete the file to be rid of it.\n"
)


@pytest.fixture
def vectors(data: Path) -> Iterator[Vectors]:
    """The vectors of the data folder."""
    made = Vectors(data)
    yield made
    made._chroma.forget_client()


def collections(vectors: Vectors) -> list[str]:
    """The names of all collections in Chroma."""
    with vectors._chroma.client() as client:
        return [found.name for found in client.list_collections()]


def test_articles(run: Run, main: Library) -> None:
    """A table, the newest first, those without a date last."""
    done = run("articles")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "a2  2016-08-25  Capital Review   Powers divided\n"
        "a1  2016-08-24  Border Dispatch  Tanks cross the border\n"
        "a3                               A note\n"
    )


def test_articles_for_programs(run: Run, main: Library) -> None:
    """A JSON line each, with everything but the text."""
    done = run("articles", "--json")
    assert (done.code, done.err) == (0, "")
    rows = [json.loads(line) for line in done.out.splitlines()]
    names = ("id", "title", "url", "published", "source", "author", "language")
    assert rows == [{name: getattr(it, name) for name in names} for it in (RUSSIA, SYRIA, BARE)]


def test_articles_of_a_source(run: Run, main: Library) -> None:
    """In any case; one that is not there is told with those that are."""
    assert run("articles", "--source", "capital REVIEW").out == (
        "a2  2016-08-25  Capital Review  Powers divided\n"
    )
    assert [json.loads(run("articles", "--json", "--source", "Border Dispatch").out)["id"]] == [
        "a1"
    ]
    done = run("articles", "--source", "Capitol")
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "clippings: no article is from 'Capitol'; sources are: Capital Review, Border Dispatch\n"
    )


def test_articles_of_an_empty_library(run: Run, data: Path) -> None:
    """There is nothing to write."""
    Library(data / "libraries" / "empty", create=True).close()
    for words in ("articles",), ("articles", "--json"):
        done = run(*words, "--library", "empty")
        assert (done.code, done.out, done.err) == (0, "", "")


def test_forget(run: Run, main: Library, vectors: Vectors) -> None:
    """Articles go from the library and from the vectors, each once."""
    done = run("forget", "a1", "a3", "a1")
    assert (done.code, done.err) == (0, "")
    assert done.out == f"2 articles forgotten. {FORGOTTEN}"
    assert [it.id for it in main.listing()] == ["a2"]
    complete(main, vectors)


def test_forget_what_is_not_there(run: Run, main: Library, vectors: Vectors) -> None:
    """Each such id is one line and exit code 1; the others are forgotten all the same."""
    done = run("forget", "a9", "a1", "b\udcff\x1b[2J")
    assert (done.code, done.out) == (1, f"1 article forgotten. {FORGOTTEN}")
    assert done.err == (
        "clippings: no article 'a9' in library 'main'\n"
        "clippings: no article 'b\ufffd\\x1b[2J' in library 'main'\n"
    )
    assert run("forget", "a1").out == ""


def test_forget_a_library(run: Run, main: Library, vectors: Vectors, data: Path) -> None:
    """Its folder and its vectors go; another library stays."""
    other = Library(data / "libraries" / "other", create=True)
    put(other, [SYRIA], HashEmbedder())
    vectors.sync(main)
    vectors.sync(other)
    done = run("forget", "--all", "--yes", "--library", "main")
    assert (done.code, done.out, done.err) == (0, "library main deleted\n", "")
    assert library_names(data) == ["other"]
    assert not (data / "libraries" / "main").exists()
    assert collections(vectors) == [collection.name_of(other)]
    complete(other, vectors)


def test_forget_a_damaged_library(run: Run, data: Path) -> None:
    """What can no longer be read can be deleted; what is not there cannot."""
    folder = data / "libraries" / "broken"
    folder.mkdir(parents=True)
    (folder / "library.db").write_bytes(b"no database at all" * 500)
    assert run("articles", "--library", "broken").err == (
        "clippings: the library 'broken' is damaged: "
        "restore library.db from a backup, or delete it and ingest again\n"
    )
    assert run("forget", "--all", "--yes", "--library", "broken").code == 0
    again = run("forget", "--all", "--yes", "--library", "broken")
    assert (again.code, again.out) == (1, "")
    assert again.err.startswith("clippings: no library 'broken' (there are none yet)")


def test_a_library_that_cannot_be_deleted(
    run: Run, main: Library, vectors: Vectors, monkeypatch: pytest.MonkeyPatch, data: Path
) -> None:
    """The folder is named that is to be deleted by hand."""

    def refused(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "rmtree", refused)
    done = run("forget", "--all", "--yes", "--library", "main")
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "clippings: the library 'main' cannot be deleted (Permission denied): "
        f"delete {data / 'libraries' / 'main'} by hand\n"
    )


def test_forgetting_all_asks_first(run: Run, main: Library) -> None:
    """Where nobody can be asked, it is wrong usage and nothing is deleted."""
    done = run("forget", "--all", "--library", "main", stdin="y\n")
    assert (done.code, done.out) == (2, "")
    assert "--all asks on a terminal only: add --yes" in done.err
    assert main.count("articles") == 3


def test_the_question_before_it(main: Library, environment: dict[str, str], data: Path) -> None:
    """On a terminal, anything but yes leaves the library alone."""
    words = ["-m", "bot", "forget", "--all", "--library", "main"]
    for answer, code, left in ("n", 1, ["main"]), ("y", 0, []):
        person = pexpect.spawn(sys.executable, words, env=environment, encoding="utf-8", timeout=60)
        person.expect_exact("Delete the library main with all its articles?")
        person.sendline(answer)
        person.expect_exact("Aborted" if code else "library main deleted")
        person.expect(pexpect.EOF)
        person.close()
        assert person.exitstatus == code
        assert library_names(data) == left
