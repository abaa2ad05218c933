"""BM25: the scores of the textbook, whatever the library and the question hold."""

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
from retrieval.types import Filter, Passage

EVERYTHING = Filter()
DAY = 1_471_996_800  # 24 August 2016

vocabulary = st.sampled_from(["Syria", "Kurds", "raid", "U.S.", "talks", "the", "envoy's", "2016"])
texts = st.lists(vocabulary, min_size=1, max_size=12).map(" ".join)
libraries = st.lists(st.tuples(texts, texts), max_size=6)  # title and text


@contextmanager
def holding(articles: list[tuple[str, str]]) -> Iterator[Library]:
    """A library of these titles and texts, four words a chunk."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder) / "libraries" / "main", create=True)
        made = [article(n, text, title=title) for n, (title, text) in enumerate(articles)]
        put(library, made, HashEmbedder(size=8), words=4)
        yield library
        library.close()


@pytest.fixture(scope="module")
def standing() -> Iterator[Library]:
    """A library that no test changes."""
    with holding([("Title", "Report1 on Syria")]) as library:
        yield library


def everything(library: Library) -> list[Passage]:
    """Each chunk as a passage."""
    return passages(library, [row[0] for row in library.execute("SELECT id FROM chunks")])


def chunks_of(found: list[Passage]) -> list[int]:
    """Their chunks' ids."""
    return [it.chunk for it in found]


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


@settings(max_examples=25, deadline=None)
@given(libraries, texts)
def test_candidates_are_all_that_hold_a_word(articles: list[tuple[str, str]], asked: str) -> None:
    """A passage is a candidate exactly if it, or its title, holds one of the words; each once."""
    words = terms(asked)
    with holding(articles) as library:
        found = Bm25().candidates(library, words, 999, EVERYTHING)
        expected = {
            p.chunk
            for p in everything(library)
            if set(words) & {*terms(p.article.title), *terms(p.text)}
        }
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_the_best_candidates_are_kept(library: Library, embedder: HashEmbedder) -> None:
    """Of many candidates those are kept that hold the words most often and in the least text."""
    fillers = [article(n, "Syria among many other things that were told there") for n in range(9)]
    put(library, [*fillers, article("best", "Syria Syria Syria")], embedder)
    best = Bm25().candidates(library, ["syria"], 1, EVERYTHING)
    assert [p.article.id for p in passages(library, best)] == ["abest"]
    assert len(Bm25().candidates(library, ["syria"], 4, EVERYTHING)) == 4
    assert Bm25().candidates(library, ["syria"], 0, EVERYTHING) == []


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (Filter(), "a1 a2 a3 a4"),
        (Filter(since=DAY), "a2 a3"),
        (Filter(since=DAY + 1), "a3"),
        (Filter(until=DAY), "a1 a2"),
        (Filter(until=DAY - 1), "a1"),
        (Filter(since=DAY, until=DAY), "a2"),
        (Filter(since=DAY + 1, until=DAY), ""),
        (Filter(since=DAY, sources=("A",)), "a2"),
        (Filter(sources=("B", "A")), "a1 a2 a3"),
        (Filter(sources=("b",)), ""),
        (Filter(sources=("' OR 1 = 1 --",)), ""),
    ],
)
def test_filters(only: Filter, expected: str, library: Library, embedder: HashEmbedder) -> None:
    """Both ends of a period are included, any of the sources will do, no date is in no period."""
    days = [("1960-01-01", "A"), ("2016-08-24", "A"), ("2016-08-25", "B"), (None, None)]
    put(library, (article(n, published=d, source=s) for n, (d, s) in enumerate(days, 1)), embedder)
    found = passages(library, Bm25().candidates(library, ["report"], 50, only))
    assert " ".join(sorted({p.article.id for p in found})) == expected


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


def test_a_question_of_the_longest_kind(filled: Library) -> None:
    """Two thousand different words in one question are searched for like two."""
    words = [*(f"w{n}" for n in range(2_000)), "report7"]
    found = passages(filled, Bm25().candidates(filled, words, 99, EVERYTHING))
    assert {p.article.id for p in found} == {"a7"}


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


def test_words_that_stand_nearly_everywhere_are_left_out(
    library: Library, embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Candidates come from the words that tell; where there is but one, from that one all the same."""
    put(library, [article(n, f"Syria report of place{n}") for n in range(30)], embedder)
    monkeypatch.setattr(keywords, "_READ", 10)
    found = Bm25().candidates(library, ["syria", "place7"], 50, EVERYTHING)
    assert [p.text for p in passages(library, found)] == ["Syria report of place7"]
    assert len(Bm25().candidates(library, ["syria"], 50, EVERYTHING)) == 30


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
