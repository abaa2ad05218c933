"""One article under several addresses; one report in several papers: kept once a paper, found once."""

import random
from dataclasses import replace
from itertools import pairwise

from fakes import HashEmbedder, article, ready
from hypothesis import given
from hypothesis import strategies as st

from ingest import following
from ingest.chunk import chunk
from ingest.near import bands, cuts
from retrieval.keywords import Bm25
from retrieval.search import Dense, Diverse, Fused, Keyword, Query
from retrieval.terms import terms
from tests.ingest.paper import DAY, Desk, Story, prose
from tests.ingest.wire import answer

NOUNS = [
    "council",
    "budget",
    "harbour",
    "vote",
    "road",
    "school",
    "tax",
    "member",
    "report",
    "city",
    "spring",
    "bridge",
    "river",
    "law",
]


def report(paragraphs: int = 28, seed: int = 1) -> list[str]:
    """An agency's report: sentences that differ, a paragraph each."""
    draw = random.Random(seed)
    return [
        f"The {draw.choice(NOUNS)} {draw.choice(NOUNS)} number {draw.randrange(999)} met the "
        f"{draw.choice(NOUNS)} of {draw.choice(NOUNS)} {draw.randrange(999)}."
        for _ in range(paragraphs)
    ]


def with_feed(desk: Desk, stories: dict[str, Story]) -> None:
    """Follow a feed that lists these."""
    for path, story in stories.items():
        desk.paper.publish(path, story)
    following.follow(desk.library, desk.paper.url("/feed"))


def test_tracking_parameters_and_amp(desk: Desk) -> None:
    """Addresses that differ in where a reader came from, and AMP pages, are one article."""
    story = Story("A budget", prose("budget"))
    amp = replace(
        story, canonical="/a", furniture="<p>Read the amp page of it here, for phones.</p>"
    )
    with_feed(desk, {"/a": story, "/amp/a": amp})
    desk.paper.feed += ["/a?utm_source=rss&utm_medium=x", "/a#comments"]
    desk.paper.stories |= dict.fromkeys(desk.paper.feed[2:], story)
    desk.paper.feed.reverse()
    result = desk.pull()
    assert (result.new, result.problems) == (1, [])
    assert len(desk.texts()) == 1
    assert sorted(desk.paper.server.paths()) == ["/a", "/amp/a", "/feed"]
    assert desk.pull().requests == 1
    desk.clock += 1.1 * DAY
    result = desk.pull()
    assert (result.changed, result.deleted, len(desk.texts())) == (0, 0, 1)
    assert desk.embedder.asked == []


def test_a_canonical_address_is_believed_of_its_own_site_alone(desk: Desk) -> None:
    """Nor may a page take the place of another, or all pages be the front page."""
    server = desk.paper.server
    stories = {
        "/a": Story("A", prose("budget")),
        "/b": Story("B", prose("harbour"), canonical="/"),
        "/c": Story("C", prose("school"), canonical="/"),
    }
    with_feed(desk, stories)
    thief = server.url("/thief", "thief.example")
    page = desk.paper.page("/a").replace(prose("budget")[:20], "Stolen")
    paper = server.respond
    server.respond = lambda it: answer(page) if it.host == "thief.example" else paper(it)
    following.follow(desk.library, thief)
    assert desk.pull().new == 4
    urls = {url for (url,) in desk.library.execute("SELECT url FROM articles")}
    assert urls == {desk.paper.url(path) for path in stories} | {thief}


def test_the_same_words_under_a_new_address(desk: Desk) -> None:
    """Moved without a word: one article; when the old address is gone, the new one holds it."""
    story = Story("A budget", "\n\n".join(report()))
    with_feed(desk, {"/old": story})
    desk.pull()
    desk.paper.publish("/new", story)
    result = desk.pull()
    assert (result.new, len(desk.texts()), desk.embedder.asked) == (0, 1, [])
    desk.paper.gone.add("/old")
    for _ in range(4):
        desk.clock += 1.1 * DAY
        desk.pull()
        assert len(desk.texts()) == 1
        assert desk.embedder.asked == []
    assert list(desk.texts()) == ["/new"]


