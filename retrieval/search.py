"""Passages for a question: dense, keyword, fused, diverse. Each is a `Retriever`; nested by hand."""

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
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
_Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A question made ready for one library: its words as terms, its vector as soon as it is there.

    Of a question that leans on the one before it, `own` is what it says itself; its words stand
    several times, for what is new is what is asked. `latest`: what is newest is asked for.
    """

    library: Library
    text: str
    words: tuple[str, ...]
    embedded: Future[NDArray[np.float32]]
    only: Filter = _EVERYTHING
    own: str = ""
    latest: bool = False

    @property
    def vector(self) -> NDArray[np.float32]:
        """`(d,)` of unit length."""
        return self.embedded.result()


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
        near = self.find(query, k)
        cosines = list(near.values())
        return best(query, list(near), cosines, k, cosine=cosines)

    def find(self, query: Query, k: int) -> dict[int, float]:
        """The chunks of the `k` nearest vectors with their cosines, the nearest first."""
        return dict(self._vectors.nearest(query.library, query.vector, k, query.only))

    def score(self, query: Query, chunks: Sequence[int]) -> list[float]:
        """The cosine of each chunk, from the stored vectors; nought for one that is gone."""
        sql = (
            "SELECT chunks.id, vector FROM chunks JOIN vectors USING (key)"
            " WHERE embedder = ? AND chunks.id IN (SELECT value FROM json_each(?))"
        )
        embedder = query.library.get("embedder")
        rows = dict(query.library.execute(sql, (embedder, json.dumps(chunks))))
        nothing = bytes(2 * len(query.vector))
        held = np.frombuffer(b"".join(rows.get(it, nothing) for it in chunks), np.float16)
        cosines = held.reshape(-1, len(query.vector)).astype(np.float32) @ query.vector
        return cosines.tolist()  # type: ignore[no-any-return]


class Keyword:
    """BM25: the score is the share of what the question's words could give at most."""

    def __init__(self, bm25: Bm25) -> None:
        self._bm25 = bm25

    def retrieve(self, query: Query, k: int) -> list[Passage]:
        """See `Retriever`."""
        chunks = self.find(query, k)
        shares = self.score(query, chunks)
        return best(query, chunks, shares, k, words=shares)

    def find(self, query: Query, k: int) -> list[int]:
        """The `k` chunks that BM25 puts first."""
        return self._bm25.candidates(query.library, query.words, k, query.only)

    def score(self, query: Query, chunks: Sequence[int]) -> list[float]:
        """The share of each chunk."""
        return self._bm25.shares(query.library, query.words, chunks)


class Fused:
    """What either finds, each scored by both."""

    def __init__(self, dense: Dense, keyword: Keyword) -> None:
        self._dense, self._keyword = dense, keyword

    def retrieve(self, query: Query, k: int) -> list[Passage]:
        """See `Retriever`."""
        depth = max(_DEPTH, k)
        worded = self._keyword.find(query, depth)  # first, while the question is embedded
        near = self._dense.find(query, depth)
        return self.scored(query, list(dict.fromkeys([*near, *worded])), k, near)

    def scored(
        self, query: Query, chunks: Sequence[int], k: int, near: Mapping[int, float]
    ) -> list[Passage]:
        """The best `k` of those chunks; `near` has the cosines that are known."""
        rest = [it for it in chunks if it not in near]
        known = {**near, **dict(zip(rest, self._dense.score(query, rest), strict=True))}
        cosines, shares = [known[it] for it in chunks], self._keyword.score(query, chunks)
        scores = [fuse(c, s) for c, s in zip(cosines, shares, strict=True)]
        return best(query, chunks, scores, k, cosine=cosines, words=shares)


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
    """The passages in order, each duplicate put into the first that holds its text.

    Where a later one is much the fuller, it takes the place of the first: nothing that it adds is lost.
    """
    kept, held, seen = list[Passage](), list[frozenset[_Words]](), set[_Words]()
    for passage in found:
        shingles = _shingles(passage.text)
        same = _first_same(shingles, shingles & seen, held)
        if same is None:
            kept.append(passage)
            held.append(shingles)
            seen |= shingles
        elif len(shingles & held[same]) >= _CONTAINED * len(shingles):
            kept[same] = _joined(kept[same], passage)
        else:
            kept[same] = _joined(replace(passage, score=kept[same].score), kept[same])
            held[same] = shingles
            seen |= shingles
    return kept


def _first_same(
    shingles: frozenset[_Words], known: frozenset[_Words], held: Sequence[frozenset[_Words]]
) -> int | None:
    """Which text is the first to be the same, by its shingles; `known` are those that any of them has."""
    for at, its in enumerate(held):
        enough = _CONTAINED * min(len(shingles), len(its))
        if len(known) >= enough and len(known & its) >= enough:
            return at
    return None


def _joined(first: Passage, same: Passage) -> Passage:
    """The first, which also names each article that the other stands in."""
    places = {first.article.id: None} | {s.article.id: s for s in first.also}
    for span in (Span(same.article, same.start, same.end), *same.also):
        places.setdefault(span.article.id, span)
    return replace(first, also=tuple(span for span in places.values() if span))


def _shingles(text: str) -> frozenset[_Words]:
    words = text.casefold().split()
    if len(words) < _SHINGLE:
        return frozenset([tuple(words)])
    return frozenset(zip(*(words[at:] for at in range(_SHINGLE)), strict=False))


def best(
    query: Query, chunks: Sequence[int], scores: Sequence[float], k: int, **parts: Sequence[float]
) -> list[Passage]:
    """The `k` chunks of the highest score as passages; `parts` are what each score is made of."""
    order = sorted(range(len(chunks)), key=lambda at: (-scores[at], chunks[at]))
    places = {chunks[at]: at for at in order}
    found = passages(query.library, places, k)
    return [
        replace(p, score=scores[at], parts={name: its[at] for name, its in parts.items()})
        for p in found
        for at in [places[p.chunk]]
    ]


def passages(library: Library, chunks: Iterable[int], k: int | None = None) -> list[Passage]:
    """The first `k` of those chunks that are not gone, as passages without scores, in their order."""
    sql = "SELECT id, article, start, stop FROM chunks WHERE id IN (SELECT value FROM json_each(?))"
    wanted = list(chunks)
    there = {row[0]: row for row in library.execute(sql, (json.dumps(wanted),))}
    places = [there[chunk] for chunk in wanted if chunk in there][:k]
    articles = library.articles({article for _, article, _, _ in places})
    return [
        Passage(articles[article], start, end, 0.0, chunk=chunk, library=library.name)
        for chunk, article, start, end in places
        if article in articles
    ]
