"""`clippings status`: every library, each thing that is wrong, and that its command mends it."""

import json
import os
import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from fakes import HashEmbedder, ScriptedChain, put

from retrieval.errors import EmbedderError
from retrieval.library import Library
from tests.bot.material import SYRIA, Run


@pytest.fixture
def news(data: Path, chain: ScriptedChain, run: Run) -> Path:
    """A folder of one text, read into the library `main`."""
    folder = data.parent / "news"
    folder.mkdir()
    (folder / "a.txt").write_text("Tanks\n\nTanks crossed the border.", "utf-8")
    assert run("ingest", "news").code == 0
    return folder


def wrongs(run: Run) -> list[tuple[str, str]]:
    """What is wrong, and what mends it, as a program reads it; the exit code agrees."""
    done = run("status", "--json")
    found = json.loads(done.out)
    assert done.err == ""
    assert done.code == (0 if found["well"] else 1)
    every: list[dict[str, Any]] = found["wrong"] + [
        wrong for library in found["libraries"] for wrong in library["wrong"]
    ]
    assert found["well"] == (not every)
    return [(wrong["what"], wrong["mend"]) for wrong in every]


def mended(run: Run) -> None:
    """Run the command of each thing that is wrong: then everything is well."""
    for command in dict.fromkeys(mend for _, mend in wrongs(run)):
        name, *words = shlex.split(command)
        assert name == "clippings"
        assert run(*words).code == 0
    assert wrongs(run) == []


def test_all_is_well(run: Run, data: Path, news: Path) -> None:
    """Exit code 0, and a few lines a library."""
    done = run("status")
    assert (done.code, done.err) == (0, "")
    shown = re.sub(r"\d\.\d MB", "0.1 MB", done.out)
    shown = re.sub(r"20\d\d-\d\d-\d\d [\d:+-]+", "2016-08-24 10:00:00+00:00", shown)
    assert shown == (
        f"data folder  {data}\n"
        "\n"
        "main\n"
        "  1 article, 1 chunk\n"
        "  1 vector, 0.1 MB on disk\n"
        "  embedder     hash@1\n"
        "  last ingest  2016-08-24 10:00:00+00:00\n"
    )


def test_json(run: Run, data: Path, news: Path) -> None:
    """The same for programs, on one line."""
    done = run("status", "--json")
    assert done.out.count("\n") == 1
    found = json.loads(done.out)
    assert (found["data"], found["wrong"], found["well"]) == (str(data), [], True)
    main = found["libraries"][0]
    assert main.pop("bytes") > 0
    assert main.pop("last_ingest").startswith("20")
    assert main == {
        "name": "main",
        "articles": 1,
        "chunks": 1,
        "vectors": 1,
        "follows": 0,
        "embedder": "hash@1",
        "wrong": [],
    }


def test_nothing_yet(run: Run, data: Path) -> None:
    """The command that makes a library; nothing is written by looking."""
    done = run("status")
    assert (done.code, done.err) == (1, "")
    assert done.out == (
        f"data folder  {data}\n"
        "\n"
        "What is wrong:\n"
        "- there is no library yet\n"
        "  mend it with: clippings ingest PATH\n"
    )
    assert not data.exists()


def test_an_empty_library_is_well(run: Run, data: Path, chain: ScriptedChain) -> None:
    """It was never filled, which is nothing wrong."""
    Library(data / "libraries" / "empty", create=True).close()
    done = run("status")
    assert done.code == 0
    assert "  embedder     none yet\n  last ingest  never\n" in done.out


def test_another_embedder(run: Run, news: Path, chain: ScriptedChain) -> None:
    """The settings name another model than the library was embedded by."""
    chain.embedder = HashEmbedder("hash@2")
    assert wrongs(run) == [
        (
            "the library 'main' was embedded by hash@1, the settings name hash@2",
            "clippings reembed --library main",
        )
    ]
    mended(run)


def test_an_unfinished_change(run: Run, data: Path, news: Path) -> None:
    """A change of embedder was stopped on its way."""
    library = Library(data / "libraries" / "main")
    with library.transaction():
        library.put("unfinished", "yes")
    assert wrongs(run) == [
        (
            "the library 'main' was embedded by hash@1, not to the end",
            "clippings reembed --library main",
        )
    ]
    mended(run)


def test_vectors_that_are_gone(run: Run, data: Path, news: Path, chain: ScriptedChain) -> None:
    """The folder of the vectors was deleted."""
    chain.vectors._chroma.forget_client()
    shutil.rmtree(data / "chroma")
    assert wrongs(run) == [("there are no vectors", "clippings reembed --library main")]
    mended(run)


