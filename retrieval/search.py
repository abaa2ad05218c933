"""Passages for a question: dense, keyword, fused, diverse. Each is a `Retriever`; nested by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.fusion import fuse
from retrieval.keywords import Bm25
from retrieval.latest import by_recency
from retrieval.library import Library
from retrieval.types import Filter, Passage, Span
from retrieval.vectors import Vectors

_DEPTH = 50  # candidates of each kind before fusion
_SPARE = 3  # passages fetched for each one wanted, so that duplicates may fall out
_SHINGLE = 5  # words; Broder, On the Resemblance and Containment of Documents (1997)
_CONTAINED = 0.8  # share of the shorter text's shingles that makes it a duplicate
_EVERYTHING = Filter()


@dataclass(frozen=True, slots=True)
class Query:
    """A question made ready for one library: its words as terms, its vector `(d,)` of unit length.

    Of a question that leans on the one before it, `own` is what it says itself; its words stand
    several times, for what is new is what is asked. `latest`: what is newest is asked for.
    """

    library: Library
    text: str
    words: tuple[str, ...]
    vector: NDArray[np.float32]
    only: Filter = _EVERYTHING
    own: str = ""
    latest: bool = False


class Retriever(Protocol):
    """Finds passages, the best first; scores are comparable within one question."""

    def retrieve(self, query: Query, k: int) -> list[Passage]:
        """The best `k` passages, or as many as there are."""


class Dense:
    """Nearest neighbours: the score is the cosine of question and passage."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def retrieve(self, query: Query, k: int) -> list[Passage]:
        """See `Retriever`."""
        near = self._vectors.nearest(query.library, query.vector, k, query.only)
        scores = dict(near)
        found = passages(query.library, scores)
        return [replace(p, score=scores[p.chunk], parts={"cosine": scores[p.chunk]}) for p in found]

    def score(self, query: Query, found: Sequence[Passage]) -> list[float]:
        """The cosine of each passage, from the stored vectors."""
        sql = (
            "SELECT vector FROM chunks JOIN vectors USING (key)"
            " WHERE chunks.id = ? AND vectors.embedder = ?"
        )
        embedder = query.library.get("embedder")
        scores = []
        for passage in found:
            rows = query.library.execute(sql, (passage.chunk, embedder))
            vector = np.frombuffer(rows[0][0], np.float16) if rows else np.zeros_like(query.vector)
            scores.append(float(vector.astype(np.float32) @ query.vector))
        return scores


class Keyword:
    """BM25: the score is the share of what the question's words could give at most."""

    def __init__(self, bm25: Bm25) -> None:
        self._bm25 = bm25

    def retrieve(self, query: Query, k: int) -> list[Passage]:
        """See `Retriever`."""
        chunks = self._bm25.candidates(query.library, query.words, k, query.only)
        found = passages(query.library, chunks)
        scored = zip(found, self.score(query, found), strict=True)
        return _best((replace(p, score=s, parts={"words": s}) for p, s in scored), k)

    def score(self, query: Query, found: Sequence[Passage]) -> list[float]:
        """The share of each passage."""
        return self._bm25.shares(query.library, query.words, found)


class Fused:
    """What either finds, each scored by both."""

    def __init__(self, dense: Dense, keyword: Keyword) -> None:
        self._dense, self._keyword = dense, keyword

    def retrieve(self, query: Query, k: int) -> list[Passage]:
        """See `Retriever`."""
        depth = max(_DEPTH, k)
        both = [*self._dense.retrieve(query, depth), *self._keyword.retrieve(query, depth)]
        found = list({p.chunk: p for p in both}.values())
        cosines, shares = self._dense.score(query, found), self._keyword.score(query, found)
        return _best(
            (
                replace(p, score=fuse(c, s), parts={"cosine": c, "words": s})
                for p, c, s in zip(found, cosines, shares, strict=True)
            ),
            k,
        )


class Diverse:
    """Passages that hold the same text become one, which names where else it stands."""

    def __init__(self, inner: Retriever) -> None:
        self._inner = inner

    def retrieve(self, query: Query, k: int) -> list[Passage]:
        """See `Retriever`."""
        wanted = k * _SPARE
        found = self._inner.retrieve(query, wanted)
        while len(kept := collapse(found)) < k and len(found) == wanted:
            wanted *= _SPARE  # the same text stands so often that too few others were fetched
            found = self._inner.retrieve(query, wanted)
        return kept[:k]


def dated(queries: Sequence[Query], found: Sequence[Passage]) -> list[Passage]:
    """What the queries found, with newer passages raised where what is newest is asked for."""
    if not queries[0].latest:
        return list(found)
    dates = {
        (query.library.name, article): date
        for query in queries
        for article, date in query.library.dates({p.article.id for p in found}).items()
    }
    return by_recency(found, dates)


def collapse(found: Iterable[Passage]) -> list[Passage]:
    """The passages in order, each duplicate put into the first that holds its text."""
    kept: list[tuple[Passage, frozenset[tuple[str, ...]]]] = []
    for passage in found:
        shingles = _shingles(passage.text)
        for at, (first, its) in enumerate(kept):
            if len(shingles & its) >= _CONTAINED * min(len(shingles), len(its)):
                kept[at] = (_joined(first, passage), its)
                break
        else:
            kept.append((passage, shingles))
    return [passage for passage, _ in kept]


def _joined(first: Passage, same: Passage) -> Passage:
    """The first, which also names each article that the other stands in."""
    places = {first.article.id: None} | {s.article.id: s for s in first.also}
    for span in (Span(same.article, same.start, same.end), *same.also):
        places.setdefault(span.article.id, span)
    return replace(first, also=tuple(span for span in places.values() if span))


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = text.casefold().split()
    last = max(len(words) - _SHINGLE + 1, 1)
    return frozenset(tuple(words[at : at + _SHINGLE]) for at in range(last))


def passages(library: Library, chunks: Iterable[int]) -> list[Passage]:
    """The chunks of those ids as passages, in their order, without scores; what is gone is left out."""
    sql = "SELECT id, article, start, stop FROM chunks WHERE id = ?"
    places = [row for chunk in chunks for row in library.execute(sql, (chunk,))]
    articles = library.articles({article for _, article, _, _ in places})
    return [
        Passage(articles[article], start, end, 0.0, chunk=chunk, library=library.name)
        for chunk, article, start, end in places
        if article in articles
    ]


def _best(found: Iterable[Passage], k: int) -> list[Passage]:
    return sorted(found, key=lambda p: (-p.score, p.chunk))[:k]
