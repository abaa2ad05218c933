"""Fit the numbers in `retrieval/fitted.json` on question sets.

Run with: python -m evals.calibrate SET... [--reading FILE] [--without-reading]

Every set gives its group A alone. Halves of its articles answer their own questions, which teaches the
quotes what sentence answers. Then the articles are parted into libraries of several sizes, and each
question is asked of the one that answers it and of one that does not, which teaches the gate.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from evals.lessons import unseen
from evals.measure import fill, scratch
from evals.score import holds
from evals.sets import Case, QuestionSet, load
from retrieval import candidates, clues, gate
from retrieval.chain import SHOWN, Chain
from retrieval.clues import Asked
from retrieval.fitted import Fitted
from retrieval.search import Query
from retrieval.types import Article, Passage, Question

OUT = Path(__file__).parent.parent / "retrieval" / "fitted.json"
_DIGITS = 4
_MOST = 1_500  # questions of a set, for the quotes
_FEW = 400  # for the gate, which asks each of them up to six times
_PARTS = (2, 8, 32)  # libraries that a set's articles are parted into, where there are as many
_EVERY = 10**6  # sentences: as many as there are
_SHRUNK = 1e-3  # what large weights cost in the ranking's loss


@dataclass(slots=True)
class Lessons:
    """Questions, each with rows of numbers; whether each row is right, how much a question counts."""

    rows: list[NDArray[np.float32]] = field(default_factory=list)  # (n, numbers) float32
    right: list[list[bool]] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def add(self, rows: Any, right: Iterable[bool], weight: float) -> None:
        """One question more."""
        self.rows.append(np.asarray(rows, np.float32))
        self.right.append(list(right))
        self.weights.append(weight)

    def scaled(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """All rows, each number in units of its standard deviation, and those units."""
        every = np.vstack(self.rows).astype(np.float64)
        scale = every.std(axis=0) + 1e-9
        return every / scale, scale


def main() -> None:
    """Fit, write, and say what was written."""
    parser = argparse.ArgumentParser(prog="python -m evals.calibrate", description=__doc__)
    parser.add_argument("sets", type=Path, nargs="+", help="folders with a question set")
    parser.add_argument("--reading", type=Path, help="a file of contexts with their questions")
    parser.add_argument("--without-reading", action="store_true", help="for other embedders")
    chosen = parser.parse_args()
    sets = [_answerable(load(folder).holding("A").asking("A")) for folder in chosen.sets]
    if chosen.reading:
        sets.append(unseen(chosen.reading))
    sentences, passing = Lessons(), Lessons()
    with scratch() as chain:
        if chosen.without_reading:
            chain.reader = candidates.QuoteReader(chain.embedder)
        for one in sets:
            teach_quotes(chain, one, sentences)
        ranking = fit_ranking(clues.NAMES, sentences)
        weights = np.array(list(ranking["weights"].values()), np.float32)
        fitted = Fitted(clues.NAMES, weights, ranking["constant"])
        chain.reader.numbers = replace(chain.reader.numbers, quotes=fitted)
        for one in sets[: len(chosen.sets)]:  # foreign questions are too easily known in the rest
            teach_gate(chain, one, passing)
    models, name = (
        json.loads(OUT.read_text("utf-8")),
        "cosine" if chosen.without_reading else "reading",
    )
    models[name] = {
        "quotes": {"from": f"conditional logit on {_names(sets)}", **ranking},
        "gate": {
            "from": f"logistic regression on {_names(sets[: len(chosen.sets)])}",
            **fit(gate.NAMES, passing),
        },
    }
    OUT.write_text(json.dumps(models, indent=1) + "\n", "utf-8")
    print(json.dumps(models[name], indent=1))


def _names(sets: Sequence[QuestionSet]) -> str:
    return f"group A of {', '.join(one.name for one in sets)}"


def _answerable(one: QuestionSet) -> QuestionSet:
    return replace(one, cases=tuple(case for case in one.cases if case.gold and not case.history))


def teach_quotes(chain: Chain, one: QuestionSet, lessons: Lessons) -> None:
    """Each half of the articles is asked its own questions; every sentence is judged."""
    cases = one.every(_MOST).cases
    for number, half in enumerate((one.articles[::2], one.articles[1::2])):
        name = f"{one.name}-half-{number}"
        fill(chain, name, half)
        for case in _answered_by(half, cases):
            query, asked, passages = _asked(chain, name, case)
            with patch.object(candidates, "_RANKED", _EVERY):
                places, found = chain.reader.rows(asked, query.vector, passages)
            right = [answers(case, p, at) for p, at in places]
            if any(right):
                lessons.add(found, right, len(cases) ** -0.5)
        print(f"{name}: {len(lessons.rows)} questions so far", file=sys.stderr)


def teach_gate(chain: Chain, one: QuestionSet, lessons: Lessons) -> None:
    """Each question is asked of the library that answers it and of the next one, which does not."""
    cases = one.every(_FEW).cases
    for parts in (it for it in _PARTS if it <= len(one.articles)):
        own: list[Sequence[Case]] = []
        for number in range(parts):
            part = one.articles[number::parts]
            fill(chain, f"{one.name}-{parts}-{number}", part)
            own.append(list(_answered_by(part, cases)))
        for number in range(parts):
            for which in (number, number - 1):
                name = f"{one.name}-{parts}-{number}"
                for case in own[which]:
                    query, asked, passages = _asked(chain, name, case)
                    if passages:
                        read = chain.reader.candidates(asked, query.vector, passages)
                        size = query.library.count("chunks")
                        row = gate.evidence(asked, passages, read, size)
                        lessons.add([row], [which == number], len(cases) ** -0.5)
        print(f"{one.name} in {parts}: {len(lessons.rows)} questions so far", file=sys.stderr)


def _answered_by(articles: Sequence[Article], cases: Sequence[Case]) -> Iterator[Case]:
    own = {article.id for article in articles}
    return (case for case in cases if any(span.article.id in own for span in case.gold))


def _asked(chain: Chain, name: str, case: Case) -> tuple[Query, Asked, list[Passage]]:
    queries = chain.queries(Question(case.question, (name,)), case.question)
    return queries[0], chain.asked(queries), chain.passages(queries, SHOWN)


def answers(case: Case, passage: Passage, place: tuple[int, int]) -> bool:
    """Whether a sentence is from the gold's place and holds the answer."""
    start, end = place
    there = any(
        passage.article.id == gold.article.id and start < gold.end and end > gold.start
        for gold in case.gold
    )
    return there and holds(passage.article.text[start:end], case.answers)


