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
from retrieval.claims import Drafted, drafted
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
    print(f"\n{table_again(judged)}")


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
    return [
        (case, _why(read_draft(case["claim"], 0, len(case["claim"])), case["article"]))
        for case in cases
    ]


@lru_cache(maxsize=10_000)
def _why(it: Drafted, name: str) -> str:
    article = articles()[name]
    return support(it, [Span(article, 0, len(article.text))]).why


def end(case: dict[str, Any], why: str) -> str:
    """How a case ends where the model is asked once more for what was dropped (`retrieval/rewording.py`).

    A case holds what was written then, "" where it was left out, and whether the article bears it out.
    What was written in several sentences stands only where each of them does.
    """
    if not why:
        return "kept as it is"
    again = drafted(case.get("again", ""))
    if not again or any(_why(it, case["article"]) for it in again):
        return "dropped"
    return "rewritten, borne out" if case["borne_out"] else "rewritten, not borne out"


def shares_again(judged: Iterable[tuple[dict[str, Any], str]]) -> tuple[float, float]:
    """With what was written again: false sentences that stand, of the unsupported; supported ones kept."""
    ends = Counter((case["supported"], end(case, why)) for case, why in judged)
    false = ends[False, "kept as it is"] + sum(
        ends[it, "rewritten, not borne out"] for it in (True, False)
    )
    right = ends[True, "kept as it is"] + ends[True, "rewritten, borne out"]
    count = {it: sum(n for (its, _), n in ends.items() if its == it) for it in (True, False)}
    return false / max(count[False], 1), right / max(count[True], 1)


def table_again(judged: Iterable[tuple[dict[str, Any], str]]) -> str:
    """A row for each end of the supported and the unsupported cases; groups apart, and all together."""
    cases = list(judged)
    groups = sorted({case["group"] for case, _ in cases})
    columns = [[it for it in cases if it[0]["group"] == group] for group in groups] + [cases]
    counts = [
        Counter((case["supported"], end(case, why)) for case, why in column) for column in columns
    ]
    lines = [f"| once more | {' | '.join([*groups, 'all'])} |", "|---" * (len(groups) + 2) + "|"]
    for supported in (True, False):
        for how in sorted({how for it, how in counts[-1] if it == supported}):
            name = f"{'supported' if supported else 'unsupported'}: {how}"
            lines.append(f"| {name} | {' | '.join(str(its[supported, how]) for its in counts)} |")
    for name, which in (("false sentences, of the unsupported", 0), ("supported kept", 1)):
        cells = [f"{100 * shares_again(column)[which]:.1f} %" for column in columns]
        lines.append(f"| **{name}** | {' | '.join(cells)} |")
    return "\n".join(lines)


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
