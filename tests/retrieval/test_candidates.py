"""BM25's candidates: the passages that hold the words which tell, the best of them first."""

import pytest
from fakes import HashEmbedder, article, put
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import keywords
from retrieval.keywords import Bm25
from retrieval.library import Library
from retrieval.search import passages
from retrieval.terms import terms
from retrieval.types import Filter
from tests.retrieval.material import everything, holding, libraries, texts

EVERYTHING = Filter()
DAY = 1_471_996_800  # 24 August 2016


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


@settings(max_examples=25, deadline=None)
@given(libraries, texts, st.integers(0, 4), st.integers(1, 6))
def test_candidates_where_few_are_scored(
    articles: list[tuple[str, str]], asked: str, k: int, scored: int
) -> None:
    """As many as are asked for come back, each once, of those that hold a word."""
    bm25, words = Bm25(), terms(asked)
    with holding(articles) as library, pytest.MonkeyPatch.context() as patch:
        everyone = bm25.candidates(library, words, 999, EVERYTHING)
        patch.setattr(keywords, "_SCORED", scored)
        found = bm25.candidates(library, words, k, EVERYTHING)
    assert len(found) == len(set(found)) == min(k, len(everyone))
    assert set(found) <= set(everyone)


@pytest.mark.parametrize("scored", [200, 3])
def test_the_best_candidates_are_kept(
    library: Library, embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch, scored: int
) -> None:
    """Of many candidates those are kept that hold the words most often and in the least text."""
    monkeypatch.setattr(keywords, "_SCORED", scored)
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


def test_what_holds_the_telling_words_is_scored(
    library: Library, embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where not all that hold a word are scored, those are whose words weigh most together."""
    monkeypatch.setattr(keywords, "_SCORED", 3)
    common = [article(n, "Syria Syria Syria Syria") for n in range(9)]
    telling = [article("t", "raid"), article("b", "A raid in Syria"), article("s", "Syria, a raid")]
    put(library, [*common, *telling], embedder)
    found = passages(library, Bm25().candidates(library, ["syria", "raid"], 2, EVERYTHING))
    assert [p.article.id for p in found] == ["ab", "as"]
    assert len(Bm25().candidates(library, ["syria", "raid"], 5, EVERYTHING)) == 5


def test_a_question_of_the_longest_kind(filled: Library) -> None:
    """Two thousand different words in one question are searched for like two."""
    words = [*(f"w{n}" for n in range(2_000)), "report7"]
    found = passages(filled, Bm25().candidates(filled, words, 99, EVERYTHING))
    assert {p.article.id for p in found} == {"a7"}


def test_words_that_stand_nearly_everywhere_are_left_out(
    library: Library, embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Candidates come from the words that tell; where there is but one, from that one all the same."""
    put(library, [article(n, f"Syria report of place{n}") for n in range(30)], embedder)
    monkeypatch.setattr(keywords, "_READ", 10)
    found = Bm25().candidates(library, ["syria", "place7"], 50, EVERYTHING)
    assert [p.text for p in passages(library, found)] == ["Syria report of place7"]
    assert len(Bm25().candidates(library, ["syria"], 50, EVERYTHING)) == 30
