"""Libraries of the same passages, searched otherwise: through a Chroma server, by the plain pipeline."""

import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals import bulk
from evals.paces import percentile, seconds
from retrieval.errors import VectorsError
from retrieval.vectors import Vectors

_STARTS = 120.0  # seconds in which a server has to answer
_PORTS = 18_000  # the server's is one of the thousand from here
_ADDED = 5_000  # passages that Chroma takes at once
LARGEST = 100_000  # passages that the plain pipeline is given at most


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A Chroma server of its own over the folder of an embedded one; its address.

    Raises:
        TimeoutError: it does not answer.
    """
    port = str(_PORTS + os.getpid() % 1_000)
    command = [str(Path(sys.executable).parent / "chroma"), "run", "--path", str(folder)]
    server = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", port],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url)
        yield url
    finally:
        server.kill()
        server.wait()


def _wait(url: str) -> None:
    until = time.monotonic() + _STARTS
    while True:
        with suppress(VectorsError):
            return Vectors(Path(), url).warm()
        if time.monotonic() > until:
            raise TimeoutError(f"the Chroma server did not answer within {_STARTS:g} s")
        time.sleep(0.05)


def plain_there() -> bool:
    """Whether the plain pipeline's packages are installed."""
    return all(map(importlib.util.find_spec, ("langchain_chroma", "langchain_huggingface")))


def plain(
    folder: Path,
    sentences: Sequence[str],
    vectors: NDArray[np.float32],
    size: int,
    questions: Sequence[str],
) -> dict[str, float]:
    """The plain pipeline over `size` passages whose vectors are made: how fast it adds and searches.

    Args:
        folder: where its store is, or is built.
        sentences: that passages are put together from.
        vectors: theirs, `(n, d)`.
        size: of the store.
        questions: the first ten are not counted.
    """
    from evals.plain import search, store

    its = store(folder)
    collection = its._collection  # noqa: SLF001 - LangChain has no way to add with vectors
    rows = bulk.drawn(sentences, size)

    def add() -> None:
        while batch := list(islice(rows, _ADDED)):
            made = [bulk.made(vectors, chosen, int(it.id[6:])) for it, chosen in batch]
            texts = [it.text for it, _ in batch]
            collection.add(ids=[it.id for it, _ in batch], embeddings=made, documents=texts)

    note = folder / "added.json"
    if not note.exists():
        note.write_text(json.dumps({"plain_added_per_s": size / seconds(add)}), "utf-8")
    for question in questions[:10]:
        search(its, question)
    times = [seconds(lambda q=question: search(its, q)) for question in questions[10:]]  # type: ignore[misc]
    found: dict[str, float] = json.loads(note.read_text("utf-8"))
    return found | {"plain_p50_ms": percentile(times, 50), "plain_p95_ms": percentile(times, 95)}
