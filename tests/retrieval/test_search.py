"""Search: what holds for every retriever, and what each adds."""

from collections.abc import Callable, Iterator

import pytest
from fakes import HashEmbedder, article, put, ready

from retrieval.fusion import fuse
from retrieval.keywords import Bm25
from retrieval.library import Library
from retrieval.search import Dense, Diverse, Fused, Keyword, Query, Retriever, passages
from retrieval.terms import terms
from retrieval.types import Filter, Passage
from retrieval.vectors import Vectors

MAKERS: dict[str, Callable[[Vectors], Retriever]] = {
    "dense": Dense,
    "keyword": lambda _: Keyword(Bm25()),
    "fused": lambda vectors: Fused(Dense(vectors), Keyword(Bm25())),
    "diverse": lambda vectors: Diverse(Fused(Dense(vectors), Keyword(Bm25()))),
}
DAY = 1_471_996_800  # 24 August 2016
RAID = "Turkish tanks crossed the border near Jarabulus at dawn and met little resistance."
STORIES = [
    article("raid", RAID, title="A raid", published="2016-08-24", source="A"),
    article("reprint", RAID, title="A reprint", published="2016-08-25", source="B"),
    article("talks", "Envoys spoke of the border in Geneva.", published="2016-08-25", source="A"),
    article("prize", "The academy gave its prize to a singer.", source="B"),
    *(article(n, f"Report{n} tells of the border. It was quiet.") for n in range(20)),
]


def query(library: Library, text: str, only: Filter = Filter()) -> Query:  # noqa: B008 - it is frozen
    """A question made ready."""
    return Query(library, text, tuple(terms(text)), ready(HashEmbedder().query(text)), only)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, Vectors]]:
    """A library of the stories, and its vectors; no test changes it."""
    data = tmp_path_factory.mktemp("search")
    library, vectors = Library(data / "libraries" / "main", create=True), Vectors(data)
    put(library, STORIES, HashEmbedder(), words=20)
    vectors.sync(library)
    yield library, vectors
    library.close()
    vectors._chroma.forget_client()


@pytest.fixture(params=MAKERS)
def maker(request: pytest.FixtureRequest) -> Callable[[Vectors], Retriever]:
    """Makes one of the retrievers; what asks for it is proved of each."""
    return MAKERS[request.param]


def test_the_best_comes_first(
    maker: Callable[[Vectors], Retriever], stored: tuple[Library, Vectors]
) -> None:
    """Each finds the passage that the question is about, word for word as its article has it."""
    library, vectors = stored
    found = maker(vectors).retrieve(query(library, "Which prize did the singer get?"), 5)
    assert found[0].article == STORIES[3]
    for it in found:
        assert it.text == it.article.text[it.start : it.end] != ""
        assert it.library == "main"
        assert passages(library, [it.chunk])[0].text == it.text


def test_scores_fall_and_tell_their_parts(
    maker: Callable[[Vectors], Retriever], stored: tuple[Library, Vectors]
) -> None:
    """Scores are plain numbers up to 1, sorted, and the same as what their parts make."""
    library, vectors = stored
    found = maker(vectors).retrieve(query(library, "Tanks at the border"), 10)
    scores = [it.score for it in found]
    assert scores == sorted(scores, reverse=True)
    for it in found:
        assert {type(it.score), *map(type, it.parts.values())} == {float}
        assert it.score <= 1 + 1e-3
        made = fuse(**_named(it)) if len(it.parts) > 1 else next(iter(it.parts.values()))
        assert it.score == made


def _named(passage: Passage) -> dict[str, float]:
    return {"cosine": passage.parts["cosine"], "share": passage.parts["words"]}


def test_the_same_question_gets_the_same_passages(
    maker: Callable[[Vectors], Retriever], stored: tuple[Library, Vectors]
) -> None:
    """Asked again, of a new retriever even, the order is the same; among equals the oldest leads."""
    library, vectors = stored
    asked = query(library, "Tanks at the border")
    found = maker(vectors).retrieve(asked, 10)
    assert maker(vectors).retrieve(asked, 10) == found
    if maker is not Dense:  # whose order is Chroma's
        assert found == sorted(found, key=lambda it: (-it.score, it.chunk))


