"""The gate: how likely it is that the passages answer the question at all. Pure."""

import math
from collections.abc import Sequence

import numpy as np

from retrieval.candidates import Candidate
from retrieval.clues import Asked, words_of
from retrieval.fitted import Fitted
from retrieval.types import Passage

NAMES = (
    "cosine",  # of question and passage, the best of the first three
    "cover",  # share of the question's weighted terms in a passage and its title, likewise
    "sentence",  # cosine of question and sentence, the best of all that were read
    "size",  # log of the passages searched: among more of them one comes near by chance
)
_LARGE = 400  # passages; among more of them the size counts no more, see docs/decisions/0007
# Below it the question is refused. Half of what the gate was fitted on was foreign; where two questions of
# five are, both errors weigh the same at this.
THRESHOLD = 0.4


def evidence(
    question: Asked, passages: Sequence[Passage], candidates: Sequence[Candidate], size: int
) -> list[float]:
    """What speaks for an answer, as the numbers that `NAMES` names.

    Args:
        question: what was asked.
        passages: what was found, the best first, at least one.
        candidates: the sentences of the passages that were read.
        size: how many passages were searched.
    """
    first = passages[:3]
    return [
        max(p.parts.get("cosine", 0.0) for p in first),
        max(question.cover(words_of(p.text) | words_of(p.article.title)) for p in first),
        max((it.cosine for it in candidates), default=0.0),
        math.log(min(max(size, 1), _LARGE)),
    ]


def probability(
    question: Asked,
    passages: Sequence[Passage],
    candidates: Sequence[Candidate],
    size: int,
    fitted: Fitted,
) -> float:
    """The calibrated probability that the passages answer, from 0 to 1; without passages 0."""
    if not passages:
        return 0.0
    row = np.array([evidence(question, passages, candidates, size)], np.float32)
    return float(fitted.probability(row)[0])
