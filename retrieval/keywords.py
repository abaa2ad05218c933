"""BM25 over the library's FTS5 table.

FTS5 finds the candidates; their scores are computed here, because its own inverse document frequency
is nought for any word in half of the passages, which in a small library is most words.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from retrieval.library import Library
from retrieval.terms import idf, terms
from retrieval.types import Filter, Passage

# Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), with the constants that
# Lin et al. (Anserini, 2016) found to hold over many collections of passages.
K1, B = 0.9, 0.4
_REMEMBERED = 50_000  # passages whose words are kept counted


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
        self._counts: dict[str, Counts] = {}
        self._words: dict[tuple[str, str, str], Counter[str]] = {}

    def candidates(self, library: Library, words: Sequence[str], k: int, only: Filter) -> list[int]:
        """The `k` chunks that FTS5 puts first for any of the words."""
        if not words:
            return []
        where, values = _where(only)
        sql = (
            "SELECT keywords.rowid FROM keywords JOIN chunks ON chunks.id = keywords.rowid"  # noqa: S608
            " JOIN articles ON articles.id = chunks.article"
            f" WHERE keywords MATCH ? {where} ORDER BY keywords.rank LIMIT ?"
        )
        any_of = " OR ".join(_quoted(word) for word in dict.fromkeys(words))
        return [row[0] for row in library.execute(sql, (any_of, *values, k))]

    def weights(self, library: Library, words: Sequence[str]) -> dict[str, float]:
        """How much each word tells in this library; one that it does not hold tells most.

        A word that stands twice tells twice as much, as in BM25 with an open limit for that.
        """
        counts = self._count(library)
        for word in words:
            if word not in counts.holding:
                rows = library.execute("SELECT doc FROM terms WHERE term = ?", (word,))
                counts.holding[word] = rows[0][0] if rows else 0
        return {
            word: times * idf(counts.passages, counts.holding[word])
            for word, times in Counter(words).items()
        }

    def size(self, library: Library) -> int:
        """How many passages a library holds."""
        return self._count(library).passages

    def shares(
        self, library: Library, words: Sequence[str], passages: Iterable[Passage]
    ) -> list[float]:
        """Each passage's BM25 for the words, over the most that these words could give."""
        weights = self.weights(library, words)
        most = sum(weights.values()) * (K1 + 1)
        average = self._count(library).words or 1.0
        found = []
        for passage in passages:
            held = self._held(passage)
            length = 1 - B + B * held.total() / average
            score = sum(
                weight * held[word] * (K1 + 1) / (held[word] + K1 * length)
                for word, weight in weights.items()
                if held[word]
            )
            found.append(score / most if most else 0.0)
        return found

    def _held(self, passage: Passage) -> Counter[str]:
        """The words of a passage and its title, counted."""
        key = (passage.article.id, passage.article.title, passage.text)
        if key not in self._words:
            if len(self._words) >= _REMEMBERED:
                self._words.clear()
            self._words[key] = Counter(terms(passage.article.title) + terms(passage.text))
        return self._words[key]

    def _count(self, library: Library) -> Counts:
        number = library.number()
        counts = self._counts.get(library.id)
        if counts is None or counts.number != number:
            passages = library.count("chunks")
            words = library.execute("SELECT ifnull(sum(cnt), 0) FROM terms")[0][0]
            counts = Counts(number, passages, words / passages if passages else 0.0)
            self._counts[library.id] = counts
        return counts


def _quoted(word: str) -> str:
    """The word in FTS5's language, where nothing in it is an operator."""
    return '"' + word.replace('"', '""') + '"'


def _where(only: Filter) -> tuple[str, list[int | str]]:
    """The filter in SQL; an article without a date is in no period."""
    clauses, values = "", list[int | str]()
    if only.since is not None:
        clauses += " AND articles.published_at >= ?"
        values.append(only.since)
    if only.until is not None:
        clauses += " AND articles.published_at <= ?"
        values.append(only.until)
    if only.sources:
        clauses += f" AND articles.source IN ({', '.join('?' * len(only.sources))})"
        values += only.sources
    return clauses, values
