"""Chroma in ruins: whatever became of it, it is built again from the library.

Nothing here can embed while that happens: `Vectors` has no embedder.
"""

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes import HashEmbedder, article, put
from proofs import complete, fresh

from retrieval import chroma, collection
from retrieval.chroma import Unusable
from retrieval.errors import VectorsError
from retrieval.library import Library
from retrieval.types import Filter
from retrieval.vectors import Vectors

EVERYTHING = Filter()


def _delete_segments(store: Path) -> None:
    folders = [entry for entry in store.iterdir() if entry.is_dir()]
    assert folders
    for folder in folders:
        shutil.rmtree(folder)


def _garble_segments(store: Path) -> None:
    files = list(store.glob("*/*"))
    assert files
    for file in files:
        file.write_bytes(b"\xff\x00garbled" * 99)


def _truncate(store: Path) -> None:
    file = store / "chroma.sqlite3"
    os.truncate(file, file.stat().st_size // 2)


def _replace_by_file(store: Path) -> None:
    shutil.rmtree(store)
    store.write_text("no store")


def _drop_all(store: Path) -> None:
    import chromadb

    client = chromadb.PersistentClient(str(store))
    for found in client.list_collections():
        client.delete_collection(found.name)
    client.close()
    chroma.Chroma(store.parent).forget_client()


def _lose_some(store: Path) -> None:
    import chromadb

    client = chromadb.PersistentClient(str(store))
    for found in client.list_collections():
        found.delete(ids=found.get(include=[])["ids"][:3])
    client.close()
    chroma.Chroma(store.parent).forget_client()


def _spoil_position(store: Path) -> None:
    import chromadb

    client = chromadb.PersistentClient(str(store))
    for found in client.list_collections():
        found.modify(metadata={"embedder": "hash@1", "at": "not json"})
    client.close()
    chroma.Chroma(store.parent).forget_client()


RUINS: dict[str, Callable[[Path], object]] = {
    "folder deleted": shutil.rmtree,
    "database cut short": _truncate,
    "database garbage": lambda store: (store / "chroma.sqlite3").write_bytes(b"garbage" * 4000),
    "database empty": lambda store: (store / "chroma.sqlite3").write_bytes(b""),
    "database deleted": lambda store: (store / "chroma.sqlite3").unlink(),
    "segments deleted": _delete_segments,
    "segments garbled": _garble_segments,
    "a file in its place": _replace_by_file,
    "collections deleted": _drop_all,
    "vectors missing": _lose_some,
    "position spoiled": _spoil_position,
}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with 1,300 synced chunks: enough for Chroma to write its index to files."""
    data = tmp_path_factory.mktemp("large")
    library = Library(data / "libraries" / "main", create=True)
    put(library, (article(n) for n in range(1_300)), HashEmbedder(), words=99)
    vectors = Vectors(data)
    vectors.sync(library)
    vectors._chroma.forget_client()
    library.close()
    assert list((data / "chroma").glob("*/*"))
    return data


@pytest.mark.parametrize("ruin", RUINS)
def test_a_ruined_store_is_built_again(
    ruin: str, large: Path, tmp_path: Path, vectors: Vectors, embedder: HashEmbedder
) -> None:
    """Whatever became of Chroma's folder, the next sync makes it whole, without embedding."""
    shutil.copytree(large, tmp_path, dirs_exist_ok=True)
    library = Library(tmp_path / "libraries" / "main")
    vectors.sync(library)
    fresh(vectors)
    RUINS[ruin](tmp_path / "chroma")
    fresh(vectors)
    put(library, [article("after")], embedder)
    embedder.asked.clear()
    vectors.sync(library)
    complete(library, vectors)
    assert embedder.asked == []


@pytest.mark.parametrize("ruin", ["folder deleted", "database garbage", "a file in its place"])
def test_a_store_that_is_ruined_while_it_is_open(
    ruin: str, filled: Library, vectors: Vectors, embedder: HashEmbedder
) -> None:
    """Where it happens under an open client, what is stored next still brings everything back."""
    vectors.sync(filled)
    RUINS[ruin](filled.folder.parent.parent / "chroma")
    put(filled, [article("after")], embedder)
    near = vectors.nearest(filled, embedder.query("Report"), 500, EVERYTHING)
    assert len(near) == filled.count("chunks")
    fresh(vectors)
    complete(filled, vectors)


def test_all_libraries_come_back(
    tmp_path: Path, vectors: Vectors, embedder: HashEmbedder, caplog: pytest.LogCaptureFixture
) -> None:
    """A store that had to be deleted with all its collections is built again library by library."""
    libraries = [Library(tmp_path / "libraries" / name, create=True) for name in ("one", "two")]
    for library in libraries:
        put(library, [article(library.name)], embedder)
        vectors.sync(library)
    (tmp_path / "chroma" / "chroma.sqlite3").write_bytes(b"garbage" * 4000)
    fresh(vectors)
    with caplog.at_level(logging.WARNING):
        vectors.sync(libraries[0])
    assert "built again" in caplog.text
    for library in libraries:
        near = vectors.nearest(library, embedder.query("x"), 9, EVERYTHING)
        assert len(near) == library.count("chunks")
        complete(library, vectors)


def test_an_older_copy_that_went_another_way_is_noticed(
    filled: Library, vectors: Vectors, embedder: HashEmbedder, tmp_path: Path
) -> None:
    """A library put back from a copy and changed otherwise is not mistaken for the one synced."""
    filled.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = filled.file.read_bytes()
    put(filled, [article("first way")], embedder)
    vectors.sync(filled)
    number = filled.number()
    filled.close()
    for file in filled.folder.glob("library.db*"):
        file.unlink()
    filled.file.write_bytes(copy)
    put(filled, [article("other way")], embedder)
    assert filled.number() == number
    Vectors(tmp_path).sync(filled)
    complete(filled, vectors)


def test_an_older_copy_is_noticed(filled: Library, embedder: HashEmbedder, tmp_path: Path) -> None:
    """A library put back from a copy, and not changed since, takes the vectors back with it."""
    filled.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = filled.file.read_bytes()
    put(filled, [article("lost")], embedder)
    Vectors(tmp_path).sync(filled)
    filled.close()
    for file in filled.folder.glob("library.db*"):
        file.unlink()
    filled.file.write_bytes(copy)
    again = Vectors(tmp_path)
    again.nearest(filled, embedder.query("x"), 1, EVERYTHING)
    complete(filled, again)
    fresh(again)


def test_a_full_disk_wipes_nothing(
    filled: Library, vectors: Vectors, monkeypatch: pytest.MonkeyPatch, embedder: HashEmbedder
) -> None:
    """While the disk is full nothing is torn down; with room again, the vectors follow."""
    vectors.sync(filled)
    put(filled, [article("after")], embedder)

    def full(*_: Any) -> None:
        message = "Query error: Database error: (code: 13) database or disk is full"
        raise RuntimeError(message)

    with monkeypatch.context() as patch:
        patch.setattr(collection, "apply", full)
        patch.setattr(chroma.Chroma, "wipe", lambda _: pytest.fail("the store was wiped"))
        with pytest.raises(VectorsError, match="cannot be written: free some space") as error:
            vectors.sync(filled)
        assert "\n" not in str(error.value)
    vectors.sync(filled)
    complete(filled, vectors)


def test_what_cannot_be_mended_is_told(
    filled: Library, vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where every mending fails, one plain line says why and what to do."""

    def broken(*_: Any, **__: Any) -> None:
        raise Unusable("the reason")

    monkeypatch.setattr(collection, "prove", broken)
    with pytest.raises(VectorsError, match=r"\(the reason\).*clippings reembed") as error:
        vectors.sync(filled)
    assert "\n" not in str(error.value)


def test_stopping_the_program_is_no_ruin(
    filled: Library, vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person who stops a sync is obeyed; the next sync goes on."""

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(collection, "apply", stop)
        with pytest.raises(KeyboardInterrupt):
            vectors.sync(filled)
    vectors.sync(filled)
    complete(filled, vectors)
