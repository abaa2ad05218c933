"""The reader that needs no model key: it picks the sentences that answer, word for word."""

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.clues import NAMES, Asked, clues, words_of
from retrieval.embedder import Embedder
from retrieval.fitted import QUOTES, Fitted
from retrieval.fusion import fuse
from retrieval.sentences import Stretch, sentence_before, whole_sentences
from retrieval.types import Passage, Span
from retrieval.verify import Claim

MOST = 4  # quotes in an answer
# What a further quote must reach of the first one's probability; see docs/decisions/0004.
_WORTH = 0.1  # from an article that is quoted already
_SPEAKS = 0.2  # from another one, whatever its passage's rank
# Sentences that are embedded for a question: the best by their rank, and by themselves.
_RANKED, _ALONE = 8, 24
_COSINE = NAMES.index("cosine")
_READ = 0.5  # weight of a passage's best sentence beside its score; see docs/decisions/0004
_SAME = 0.8  # share of the shorter sentence's terms: the two say the same
_REMEMBERED = 50_000  # sentences whose vectors are kept: 75 MB at 384 dimensions

_ENDED = re.compile(r"[.!?…][\"'”’)\]]*$|.{120}", re.DOTALL)  # a sentence, not a heading
_LEANS = re.compile(
    r"[\"'“‘(]*(?:(?:and|but|so|yet|still|instead|however|also|then|later|meanwhile)\b,? )?"
    r"(?:he|she|it|they|his|her|its|their|this|that|these|those|both|neither|such)\b",
    re.IGNORECASE,
)
# "In a statement, it warned", "At a news conference he told": the pronoun comes after a phrase.
_LEANS_LATER = re.compile(
    r"[\"'“‘(]*(?:In|On|At|After|Before|During|From|By|For|With|As|Asked|Speaking|Later)\b"
    r"(?:[^,;.]{0,80},|(?: [a-z’'-]+){1,5}) (?:he|she|it|they)\b"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence of a passage and the probability that it answers.

    `alone` is the same probability, had its passage been the best one found; `cosine` is that of
    question and sentence.
    """

    passage: Passage
    start: int
    end: int
    chance: float
    alone: float
    cosine: float
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
    """Reads passages sentence by sentence; keeps the sentences' vectors."""

    name = "quotes"

    def __init__(self, embedder: Embedder, fitted: Fitted = QUOTES) -> None:
        self._embedder, self._fitted = embedder, fitted
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    def candidates(
        self, question: Asked, vector: NDArray[np.float32], passages: Sequence[Passage]
    ) -> list[Candidate]:
        """The promising sentences of the passages with their probabilities, in their order."""
        places, rows = self.rows(question, vector, passages)
        chances, unranked = self._judged(rows)
        return [
            Candidate(
                p, a, b, float(chance), float(by_itself), float(row[_COSINE]), _explained(row)
            )
            for (p, (a, b)), chance, by_itself, row in zip(
                places, chances, unranked, rows, strict=True
            )
        ]

    def rows(
        self, question: Asked, vector: NDArray[np.float32], passages: Sequence[Passage]
    ) -> tuple[list[tuple[Passage, Stretch]], NDArray[np.float32]]:
        """The promising sentences of the passages and their clues, `(n, len(NAMES))` float32.

        To embed a sentence costs more than all else, so each is judged with its passage's cosine
        first, and only the best keep their place and get a cosine of their own.
        """
        places = [whole_sentences(p.article.text, p.start, p.end) for p in passages]
        near = [
            np.full(len(its), p.parts.get("cosine", 0.0), np.float32)
            for p, its in zip(passages, places, strict=True)
        ]
        rows = clues(question, passages, places, near)
        every = [(p, at) for p, its in zip(passages, places, strict=True) for at in its]
        kept = self._promising(rows)
        found, rows = [every[at] for at in kept], rows[kept]
        texts = [p.article.text[a:b] for p, (a, b) in found]
        known = self._embedded(texts)
        rows[:, _COSINE] = [known[text] @ vector for text in texts]
        return found, rows

    def _promising(self, rows: NDArray[np.float32]) -> list[int]:
        """The best rows, in order: some by their probability, some by what they are alone."""
        chances, alone = self._judged(rows)
        best = {*np.argsort(-chances)[:_RANKED].tolist(), *np.argsort(-alone)[:_ALONE].tolist()}
        return sorted(best)

    def _judged(self, rows: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The probability of each row, and the same had its passage been the best one found."""
        alone = rows.copy()
        alone[:, NAMES.index("lag")] = 0.0
        return self._fitted.probability(rows), self._fitted.probability(alone)

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


def as_read(passages: Sequence[Passage], candidates: Sequence[Candidate]) -> list[Passage]:
    """The passages in the order that their sentences give them: those that answer come first."""
    best: dict[tuple[str, int], float] = {}
    for it in candidates:
        key = (it.passage.library, it.passage.chunk)
        best[key] = max(it.chance, best.get(key, 0.0))
    said = [best.get((p.library, p.chunk), 0.0) for p in passages]
    scored = [
        replace(p, score=fuse(p.score, chance, _READ), parts={**p.parts, "sentence": chance})
        for p, chance in zip(passages, said, strict=True)
    ]
    return sorted(scored, key=lambda p: -p.score)


Voices = Callable[[Span, Span], bool]  # whether a quote brings no other voice than one before it


def one_article(one: Span, other: Span) -> bool:
    """Whether two quotes are of one article."""
    return one.article.id == other.article.id


def quotes_of(candidates: Sequence[Candidate], heard: Voices = one_article) -> list[Claim]:
    """Up to four sentences that answer, the best first, each whole and word for word."""
    return [_claim(it) for it in choose(candidates, heard)]


def choose(candidates: Sequence[Candidate], heard: Voices = one_article) -> list[Candidate]:
    """The best sentence, then up to three more: first the best of each other voice that speaks."""
    left = [it for it in candidates if _ENDED.search(it.text)] or list(candidates)
    chosen: list[Candidate] = []
    while left and len(chosen) < MOST:
        best = _next(left, chosen, heard)
        if best is None:
            break
        _put(_with_its_subject(best), chosen)
        left = [it for it in left if not any(_says_the_same(it, other) for other in chosen)]
    return chosen


def _next(
    left: Sequence[Candidate], chosen: Sequence[Candidate], heard: Voices
) -> Candidate | None:
    """The next quote, or None where nothing left is worth it."""
    if not chosen:
        return max(left, key=lambda it: it.chance)
    for known in dict.fromkeys((heard, one_article)):
        others = [it for it in left if not any(known(it.span, its.span) for its in chosen)]
        other = max(others, key=lambda it: it.alone, default=None)
        if other and other.alone >= _SPEAKS * chosen[0].alone:
            return other
    best = max((it for it in left if it not in others), key=lambda it: it.chance, default=None)
    return best if best and best.chance >= _WORTH * chosen[0].chance else None


def _put(it: Candidate, chosen: list[Candidate]) -> None:
    """One quote more; one that reaches into another makes that longer."""
    for at, other in enumerate(chosen):
        if _overlap(it, other):
            start, end = min(it.start, other.start), max(it.end, other.end)
            chosen[at] = replace(other, start=start, end=end)
            return
    chosen.append(it)


def _overlap(one: Candidate, other: Candidate) -> bool:
    same = one.passage.article.id == other.passage.article.id
    return same and one.start < other.end and other.start < one.end


def _with_its_subject(it: Candidate) -> Candidate:
    """The sentence together with the one before it where it begins by pointing back to that."""
    if not (_LEANS.match(it.text) or _LEANS_LATER.match(it.text)):
        return it
    before = sentence_before(it.passage.article.text, it.start)
    return replace(it, start=before[0]) if before else it


def _says_the_same(one: Candidate, other: Candidate) -> bool:
    if _overlap(one, other):
        return True
    mine, its = words_of(one.text), words_of(other.text)
    return len(mine & its) >= _SAME * max(min(len(mine), len(its)), 1)


def _claim(it: Candidate) -> Claim:
    """The sentence as a claim that rests on itself; where its passage recurs, so does it."""
    also = []
    for span in it.passage.also:
        at = span.article.text.find(it.text, span.start, span.end)
        if at >= 0:
            also.append(Span(span.article, at, at + len(it.text)))
    return Claim(it.text, (it.span,), tuple(also), why=f"{it.chance:.3f}: {it.why}")


def _explained(row: NDArray[np.float32]) -> str:
    return " ".join(f"{name} {value:.2f}" for name, value in zip(NAMES, row, strict=True))
