"""`clippings ingest` and `clippings reembed`: what is read, what is told, and how it ends."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest
from fakes import HashEmbedder, ScriptedChain
from proofs import complete

from bot import filling, progress
from ingest.report import Report
from retrieval.library import Library, library_names
from tests.bot.material import Run


@pytest.fixture
def news(data: Path, chain: ScriptedChain) -> Path:
    """A folder `news` with a text and a page in Markdown."""
    folder = data.parent / "news"
    folder.mkdir()
    (folder / "a.txt").write_text("Tanks\n\nTanks crossed the border.", "utf-8")
    (folder / "b.md").write_text("# Powers\n\nMoscow was worried.", "utf-8")
    return folder


def opened(data: Path, name: str = "main") -> Library:
    """A library as it is on the disk."""
    return Library(data / "libraries" / name)


def told(text: str) -> str:
    """A report without its seconds, which are never the same."""
    return re.sub(r"in [\d.]+ s", "in 1 s", text)


def test_a_folder(run: Run, data: Path, news: Path, chain: ScriptedChain) -> None:
    """The library is made and its vectors follow; in a pipe, two plain lines tell it."""
    done = run("ingest", "news")
    assert (done.code, done.err) == (0, "")
    assert told(done.out) == (
        "main: 2 articles new, 0 changed, 0 as before\n2 chunks stored, 2 embedded, in 1 s\n"
    )
    library = opened(data)
    assert [it.title for it in library.listing()] == ["Powers", "Tanks"]
    complete(library, chain.vectors)


def test_what_the_first_question_needs_is_made(run: Run, news: Path, chain: ScriptedChain) -> None:
    """After what is new was embedded, and not where nothing was."""
    run("ingest", "news")
    run("ingest", "news")
    assert chain.prepared == 1


def test_json(run: Run, data: Path, news: Path) -> None:
    """The report as one JSON line, with the library's name."""
    run("ingest", "news/a.txt", "--library", "other")
    done = run("ingest", "news", "--library", "other", "--json")
    assert (done.code, done.err) == (0, "")
    report = json.loads(done.out)
    assert done.out.count("\n") == 1
    assert set(report) == {"library"} | {field.name for field in fields(Report)}
    assert {key: report[key] for key in ("library", "new", "changed", "same")} == {
        "library": "other",
        "new": 1,
        "changed": 0,
        "same": 1,
    }
    assert library_names(data) == ["other"]


def test_what_changes(run: Run, data: Path, news: Path) -> None:
    """A changed file is read again; one that is gone is deleted with --prune alone."""
    run("ingest", "news")
    (news / "a.txt").write_text("Tanks\n\nThe tanks left again.", "utf-8")
    (news / "b.md").unlink()
    kept, pruned = run("ingest", "news"), run("ingest", "news", "--prune")
    assert (kept.code, pruned.code) == (0, 0)
    assert told(kept.out) == (
        "main: 0 articles new, 1 changed, 0 as before\n1 chunk stored, 1 embedded, in 1 s\n"
        "gone from where they came, but kept: 1 (--prune deletes them)\n"
    )
    assert told(pruned.out) == (
        "main: 0 articles new, 0 changed, 1 as before\n0 chunks stored, 0 embedded, in 1 s\n"
        "deleted, for they are gone from where they came: 1\n"
    )
    assert [it.title for it in opened(data).listing()] == ["Tanks"]


def test_problems_and_notes(run: Run, data: Path, news: Path) -> None:
    """Each is a line on standard error; a problem is exit code 1, and the rest is stored."""
    (news / "c.txt").write_bytes(b"")
    (news / "d.jsonl").write_text('{"id": "d", "text": "Words."}\nnone\n', "utf-8")
    (news / "e.html").write_bytes('<meta charset="latin-1"><p>Caf\u00e9 doors.'.encode("latin-1"))
    (news / "f.mp4").write_bytes(b"film")
    done = run("ingest", "news")
    assert done.code == 1
    assert done.err == (
        "clippings: news/c.txt: is empty\n"
        "clippings: news/d.jsonl: line 2 is not valid JSON (character 1): left out\n"
        "clippings: note: news/e.html: is not UTF-8: read as latin-1\n"
    )
    assert told(done.out).endswith("not read: 1 .mp4\n2 problems, told above\n")
    assert opened(data).count("articles") == 4


@pytest.mark.parametrize("path", ["none", "~nobody-of-that-name/x", "x" * 5_000])
def test_a_mistyped_path(run: Run, data: Path, chain: ScriptedChain, path: str) -> None:
    """It makes no library."""
    done = run("ingest", path)
    assert (done.code, done.out) == (1, "")
    assert done.err == f"clippings: {path}: no such file or folder\n"
    assert library_names(data) == []


def test_a_mistyped_path_among_others(run: Run, data: Path, news: Path) -> None:
    """The others are read."""
    done = run("ingest", "none", "news")
    assert (done.code, done.err) == (1, "clippings: none: no such file or folder\n")
    assert opened(data).count("articles") == 2


def test_a_web_address(run: Run, data: Path, news: Path) -> None:
    """One on this machine is not asked for, however a person writes it; a file beside it is read."""
    done = run("ingest", "HTTP://127.0.0.1:9/a", "news/a.txt")
    why = "leads to a private address: only the public internet is read"
    assert (done.code, done.err) == (1, f"clippings: HTTP://127.0.0.1:9/a: {why}\n")
    assert opened(data).count("articles") == 1


def test_how_far_it_is(run: Run, news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that takes long says so in plain lines on standard error."""
    monkeypatch.setattr(progress, "_PAUSE", 0.0)
    done = run("ingest", "news", "--json")
    assert done.err == "0 of 2: news/a.txt\n1 of 2: news/b.md\n"
    assert json.loads(done.out)["new"] == 2


def test_a_file_that_is_too_large(run: Run, news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting is named that allows it."""
    monkeypatch.setenv("CLIPPINGS_MAX_FILE_MB", "1")
    (news / "a.txt").write_text("word " * 300_000, "utf-8")
    assert run("ingest", "news").err == (
        "clippings: news/a.txt: has 2 MB, over the limit of 1 MB (CLIPPINGS_MAX_FILE_MB)\n"
    )


def test_ctrl_c(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends with the exit code of an interrupt, and says that nothing is lost."""

    def interrupted(*_: object, **__: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(filling, "fill", interrupted)
    done = run("ingest", ".")
    assert (done.code, done.out) == (130, "")
    assert done.err == (
        "clippings: stopped: what was stored stays, and the next run goes on from there\n"
    )


def test_another_embedder(run: Run, data: Path, news: Path, chain: ScriptedChain) -> None:
    """Nothing is mixed: ingest names `reembed`, which does it and loses nothing."""
    run("ingest", "news")
    chain.embedder = HashEmbedder("hash@2")
    refused = run("ingest", "news")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == (
        "clippings: the library 'main' was embedded by hash@1, the settings name hash@2: "
        "run: clippings reembed --library main\n"
    )
    done = run("reembed", "--library", "main")
    assert (done.code, done.err) == (0, "")
    assert told(done.out) == (
        "main: 0 articles new, 2 changed, 0 as before\n2 chunks stored, 2 embedded, in 1 s\n"
    )
    assert run("ingest", "news").code == 0
    library = opened(data)
    assert library.get("embedder") == "hash@2"
    complete(library, chain.vectors)
