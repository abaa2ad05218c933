"""Fit the numbers in `retrieval/fitted.json` on question sets.

Run with: python -m evals.calibrate SET... [--reading FILE]

Every set gives its group A alone. Its articles are halved: a half answers its own questions, which teach
the quotes what sentence answers, and none of the other half's, which teach the gate.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.__main__ import read, write
from evals.score import holds
from ingest.run import ingest
from retrieval import clues, gate
from retrieval.chain import SHOWN, Chain, build
from retrieval.library import Library
from retrieval.settings import Settings
from retrieval.types import Question

OUT = Path(__file__).parent.parent / "retrieval" / "fitted.json"
_DIGITS = 4
_MOST = 3_000  # questions of a set


@dataclass(slots=True)
class Lessons:
    """Rows of numbers, whether each is right, and how much each counts."""

    rows: list[Any] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def add(self, rows: Iterable[Any], right: Iterable[bool], weight: float) -> None:
        """Some rows more."""
        for row, is_right in zip(rows, right, strict=True):
            self.rows.append(row)
            self.right.append(is_right)
            self.weights.append(weight)


@dataclass(frozen=True, slots=True)
class Set:
    """Articles and questions that belong together."""

    name: str
    articles: list[dict[str, Any]]
    questions: list[dict[str, Any]]


def main() -> None:
    """Fit, write, and say what was written."""
    parser = argparse.ArgumentParser(prog="python -m evals.calibrate", description=__doc__)
    parser.add_argument("sets", type=Path, nargs="+", help="folders in the format of `evals`")
    parser.add_argument("--reading", type=Path, help="a file of contexts with their questions")
    chosen = parser.parse_args()
    sets = [group_a(folder) for folder in chosen.sets]
    if chosen.reading:
        sets.append(reading(chosen.reading))
    with (
        tempfile.TemporaryDirectory() as scratch,
        closing(build(Settings(data=Path(scratch)))) as it,
    ):
        quotes, passing = Lessons(), Lessons()
        for one in sets:
            teach(it, one, quotes, passing)
    provenance = f"logistic regression on group A of {', '.join(one.name for one in sets)}"
    fitted = {
        "quotes": {"from": provenance, **fit(clues.NAMES, quotes)},
        "gate": {"from": provenance, **fit(gate.NAMES, passing)},
    }
    OUT.write_text(json.dumps(fitted, indent=1) + "\n", "utf-8")
    print(json.dumps(fitted, indent=1))


def group_a(folder: Path) -> Set:
    """Group A of a question set."""
    articles = [a for a in read(folder / "articles.jsonl") if a["group"] == "A"]
    questions = [q for q in read(folder / "questions.jsonl") if q["group"] == "A"]
    return Set(folder.name, articles, questions)


def reading(file: Path) -> Set:
    """Contexts with questions, put together to articles again."""
    texts: dict[str, str] = {}
    questions: list[dict[str, Any]] = []
    for row in read(file):
        name = f"{row['set']}-{row['article']}"
        before = f"{texts[name]}\n\n" if name in texts else ""
        texts[name] = before + row["context"]
        for asked in row["questions"]:
            questions.append(
                {
                    "id": f"{name}-{len(questions)}",
                    "question": asked["question"],
                    "article_id": name,
                    "paragraph": [len(before), len(texts[name])],
                    "answers": asked["answers"],
                    "answerable": bool(asked["answers"]),
                }
            )
    articles = [
        {"id": name, "title": name.split("-", 1)[1].replace("_", " "), "text": text}
        for name, text in texts.items()
    ]
    return Set(file.stem, articles, questions)


def filled(it: Chain, name: str, articles: Iterable[dict[str, Any]]) -> Library:
    """A library of those articles."""
    file = it.settings.data / f"{name}.jsonl"
    write(file, articles)
    made = it.library(name, create=True)
    ingest(made, [str(file)], embedder=it.embedder, vectors=it.vectors)
    return made


def found(it: Chain, library: str, questions: Iterable[dict[str, Any]]) -> Iterator[Any]:
    """Each question with what the chain makes of it up to the gate."""
    for question in questions:
        queries = it.queries(Question(question["question"], (library,)), question["question"])
        passages = it.passages(queries, SHOWN)
        if passages:
            yield question, queries, it.asked(queries), passages


def teach(it: Chain, one: Set, quotes: Lessons, passing: Lessons) -> None:
    """Each half of the articles is asked its own questions and the other half's."""
    asked = [q for q in one.questions if q["answerable"]]
    asked = asked[:: len(asked) // _MOST + 1]
    weight = len(asked) ** -0.5  # so that a large set does not drown a small one
    for number, half in enumerate((one.articles[::2], one.articles[1::2])):
        name = f"{one.name}-{number}"
        filled(it, name, half)
        own = {a["id"] for a in half}
        for question, queries, words, passages in found(it, name, asked):
            mine = question["article_id"] in own
            passing.add([gate.evidence(words, passages)], [mine], weight)
            if mine:
                places, rows = it.reader.rows(words, queries[0].vector, passages)
                right = [answers(question, p.article.id, p.article.text, at) for p, at in places]
                quotes.add(rows, right, weight)
        print(f"{name}: {len(passing.rows)} questions so far", file=sys.stderr)


def answers(question: dict[str, Any], article: str, text: str, place: tuple[int, int]) -> bool:
    """Whether a sentence is from the question's paragraph and holds the answer."""
    start, end = place
    first, last = question["paragraph"]
    there = article == question["article_id"] and start < last and end > first
    return there and holds(text[start:end], question["answers"])


def fit(names: tuple[str, ...], lessons: Lessons) -> dict[str, Any]:
    """A logistic model of those lessons, on the scale of the numbers as they are."""
    from sklearn.linear_model import LogisticRegression

    rows = np.array(lessons.rows, np.float64)
    scale = rows.std(axis=0) + 1e-9
    model = LogisticRegression(max_iter=2000)
    model.fit(rows / scale, lessons.right, sample_weight=np.array(lessons.weights))
    weights: NDArray[np.float64] = model.coef_[0] / scale
    return {
        "lessons": len(rows),
        "constant": round(float(model.intercept_[0]), _DIGITS),
        "weights": {n: round(float(w), _DIGITS) for n, w in zip(names, weights, strict=True)},
    }


if __name__ == "__main__":
    main()
