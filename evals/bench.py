"""Speed, against the plain LangChain pipeline and against the embedding model alone.

Run with: python -m evals.bench SET... [--passages N] [--rounds N]

What is compared is measured in turn, in one run, several times, and the median counts: on a machine that
others use too, ratios are what holds. The last line is JSON.
"""

import argparse
import random
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path

from evals import bulk, paces, plain
from evals.paces import percentile
from evals.sets import QuestionSet, load, write
from ingest.run import ingest
from retrieval.chain import Chain, build
from retrieval.embedder import SentenceEmbedder
from retrieval.settings import DEFAULT_EMBEDDER, Settings, load_settings
from retrieval.torch_model import TorchModel
from retrieval.types import Article

_INGESTED = (
    600  # passages in a round: some batches, so that the first and the last weigh as in a real file
)
_ASKED = 150  # questions for a figure
_GROUP = 64  # questions asked one by one, and as many at once


def main() -> None:
    """Measure all of it, and print it."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description=__doc__)
    parser.add_argument("sets", type=Path, nargs="+", help="folders with a question set")
    parser.add_argument("--passages", type=int, default=10_000, help="in the library that is asked")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    sets = [load(folder) for folder in chosen.sets]
    sentences = bulk.pool(article for one in sets for article in one.articles)
    articles = [article for article, _ in bulk.drawn(sentences, chosen.passages)]
    embedder = SentenceEmbedder(DEFAULT_EMBEDDER, load_settings().data / "models")
    embedder.warm()
    figures = ingesting(articles[:_INGESTED], embedder, chosen.rounds)
    figures |= precision(sets[0], embedder)
    questions = [case.question for one in sets for case in one.cases]
    random.Random(1).shuffle(questions)
    with filled(articles, embedder) as (folder, chain):
        figures |= starting(folder, questions[:1], chosen.rounds)
        figures |= answering(chain, folder, iter(dict.fromkeys(questions)), chosen.rounds)
    for name, value in figures.items():
        print(f"{name:20} {value:10.3f}")
    print(paces.line(figures))


@contextmanager
def filled(articles: Sequence[Article], embedder: SentenceEmbedder) -> Iterator[tuple[Path, Chain]]:
    """A data folder with those articles ingested, beside it a plain store of the same vectors."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "models").symlink_to((load_settings().data / "models").resolve())
        file = folder / "articles.jsonl"
        write(file, map(asdict, articles))
        with closing(build(Settings(data=folder), embedder)) as chain:
            library = chain.library("main", create=True)
            ingest(library, [str(file)], embedder=embedder, vectors=chain.vectors)
            store = plain.store(folder / "plain")
            texts = paces.bodies(articles, embedder)
            vectors = embedder.documents(texts)
            for at in range(0, len(texts), 1_000):
                some = slice(at, at + 1_000)
                ids = [str(number) for number in range(len(texts))[some]]
                store._collection.upsert(ids, documents=texts[some], embeddings=vectors[some])  # noqa: SLF001
            yield folder, chain


def ingesting(
    articles: Sequence[Article], embedder: SentenceEmbedder, rounds: int
) -> dict[str, float]:
    """Ours, the plain pipeline and the model alone, in turn."""
    texts = paces.bodies(articles, embedder)
    ratios, shares, worst, rates = [], [], [], []
    for _ in range(rounds):
        limit = paces.seconds(lambda: embedder.documents(texts))
        took, gaps = paces.ours(articles, embedder)
        ratios.append(paces.plain(texts) / took)
        shares.append(limit / took)
        worst.append(max(gaps) * 1_000)
        rates.append(len(texts) / took)
    return {
        "ingest_ratio": statistics.median(ratios),
        "ingest_of_limit": statistics.median(shares),
        "ingest_rate": statistics.median(rates),
        "stall_ms": statistics.median(worst),
    }


def precision(one: QuestionSet, embedder: SentenceEmbedder) -> dict[str, float]:
    """What the exported model loses against torch in float32."""
    return paces.losses(one, embedder, TorchModel(str(embedder.folder), local=True))


def starting(folder: Path, questions: Sequence[str], rounds: int) -> dict[str, float]:
    """From a program's start to the printed answer, with the memory it took, in turn."""
    own, other = [], []
    for _ in range(rounds):
        own.append(paces.process("-m", "bot", "ask", *questions, data=folder))
        other.append(paces.process("-m", "evals.plain", str(folder / "plain"), *questions))
    first, theirs = (statistics.median(t for t, _ in its) for its in (own, other))
    return {
        "first_answer_s": first,
        "first_answer_ratio": theirs / first,
        "rss_mb": statistics.median(memory for _, memory in own),
        "plain_rss_mb": statistics.median(memory for _, memory in other),
    }


def answering(
    chain: Chain, folder: Path, questions: Iterator[str], rounds: int
) -> dict[str, float]:
    """Answers and searches of a warm program; no question is asked twice, but where that is the point."""

    def some(count: int) -> list[str]:
        return [next(questions) for _ in range(count)]

    store = plain.store(folder / "plain")
    paces.asked(chain, some(10))
    plain.search(store, "warm")
    first = some(_ASKED)
    answers = paces.asked(chain, first)
    other_mark = paces.asked(chain, [f"{text} ?" for text in first])
    again = paces.asked(chain, [f"{text} ?" for text in first[-_GROUP:]])
    own, theirs, gains = [], [], []
    for text in some(_ASKED):
        own += paces.searched(chain, [text])
        theirs.append(paces.seconds(partial(plain.search, store, text)))
    for _ in range(rounds):
        alone = _GROUP / sum(paces.asked(chain, some(_GROUP)))
        gains.append(paces.rate(chain, some(_GROUP)) / alone)
    return {
        "answer_p50_ms": percentile(answers, 50),
        "answer_p95_ms": percentile(answers, 95),
        "sentences_kept_p50_ms": percentile(other_mark, 50),
        "answer_kept_p50_ms": percentile(again, 50),
        "search_p50_ms": percentile(own, 50),
        "plain_p50_ms": percentile(theirs, 50),
        "concurrency_gain": statistics.median(gains),
    }


if __name__ == "__main__":
    main()
