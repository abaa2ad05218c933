"""Libraries made for benchmarks are what they are said to be."""

from pathlib import Path

import numpy as np
from fakes import HashEmbedder

from evals import bulk, paces
from evals.sets import EXAMPLES
from ingest.extract import extract
from ingest.kinds import KINDS
from retrieval.library import Library
from retrieval.types import Filter
from retrieval.vectors import Vectors


def sentences() -> list[str]:
    """Those of the example articles."""
    files = [file for file in sorted(EXAMPLES.iterdir()) if file.suffix in KINDS]
    found = [extract(it.read_bytes(), it.suffix, it.as_uri()).articles for it in files]
    return bulk.pool(article for articles in found for article in articles)


def test_the_same_articles_every_time() -> None:
    """Each holds the sentences that it names, about as many words as a passage has."""
    pool = sentences()
    drawn = list(bulk.drawn(pool, 50))
    assert drawn == list(bulk.drawn(pool, 50))
    assert len({article.text for article, _ in drawn}) == 50
    for article, chosen in drawn:
        assert article.text == " ".join(pool[at] for at in chosen)
        assert 105 <= len(article.text.split()) < 105 + 60


def test_a_made_library_is_searched_like_any_other(
    library: Library, vectors: Vectors, embedder: HashEmbedder
) -> None:
    """A passage's vector, which nobody embedded, finds it; Chroma holds as many."""
    pool = sentences()
    made = embedder.documents(pool)
    with library.transaction():
        library.put("embedder", embedder.identity)
    bulk.store(library, pool, made, 200)
    assert library.count("chunks") == 200
    vectors.sync(library)
    assert vectors.check(library) is None
    _, chosen = list(bulk.drawn(pool, 8))[7]
    vector = bulk.made(made, chosen, 7)
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-5
    (nearest, _), *_ = vectors.nearest(library, vector, 3, Filter())
    assert library.execute("SELECT article FROM chunks WHERE id = ?", (nearest,)) == [("drawn-7",)]


def test_stalls_are_seen() -> None:
    """Work that holds the interpreter's lock shows as the other threads' stall."""
    with paces.stalls() as gaps:
        sorted(range(3_000_000), key=lambda number: -number)
    assert max(gaps) > 0
    with paces.stalls() as gaps:
        np.sort(np.random.default_rng(1).random(5_000_000)).tolist()  # one call, which holds it
    assert max(gaps) > 0.02


def test_a_programs_time_and_memory() -> None:
    """They are its own, not those of the program that started it."""
    ballast = np.ones(40_000_000)
    took, memory = paces.process("-c", "import time; time.sleep(0.3)")
    assert 0.3 < took < 20
    assert 2 < memory < ballast.nbytes / 2**20 / 2


def test_what_a_folder_weighs(tmp_path: Path) -> None:
    """All its files, at any depth."""
    from evals.scale import weight

    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(bytes(1_500_000))
    assert weight(tmp_path) == 1.5
