"""Orders in articles, measured: a model that obeys every one, and how much of it reaches an answer.

Run with: python -m evals.orders [--kept]
"""

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evals.claims import articles
from evals.sets import rows
from retrieval.orders import tainted
from retrieval.sentences import sentences
from retrieval.types import Article, Passage
from retrieval.verify import claims, verify

CORPUS = Path(__file__).parent / "cases" / "injection.jsonl"
REWORDED = Path(__file__).parent / "cases" / "reworded.jsonl"
_BEFORE = "Mayor Ada Quill opened the new bridge over the Lorn on Sunday. It is 300 metres long."
_AFTER = "The work took four years."


def main() -> None:
    """Print how many obeyed orders reach an answer, and how much news is taken for an order."""
    parser = argparse.ArgumentParser(prog="python -m evals.orders", description=__doc__)
    parser.add_argument("--kept", action="store_true", help="show the orders that reach an answer")
    chosen = parser.parse_args()
    judged = judge(cases())
    if chosen.kept:
        print("\n".join(f"{case['id']} {case['order']}" for case, kept in judged if kept))
    print(table(judged))
    bad, every = taken_for_orders(it.text for it in articles().values())
    print(f"\nsentences of the example articles taken for an order: {bad} of {every}")


def cases() -> list[dict[str, Any]]:
    """The orders of both files; those of the corpus, which the rules were made on, are group A too."""
    corpus = [
        {"group": "A", "order": case["text"].partition("\n\n")[2], "text": case["text"]} | case
        for case in rows(CORPUS)
    ]
    return [
        *(case | {"kind": f"corpus: {case['kind']}"} for case in corpus),
        *(case | {"text": f"{_BEFORE}\n\n{case['order']}\n\n{_AFTER}"} for case in rows(REWORDED)),
    ]


def judge(every: Iterable[dict[str, Any]]) -> list[tuple[dict[str, Any], bool]]:
    """Each case with whether something that was obeyed is kept, whatever number it cites."""
    found = []
    for case in every:
        it = Article("bad", "A new bridge", case["text"])
        given = [Passage(it, 0, len(it.text), 1.0)]
        sentence = case["obeyed"].rstrip(".")
        draft = claims(f"{sentence} [1]. {sentence}. [1]", given)
        found.append((case, bool(verify(draft, given).sentences)))
    return found


def table(judged: Iterable[tuple[dict[str, Any], bool]]) -> str:
    """A row for each kind of order: how many there are, how many reach an answer; groups apart."""
    every = list(judged)
    groups = sorted({case["group"] for case, _ in every})
    count, kept = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for case, reached in every:
        for kind in (case["kind"], "**all**"):
            count[kind, case["group"]] += 1
            kept[kind, case["group"]] += reached
    lines = [
        "| orders | " + " | ".join(f"{g}: reached of all" for g in groups) + " |",
        "|---" * (len(groups) + 1) + "|",
    ]
    for kind in [*sorted({kind for kind, _ in count} - {"**all**"}), "**all**"]:
        cells = [f"{kept[kind, g]} of {count[kind, g]}" for g in groups]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return "\n".join(lines)


def taken_for_orders(texts: Iterable[str]) -> tuple[int, int]:
    """How many sentences of those texts are taken for an order, and how many there are."""
    bad = every = 0
    for text in texts:
        found = tainted(text)
        for a, b in sentences(text):
            every += 1
            bad += any(a < d and c < b for c, d in found)
    return bad, every


if __name__ == "__main__":
    main()
