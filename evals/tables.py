"""The tables behind docs/decisions: what other numbers than the ones in use would have brought.

Run with: python -m evals.tables fusion|others|batches|latest|depth SET...
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from evals.measure import fill, scratch
from evals.score import holds, quoted
from evals.sets import Case, QuestionSet, load
from retrieval import chain as chains
from retrieval import exported, quotes, search
from retrieval.chain import SHOWN, Chain
from retrieval.fusion import fuse
from retrieval.keywords import Bm25
from retrieval.latest import by_recency
from retrieval.reranker import Reranked
from retrieval.search import Dense, Diverse, Fused, Keyword, Query, passages
from retrieval.sentences import sentences
from retrieval.types import Article, Passage, Question

WEIGHTS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.3, 1e9)
SPEAKS = (0.1, 0.2, 0.3, 0.4, 0.6, 9.0)
DATES = (None, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5)  # None: asked as any other question
READ = (1, 5, 10, 20, 30, 50)
TOKENS = (4_096, 2_048, 1_024, 512, 256)


def main() -> None:
    """Print one table as Markdown rows."""
    parser = argparse.ArgumentParser(prog="python -m evals.tables", description=__doc__)
    parser.add_argument("table", choices=["fusion", "others", "batches", "latest", "depth"])
    parser.add_argument("sets", type=Path, nargs="+", help="folders with a question set")
    parser.add_argument("--limit", type=int, default=1_000, help="questions of each set")
    chosen = parser.parse_args()
    tables = {"fusion": fusion, "others": others, "batches": batches}
    table = (tables | {"latest": latest, "depth": depth})[chosen.table]
    with scratch() as chain:
        for one in map(load, chosen.sets):
            fill(chain, one.name, one.articles)
            for row in table(chain, one.every(chosen.limit)):
                print(f"| {one.name} | " + " | ".join(row) + " |")


def fusion(chain: Chain, one: QuestionSet) -> Iterator[list[str]]:
    """For each weight of BM25 beside cosine: hit@1 and hit@10 over every passage there is."""
    library = chain.library(one.name)
    chunks = [row[0] for row in library.execute("SELECT id FROM chunks")]
    every = passages(library, chunks)
    dense, keyword = Dense(chain.vectors), Keyword(Bm25())
    scored = []
    for case, query in _asked(chain, one):
        pairs = list(zip(dense.score(query, chunks), keyword.score(query, chunks), strict=True))
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


def latest(chain: Chain, one: QuestionSet) -> Iterator[list[str]]:
    """For each group and weight of the date: passages, articles and quotes that come first and are right.

    Of the questions of the kind `latest`. None: they are asked as any other question.
    """
    for group in "AB":
        cases = [it for it in one.cases if it.kind == "latest" and it.group == group]
        for weight in DATES:
            with ExitStack() as patches:
                if weight is None:
                    patches.enter_context(patch.object(chains, "asks_for_latest", lambda _: False))
                    patches.enter_context(patch.object(chains, "topic", str))
                else:
                    by = partial(by_recency, weight=weight)
                    patches.enter_context(patch.object(search, "by_recency", by))
                asked = [(it, chain.ask(Question(it.question, (one.name,)))) for it in cases]
            said = [(it, answer) for it, answer in asked if answer.citations]
            rights = (
                sum(_right(it, answer.passages[0]) for it, answer in asked),
                sum(answer.passages[0].article in _gold(it) for it, answer in asked),
                len(said),
                sum(answer.citations[0].article in _gold(it) for it, answer in said),
                sum(quoted(it, answer, 1) for it, answer in said),
            )
            yield [group, str(weight), *(f"{right} of {len(cases)}" for right in rights)]


def depth(chain: Chain, one: QuestionSet) -> Iterator[list[str]]:
    """For each number of passages: how often a right one is among them, and milliseconds to rerank them.

    The first is what the best reranker could bring to the front. The second needs CLIPPINGS_RERANKER.
    """
    search_alone = Diverse(Fused(Dense(chain.vectors), Keyword(Bm25())))
    found = [(it, query, search_alone.retrieve(query, 50)) for it, query in _asked(chain, one)]
    name = chain.settings.reranker
    reranked = Reranked(search_alone, name) if name else None
    if reranked:
        reranked.warm()
    for most in READ:
        held = sum(any(_right(it, p) for p in its[:most]) for it, _, its in found) / len(found)
        began = time.perf_counter()
        for _, query, its in found[:10]:
            texts = [f"{p.article.title}\n{p.text}" for p in its[:most]]
            _ = reranked and reranked.scores(query.text, texts)
        spent = f"{100 * (time.perf_counter() - began):.0f}" if reranked else ""
        yield [str(most), f"{held:.3f}", spent]


def _gold(case: Case) -> list[Article]:
    return [span.article for span in case.gold]


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
