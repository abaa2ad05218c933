"""Fitting: what the models learn from lessons that are made up."""

import numpy as np

from evals.calibrate import Lessons, fit, fit_ranking
from retrieval.fitted import Fitted

NAMES = ("near", "easy")


def fitted(model: dict[str, object]) -> Fitted:
    """The model as it is used."""
    weights = np.array(list(model["weights"].values()), np.float32)  # type: ignore[attr-defined]
    return Fitted(NAMES, weights, float(model["constant"]))  # type: ignore[arg-type]


def test_rows_compete_within_their_question() -> None:
    """A number that only tells easy questions from hard ones gets no weight; the other decides."""
    random = np.random.default_rng(0)
    lessons = Lessons()
    for number in range(200):
        easy = float(number % 2)
        near = random.random(6)
        right = [bool(it == near.max()) or bool(easy and it > 0.5) for it in near]
        lessons.add(np.stack([near, np.full(6, easy)], 1), right, 1.0)
    ranking = fit_ranking(NAMES, lessons)
    weights = ranking["weights"]
    assert ranking["lessons"] == 200
    assert weights["near"] > 1
    assert abs(weights["easy"]) < 0.01 * weights["near"]
    low, high = fitted(ranking).probability(np.array([[0.1, 0.0], [0.9, 0.0]], np.float32))
    assert 0 < low < 0.5 < high < 1


def test_a_question_may_count_more() -> None:
    """Lessons that contradict each other are settled by their weights."""
    lessons = Lessons()
    for right, weight in ((True, 3.0), (False, 1.0)):
        for _ in range(50):
            lessons.add([[1.0, 0.0]], [right], weight)
            lessons.add([[0.0, 0.0]], [False], 1.0)
    (chance,) = fitted(fit(NAMES, lessons)).probability(np.array([[1.0, 0.0]], np.float32))
    assert 0.65 < chance < 0.8
