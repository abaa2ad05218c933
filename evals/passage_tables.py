"""The tables behind docs/decisions that judge passages: fusion, boosts, lengths, how deep a reranker reads."""

import time
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from evals.measure import fill
from evals.score import holds
from evals.sets import Case, QuestionSet
from retrieval.chain import SHOWN, Chain
from retrieval.fusion import fuse
from retrieval.keywords import Bm25
from retrieval.reranker import Reranked
from retrieval.search import Dense, Diverse, Fused, Keyword, Query, passages
from retrieval.terms import terms
from retrieval.types import Passage, Question

WEIGHTS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.3, 1e9)
BOOSTS = (0.0, 0.02, 0.05, 0.1, 0.2)
LENGTHS = (64, 96, 128, 192, 256)  # tokens, title included
READ = (1, 5, 10, 20, 30, 50)
_RANK = 60  # Cormack, Clarke and Buettcher, Reciprocal Rank Fusion (SIGIR 2009)
Scores = NDArray[np.float64]


def fusion(chain: Chain, one: QuestionSet) -> Iterator[list[str]]:
    """For each weight of BM25 beside cosine, and for reciprocal ranks: hit@1 and hit@10 over every passage."""
    asked = []
    for _, cosines, shares, right in _scored(chain, one, one.name):
        asked.append((cosines, shares, right))
    for weight in WEIGHTS:
        hits = [_hits(fuse(c, s, weight), right) for c, s, right in asked]
        yield [f"{weight:g}", *_shares(hits)]
    hits = [_hits(_reciprocal(c) + _reciprocal(s), right) for c, s, right in asked]
    yield ["ranks", *_shares(hits)]


def _reciprocal(scores: Scores) -> Scores:
    """One over the rank of each."""
    ranks = np.empty(len(scores))
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return 1 / (_RANK + ranks)


def lengths(chain: Chain, one: QuestionSet) -> Iterator[list[str]]:
    """For each length of a passage and group: how many there are, hit@1 and hit@10."""
    for tokens in LENGTHS:
        name = f"{one.name}-{tokens}"
        with patch.object(chain.embedder, "limit", tokens):
            count = fill(chain, name, one.articles).count("chunks")
        row = [str(tokens), str(count)]
        asked = list(_scored(chain, one, name))
        for group in "AB":
            row += _shares(
                _hits(fuse(c, s), right) for case, c, s, right in asked if case.group == group
            )
        yield row


def boosts(chain: Chain, one: QuestionSet) -> Iterator[list[str]]:
    """For each boost and group: hit@1 and hit@10 when so much of it is added to the fused score.

    `title`: the weight of the question's words that stand in the title, as a share of all; `lead`: 1 for an
    article's first passage; `neighbours`: the better score of the passages before and after.
    """
    library, bm25 = chain.library(one.name), Bm25()
    rows = library.execute("SELECT article, start, id FROM chunks ORDER BY id")
    lead = np.array([start == 0 for _, start, _ in rows], float)
    same = np.array([a[0] == b[0] for a, b in pairwise(rows)])
    every = passages(library, [row[2] for row in rows])
    titles = [frozenset(terms(p.article.title)) for p in every]
    asked = []
    for case, cosines, shares, right in _scored(chain, one, one.name):
        base = fuse(cosines, shares)
        weights = bm25.weights(library, terms(case.question))
        title = [sum(weights.get(word, 0.0) for word in its) for its in titles]
        beside = np.zeros(len(base))
        beside[1:] = base[:-1] * same
        beside[:-1] = np.maximum(beside[:-1], base[1:] * same)
        parts = {"lead": lead, "neighbours": beside}
        parts["title"] = np.array(title) / (sum(weights.values()) or 1.0)
        asked.append((case.group, base, parts, right))
    for name in ("title", "lead", "neighbours"):
        for boost in BOOSTS:
            row = [name, f"{boost:g}"]
            for group in "AB":
                row += _shares(
                    _hits(base + boost * parts[name], right)
                    for its, base, parts, right in asked
                    if its == group
                )
            yield row


def depth(chain: Chain, one: QuestionSet) -> Iterator[list[str]]:
    """For each number of passages: how often a right one is among them, and milliseconds to rerank them.

    The first is what the best reranker could bring to the front. The second needs CLIPPINGS_RERANKER.
    """
    search_alone = Diverse(Fused(Dense(chain.vectors), Keyword(Bm25())))
    found = [
        (it, query, search_alone.retrieve(query, 50))
        for it, query in questions(chain, one, one.name)
    ]
    name = chain.settings.reranker
    reranked = Reranked(search_alone, name) if name else None
    if reranked:
        reranked.warm()
    for most in READ:
        held = sum(any(is_right(it, p) for p in its[:most]) for it, _, its in found) / len(found)
        began = time.perf_counter()
        for _, query, its in found[:10]:
            texts = [f"{p.article.title}\n{p.text}" for p in its[:most]]
            _ = reranked and reranked.scores(query.text, texts)
        spent = f"{100 * (time.perf_counter() - began):.0f}" if reranked else ""
        yield [str(most), f"{held:.3f}", spent]


def _scored(
    chain: Chain, one: QuestionSet, name: str
) -> Iterator[tuple[Case, Scores, Scores, NDArray[np.bool_]]]:
    """Each case with every passage's cosine, share of BM25, and whether it is right, in the order of ids."""
    library = chain.library(name)
    chunks = [row[0] for row in library.execute("SELECT id FROM chunks ORDER BY id")]
    every = passages(library, chunks)
    dense, keyword = Dense(chain.vectors), Keyword(Bm25())
    for case, query in questions(chain, one, name):
        right = np.array([is_right(case, p) for p in every])
        cosines, shares = dense.score(query, chunks), keyword.score(query, chunks)
        yield case, np.array(cosines), np.array(shares), right


def _hits(scores: Scores, right: NDArray[np.bool_]) -> tuple[bool, bool]:
    """Whether the first, and whether any of the first ten, is right."""
    best = right[np.argsort(-scores, kind="stable")[:SHOWN]]
    return bool(best[0]), bool(best.any())


def _shares(hits: Iterable[tuple[bool, bool]]) -> list[str]:
    its = list(hits)
    return [f"{sum(column) / len(its):.3f}" for column in zip(*its, strict=True)] or ["", ""]


def questions(chain: Chain, one: QuestionSet, name: str) -> Iterator[tuple[Case, Query]]:
    """The cases with gold that need no history, each made ready for the library of that name."""
    for case in one.cases:
        if case.gold and not case.history:
            limited = Question(
                case.question, (name,), since=case.since, until=case.until, source=case.source
            )
            yield case, chain.queries(limited, case.question)[0]


def is_right(case: Case, passage: Passage) -> bool:
    """Whether it overlaps the gold's place and holds the answer."""
    there: Any = (
        span.article.id == passage.article.id
        and span.start < passage.end
        and passage.start < span.end
        for span in case.gold
    )
    return any(there) and holds(passage.text, case.answers)