def fit(names: tuple[str, ...], lessons: Lessons) -> dict[str, Any]:
    """A logistic model of those lessons, on the scale of the numbers as they are."""
    table, scale = lessons.scaled()
    weights, constant = _logistic(table, np.concatenate(lessons.right), _counts(lessons))
    return _model(names, lessons, weights / scale, constant)


def fit_ranking(names: tuple[str, ...], lessons: Lessons) -> dict[str, Any]:
    """A model that puts a question's right rows before its others, and makes a probability of it.

    McFadden, Conditional Logit Analysis of Qualitative Choice Behavior (1974): rows compete within
    their question, so what tells questions apart from each other teaches nothing. The score that
    comes out is made a probability as in Platt, Probabilistic Outputs for Support Vector Machines
    (1999).
    """
    from scipy.optimize import minimize

    table, scale = lessons.scaled()
    right = np.concatenate(lessons.right).astype(float)
    sizes = [len(its) for its in lessons.rows]
    starts = np.cumsum([0, *sizes[:-1]])
    counts = _counts(lessons)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = table @ weights
        odds = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        every, good = np.add.reduceat(odds, starts), np.add.reduceat(odds * right, starts)
        missed = odds / np.repeat(every, sizes) - odds * right / np.repeat(good, sizes)
        cost = -(counts[starts] * np.log(good / every)).mean()
        slope = table.T @ (missed * counts) / len(sizes)
        return cost + _SHRUNK * weights @ weights, slope + 2 * _SHRUNK * weights

    weights = minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B").x
    slope, constant = _logistic((table @ weights)[:, None], right.astype(bool), counts)
    return _model(names, lessons, weights * slope / scale, constant)


def _counts(lessons: Lessons) -> NDArray[np.float64]:
    """How much each row counts, on average 1 for a question."""
    weights = np.array(lessons.weights) / np.mean(lessons.weights)
    return np.repeat(weights, [len(its) for its in lessons.rows])


def _logistic(
    table: NDArray[np.float64], right: NDArray[np.bool_], counts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(max_iter=2000).fit(table, right, sample_weight=counts)
    return model.coef_[0], float(model.intercept_[0])


def _model(
    names: tuple[str, ...], lessons: Lessons, weights: NDArray[np.float64], constant: float
) -> dict[str, Any]:
    return {
        "lessons": len(lessons.rows),
        "constant": round(constant, _DIGITS),
        "weights": {n: round(float(w), _DIGITS) for n, w in zip(names, weights, strict=True)},
    }


if __name__ == "__main__":
    main()
