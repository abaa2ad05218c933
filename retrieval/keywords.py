"""BM25 over the library's FTS5 table.

FTS5 tells which passages hold a word; their scores are computed here, because its own inverse document
frequency is nought for any word in half of the passages, which in a small library is most words, and
because it takes most of a search's time to rank what it finds.
"""

import json
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from retrieval.ask import in_sql
from retrieval.library import Library
from retrieval.terms import idf, packed
from retrieval.types import Filter

# Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), with the constants that
# Lin et al. (Anserini, 2016) found to hold over many collections of passages.
K1, B = 0.9, 0.4
_WORDS = "SELECT id, words FROM chunks WHERE id IN (SELECT value FROM json_each(?))"
_STORED = np.dtype("<u4")  # what `terms.packed` makes of a term
_JOINED = " JOIN chunks ON chunks.id = keywords.rowid JOIN articles ON articles.id = chunks.article"
_READ = 10_000  # passages that are looked up for a question; FTS5 takes a microsecond to rank one
_SCORED = 200  # of them, that are scored
_COUNTED, _LIBRARIES = 5_000, 100  # words of a library, and libraries: 0.5 MB each


@dataclass(slots=True)
class Counts:
    """What BM25 needs to know of a library as a whole, at one point of its change log."""

    number: int
    passages: int
    words: float  # in an average passage, title included
    holding: dict[str, int] = field(default_factory=dict)  # by term: passages that hold it


class Bm25:
    """BM25 scores as a share of the best that a question could get: from 0 to 1."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, Counts] = OrderedDict()

    def candidates(self, library: Library, words: Sequence[str], k: int, only: Filter) -> list[int]:
        """The `k` chunks of the highest scores for the words that tell, the best first.

        Scored are those whose words tell most together. Where too many tell the same, as for a single
        word, FTS5 ranks all that hold any.
        """
        weights = self.weights(library, self._telling(library, words))
        if not weights:
            return []
        chunks = _promising(library, weights, k, only)
        if chunks is None:
            return _ranked(library, weights, k, only)
        shares = self.shares(library, words, chunks)
        order = sorted(range(len(chunks)), key=lambda at: (-shares[at], chunks[at]))
        return [chunks[at] for at in order[:k]]

    def _telling(self, library: Library, words: Sequence[str]) -> list[str]:
        """The words that candidates are found by, as often as they stand in the question.

        Words that stand nearly everywhere cost most and tell least: they are looked up only as far
        as all words together stand in no more than `_READ` passages.
        """
        counts, chosen, read = self._counted(library, words), set[str](), 0
        for word in sorted(set(words), key=lambda word: (counts.holding[word], word)):
            read += counts.holding[word]
            if read > _READ and chosen:
                break
            chosen |= {word} if counts.holding[word] else set()
        return [word for word in words if word in chosen]

    def weights(self, library: Library, words: Sequence[str]) -> dict[str, float]:
        """How much each word tells in this library; one that it does not hold tells most.

        A word that stands twice tells twice as much, as in BM25 with an open limit for that.
        """
        counts = self._counted(library, words)
        return {
            word: times * idf(counts.passages, counts.holding[word])
            for word, times in Counter(words).items()
        }

    def size(self, library: Library) -> int:
        """How many passages a library holds."""
        return self._count(library).passages

    def shares(self, library: Library, words: Sequence[str], chunks: Sequence[int]) -> list[float]:
        """Each chunk's BM25 for the words, over the most that these words could give.

        A chunk that is gone holds no words.
        """
        weights = self.weights(library, words)
        most = sum(weights.values()) * (K1 + 1)
        if not most:
            return [0.0] * len(chunks)
        texts = _words_of(library, chunks)
        lengths = np.array([len(text) // _STORED.itemsize for text in texts], np.intp)
        norms = K1 * (1 - B + B * lengths / (self._count(library).words or 1.0))
        held = np.frombuffer(b"".join(texts), _STORED)
        ends = np.cumsum(lengths)
        scores = np.zeros(len(texts))
        asked = np.frombuffer(packed(weights), _STORED)
        for number, weight in zip(asked, weights.values(), strict=True):
            holders = np.searchsorted(ends, np.flatnonzero(held == number), side="right")
            times = np.bincount(holders, minlength=len(texts))
            scores += weight * times * (K1 + 1) / (times + norms)
        return (scores / most).tolist()  # type: ignore[no-any-return]

    def _counted(self, library: Library, words: Iterable[str]) -> Counts:
        """The library's counts, those of the words among them."""
        counts = self._count(library)
        for word in words:
            if word not in counts.holding:
                rows = library.execute("SELECT doc FROM terms WHERE term = ?", (word,))
                counts.holding[word] = rows[0][0] if rows else 0
        return counts

    def _count(self, library: Library) -> Counts:
        number = library.number()
        counts = self._counts.get(library.id)
        if counts is None or counts.number != number or len(counts.holding) > _COUNTED:
            passages = library.count("chunks")
            counts = Counts(number, passages, _words(library) / passages if passages else 0.0)
            self._counts[library.id] = counts
            while len(self._counts) > _LIBRARIES:
                self._counts.popitem(last=False)
        return counts


