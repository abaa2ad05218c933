"""The vectors follow the library through every change."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import HashEmbedder, article, chunks_of, put
from proofs import complete, generation, ids_of

from retrieval.errors import VectorsError
from retrieval.library import Library
from retrieval.types import Filter
from retrieval.vectors import Vectors

EVERYTHING = Filter()


def test_the_nearest_is_the_text_itself(
    filled: Library, vectors: Vectors, embedder: HashEmbedder
) -> None:
    """A chunk's own vector finds the chunk with a cosine of 1, others after it, in order."""
    text = next(iter(chunks_of(article(7, "Report7 on subject7. " * 5)).values()))
    near = vectors.nearest(filled, embedder.query(text), 5, EVERYTHING)
    assert near[0][0] in ids_of(filled, "a7")
    assert near[0][1] == pytest.approx(1, abs=1e-3)
    assert [score for _, score in near] == sorted((s for _, s in near), reverse=True)
    complete(filled, vectors)


def test_vectors_follow_every_change(
    filled: Library, vectors: Vectors, embedder: HashEmbedder
) -> None:
    """What is added, replaced and deleted is so in Chroma after the next sync, and only then."""
    assert vectors.check(filled) == "there are no vectors"
    assert vectors.sync(filled)
    complete(filled, vectors)
    old = ids_of(filled, "a1")
    put(filled, [article(1, "Something else entirely."), article("new")], embedder)
    with filled.transaction():
        filled.delete("a2")
    assert vectors.check(filled) == "the vectors are behind the library"
    vectors.sync(filled)
    complete(filled, vectors)
    found = {n for n, _ in vectors.nearest(filled, embedder.query("x"), 500, EVERYTHING)}
    assert found == {row[0] for row in filled.execute("SELECT id FROM chunks")}
    assert not found & old


def test_what_came_and_went_between_two_syncs(
    library: Library, vectors: Vectors, embedder: HashEmbedder, caplog: pytest.LogCaptureFixture
) -> None:
    """A chunk that was stored and deleted since is no reason to build anything again."""
    put(library, [article(1), article(2)], embedder)
    put(library, [article(1, "Another text.")], embedder)
    vectors.sync(library)
    complete(library, vectors)
    assert caplog.records == []


def test_nearest_catches_up_by_itself(
    filled: Library, vectors: Vectors, embedder: HashEmbedder
) -> None:
    """A question finds what was stored a moment ago, without anybody calling sync."""
    vectors.sync(filled)
    put(filled, [article("late", "Zeppelin landing.")], embedder)
    near = vectors.nearest(filled, embedder.query("Title late Zeppelin landing"), 1, EVERYTHING)
    assert near[0][0] in ids_of(filled, "alate")


