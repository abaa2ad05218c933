"""The check of drafted sentences, measured: hand-written claims about the example articles.

Run with: python -m evals.claims [--group A] [--wrong]
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from evals.sets import rows as read
from ingest.extract import extract
from retrieval.claims import read as read_draft
from retrieval.support import support
from retrieval.types import Article, Span

CASES = Path(__file__).parent / "cases" / "claims.jsonl"
EXAMPLES = Path(__file__).parent.parent / "examples" / "articles"


def main() -> None:
    """Print the confusion table as Markdown; with --wrong, every case that was judged wrongly."""
    parser = argparse.ArgumentParser(prog="python -m evals.claims", description=__doc__)
    parser.add_argument("--group", help="only the cases of this group")
    parser.add_argument("--wrong", action="store_true", help="show what was judged wrongly")
    chosen = parser.parse_args()
    cases = [case for case in read(CASES) if chosen.group in {None, case["group"]}]
    articles()
    started = time.perf_counter()
    judged = judge(cases)
    each = 1000 * (time.perf_counter() - started) / max(len(cases), 1)
    print(f"{each:.1f} ms a sentence, each against a whole article", file=sys.stderr)
    if chosen.wrong:
        for case, why in judged:
            if case["supported"] == bool(why):
                print(f"{case['id']} {case['kind']:13} {case['claim']}\n     {why or 'kept'}")
    print(table(judged))


@lru_cache(maxsize=1)
def articles() -> dict[str, Article]:
    """The example articles, by the name of their file, or by their id in a file of many."""
    found: dict[str, Article] = {}
    for file in sorted(EXAMPLES.iterdir()):
        its = extract(file.read_bytes(), file.suffix, str(file)).articles
        found |= {it.id if len(its) > 1 else file.stem: it for it in its}
    return found


def judge(cases: Iterable[dict[str, Any]]) -> list[tuple[dict[str, Any], str]]:
    """Each case with why it was dropped, which is empty where it was kept.

    A case is held against its whole article: harder than the passages of an answer, for there is
    more in it that a false claim may seem to rest on.
    """
    found = []
    for case in cases:
        article = articles()[case["article"]]
        draft = read_draft(case["claim"], 0, len(case["claim"]))
        found.append((case, support(draft, [Span(article, 0, len(article.text))]).why))
    return found


def shares(judged: Iterable[tuple[dict[str, Any], str]]) -> tuple[float, float]:
    """The share of unsupported cases that were kept, and of supported ones that were."""
    kept: dict[bool, list[bool]] = {True: [], False: []}
    for case, why in judged:
        kept[case["supported"]].append(not why)
    wrong, right = kept[False], kept[True]
    return sum(wrong) / max(len(wrong), 1), sum(right) / max(len(right), 1)


def table(judged: Iterable[tuple[dict[str, Any], str]]) -> str:
    """A row for each kind of case: how many there are, how many were kept; groups apart."""
    cases = list(judged)
    count, kept = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for case, why in cases:
        key = (
            ("supported: " if case["supported"] else "unsupported: ") + case["kind"],
            case["group"],
        )
        count[key] += 1
        kept[key] += not why
    groups = sorted({case["group"] for case, _ in cases})
    lines = [
        "| kind | " + " | ".join(f"{g}: kept of all" for g in groups) + " |",
        "|---" * (len(groups) + 1) + "|",
    ]
    for kind in sorted({kind for kind, _ in count}):
        cells = [f"{kept[kind, g]} of {count[kind, g]}" for g in groups]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    for name, which in (("unsupported kept", 0), ("supported kept", 1)):
        cells = [
            f"{100 * shares(c for c in cases if c[0]['group'] == g)[which]:.1f} %" for g in groups
        ]
        whole = 100 * shares(cases)[which]
        lines.append(f"| **{name}** ({whole:.1f} % of all) | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
