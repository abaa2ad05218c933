"""The sentences of the passages that were found, and how likely each is to answer."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.clues import NAMES, Asked, clues
from retrieval.embedder import Embedder
from retrieval.fitted import fitted
from retrieval.fusion import fuse
from retrieval.reading import Reading
from retrieval.sentences import Stretch, whole_sentences
from retrieval.types import Passage, Span
from retrieval.voices import asks_for_positions

# Passages that the reading model reads, the first ones found, unless they are further behind the first; more
# cost time and change little, but where positions are asked for, which several articles hold.
_READ, _BEHIND, _READ_POSITIONS = 4, 0.2, 6
# Log-odds, without the reading model, by which a sentence may be worse than the best one of its passage to be
# read with it.
_WORSE = 1.0
# Log-odds of the sentences of all others; what is read and does not answer has fewer.
_UNREAD = -3.0
# Sentences that are embedded for a question: the best by their rank, and by themselves; the reading model
# knows the best ones without that.
_RANKED, _ALONE, _ALONE_READ, _ALONE_POSITIONS = 8, 24, 8, 16
_COSINE, _LAG, _READING = map(NAMES.index, ("cosine", "lag", "reading"))
_WEIGHT = 0.65  # of a passage's best sentence beside its score; see docs/decisions/0004
_REMEMBERED = 50_000  # sentences whose vectors are kept: 75 MB at 384 dimensions

Sentence = tuple[Passage, Stretch]


def _text(sentence: Sentence) -> str:
    passage, (start, end) = sentence
    return passage.article.text[start:end]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence of a passage and the probability that it answers.

    `alone` is the same probability, had its passage been the best one found; `cosine` is that of
    question and sentence, `reading` the reading model's log-odds.
    """

    passage: Passage
    start: int
    end: int
    chance: float
    alone: float
    cosine: float
    reading: float
    why: str

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.passage.article, self.start, self.end)

    @property
    def text(self) -> str:
        """The sentence, word for word."""
        return self.passage.article.text[self.start : self.end]


class QuoteReader:
    """Reads passages sentence by sentence; keeps the sentences' vectors.

    Without the reading model the other clues decide, with numbers that were fitted for that.
    """

    name = "quotes"

    def __init__(self, embedder: Embedder, reading: Reading | None = None) -> None:
        self._embedder, self._reading = embedder, reading
        self.numbers = fitted("reading" if reading else "cosine")
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    def warm(self) -> None:
        """Load the reading model now."""
        if self._reading:
            self._reading.warm()

    def prepare(self) -> None:
        """Make what takes long and lasts: the reading model's export."""
        if self._reading:
            self._reading.prepare()

    def candidates(
        self, question: Asked, vector: NDArray[np.float32], passages: Sequence[Passage]
    ) -> list[Candidate]:
        """The promising sentences of the passages with their probabilities, in their order."""
        places, rows = self.rows(question, vector, passages)
        chances, unranked = self._judged(rows)
        return [
            Candidate(
                *(p, a, b, float(chance), float(alone)),
                *(float(row[_COSINE]), float(row[_READING]), _explained(row)),
            )
            for (p, (a, b)), chance, alone, row in zip(places, chances, unranked, rows, strict=True)
        ]

    def rows(
        self, question: Asked, vector: NDArray[np.float32], passages: Sequence[Passage]
    ) -> tuple[list[Sentence], NDArray[np.float32]]:
        """The promising sentences of the passages and their clues, `(n, len(NAMES))` float32.

        To embed a sentence costs more than most, so each is judged with its passage's cosine first,
        and only the best keep their place and get a cosine of their own.
        """
        places = [whole_sentences(p.article.text, p.start, p.end) for p in passages]
        every = [(p, at) for p, its in zip(passages, places, strict=True) for at in its]
        rows = clues(question, passages, places)
        alone = _ALONE
        if self._reading and passages:
            several = asks_for_positions(question.text)
            alone = _ALONE_POSITIONS if several else _ALONE_READ
            read = _read_rows(passages, places, self.numbers.quotes.odds(rows), several=several)
            rows[:, _READING] = _odds(self._reading, question.text, every, read)
        kept = self._promising(rows, alone)
        found, rows = [every[at] for at in kept], rows[kept]
        texts = [_text(it) for it in found]
        known = self._embedded(texts)
        rows[:, _COSINE] = [known[text] @ vector for text in texts]
        return found, rows

    def _promising(self, rows: NDArray[np.float32], most: int) -> list[int]:
        """The best rows, in order: some by their probability, `most` by what they are alone."""
        chances, alone = self._judged(rows)
        best = {*np.argsort(-chances)[:_RANKED].tolist(), *np.argsort(-alone)[:most].tolist()}
        return sorted(best)

    def _judged(self, rows: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The probability of each row, and the same had its passage been the best one found."""
        alone = rows.copy()
        alone[:, _LAG] = 0.0
        rating = self.numbers.quotes
        return rating.probability(rows), rating.probability(alone)

    def _embedded(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The sentences' vectors; those of sentences that were read lately are kept."""
        found = {text: self._vectors[text] for text in texts if text in self._vectors}
        new = list(dict.fromkeys(text for text in texts if text not in found))
        if new:
            found |= zip(new, self._embedder.documents(new), strict=True)
        self._vectors |= found
        while len(self._vectors) > _REMEMBERED:
            self._vectors.popitem(last=False)
        return found


def _read_rows(
    passages: Sequence[Passage],
    places: Sequence[Sequence[Stretch]],
    worth: NDArray[np.float32],
    *,
    several: bool,
) -> list[tuple[Passage, list[int]]]:
    """The passages that are read, with the rows of the sentences that are.

    Args:
        passages: the best first.
        places: the sentences of each.
        worth: of each sentence, its log-odds without the reading model.
        several: whether what several articles say is asked for: then all of more passages is read.
    """
    found, start = [], 0
    for p, its in zip(passages[: _READ_POSITIONS if several else _READ], places, strict=False):
        rows = range(start, start + len(its))
        start += len(its)
        if several:
            found.append((p, list(rows)))
        elif passages[0].score - p.score < _BEHIND:
            enough = worth[rows].max(initial=-np.inf) - _WORSE
            found.append((p, [row for row in rows if worth[row] >= enough]))
    return found


def _odds(
    reading: Reading,
    question: str,
    every: Sequence[Sentence],
    read: Sequence[tuple[Passage, list[int]]],
) -> NDArray[np.float32]:
    """The reading model's log-odds of every sentence; those that are not read have `_UNREAD`."""
    odds = np.full(len(every), _UNREAD, np.float32)
    texts = [(p.article.title, [_text(every[row]) for row in rows]) for p, rows in read]
    for (_, rows), its in zip(read, reading.odds(question, texts), strict=True):
        odds[rows] = its
    return odds


def as_read(passages: Sequence[Passage], candidates: Sequence[Candidate]) -> list[Passage]:
    """The passages in the order that their sentences give them: those that answer come first."""
    best: dict[tuple[str, int], float] = {}
    for it in candidates:
        key = (it.passage.library, it.passage.chunk)
        best[key] = max(it.chance, best.get(key, 0.0))
    said = [best.get((p.library, p.chunk), 0.0) for p in passages]
    scored = [
        replace(p, score=fuse(p.score, chance, _WEIGHT), parts={**p.parts, "sentence": chance})
        for p, chance in zip(passages, said, strict=True)
    ]
    return sorted(scored, key=lambda p: -p.score)


def _explained(row: NDArray[np.float32]) -> str:
    return " ".join(f"{name} {value:.2f}" for name, value in zip(NAMES, row, strict=True))
