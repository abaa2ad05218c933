"""Proofs that several tests ask for: what the full text and Chroma hold, held against the library."""

import zlib

import numpy as np
import pytest

from retrieval import collection
from retrieval.library import Library
from retrieval.terms import terms
from retrieval.vectors import Vectors

Places = dict[
    tuple[int, str], list[str]
]  # by chunk and column: its terms in order, as numbers in `words`


def full_text(library: Library) -> Places:
    """What the FTS5 table holds, read back from its own index, and what chunks keep of their words."""
    library.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.inside USING fts5vocab (main, keywords, instance)"
    )
    rows = library.execute("SELECT doc, col, term FROM temp.inside ORDER BY doc, col, offset")
    found: Places = {}
    for chunk, column, term in rows:
        found.setdefault((chunk, column), []).append(term)
    for chunk, words in library.execute("SELECT id, words FROM chunks WHERE words <> x''"):
        found[chunk, "words"] = [str(number) for number in np.frombuffer(words, "<u4")]
    return found


def expected_text(library: Library) -> Places:
    """What the full text is to hold, from the articles and their chunks."""
    found: Places = {}
    for number, name, start, stop in library.execute("SELECT id, article, start, stop FROM chunks"):
        it = library.articles([name])[name]
        title, body = terms(it.title), terms(it.text[start:stop])
        found[number, "title"], found[number, "body"] = title, body
        found[number, "words"] = [str(zlib.crc32(word.encode())) for word in title + body]
    return {place: words for place, words in found.items() if words}


def one_line(error: pytest.ExceptionInfo[BaseException]) -> str:
    """The message, which is one plain line without Python in it."""
    message = str(error.value)
    assert message
    assert "\n" not in message
    assert "Error" not in message
    return message


def generation(library: Library) -> str:
    """What stands in the file that tells other processes of writes."""
    file = library.folder.parent.parent / "chroma.generation"
    return file.read_text() if file.exists() else ""


def fresh(vectors: Vectors) -> None:
    """Let Chroma be opened anew, as another process would."""
    vectors._chroma.forget_client()


def complete(library: Library, vectors: Vectors, *, lost: int = 0) -> None:
    """Chroma holds each chunk and no other, and every stored vector finds itself, but for `lost`."""
    rows = library.execute(
        "SELECT chunks.id, vector FROM chunks JOIN vectors USING (key) ORDER BY 1"
    )
    own = [collection.unit(vector) for _, vector in rows]
    distances = list[float]()
    with vectors._chroma.client() as client:
        found = client.get_collection(collection.name_of(library), embedding_function=None)
        held = {int(chunk) for chunk in found.get(include=[])["ids"]}
        for at in range(0, len(own), 500):
            part = own[at : at + 500]
            near = found.query(query_embeddings=part, n_results=1, include=["distances"])
            distances += [d[0] if d else 9.0 for d in near["distances"]]
    assert held == {chunk for chunk, _ in rows}
    missing = [row[0] for row, d in zip(rows, distances, strict=True) if d > 1e-3]
    # HNSW leaves a few out of reach, see collection.prove.
    assert len(missing) <= lost + len(rows) // 200, missing
    assert vectors.check(library) is None


def ids_of(library: Library, name: str) -> set[int]:
    """The chunks of an article."""
    return {row[0] for row in library.execute("SELECT id FROM chunks WHERE article = ?", (name,))}
