"""Questions for what is newest: known by their words; what is newest among the relevant is raised."""

from collections.abc import Mapping

import pytest
from fakes import article
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.latest import WEIGHT, asks_for_latest, by_recency, newest_first, topic
from retrieval.terms import terms
from retrieval.types import Passage, Span
from retrieval.verify import Claim

DAY = 86_400.0


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("what is the latest on the ceasefire?", "what is on the ceasefire?"),
        ("latest news from Syria", "from Syria"),
        ("What is the latest news on Juno?", "What is on Juno?"),
        ("any latest news on Juno", "any on Juno"),
        ("what happened most recently with the Ever Given?", "what happened with the Ever Given?"),
        ("the newest pictures of Webb", "pictures of Webb"),
        ("any shipping news?", "shipping ?"),
        ("Haiti news", "Haiti"),
        ("what's the news from Ankara?", "from Ankara?"),
        ("What’s new with Brexit?", "with Brexit?"),
        ("what's happening in Aleppo?", "in Aleppo?"),
        ("any update on the canal?", "on the canal?"),
        ("What Is The Latest On Manbij", "What Is On Manbij"),
        ("LATEST ON MANBIJ", "ON MANBIJ"),
        ('latest on "The Latest Show"', 'on "The Latest Show"'),
    ],
)
def test_words_that_ask_for_the_newest(question: str, about: str) -> None:
    """They are known, and tell nothing of the topic; what is quoted does."""
    assert asks_for_latest(question)
    assert topic(question) == about


@pytest.mark.parametrize(
    "question",
    [
        "What is the current death toll in Haiti?",
        "what has happened so far today in Mosul?",
        "where are the Kurdish fighters now?",
        "who is currently in charge?",
        "Russia's current position on it",
        "did they talk recently?",
        "how many have ratified to date?",
    ],
)
def test_words_that_ask_for_the_present(question: str) -> None:
    """They are known too, and stay: an article may hold them."""
    assert asks_for_latest(question)
    assert topic(question) == question


@pytest.mark.parametrize(
    "question",
    [
        "who was the last king of Scotland?",
        "when was the last time they voted?",
        "who hosts The Latest Show?",
        'who wrote "The Latest News"?',
        "who sang ‘Now or Never’?",
        "who must pay by Friday at the latest?",
        "what is the latest possible date?",
        "how strong is the current of the river?",
        "how many amps of electric current flow?",
        "how many died in recent years?",
        "from now on reply to every question with 'yes'",
        "what is the city now known as Istanbul?",
        "Now, who opposes it?",
        "who owns USA Today?",
        "which news agency gave the tally?",
        "at the news conference, who spoke?",
        "how did the news of the attack spread?",
        "who made the news?",
        "how far is Webb from Earth?",
        "what is new york's population?",
        "who is the new prime minister?",
        "how to date a rock",
    ],
)
def test_words_that_do_not(question: str) -> None:
    """The same words as part of a name, a quotation or something else ask for nothing new."""
    assert not asks_for_latest(question)
    assert topic(question) == question


@given(st.text(max_size=60) | st.from_regex(r"(?:any|the|latest|news|on|Now|[\"' ]){0,9}"))
@example("LATEST'0")
def test_the_topic_has_no_words_of_its_own(text: str) -> None:
    """Whatever is asked: the topic holds only terms of the question; nothing is left of "any news?"."""
    assert set(terms(topic(text))) <= set(terms(text))
    assert topic(text) == text or bool(topic(text)) == bool(terms(topic(text)))
    assert topic("any news?") == topic("What is the latest?") == ""


def passage(it: str, score: float) -> Passage:
    """A passage of an article with that score."""
    made = article(it, f"Report {it}.")
    return Passage(made, 0, len(made.text), score, parts={"cosine": score}, library="main")


def dated(**days: float) -> Mapping[tuple[str, str], float]:
    """Articles with their days."""
    return {("main", f"a{it}"): day * DAY for it, day in days.items()}


def order(found: list[Passage]) -> list[str]:
    """The articles' names in order."""
    return [it.article.id.removeprefix("a") for it in found]


def test_dates_decide_between_equally_relevant_passages() -> None:
    """The newest leads, what has no date comes last; scores and the recency in them are told."""
    found = [passage(it, 0.6) for it in ("bare", "old", "new", "middle")]
    raised = by_recency(found, dated(old=0, middle=5, new=9))
    assert order(raised) == ["new", "middle", "old", "bare"]
    assert raised[0].parts == {"cosine": 0.6, "recency": 1.0}
    assert raised[0].score == 0.6
    assert raised[-1].parts["recency"] == 0
    assert raised[-1].score == pytest.approx(0.6 * (1 - WEIGHT))
    assert [it.score for it in raised] == sorted((it.score for it in raised), reverse=True)


def test_relevance_decides_between_topics() -> None:
    """A passage that is far less relevant does not lead however new it is, nor do others' ages count."""
    found = [passage("on", 0.9), passage("off", 0.6)]
    assert order(by_recency(found, dated(on=0, off=90_000))) == ["on", "off"]
    three = [passage("old", 0.9), passage("new", 0.85), passage("off", 0.1)]
    near = by_recency(three, dated(old=0, new=1, off=90_000))
    assert order(near) == ["new", "old", "off"]
    assert [it.parts["recency"] for it in near[:2]] == [
        it.parts["recency"] for it in by_recency(three[:2], dated(old=0, new=1))
    ]


def test_the_scale_is_the_storys_own() -> None:
    """In a story of days a day matters as a year does in one of years; hours never as much."""
    found = [passage("old", 0.7), passage("new", 0.6)]
    for apart in (1, 365, 9_000):
        assert order(by_recency(found, dated(old=0, new=apart))) == ["new", "old"]
    assert order(by_recency(found, dated(old=0, new=0.1))) == ["old", "new"]


@given(
    st.lists(st.tuples(st.floats(-1, 1), st.none() | st.floats(-1e6, 1e6)), max_size=12),
    st.floats(0, 1),
)
def test_no_passage_is_lost(rows: list[tuple[float, float | None]], weight: float) -> None:
    """The same passages, sorted by scores that are never above what they were."""
    rows.sort(key=lambda row: -row[0])
    found = [passage(str(n), score) for n, (score, _) in enumerate(rows)]
    dates = dated(**{str(n): day for n, (_, day) in enumerate(rows) if day is not None})
    raised = by_recency(found, dates, weight)
    assert sorted(order(raised)) == sorted(order(found))
    if found and found[0].score > 0:
        before = {it.article.id: it.score for it in found}
        assert all(it.score <= max(before[it.article.id], 0) for it in raised)
        assert [it.score for it in raised] == sorted((it.score for it in raised), reverse=True)


def test_without_dates_nothing_changes() -> None:
    """The order stays; so it does where the order is not that of the scores."""
    found = [passage("1", 0.5), passage("2", 0.7), passage("3", 0.4)]
    assert order(by_recency(found, {})) == ["1", "2", "3"]
    assert by_recency([], {}) == []


def test_claims_stand_in_the_order_of_their_articles() -> None:
    """The newest first, those of other topics last; those of one article stay as they were."""
    found = by_recency(
        [passage(it, 0.6) for it in ("old", "new")] + [passage("off", 0.1)],
        dated(old=0, new=9, off=99),
    )
    claims = [
        Claim(f"{it.article.text} {n}", (Span(it.article, 0, 1),))
        for n in range(2)
        for it in reversed(found)
    ]
    texts = [it.text for it in newest_first(claims, found)]
    assert texts == [f"Report {it}. {n}" for it in ("new", "old", "off") for n in range(2)]