def test_fewer_are_the_first_of_more(
    maker: Callable[[Vectors], Retriever], stored: tuple[Library, Vectors]
) -> None:
    """No more than asked for, each passage once; none where none is asked for."""
    library, vectors = stored
    asked = query(library, "Tanks at the border")
    all_of_them = [it.chunk for it in maker(vectors).retrieve(asked, 10)]
    assert len(all_of_them) == len(set(all_of_them)) == 10
    assert [it.chunk for it in maker(vectors).retrieve(asked, 4)] == all_of_them[:4]
    assert maker(vectors).retrieve(asked, 0) == []


def test_more_are_asked_for_than_there_are(
    maker: Callable[[Vectors], Retriever], stored: tuple[Library, Vectors]
) -> None:
    """Asking for more than there is gives all there is."""
    library, vectors = stored
    found = maker(vectors).retrieve(query(library, "border"), 1_000)
    assert {it.article.id for it in found} >= {f"a{n}" for n in range(20)}
    assert len(found) <= library.count("chunks")


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (Filter(since=DAY), {"araid", "areprint", "atalks"}),
        (Filter(until=DAY), {"araid"}),
        (Filter(since=DAY + 1, sources=("B",)), {"areprint"}),
        (Filter(since=DAY, sources=("A",)), {"araid", "atalks"}),
        (Filter(sources=("C",)), set()),
    ],
)
def test_limits_are_kept(
    only: Filter,
    expected: set[str],
    maker: Callable[[Vectors], Retriever],
    stored: tuple[Library, Vectors],
) -> None:
    """What lies outside the question's limits is never found, what lies within is."""
    library, vectors = stored
    found = maker(vectors).retrieve(query(library, "Tanks at the border", only), 50)
    reprints = {span.article.id for it in found for span in it.also}
    assert {it.article.id for it in found} | reprints == expected


def test_a_library_without_articles(
    maker: Callable[[Vectors], Retriever], library: Library, vectors: Vectors
) -> None:
    """An empty library has no passages for any question, one without words included."""
    assert maker(vectors).retrieve(query(library, "border"), 5) == []
    assert maker(vectors).retrieve(query(library, "???"), 5) == []


def test_what_changes_is_found_at_once(
    maker: Callable[[Vectors], Retriever], library: Library, vectors: Vectors
) -> None:
    """The next question finds what was stored, replaced and deleted a moment ago."""
    retriever, asked = maker(vectors), query(library, "Zeppelin landing")
    put(library, [article(1, "A zeppelin."), article(2, "Zeppelin landing.")], HashEmbedder())
    assert retriever.retrieve(asked, 1)[0].article.id == "a2"
    put(library, [article(1, "Zeppelin landing here.")], HashEmbedder())
    with library.transaction():
        library.delete("a2")
    assert [it.text for it in retriever.retrieve(asked, 9)] == ["Zeppelin landing here."]


def test_what_one_of_both_finds_is_scored_by_both(stored: tuple[Library, Vectors]) -> None:
    """Fused passages have the cosine and the words of the single searches."""
    library, vectors = stored
    asked = query(library, "Tanks at the border")
    dense, keyword = Dense(vectors), Keyword(Bm25())
    alone = {it.chunk: it for it in dense.retrieve(asked, 99)}
    words = {it.chunk: it for it in keyword.retrieve(asked, 99)}
    found = Fused(dense, keyword).retrieve(asked, 99)
    assert {it.chunk for it in found} == alone.keys() | words.keys()
    for it in found:
        assert it.parts["cosine"] == pytest.approx(alone[it.chunk].score, abs=1e-3)
        assert it.parts["words"] == (words[it.chunk].score if it.chunk in words else 0)


def test_deep_searches_and_many_reprints(library: Library, vectors: Vectors) -> None:
    """As many passages as are asked for come back, also beyond the usual depth and under reprints."""
    others = [article(n, f"Border report{n} with subject{n} and place{n}.") for n in range(70)]
    reprints = [article(f"r{n}", "Border, border and border again.") for n in range(70)]
    put(library, [*others, *reprints], HashEmbedder())
    fused = Fused(Dense(vectors), Keyword(Bm25()))
    assert len(fused.retrieve(query(library, "border"), 130)) == 130
    found = Diverse(fused).retrieve(query(library, "border again"), 12)
    assert len(found) == 12
    assert len(found[0].also) == 69


def test_passages_that_are_gone_are_left_out(stored: tuple[Library, Vectors]) -> None:
    """Chunks come back as passages in the order asked for; what the library lacks is left out."""
    library, _ = stored
    assert [it.chunk for it in passages(library, [3, 99_999, 1])] == [3, 1]
