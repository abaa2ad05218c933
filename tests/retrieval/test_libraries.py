"""However many libraries are asked, few are open, and each is answered from."""

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from fakes import HashEmbedder, article, put

from retrieval import keywords, libraries
from retrieval.chain import Chain, build
from retrieval.library import Library
from retrieval.settings import Settings, library_folder
from retrieval.types import Question

SERVERS = range(12)


@pytest.fixture
def chain(tmp_path: Path, embedder: HashEmbedder) -> Iterator[Chain]:
    """Over a dozen libraries of one article each."""
    settings = Settings(data=tmp_path)
    for number in SERVERS:
        with closing(Library(library_folder(settings, f"s{number}"), create=True)) as made:
            put(made, [article(number, f"The mayor opened bridge{number} on Sunday.")], embedder)
    with closing(build(settings, embedder)) as made_chain:
        yield made_chain


def ask(chain: Chain, number: int) -> str:
    """What the library of that number says."""
    return chain.ask(Question("What did the mayor open?", (f"s{number}",))).passages[0].text


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are counted on Linux")
def test_few_are_open(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that were asked longest ago let go of their files, whichever thread opened them."""
    monkeypatch.setattr(libraries, "_MOST", 3)
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda number: ask(chain, number), [*SERVERS, *SERVERS]))
    gc.collect()
    assert said == [f"The mayor opened bridge{number} on Sunday." for number in SERVERS] * 2
    files = [str(it.readlink()) for it in Path("/proc/self/fd").iterdir() if it.is_symlink()]
    assert len({it for it in files if it.endswith("library.db")}) == 3


def test_one_in_use_stays_open(
    chain: Chain, embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who holds a library may write it long after others took its place; all others see it."""
    monkeypatch.setattr(libraries, "_MOST", 1)
    held = chain.library("s0")
    assert "bridge1 " in ask(chain, 1)
    put(held, [article(0, "The mayor opened a school on Monday.")], embedder)
    assert chain.library("s0") is not held
    assert "school" in ask(chain, 0)


def test_what_is_counted_is_bounded(
    chain: Chain, embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever words are asked and of however many libraries; what they weigh stays the same."""
    monkeypatch.setattr(keywords, "_COUNTED", 5)
    monkeypatch.setattr(keywords, "_LIBRARIES", 4)
    bm25 = keywords.Bm25()
    for number in SERVERS:
        library = chain.library(f"s{number}")
        first = bm25.weights(library, ["mayor", f"bridge{number}"])
        for word in range(50):
            bm25.weights(library, [f"word{word}"])
            assert len(bm25._counts[library.id].holding) <= 6
        assert bm25.weights(library, ["mayor", f"bridge{number}"]) == first
    assert len(bm25._counts) == 4
