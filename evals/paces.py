"""What the benchmarks measure: each a function that does the work once and returns its times."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from evals.sets import QuestionSet, write
from ingest.chunk import chunk
from ingest.run import ingest
from retrieval.chain import SHOWN, Chain, build
from retrieval.embedder import Embedder
from retrieval.settings import Settings
from retrieval.torch_model import TorchModel
from retrieval.types import Article, Question

_TICK = 0.001  # seconds that the other thread sleeps
_ASKERS = 32


def seconds(work: Callable[[], Any]) -> float:
    """How long the work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def percentile(times: Sequence[float], share: float) -> float:
    """Of times in seconds, the one that `share` percent stay below, in milliseconds."""
    return float(np.percentile(times, share)) * 1_000


@contextmanager
def stalls() -> Iterator[list[float]]:
    """How long another thread, which wants to run every millisecond, could not; in seconds."""
    gaps: list[float] = []
    over = threading.Event()

    def tick() -> None:
        last = time.perf_counter()
        while not over.is_set():
            time.sleep(_TICK)
            now = time.perf_counter()
            gaps.append(now - last - _TICK)
            last = now

    ticking = threading.Thread(target=tick)
    ticking.start()
    try:
        yield gaps
    finally:
        over.set()
        ticking.join()


def ours(articles: Sequence[Article], embedder: Embedder) -> tuple[float, list[float]]:
    """Seconds to ingest the articles from a file into a new library, and the other threads' stalls."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "articles.jsonl"
        write(file, map(asdict, articles))
        settings = Settings(data=Path(folder))
        with closing(build(settings, embedder)) as chain:
            library = chain.library("main", create=True)
            with stalls() as gaps:
                took = seconds(
                    lambda: ingest(library, [str(file)], embedder=embedder, vectors=chain.vectors)
                )
            if library.count("chunks") < len(articles):
                msg = "the benchmark lost passages"
                raise RuntimeError(msg)
        return took, gaps


def plain(texts: Sequence[str]) -> float:
    """Seconds for the plain pipeline to store the same texts; its model is loaded before."""
    from evals import plain as pipeline

    with tempfile.TemporaryDirectory() as folder:
        store = pipeline.store(Path(folder))
        store.embeddings.embed_query("warm")
        return seconds(lambda: pipeline.add(store, texts))


def bodies(articles: Sequence[Article], embedder: Embedder) -> list[str]:
    """What is embedded of the articles, chunk by chunk."""
    return [t for it in articles for _, t in chunk(it, embedder.limit, embedder.lengths)]


def asked(chain: Chain, questions: Sequence[str]) -> list[float]:
    """Seconds for each answer."""
    return [seconds(partial(chain.ask, Question(text))) for text in questions]


def searched(chain: Chain, questions: Sequence[str]) -> list[float]:
    """Seconds for each search: the question embedded, both indexes, fusion, the passages' texts."""

    def search(text: str) -> None:
        chain.passages(chain.queries(Question(text), text), SHOWN)

    return [seconds(partial(search, text)) for text in questions]


def rate(chain: Chain, questions: Sequence[str], askers: int = _ASKERS) -> float:
    """Answers a second when so many ask at once."""
    with ThreadPoolExecutor(askers) as pool:
        took = seconds(lambda: list(pool.map(chain.ask, map(Question, questions))))
    return len(questions) / took


def process(*command: str, data: Path | None = None) -> tuple[float, float]:
    """Seconds from a program's start to its end, and its peak memory in MB.

    Raises:
        RuntimeError: it failed.
    """
    environment = os.environ | ({"CLIPPINGS_DATA": str(data)} if data else {})
    started, memory = time.perf_counter(), 0.0
    with subprocess.Popen(
        [sys.executable, *command], env=environment, stdout=subprocess.DEVNULL
    ) as child:
        # What the system tells at the end would count this program's memory too.
        status = Path(f"/proc/{child.pid}/status")
        while child.poll() is None:
            with suppress(OSError, IndexError):
                memory = float(status.read_text("ascii").split("VmHWM:")[1].split()[0]) / 1_024
            time.sleep(_TICK * 5)
    took = time.perf_counter() - started
    if child.returncode:
        msg = f"{' '.join(command)} failed"
        raise RuntimeError(msg)
    return took, memory


def peak() -> float:
    """This process's peak memory, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


def losses(one: QuestionSet, fast: Embedder, original: TorchModel) -> dict[str, float]:
    """What the fast backend's dense search alone loses: hit@1 and hit@10, original minus fast."""
    cases = [case for case in one.cases if case.gold]
    spans, texts = [], []
    for article in one.articles:
        for held, text in chunk(article, fast.limit, fast.lengths):
            spans.append((article.id, held.start, held.end))
            texts.append(text)
    asked_ = [case.question for case in cases]
    right = [[any(_meets(span, gold) for gold in case.gold) for span in spans] for case in cases]
    gold = np.array(right)
    hits = []
    for passages, questions in (
        (original.encode(texts, "document"), original.encode(asked_, "query")),
        (fast.documents(texts), np.array([fast.queries([text])[0] for text in asked_])),
    ):
        best = np.argsort(-(questions @ passages.T), axis=1)[:, :10]
        found = np.take_along_axis(gold, best, axis=1)
        hits.append((found[:, 0].mean(), found.any(axis=1).mean()))
    return {
        "hit1_delta": float(hits[0][0] - hits[1][0]),
        "hit10_delta": float(hits[0][1] - hits[1][1]),
    }


def _meets(span: tuple[str, int, int], gold: Any) -> bool:
    article, start, end = span
    return bool(article == gold.article.id and start < gold.end and end > gold.start)


def line(figures: dict[str, float]) -> str:
    """The figures as one line of JSON."""
    return json.dumps({name: round(value, 4) for name, value in figures.items()})
