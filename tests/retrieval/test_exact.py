"""A small library is searched without Chroma, and to the same end."""

from pathlib import Path

import pytest
from fakes import HashEmbedder, article, put

from retrieval import exact
from retrieval.library import Library
from retrieval.types import Filter
from retrieval.vectors import Vectors

EVERYTHING = Filter()


@pytest.fixture
def filled(library: Library, embedder: HashEmbedder) -> Library:
    """A library of thirty articles, ten of them dated, a third from one paper."""
    put(
        library,
        [
            article(
                n,
                f"Report {n} of many things",
                published=f"2016-08-{n + 1:02}" if n < 10 else None,
                source="Herald" if n % 3 else "Gazette",
            )
            for n in range(30)
        ],
        embedder,
    )
    return library


@pytest.mark.parametrize(
    "only",
    [
        EVERYTHING,
        Filter(since=1_470_268_800),
        Filter(until=1_470_268_800),
        Filter(sources=("Gazette",)),
        Filter(since=1_470_268_800, sources=("Herald",)),
    ],
)
def test_it_finds_what_chroma_finds(
    filled: Library, embedder: HashEmbedder, tmp_path: Path, only: Filter
) -> None:
    """The same chunks with the same cosines, within the same limits; of so few, Chroma misses none."""
    vectors = Vectors(tmp_path)
    vector = embedder.query("Report of many things")
    alone = vectors.nearest(filled, vector, 99, only)
    assert not (tmp_path / "chroma").exists()
    vectors.sync(filled)
    assert dict(vectors.nearest(filled, vector, 99, only)) == pytest.approx(dict(alone), abs=1e-3)
    assert 0 < len(alone) < 60


def test_a_large_library_is_chromas(
    filled: Library, embedder: HashEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From so many vectors on, Chroma is asked, and built where it is not there."""
    monkeypatch.setattr(exact, "MOST", filled.count("chunks") - 1)
    assert len(Vectors(tmp_path).nearest(filled, embedder.query("Report"), 5, EVERYTHING)) == 5
    assert (tmp_path / "chroma").exists()


def test_an_empty_library(library: Library, embedder: HashEmbedder) -> None:
    """Nothing is near where nothing is."""
    assert exact.nearest(library, embedder.query("Report"), 5, EVERYTHING) == []
