"""The gate: how likely it is that the passages answer the question at all. Pure."""

from collections.abc import Sequence

import numpy as np

from retrieval.clues import Asked, words_of
from retrieval.fitted import GATE, Fitted
from retrieval.types import Passage

NAMES = ("cosine", "cover", "together")
THRESHOLD = 0.5  # below it the question is refused: both errors weigh the same


def evidence(question: Asked, passages: Sequence[Passage]) -> list[float]:
    """What speaks for an answer, as the numbers that `NAMES` names, each from 0 to 1."""
    first = passages[:3]
    return [
        max(p.parts.get("cosine", 0.0) for p in first),
        max(question.cover(words_of(p.text) | words_of(p.article.title)) for p in first),
        max(p.parts.get("cosine", 0.0) * p.parts.get("words", 0.0) for p in first),
    ]


def probability(question: Asked, passages: Sequence[Passage], fitted: Fitted = GATE) -> float:
    """The calibrated probability that the passages answer, from 0 to 1; without passages 0."""
    if not passages:
        return 0.0
    row = np.array([evidence(question, passages)], np.float32)
    return float(fitted.probability(row)[0])
