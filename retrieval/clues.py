"""Pure: what tells that a sentence answers a question, as numbers; the same when fitted and used."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from retrieval.cues import Kind, kind_of, offers
from retrieval.sentences import Stretch
from retrieval.terms import terms
from retrieval.types import Passage

NAMES = (
    "passage_cosine",
    "passage_words",
    "passage_cover",  # share of the question's weighted terms in the passage
    "lag",  # of its passage behind the best one
    "cosine",  # of question and sentence
    "cover",  # share of the question's weighted terms in the sentence
    "cover_before",  # in it, its title and the sentence before
    "cover_after",  # in it, its title and the sentence after
    "length",  # log of its terms
    "fresh",  # terms that are not the question's, up to 12
    "offers",  # what the question asks for: names, numbers, dates, see cues.py
    "first",  # whether it opens its passage
    "reading",  # log-odds that it answers, by the reading model
)
_FRESH = 12


@dataclass(frozen=True)
class Asked:
    """A question as the clues see it: its terms, each with its weight, and what it asks for.

    `text` is all of it, with what it leans on.
    """

    weights: Mapping[str, float]
    kind: Kind
    text: str

    @cached_property
    def words(self) -> frozenset[str]:
        """Its terms."""
        return frozenset(self.weights)

    @cached_property
    def _whole(self) -> float:
        return math.fsum(self.weights.values())

    def cover(self, held: frozenset[str]) -> float:
        """The share of its weighted terms that are held, from 0 to 1."""
        # Summed exactly: a set has another order in every process, and a share is never above 1.
        found = math.fsum(self.weights[word] for word in self.words & held)
        return found / self._whole if self._whole else 0.0


def asked(text: str, weights: Mapping[str, float], before: str = "") -> Asked:
    """A question's text with the weights of its terms made ready.

    Where it does not tell what kind of thing it asks for, `before` (itself with what it leans on) may.
    """
    kind = kind_of(text)
    return Asked(weights, kind if kind != "other" else kind_of(before), before or text)


def clues(
    question: Asked,
    passages: Sequence[Passage],
    sentences: Sequence[Sequence[Stretch]],
) -> NDArray[np.float32]:
    """`(n, len(NAMES))` float32: a row for each sentence of each passage, in order.

    `cosine` is the passage's, as long as nobody has embedded the sentence, and `reading` is nought.

    Args:
        question: what was asked.
        passages: what was found, the best first.
        sentences: each passage's sentences, in characters of its article.
    """
    rows: list[list[float]] = []
    for passage, places in zip(passages, sentences, strict=True):
        whole = [
            passage.parts.get("cosine", 0.0),
            passage.parts.get("words", 0.0),
            question.cover(words_of(passage.text)),
            passages[0].score - passage.score,
        ]
        rows += [whole + own for own in _sentence_clues(question, passage, places)]
    return np.array(rows, np.float32).reshape(-1, len(NAMES))


def _sentence_clues(
    question: Asked, passage: Passage, places: Sequence[Stretch]
) -> Iterator[list[float]]:
    """What each sentence of a passage says for itself, from `cosine` on."""
    title = words_of(passage.article.title)
    texts = [passage.article.text[a:b] for a, b in places]
    held = [frozenset[str](), *map(words_of, texts), frozenset[str]()]
    for at, text in enumerate(texts):
        before, own, after = held[at : at + 3]
        yield [
            passage.parts.get("cosine", 0.0),
            question.cover(own),
            question.cover(own | before | title),
            question.cover(own | after | title),
            math.log1p(len(own)),
            min(len(own - question.words - title), _FRESH) / _FRESH,
            offers(question.kind, text, question.words),
            float(at == 0),
            0.0,
        ]


@lru_cache(maxsize=20_000)
def words_of(text: str) -> frozenset[str]:
    """The terms of a text, each once."""
    return frozenset(terms(text))