def test_a_number_makes_another_article(desk: Desk) -> None:
    """Yesterday's weather and today's are two, though nearly all their words are the same."""
    text = "\n\n".join(report())
    with_feed(desk, {"/1": Story("Weather", f"{text} It has 12 degrees.")})
    desk.pull()
    desk.paper.publish("/2", Story("Weather", f"{text} It has 14 degrees."))
    assert (desk.pull().new, len(desk.texts())) == (1, 2)


def test_an_agency_report_in_three_papers(desk: Desk) -> None:
    """Kept once a paper; found as one passage that names all three, whatever each put before it."""
    text = report()
    papers = {
        "/1": Story("Council votes", "\n\n".join(text), site="The Paper"),
        "/2": Story(
            "Vote in council: what we know",
            "\n\n".join(["Our own reporter was there, and saw how it all came about.", *text]),
            site="The Herald",
        ),
        "/3": Story("Council", "\n\n".join(text[:-2]), site="The Post"),
    }
    with_feed(desk, papers)
    for n in range(30):
        desk.paper.publish(f"/x{n}", Story(f"Other {n}", "\n\n".join(report(6, seed=100 + n))))
    assert desk.pull().new == 33
    question = text[6]
    search = Diverse(Fused(Dense(desk.vectors), Keyword(Bm25())))
    query = Query(
        desk.library,
        question,
        tuple(terms(question)),
        ready(desk.embedder.query(question)),
    )
    first = search.retrieve(query, 10)[0]
    assert question in first.text
    sources = {first.article.source, *(span.article.source for span in first.also)}
    assert sources == {"The Paper", "The Herald", "The Post"}
    holding = [p for p in search.retrieve(query, 10) if question[:60] in p.text]
    assert len(holding) == 1


def test_only_changed_chunks_are_embedded(desk: Desk) -> None:
    """A paragraph put into the middle of an article: what stands around it is not embedded again."""
    text = report()
    with_feed(desk, {"/a": Story("A budget", "\n\n".join(text))})
    desk.pull()
    chunks = len(desk.embedder.asked)
    added = "A sentence that was not there before, and which tells of something else."
    desk.paper.edit("/a", "\n\n".join([*text[:7], added, *text[7:]]))
    desk.clock += 1.1 * DAY
    result = desk.pull()
    assert result.changed == 1
    assert chunks > 6
    assert 1 <= len(desk.embedder.asked) <= 2
    assert any(added in it for it in desk.embedder.asked)


def test_a_clock_changes_nothing(desk: Desk) -> None:
    """A share count and a clock do not change the article, and leave no trace in its history."""
    with_feed(
        desk, {"/a": Story("A", prose("budget"), furniture="<p>1,204 shares</p><p>12:04</p>")}
    )
    desk.pull()
    desk.paper.stories["/a"] = replace(
        desk.paper.stories["/a"], furniture="<p>2,411 shares</p><p>15:31</p>"
    )
    desk.clock += 1.1 * DAY
    result = desk.pull()
    assert desk.paper.server.paths() == ["/feed", "/a"]
    assert (result.changed, result.same, desk.embedder.asked) == (0, 1, [])
    assert desk.library.count("history") == 0


@given(st.text(), st.lists(st.text(max_size=60), max_size=5))
def test_cuts_lie_in_the_text(text: str, others: list[str]) -> None:
    """Cut anywhere, an article's chunks are in order, do not overlap, and hold all its words."""
    it = article(1, text + " ".join(others) + "x")
    embedder = HashEmbedder(limit=16)
    places = cuts(it.text, [*others, it.text[5:50]])
    assert places == sorted(set(places))
    chunks = [c for c, _ in chunk(it, 16, embedder.lengths, places)]
    assert all(a.end <= b.start for a, b in pairwise(chunks))
    assert bands(it.text) == bands(it.text)
