"""While one batch is embedded, the one before is stored; and nothing is lost between them."""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEmbedder
from numpy.typing import NDArray

from ingest import storing
from ingest.run import ingest
from retrieval.library import Library
from retrieval.vectors import Vectors

PATIENCE = 20.0  # seconds


class Slow(HashEmbedder):
    """From the second batch on, embeds only once something was stored."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self.library, self.batches, self.waited = library, 0, threading.Event()

    def documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder`."""
        self.batches += 1
        if self.batches == 2:
            for _ in range(int(PATIENCE * 100)):
                if self.library.count("chunks"):
                    break
                self.waited.wait(0.01)
            else:
                pytest.fail("nothing was stored while a batch was embedded")
        return super().documents(texts)


def files(folder: Path, count: int) -> list[str]:
    """So many files of a sentence each."""
    for number in range(count):
        (folder / f"{number:03}.txt").write_text(f"The mayor opened bridge {number}.\n", "utf-8")
    return [str(folder)]


@pytest.fixture(autouse=True)
def _few_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "BATCH", 4)


def test_storing_overlaps_embedding(library: Library, vectors: Vectors, tmp_path: Path) -> None:
    """The second batch is not through before the first is stored."""
    folder = tmp_path / "in"
    folder.mkdir()
    embedder = Slow(library)
    report = ingest(library, files(folder, 10), embedder=embedder, vectors=vectors)
    assert (report.new, report.chunks, report.embedded) == (10, 10, 10)
    assert library.count("chunks") == library.count("vectors") == 10
    assert vectors.check(library) is None


def test_equal_texts_in_two_batches_are_embedded_once(
    library: Library, vectors: Vectors, embedder: HashEmbedder, tmp_path: Path
) -> None:
    """A batch knows what the one before it is about to store."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(12):
        lines = f"Bridges\n\nThe mayor opened bridge {number % 4}.\n"
        (folder / f"{number:03}.md").write_text(f"# {lines}", "utf-8")
    report = ingest(library, [str(folder)], embedder=embedder, vectors=vectors)
    assert (report.chunks, report.embedded, library.count("vectors")) == (12, 4, 4)


def test_a_failure_in_the_thread_ends_the_run(
    library: Library, vectors: Vectors, tmp_path: Path
) -> None:
    """What was stored stays, the error is the caller's, and the next run does the rest."""
    folder = tmp_path / "in"
    folder.mkdir()

    class Failing(HashEmbedder):
        def documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
            if any("bridge 8" in text for text in texts):
                msg = "no memory"
                raise MemoryError(msg)
            return super().documents(texts)

    paths = files(folder, 12)
    with pytest.raises(MemoryError, match="no memory"):
        ingest(library, paths, embedder=Failing(), vectors=vectors)
    assert 4 <= library.count("articles") < 12
    ingest(library, paths, embedder=HashEmbedder(), vectors=vectors)
    assert library.count("articles") == 12
    assert vectors.check(library) is None


def test_the_vectors_follow_after_some_batches(
    library: Library,
    vectors: Vectors,
    embedder: HashEmbedder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After every so many chunks, after the last, and not again where nothing changed since."""
    folder, stood, sync = tmp_path / "in", list[int](), vectors.sync

    def follow(it: Library) -> bool:
        stood.append(it.count("chunks"))
        return sync(it)

    folder.mkdir()
    monkeypatch.setattr(storing, "_FOLLOWED", 8)
    monkeypatch.setattr(vectors, "sync", follow)
    paths = files(folder, 18)
    ingest(library, paths, embedder=embedder, vectors=vectors)
    assert stood == [8, 16, 18]
    assert vectors.check(library) is None
    ingest(library, paths, embedder=embedder, vectors=vectors)
    assert stood[3:] == [18]
