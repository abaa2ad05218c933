"""BM25: the scores of the textbook, whatever the library and the question hold."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import HashEmbedder, article, put
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval import keywords
from retrieval.keywords import K1, B, Bm25
from retrieval.library import Library
from retrieval.search import passages
from retrieval.terms import terms
from retrieval.types import Filter
from tests.retrieval.material import chunks_of, everything, holding, libraries, texts

EVERYTHING = Filter()


@pytest.fixture(scope="module")
def standing() -> Iterator[Library]:
    """A library that no test changes."""
    with holding([("Title", "Report1 on Syria")]) as library:
        yield library


def reference(words: list[str], documents: list[list[str]]) -> list[float]:
    """BM25 as Robertson and Zaragoza write it, over the most that the words could give."""
    average = sum(map(len, documents)) / len(documents)
    scores, most = [0.0] * len(documents), 0.0
    for word in words:
        holding = sum(word in document for document in documents)
        weight = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
        most += weight * (K1 + 1)
        for at, document in enumerate(documents):
            count = document.count(word)
            norm = K1 * (1 - B + B * len(document) / (average or 1.0))
            scores[at] += weight * count * (K1 + 1) / (count + norm) if count else 0.0
    return [score / most if most else 0.0 for score in scores]


@settings(max_examples=25, deadline=None)
@given(libraries, texts)
def test_shares_are_those_of_the_textbook(articles: list[tuple[str, str]], asked: str) -> None:
    """Every passage's share is what a plain BM25 over all passages gives, from 0 to 1."""
    bm25 = Bm25()
    with holding(articles) as library:
        found, words = everything(library), terms(asked)
        shares = bm25.shares(library, words, chunks_of(found))
    documents = [terms(p.article.title) + terms(p.text) for p in found]
    assert shares == pytest.approx(reference(words, documents) if documents else [])
    assert all(0 <= share <= 1 for share in shares)


def test_operators_are_words(filled: Library) -> None:
    """A word that reads as FTS5's own language is searched for, not obeyed."""
    bm25 = Bm25()
    for word in ['"', 'a" OR "report7', "report7*", "title:x", "NEAR(a b)", "NOT", "^a", "(", ""]:
        assert bm25.candidates(filled, [word, "report7"], 9, EVERYTHING)
        assert bm25.shares(filled, [word], chunks_of(everything(filled)[:1])) == [0.0]
    assert bm25.candidates(filled, ['report7" OR "report8'], 9, EVERYTHING) == []
    assert bm25.candidates(filled, ["rep*"], 9, EVERYTHING) == []


@settings(max_examples=100, deadline=None)
@example("Report1 OR \x00 \ud800 'AND\" NOT (NEAR")
@given(st.text())
def test_any_question_can_be_asked(standing: Library, text: str) -> None:
    """Whatever a person types finds what holds its words, and never fails."""
    words, bm25 = terms(text), Bm25()
    found = passages(standing, bm25.candidates(standing, words, 9, EVERYTHING))
    assert all(0 < share <= 1 for share in bm25.shares(standing, words, chunks_of(found)))
    assert bool(found) == bool({"titl", "report1", "syria"} & set(words))


def test_an_empty_library(library: Library) -> None:
    """A library without articles has no candidates, and its words still have a weight."""
    bm25 = Bm25()
    assert bm25.candidates(library, ["syria"], 5, EVERYTHING) == []
    assert bm25.candidates(library, [], 5, EVERYTHING) == []
    assert bm25.shares(library, ["syria"], []) == []
    assert bm25.weights(library, ["syria"])["syria"] > 0


def test_rare_words_weigh_more(library: Library, embedder: HashEmbedder) -> None:
    """The fewer passages hold a word the more it weighs; one that none holds weighs most."""
    put(library, [article(1, "Syria raid"), article(2, "Syria talks")], embedder)
    weights = Bm25().weights(library, ["syria", "raid", "moon"])
    assert weights["syria"] < weights["raid"] < weights["moon"]


def test_what_holds_no_words_has_no_share(library: Library, embedder: HashEmbedder) -> None:
    """A chunk that is gone, and one of stop words alone, score nought and move no other's score."""
    there = [article(1, "Syria raid"), article(2, "of the", title="The"), article(3, "Syria")]
    put(library, [*there, article(4, "Syria")], embedder)
    with library.transaction():
        library.delete("a4")
    shares = Bm25().shares(library, ["syria", "raid"], [4, 1, 2, 99, 3, 1])
    assert shares[0] == shares[2] == shares[3] == 0
    assert shares[1] == shares[5] > shares[4] > 0
    assert [shares[1], 0, shares[4]] == Bm25().shares(library, ["syria", "raid"], [1, 2, 3])


def test_counts_follow_the_library(library: Library, embedder: HashEmbedder) -> None:
    """What is stored, replaced and deleted changes the next scores: they are a new Bm25's."""
    bm25, words = Bm25(), ["syria", "raid"]
    put(library, [article(n, f"Syria number {n}") for n in range(5)], embedder)
    before = bm25.weights(library, words)
    put(library, [article(9, "Another raid in Syria"), article(1, "Nothing of it")], embedder)
    after = bm25.weights(library, words)
    assert after["raid"] < before["raid"]
    with library.transaction():
        library.delete("a9")
    found = everything(library)
    assert bm25.weights(library, words) == Bm25().weights(library, words)
    assert bm25.shares(library, words, chunks_of(found)) == Bm25().shares(
        library, words, chunks_of(found)
    )


def test_libraries_are_counted_apart(tmp_path: Path, embedder: HashEmbedder) -> None:
    """One Bm25 serves two libraries, each with its own counts, even at the same change number."""
    bm25 = Bm25()
    one, two = (Library(tmp_path / "libraries" / name, create=True) for name in ("one", "two"))
    put(one, [article(1, "Syria"), article(2, "raid")], embedder)
    put(two, [article(1, "Syria"), article(2, "Syria")], embedder)
    assert one.number() == two.number()
    assert bm25.weights(one, ["syria"])["syria"] > bm25.weights(two, ["syria"])["syria"]
    one.close()
    two.close()


@settings(max_examples=25, deadline=None)
@given(libraries)
def test_words_are_counted_as_fts5_counts_them(articles: list[tuple[str, str]]) -> None:
    """What FTS5 keeps of itself is the sum over its terms, after deletions too."""
    with holding(articles) as library:
        for _ in range(2):
            (summed,) = library.execute("SELECT ifnull(sum(cnt), 0) FROM terms")[0]
            assert keywords._words(library) == summed
            with library.transaction():
                for it in library.listing()[:1]:
                    library.delete(it.id)


def test_many_words_are_counted(library: Library, embedder: HashEmbedder) -> None:
    """Numbers of several bytes are read whole."""
    put(library, [article(1, "harbour " * 40_000)], embedder)
    (summed,) = library.execute("SELECT sum(cnt) FROM terms")[0]
    assert keywords._words(library) == summed >= 40_000
