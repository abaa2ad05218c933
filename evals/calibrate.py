"""Fit the numbers in `retrieval/fitted.json` on question sets.

Run with: python -m evals.calibrate SET... [--reading FILE]

Every set gives its group A alone. Its articles are halved: a half answers its own questions, which teach
the quotes what sentence answers, and none of the other half's, which teach the gate.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.measure import fill, scratch
from evals.score import holds
from evals.sets import Case, QuestionSet, load, rows
from retrieval import clues, gate
from retrieval.chain import SHOWN, Chain
from retrieval.types import Article, Passage, Question, Span

OUT = Path(__file__).parent.parent / "retrieval" / "fitted.json"
_DIGITS = 4
_MOST = 3_000  # questions of a set


@dataclass(slots=True)
class Lessons:
    """Rows of numbers, whether each is right, and how much each counts."""

    rows: list[NDArray[np.float32]] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def add(self, rows: Iterable[Any], right: Iterable[bool], weight: float) -> None:
        """Some rows more."""
        for row, is_right in zip(rows, right, strict=True):
            self.rows.append(np.asarray(row, np.float32))
            self.right.append(is_right)
            self.weights.append(weight)


def main() -> None:
    """Fit, write, and say what was written."""
    parser = argparse.ArgumentParser(prog="python -m evals.calibrate", description=__doc__)
    parser.add_argument("sets", type=Path, nargs="+", help="folders with a question set")
    parser.add_argument("--reading", type=Path, help="a file of contexts with their questions")
    chosen = parser.parse_args()
    sets = [load(folder).holding("A").asking("A") for folder in chosen.sets]
    if chosen.reading:
        sets.append(reading(chosen.reading))
    quotes, passing = Lessons(), Lessons()
    with scratch() as chain:
        for one in sets:
            teach(chain, one, quotes, passing)
    provenance = f"logistic regression on group A of {', '.join(one.name for one in sets)}"
    fitted = {
        "quotes": {"from": provenance, **fit(clues.NAMES, quotes)},
        "gate": {"from": provenance, **fit(gate.NAMES, passing)},
    }
    OUT.write_text(json.dumps(fitted, indent=1) + "\n", "utf-8")
    print(json.dumps(fitted, indent=1))


def reading(file: Path) -> QuestionSet:
    """Contexts with questions, put together to articles again."""
    texts: dict[str, list[str]] = {}
    asked: list[tuple[str, int, int, dict[str, Any]]] = []
    for row in rows(file):
        name = f"{row['set']}-{row['article']}"
        before = sum(len(text) + 2 for text in texts.setdefault(name, []))
        texts[name].append(row["context"])
        place = (name, before, before + len(row["context"]))
        asked += [(*place, its) for its in row["questions"] if its["answers"]]
    articles = {
        name: Article(name, name.split("-", 1)[1].replace("_", " "), "\n\n".join(its))
        for name, its in texts.items()
    }
    cases = tuple(
        Case(
            id=f"{name}-{at}",
            question=its["question"],
            group="A",
            kind="",
            gold=(Span(articles[name], start, end),),
            answers=tuple(its["answers"]),
        )
        for at, (name, start, end, its) in enumerate(asked)
    )
    return QuestionSet(file.stem, tuple(articles.values()), cases, "")


def teach(chain: Chain, one: QuestionSet, quotes: Lessons, passing: Lessons) -> None:
    """Each half of the articles is asked its own questions and the other half's."""
    cases = [case for case in one.every(_MOST).cases if case.gold]
    weight = len(cases) ** -0.5  # so that a large set does not drown a small one
    for number, half in enumerate((one.articles[::2], one.articles[1::2])):
        name = f"{one.name}-{number}"
        fill(chain, name, half)
        own = {article.id for article in half}
        for case in cases:
            queries = chain.queries(Question(case.question, (name,)), case.question)
            passages, asked = chain.passages(queries, SHOWN), chain.asked(queries)
            if not passages:
                continue
            mine = any(span.article.id in own for span in case.gold)
            passing.add([gate.evidence(asked, passages)], [mine], weight)
            if mine:
                places, found = chain.reader.rows(asked, queries[0].vector, passages)
                quotes.add(found, [answers(case, p, at) for p, at in places], weight)
        print(f"{name}: {len(passing.rows)} questions so far", file=sys.stderr)


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
    from sklearn.linear_model import LogisticRegression

    table = np.array(lessons.rows, np.float64)
    scale = table.std(axis=0) + 1e-9
    counts = np.array(lessons.weights) / np.mean(lessons.weights)
    model = LogisticRegression(max_iter=2000).fit(
        table / scale, lessons.right, sample_weight=counts
    )
    weights: NDArray[np.float64] = model.coef_[0] / scale
    return {
        "lessons": len(table),
        "constant": round(float(model.intercept_[0]), _DIGITS),
        "weights": {n: round(float(w), _DIGITS) for n, w in zip(names, weights, strict=True)},
    }


if __name__ == "__main__":
    main()