def test_a_collection_is_asked_for_once(
    filled: Library, vectors: Vectors, embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chroma is not asked for it at each question, but again once something was written."""
    vectors.sync(filled)
    asked = list[str]()
    with vectors._chroma.client() as client:
        kind, get = type(client), type(client).get_collection

    def spy(self: Any, name: str, *rest: Any, **more: Any) -> Any:
        asked.append(name)
        return get(self, name, *rest, **more)

    monkeypatch.setattr(kind, "get_collection", spy)
    for _ in range(3):
        assert vectors.nearest(filled, embedder.query("Report"), 5, EVERYTHING)
    assert len(asked) == 1
    vectors.drop(filled)
    vectors.sync(filled)
    asked.clear()
    for _ in range(3):
        assert vectors.nearest(filled, embedder.query("Report"), 5, EVERYTHING)
    assert len(asked) == 1


def test_nothing_to_do_writes_nothing(filled: Library, vectors: Vectors) -> None:
    """A second sync leaves the generation and every file of the store as they are."""
    vectors.sync(filled)
    before = generation(filled)
    store = filled.folder.parent.parent / "chroma"
    stamps = {f: f.stat().st_mtime_ns for f in store.rglob("*") if f.suffix == ".bin"}
    vectors.sync(filled)
    Vectors(store.parent).sync(filled)
    assert generation(filled) == before != ""
    assert {f: f.stat().st_mtime_ns for f in store.rglob("*") if f.suffix == ".bin"} == stamps


def test_an_empty_library(library: Library, vectors: Vectors, embedder: HashEmbedder) -> None:
    """A library without articles has no neighbours, before and after its last article goes."""
    assert vectors.nearest(library, embedder.query("x"), 5, EVERYTHING) == []
    assert vectors.check(library) is None
    put(library, [article(1)], embedder)
    assert len(vectors.nearest(library, embedder.query("x"), 5, EVERYTHING)) == 1
    with library.transaction():
        library.delete("a1")
    assert vectors.nearest(library, embedder.query("x"), 5, EVERYTHING) == []
    complete(library, vectors)


def test_more_are_asked_for_than_there_are(
    library: Library, vectors: Vectors, embedder: HashEmbedder
) -> None:
    """Asking for more than there is gives all there is; asking for none gives none."""
    put(library, [article(n) for n in range(3)], embedder)
    count = library.count("chunks")
    assert len(vectors.nearest(library, embedder.query("x"), 1000, EVERYTHING)) == count
    assert vectors.nearest(library, embedder.query("x"), 0, EVERYTHING) == []


def test_filters(library: Library, vectors: Vectors, embedder: HashEmbedder) -> None:
    """Both ends of a period are included, any of the sources will do, no date is in no period."""
    days = [("1960-01-01", "A"), ("2016-08-24", "A"), ("2016-08-25", "B"), (None, None)]
    put(library, (article(n, published=d, source=s) for n, (d, s) in enumerate(days, 1)), embedder)
    day = 1_471_996_800  # 24 August 2016

    def found(**only: Any) -> str:
        near = vectors.nearest(library, embedder.query("x"), 50, Filter(**only))
        sql = "SELECT article FROM chunks WHERE id = ?"
        return " ".join(sorted({library.execute(sql, (n,))[0][0] for n, _ in near}))

    assert found() == "a1 a2 a3 a4"
    assert found(since=day) == "a2 a3"
    assert found(since=day + 1) == "a3"
    assert found(until=day) == "a1 a2"
    assert found(until=day - 1) == "a1"
    assert found(since=day, until=day) == "a2"
    assert found(since=day, sources=("A",)) == "a2"
    assert found(sources=("B", "A")) == "a1 a2 a3"
    assert found(sources=("C",)) == ""


def test_libraries_do_not_meet(tmp_path: Path, vectors: Vectors, embedder: HashEmbedder) -> None:
    """Two libraries of one data folder have vectors of their own; one can be dropped."""
    libraries = [Library(tmp_path / "libraries" / name, create=True) for name in ("one", "two")]
    for library in libraries:
        put(library, [article(library.name)], embedder)
        vectors.sync(library)
    for library in libraries:
        complete(library, vectors)
    vectors.drop(libraries[0])
    assert "not usable" in str(vectors.check(libraries[0]))
    complete(libraries[1], vectors)


def test_another_embedder_builds_again(filled: Library, vectors: Vectors) -> None:
    """After a change of embedder, of other dimensions even, its vectors alone are there."""
    vectors.sync(filled)
    other = HashEmbedder("other@2", size=32)
    watching = Vectors(filled.folder.parent.parent)
    watching.sync(filled)
    put(filled, list(filled.articles(f"a{n}" for n in range(40)).values()), other)
    assert vectors.check(filled) == "the vectors are another embedder's"
    with filled.transaction():
        filled.execute("DELETE FROM vectors WHERE embedder <> ?", (other.identity,))
    vectors.sync(filled)
    complete(filled, vectors)
    assert len(watching.nearest(filled, other.query("x"), 5, EVERYTHING)) == 5


def test_an_embedder_that_changes_without_a_change_is_noticed(
    filled: Library, vectors: Vectors
) -> None:
    """A question after a change of embedder that touched no chunk is not answered by old vectors."""
    vectors.sync(filled)
    other = HashEmbedder("other@2", size=32)
    with filled.transaction():
        for (key,) in filled.execute("SELECT key FROM vectors"):
            vector = other.query(key.hex()).astype(np.float16).tobytes()
            filled.execute("REPLACE INTO vectors VALUES ('other@2', ?, ?)", (key, vector))
        filled.execute("DELETE FROM vectors WHERE embedder <> 'other@2'")
        filled.put("embedder", other.identity)
    assert len(vectors.nearest(filled, other.query("x"), 3, EVERYTHING)) == 3
    complete(filled, vectors)


def test_missing_vectors_are_told(filled: Library, vectors: Vectors) -> None:
    """A library that lost vectors names the command that embeds it again."""
    filled.execute("DELETE FROM vectors WHERE key = (SELECT key FROM chunks LIMIT 1)")
    with pytest.raises(VectorsError, match="clippings reembed --library main") as error:
        vectors.sync(filled)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("count", [1, 30, 150, 700, 1_000])
def test_the_index_is_saved_with_the_last_change(
    library: Library, vectors: Vectors, embedder: HashEmbedder, count: int, tmp_path: Path
) -> None:
    """Whoever opens a collection after a run finds its index whole, or has little to add to it."""
    put(library, [article(n) for n in range(count)], embedder)
    vectors.sync(library)
    saved = [len(pickle.loads(f.read_bytes())["id_to_label"]) for f in tmp_path.rglob("*.pickle")]  # noqa: S301
    chunks = library.count("chunks")
    assert sum(saved) == (chunks if chunks >= 25 else 0)


def test_few_changes_to_a_large_collection_do_not_save_it_whole(
    library: Library, vectors: Vectors, embedder: HashEmbedder
) -> None:
    """What comes one by one is saved when it is enough for it."""
    put(library, [article(n) for n in range(300)], embedder)
    vectors.sync(library)
    store = library.folder.parent.parent / "chroma"
    stamps = {f: f.stat().st_mtime_ns for f in store.rglob("*.bin")}
    put(library, [article("late")], embedder)
    vectors.sync(library)
    assert {f: f.stat().st_mtime_ns for f in store.rglob("*.bin")} == stamps
    complete(library, vectors)