def _words(library: Library) -> int:
    """How many words the passages have together, titles included.

    FTS5 keeps it: row 1 of its data holds, as SQLite's variable-length integers, the rows and then each
    column's words (sqlite.org/fts5.html, section 9.1). To sum up the terms takes seconds in a large library.
    """
    rows = library.execute("SELECT block FROM keywords_data WHERE id = 1")
    numbers, value = [], 0
    for byte in rows[0][0] if rows else b"":
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:  # the last byte of a number
            numbers.append(value)
            value = 0
    return sum(numbers[1:])


def _words_of(library: Library, chunks: Sequence[int]) -> list[bytes]:
    """The terms of each chunk and its title, packed; nothing for one that is gone."""
    rows = dict(library.execute(_WORDS, (json.dumps(chunks),)))
    return [rows.get(chunk, b"") for chunk in chunks]


def _promising(
    library: Library, weights: Mapping[str, float], k: int, only: Filter
) -> list[int] | None:
    """The chunks whose words weigh most together, `_SCORED` at most, in the order of their ids.

    None where fewer than `k` weigh more than all the rest.
    """
    where, values = in_sql(only)
    sql = (
        f"SELECT group_concat(keywords.rowid) FROM keywords{_JOINED if where else ''}"  # noqa: S608
        f" WHERE keywords MATCH ? {where}"
    )
    lists = [
        np.fromstring(library.execute(sql, (_quoted(word), *values))[0][0] or "", np.int64, sep=",")
        for word in weights
    ]
    heavy = np.repeat(list(weights.values()), [len(its) for its in lists])
    chunks, at = np.unique(np.concatenate(lists), return_inverse=True)
    if len(chunks) > _SCORED:
        together = np.bincount(at, heavy)
        chunks = chunks[together > np.partition(together, -_SCORED - 1)[-_SCORED - 1]]
        if len(chunks) < k:
            return None
    return chunks.tolist()  # type: ignore[no-any-return]


def _ranked(library: Library, words: Iterable[str], k: int, only: Filter) -> list[int]:
    """The `k` chunks that FTS5 puts first for any of the words."""
    where, values = in_sql(only)
    sql = (
        f"SELECT keywords.rowid FROM keywords{_JOINED if where else ''}"  # noqa: S608
        f" WHERE keywords MATCH ? {where} ORDER BY keywords.rank LIMIT ?"
    )
    any_of = " OR ".join(_quoted(word) for word in words)
    return [row[0] for row in library.execute(sql, (any_of, *values, k))]


def _quoted(word: str) -> str:
    """The word in FTS5's language, where nothing in it is an operator."""
    return '"' + word.replace('"', '""') + '"'
