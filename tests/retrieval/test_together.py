"""Questions of one moment are embedded in one batch, beside what else is done for them."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from fakes import HashEmbedder
from numpy.typing import NDArray

from retrieval.together import Together


class Held:
    """Embeds only when it is let, and records each batch with the thread that it came in."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.threads: list[threading.Thread] = []
        self.begun, self.let = threading.Semaphore(0), threading.Event()
        self.let.set()

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """`(n, 64)` float32."""
        self.batches.append(list(texts))
        self.threads.append(threading.current_thread())
        self.begun.release()
        assert self.let.wait(10)
        if "bad" in texts:
            raise SystemExit  # no Exception, like a panic of what is written in Rust
        return HashEmbedder().queries(texts)


@pytest.fixture
def held() -> Held:
    """What embeds."""
    return Held()


@pytest.fixture
def together(held: Held) -> Iterator[Together]:
    """One whose first text, for which a model is loaded, was embedded."""
    made = Together(held)
    made.vector("first")
    assert held.begun.acquire(timeout=10)
    yield made
    held.let.set()


def test_the_first_is_embedded_where_it_is_asked(held: Held, together: Together) -> None:
    """Its thread is the caller's, which Ctrl-C reaches; the next one's is not."""
    together.vector("next").result(10)
    own, other = held.threads
    assert own is threading.current_thread()
    assert other is not own


def test_what_waits_is_one_batch(held: Held, together: Together) -> None:
    """Each gets its own vector, equal texts too."""
    held.let.clear()
    asked = ["a strike", "a vote", "a flood", "a vote"]
    vectors = [together.vector("goes before")]
    assert held.begun.acquire(timeout=10)
    vectors += [together.vector(text) for text in asked]
    assert not any(it.done() for it in vectors)
    held.let.set()
    for text, vector in zip(["goes before", *asked], vectors, strict=True):
        assert np.array_equal(vector.result(10), HashEmbedder().query(text))
    assert held.batches == [["first"], ["goes before"], asked]


def test_what_will_be_asked_is_one_batch(held: Held, together: Together) -> None:
    """Each vector is given out once; what was not asked for goes when there are too many."""
    together.ahead(["a strike", "a vote", "a strike"])
    for text in ("a vote", "a strike"):
        assert np.array_equal(together.vector(text).result(10), HashEmbedder().query(text))
    assert held.batches == [["first"], ["a strike", "a vote"]]
    together.vector("a vote").result(10)
    assert held.batches[2:] == [["a vote"]]
    together.ahead([])
    together.ahead(["old", *(f"text {n}" for n in range(64))])
    together.vector("text 0").result(10)
    assert len(held.batches) == 4
    together.vector("old").result(10)
    assert len(held.batches) == 5


def test_a_failure_is_told_to_each_who_waits(held: Held, together: Together) -> None:
    """And the next one is embedded again."""
    held.let.clear()
    together.vector("goes before")
    assert held.begun.acquire(timeout=10)
    failed = [together.vector("bad"), together.vector("good")]
    held.let.set()
    for vector in failed:
        with pytest.raises(SystemExit):
            vector.result(10)
    assert together.vector("good").result(10).shape == (64,)


def test_a_model_that_cannot_be_loaded_is_asked_again() -> None:
    """The first text fails where it is asked, and so does the next until it is there."""
    found = [OSError, OSError, None]

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        error = found.pop(0)
        if error:
            raise error
        return HashEmbedder().queries(texts)

    together = Together(embed)
    for _ in range(2):
        with pytest.raises(OSError):  # noqa: PT011
            together.vector("x")
    assert together.vector("x").result(10).shape == (64,)


def test_many_at_once(held: Held, together: Together) -> None:
    """Every text is embedded once, whoever comes first."""
    asked = [f"question {n}" for n in range(400)]
    with ThreadPoolExecutor(32) as pool:
        found = list(pool.map(lambda text: together.vector(text).result(10), asked))
    assert sorted(text for batch in held.batches for text in batch) == sorted([*asked, "first"])
    for text, vector in zip(asked, found, strict=True):
        assert np.array_equal(vector, HashEmbedder().query(text))
