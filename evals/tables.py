"""The tables behind docs/decisions: what other numbers than the ones in use would have brought.

Run with: python -m evals.tables TABLE SET...
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from unittest.mock import patch

from evals.measure import fill, scratch
from evals.passage_tables import boosts, depth, fusion, is_right, lengths, questions
from evals.score import holds, quoted
from evals.sets import Case, QuestionSet, load
from retrieval import chain as chains
from retrieval import exported, quotes, search
from retrieval.chain import SHOWN, Chain
from retrieval.latest import by_recency
from retrieval.search import passages
from retrieval.sentences import sentences
from retrieval.types import Article, Question

WEIGHTS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.3, 1e9)
SPEAKS = (0.1, 0.2, 0.3, 0.4, 0.6, 9.0)
DATES = (None, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5)  # None: asked as any other question
READ = (1, 5, 10, 20, 30, 50)
BOOSTS = (0.0, 0.02, 0.05, 0.1, 0.2)
TOKENS = (4_096, 2_048, 1_024, 512, 256)


def main() -> None:
    """Print one table as Markdown rows."""
    parser = argparse.ArgumentParser(prog="python -m evals.tables", description=__doc__)
    parser.add_argument("table", choices=sorted(TABLES))
    parser.add_argument("sets", type=Path, nargs="+", help="folders with a question set")
    parser.add_argument("--limit", type=int, default=1_000, help="questions of each set")
    chosen = parser.parse_args()
    table = TABLES[chosen.table]
    with scratch() as chain:
        for one in map(load, chosen.sets):
            fill(chain, one.name, one.articles)
            for row in table(chain, one.every(chosen.limit)):
                print(f"| {one.name} | " + " | ".join(row) + " |")


def others(chain: Chain, one: QuestionSet) -> Iterator[list[str]]:
    """For each share from which another article speaks: any quote right, right articles quoted."""
    read = []
    for case, query in questions(chain, one, one.name):
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
                sum(is_right(it, answer.passages[0]) for it, answer in asked),
                sum(answer.passages[0].article in _gold(it) for it, answer in asked),
                len(said),
                sum(answer.citations[0].article in _gold(it) for it, answer in said),
                sum(quoted(it, answer, 1) for it, answer in said),
            )
            yield [group, str(weight), *(f"{right} of {len(cases)}" for right in rights)]


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


TABLES = {
    "fusion": fusion,
    "boosts": boosts,
    "lengths": lengths,
    "depth": depth,
    "others": others,
    "batches": batches,
    "latest": latest,
}


if __name__ == "__main__":
    main()
