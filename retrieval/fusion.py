"""Pure fusion of two rankings: a convex combination of their scores."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Score = TypeVar("Score", float, NDArray[np.float64])
WEIGHT = 0.8  # of BM25 beside cosine; see docs/decisions/0003-search.md


def fuse(cosine: Score, share: Score, weight: float = WEIGHT) -> Score:
    """`(cosine + w * share) / (1 + w)`, at most 1.

    Scores are combined rather than ranks because both have a meaning of their own: the cosine of
    question and passage, and BM25 as a share of the most that the question's words could give (so
    a question whose words are found nowhere leans on meaning by itself). Bruch, Gai and Ingber, An
    Analysis of Fusion Functions for Hybrid Retrieval (TOIS 2023), section 4: with bounds that do
    not depend on the candidates, a convex combination beats reciprocal rank fusion.
    """
    return (cosine + weight * share) / (1 + weight)
