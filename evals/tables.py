"""The tables behind docs/decisions: what other numbers than the ones in use would have brought.

Run with: python -m evals.tables fusion|others|batches SET...
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from evals.measure import fill, scratch
from evals.score import holds
from evals.sets import Case, QuestionSet, load
from retrieval import exported, quotes
from retrieval.chain import SHOWN, Chain
from retrieval.fusion import fuse
from retrieval.keywords import Bm25
from retrieval.search import Dense, Keyword, Query, passages
from retrieval.sentences import sentences
from retrieval.types import Passage, Question

WEIGHTS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.3, 1e9)
SPEAKS = (0.1, 0.2, 0.3, 0.4, 0.6, 9.0)
TOKENS = (4_096, 2_048, 1_024, 512, 256)


def main() -> None:
    """Print one table as Markdown rows."""
    parser = argparse.ArgumentParser(prog="python -m evals.tables", description=__doc__)
    parser.add_argument("table", choices=["fusion", "others", "batches"])
    parser.add_argument("sets", type=Path, nargs="+", help="folders with a question set")
    parser.add_argument("--limit", type=int, default=1_000, help="questions of each set")
    chosen = parser.parse_args()
    table = {"fusion": fusion, "others": others, "batches": batches}[chosen.table]
    with scratch() as chain:
        for one in map(load, chosen.sets):
            fill(chain, one.name, one.articles)
            for row in table(chain, one.every(chosen.limit)):
                print(f"| {one.name} | " + " | ".join(row) + " |")


def fusion(chain: Chain, one: QuestionSet) -> Iterator[list[str]]:
    """For each weight of BM25 beside cosine: hit@1 and hit@10 over every passage there is."""
    library = chain.library(one.name)
    every = passages(library, [row[0] for row in library.execute("SELECT id FROM chunks")])
    dense, keyword = Dense(chain.vectors), Keyword(Bm25())
    scored = []
    for case, query in _asked(chain, one):
        pairs = list(zip(dense.score(query, every), keyword.score(query, every), strict=True))
        scored.append((pairs, [_right(case, p) for p in every]))
    for weight in WEIGHTS:
        hits = [0, 0]
        for pairs, right in scored:
            by = [fuse(c, s, weight) for c, s in pairs]
            best = sorted(range(len(by)), key=lambda at: -by[at])[:SHOWN]
            hits[0] += right[best[0]]
            hits[1] += any(right[at] for at in best)
        yield [f"{weight:g}", *(f"{hit / len(scored):.3f}" for hit in hits)]


def others(chain: Chain, one: QuestionSet) -> Iterator[list[str]]:
    """For each share from which another article speaks: any quote right, right articles quoted."""
    read = []
    for case, query in _asked(chain, one):
        found = chain.passages((query,), SHOWN)
        if found:
            asked = chain.asked((query,))
            read.append((case, chain.reader.candidates(asked, query.vector, found)))
    for share in SPEAKS:
        right, quoted, several = 0, 0.0, 0
        with patch.object(quotes, "_SPEAKS", share):
            for case, candidates in read:
                chosen = quotes.choose(candidates)
                right += any(holds(it.text, case.answers) for it in chosen)
                gold = {span.article.id for span in case.gold}
                if len(gold) > 1:
                    several += 1
                    quoted += len(gold & {it.passage.article.id for it in chosen}) / len(gold)
        spread = f"{quoted / several:.2f}" if several else ""
        yield [f"{share:g}", f"{right / len(read):.3f}", spread]


def batches(chain: Chain, one: QuestionSet) -> Iterator[list[str]]:
    """For each size of a batch in tokens: milliseconds for 28 sentences, passages a second."""
    texts = [it.text for it in one.articles[:5]]
    some = [text[a:b] for text in texts for a, b in sentences(text)][:280]
    library = chain.library(one.name)
    long = passages(library, [r[0] for r in library.execute("SELECT id FROM chunks LIMIT 256")])
    for tokens in TOKENS:
        with patch.object(exported, "_TOKENS", tokens):
            began = time.perf_counter()
            for at in range(0, len(some), 28):
                chain.embedder.documents(some[at : at + 28])
            short = 1000 * (time.perf_counter() - began) / max(len(some) / 28, 1)
            began = time.perf_counter()
            chain.embedder.documents([p.text for p in long])
            rate = len(long) / (time.perf_counter() - began)
        yield [f"{tokens:,}", f"{short:.0f}", f"{rate:.0f}"]


def _asked(chain: Chain, one: QuestionSet) -> Iterator[tuple[Case, Query]]:
    for case in one.cases:
        if case.gold and not case.history:
            limited = Question(
                case.question, (one.name,), since=case.since, until=case.until, source=case.source
            )
            yield case, chain.queries(limited, case.question)[0]


def _right(case: Case, passage: Passage) -> bool:
    there: Any = (
        span.article.id == passage.article.id
        and span.start < passage.end
        and passage.start < span.end
        for span in case.gold
    )
    return any(there) and holds(passage.text, case.answers)


if __name__ == "__main__":
    main()