def test_vectors_that_are_behind(run: Run, data: Path, news: Path) -> None:
    """The library was written and the vectors did not follow."""
    put(Library(data / "libraries" / "main"), [SYRIA], HashEmbedder())
    assert wrongs(run) == [
        ("the vectors are behind the library", "clippings reembed --library main")
    ]
    mended(run)


def test_a_file_with_a_problem(run: Run, data: Path, news: Path) -> None:
    """It is named until it is mended and read again, into the library that it is of."""
    file = news / "it's.jsonl"
    file.write_text('{"id": "x", "text": "Words."}\nnone\n', "utf-8")
    assert run("ingest", "news", "--library", "other").code == 1
    what = f"{file}: line 2 is not valid JSON (character 1): left out"
    assert wrongs(run) == [(what, f"clippings ingest {shlex.quote(str(file))} --library other")]
    shown = run("status").out
    assert f"- {what}\n  mend it with: clippings ingest " in shown
    file.write_text('{"id": "x", "text": "Words."}\n', "utf-8")
    mended(run)


def test_a_file_with_a_problem_that_is_gone(run: Run, news: Path) -> None:
    """Nothing is left to mend."""
    (news / "b.txt").write_bytes(b"")
    run("ingest", "news/b.txt")
    assert [mend for _, mend in wrongs(run)] == [f"clippings ingest {news / 'b.txt'}"]
    (news / "b.txt").unlink()
    assert wrongs(run) == []


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are Unicode there")
def test_a_file_whose_name_is_not_unicode(run: Run, news: Path) -> None:
    """Its name cannot be typed: its folder is read again."""
    file = os.fsencode(news) + b"/\xff.txt"
    with open(file, "wb"):  # noqa: PTH123 - Path takes no bytes
        pass
    run("ingest", "news")
    assert wrongs(run) == [(f"{news}/\ufffd.txt: is empty", f"clippings ingest {news}")]
    with open(file, "wb") as mending:  # noqa: PTH123
        mending.write(b"Words.")
    mended(run)


def test_many_things(run: Run, news: Path) -> None:
    """In text, the first twenty of a library; JSON has them all."""
    for number in range(23):
        (news / f"b{number}.txt").write_bytes(b"")
    run("ingest", "news")
    done = run("status")
    assert done.out.count("mend it with") == 20
    assert done.out.endswith("- and 3 more: clippings status --json lists them all\n")
    assert len(wrongs(run)) == 23


def test_a_damaged_library(run: Run, data: Path, news: Path) -> None:
    """It says what to do, and the others are shown."""
    folder = data / "libraries" / "broken"
    folder.mkdir()
    (folder / "library.db").write_bytes(b"no database at all" * 500)
    what = "is damaged: restore library.db from a backup, or delete it and ingest again"
    assert wrongs(run) == [(f"the library 'broken' {what}", "")]
    shown = run("status").out
    assert "\nbroken\n  0 articles, 0 chunks\n" in shown
    assert "\nmain\n  1 article, 1 chunk\n" in shown
    assert "mend it with" not in shown


def test_a_folder_that_is_no_library(run: Run, data: Path, news: Path) -> None:
    """Its name is told, and acts on no terminal."""
    folder = data / "libraries" / "x\x1b[2J"
    folder.mkdir()
    shutil.copy(data / "libraries" / "main" / "library.db", folder)
    done = run("status")
    assert done.code == 1
    assert "\nx\n" in done.out
    assert "\x1b" not in done.out
    assert r"- 'x\x1b[2J' cannot name a library" in done.out


def test_a_model_that_is_missing(
    run: Run, news: Path, chain: ScriptedChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is one thing that is wrong; the libraries are looked at all the same."""

    class Missing:
        """An embedder that cannot even be named."""

        @property
        def identity(self) -> str:
            """It has none."""
            raise EmbedderError("the embedding model is not installed: pip install it")

    monkeypatch.setattr(chain, "embedder", Missing())
    assert wrongs(run) == [("the embedding model is not installed: pip install it", "")]
    assert "  1 article, 1 chunk\n" in run("status").out


def test_the_reranker(run: Run, news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named where one is set."""
    assert json.loads(run("status", "--json").out)["reranker"] is None
    monkeypatch.setenv("CLIPPINGS_RERANKER", "a/model")
    assert run("status").out.splitlines()[1] == "reranker     a/model"
