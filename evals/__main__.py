"""Ingest a question set into a scratch library, ask it with the `clippings` command, print figures.

A set is a folder with articles.jsonl and questions.jsonl. `--off-topic` asks one group's questions of
a library that holds only the other group's articles, to see how well it refuses.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evals.score import score, written

CLIPPINGS = [sys.executable, "-m", "bot"]


def main() -> None:
    """Print a table of figures and one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m evals", description=__doc__)
    parser.add_argument("set", type=Path, help="a folder with articles.jsonl and questions.jsonl")
    parser.add_argument("--limit", type=int, help="ask only every n-th question, so many in all")
    parser.add_argument("--group", help="ask only the questions of this group")
    parser.add_argument("--off-topic", action="store_true", help="A in the library, B asked too")
    parser.add_argument(
        "--reader",
        choices=["quotes", "model"],
        default="quotes",
        help="model: what CLIPPINGS_MODEL names, with the quote reader's figures beside it",
    )
    chosen = parser.parse_args()
    if chosen.reader == "model" and not os.environ.get("CLIPPINGS_MODEL"):
        parser.error("--reader model needs CLIPPINGS_MODEL, such as openai:gpt-5-mini")
    articles = read(chosen.set / "articles.jsonl")
    questions = read(chosen.set / "questions.jsonl")
    if chosen.group:
        questions = [q for q in questions if q["group"] == chosen.group]
    if chosen.limit:
        questions = questions[:: max(len(questions) // chosen.limit, 1)][: chosen.limit]
    measure = off_topic if chosen.off_topic else asked
    figures = measure(articles, questions)
    if chosen.reader == "model":
        with_model = measure(articles, questions, model=True)
        figures = {f"quotes {k}": v for k, v in figures.items()} | with_model
    for name, value in figures.items():
        print(f"{name:>24}  {value:.4f}" if isinstance(value, float) else f"{name:>24}  {value}")
    print(json.dumps({"set": chosen.set.name} | figures))


def read(file: Path) -> list[dict[str, Any]]:
    """The objects of a JSON lines file."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def asked(
    articles: list[dict[str, Any]], questions: list[dict[str, Any]], *, model: bool = False
) -> dict[str, float]:
    """The figures of `score` over those questions, all articles in the library."""
    answers = ask(articles, questions, model=model)
    figures = score(questions, answers, {a["id"]: a["text"] for a in articles})
    return figures | (written(answers.values()) if model else {})


def off_topic(
    articles: list[dict[str, Any]], questions: list[dict[str, Any]], *, model: bool = False
) -> dict[str, float]:
    """Refusals where the library holds group A alone: B's questions are to be refused, A's not."""
    answerable = [q for q in questions if q["answerable"]]
    answers = ask([a for a in articles if a["group"] == "A"], answerable, model=model)
    refused = {q["id"]: answers[q["id"]]["status"] == "abstained" for q in answerable}
    foreign = [q["id"] for q in answerable if q["group"] != "A"]
    own = [q["id"] for q in answerable if q["group"] == "A"]
    rightly = sum(refused[i] for i in foreign)
    return {
        "refusal_precision": rightly / max(sum(refused.values()), 1),
        "refusal_recall": rightly / max(len(foreign), 1),
        "answered": sum(not refused[i] for i in own) / max(len(own), 1),
        "questions": len(answerable),
    }


def ask(
    articles: list[dict[str, Any]], questions: list[dict[str, Any]], *, model: bool = False
) -> dict[str, dict[str, Any]]:
    """Each question's answer by its id, from a library of those articles and nothing else.

    Without `model` no chat model is asked, whatever the environment names.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write(folder / "articles.jsonl", articles)
        write(
            folder / "questions.jsonl", ({k: q[k] for k in ("id", "question")} for q in questions)
        )
        environment = os.environ | {"CLIPPINGS_DATA": str(folder / "data")}
        environment |= {} if model else {"CLIPPINGS_MODEL": ""}
        subprocess.run(
            [*CLIPPINGS, "ingest", str(folder / "articles.jsonl")], env=environment, check=True
        )
        batch = [*CLIPPINGS, "ask", "--batch", str(folder / "questions.jsonl")]
        out = subprocess.run(batch, env=environment, check=True, stdout=subprocess.PIPE).stdout
    return {answer["id"]: answer for answer in map(json.loads, out.decode().splitlines())}


def write(file: Path, rows: Iterable[dict[str, Any]]) -> None:
    """A JSON lines file of those objects."""
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


if __name__ == "__main__":
    main()
