"""Answers to questions for what is newest: the newest relevant article speaks first."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import HashEmbedder, article, put

from retrieval.chain import Chain, build
from retrieval.library import Library
from retrieval.settings import Settings
from retrieval.types import Article, Question, Turn

OLD = article(
    "old",
    "The ceasefire in Aleppo was agreed by both sides. Guns fell silent in Aleppo.",
    title="A ceasefire",
    published="2016-09-12",
)
NEW = article(
    "new",
    "The ceasefire in Aleppo was broken by both sides. Guns were heard in Aleppo.",
    title="A ceasefire",
    published="2016-09-19",
)
OTHER = article(
    "other", "The academy gave its prize to a singer.", title="A prize", published="2016-10-13"
)
LATEST = Question("What is the latest news on the ceasefire in Aleppo?")


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    """A chain over a library `main` of three articles."""
    made = build(Settings(data=tmp_path), HashEmbedder())
    put(made.library("main", create=True), [OLD, NEW, OTHER], HashEmbedder(), words=30)
    yield made
    made.close()


def first(chain: Chain, question: Question) -> Article:
    """The article whose words the answer has first."""
    return chain.ask(question).citations[0].article


def test_the_newest_relevant_article_speaks_first(chain: Chain) -> None:
    """Its passage leads, though an article of another topic is newer; the recency is explained."""
    answer = chain.ask(LATEST)
    assert answer.status == "answered"
    assert [it.article for it in answer.passages] == [NEW, OLD, OTHER]
    assert answer.citations[0].article == NEW
    assert "recency 1.000" in next(it for it in answer.steps if it.name == "search").lines[1]


def test_the_words_that_ask_are_no_terms(chain: Chain) -> None:
    """To ask for the latest asks no more of the passages, so the gate decides as it does without."""
    plain = chain.ask(Question("What is on the ceasefire in Aleppo?"))
    assert chain.ask(LATEST).confidence == plain.confidence
    refused = chain.ask(Question("What is the latest on penicillin?"))
    assert (refused.status, refused.passages[0].article) != ("answered", NEW)
    assert refused.confidence == chain.ask(Question("What is on penicillin?")).confidence


def test_a_follow_up_asks_for_the_newest_too(chain: Chain) -> None:
    """What leans on such a question, or asks so of the one before."""
    turn = Turn("What of the ceasefire in Aleppo?")
    assert first(chain, Question("and the latest?", history=(turn,))) == NEW


def test_a_date_to_come_does_not_win(chain: Chain) -> None:
    """It counts as the moment at which the article was stored, and is overtaken by what is newer."""
    library = chain.library("main")
    forged = article(
        "forged", OLD.text.replace("both", "all"), title="A ceasefire", published="2199-01-01"
    )
    put(library, [forged], HashEmbedder(), words=30)
    assert library.dates(["aforged"])["aforged"] == pytest.approx(time.time(), abs=60)
    with library.transaction():
        library.execute("UPDATE articles SET changed = 1473700000 WHERE id = 'aforged'")
    assert first(chain, LATEST) == NEW


def test_dates_of_articles(library: Library) -> None:
    """A day counts from its noon, a moment as it is; what has no date or is not there has none."""
    day = article("day", published="2016-08-24")
    hour = article("hour", published="2016-08-24T10:00:00+03:00")
    put(library, [day, hour, article("bare")], HashEmbedder())
    found = library.dates(["aday", "ahour", "abare", "agone"])
    assert found == {"aday": 1_472_040_000, "ahour": 1_472_022_000}


def test_several_libraries_have_one_newest(chain: Chain) -> None:
    """The newest of all libraries asked leads, not the newest of each."""
    later = article(
        "later", NEW.text.replace("broken", "mended"), title="A ceasefire", published="2016-09-25"
    )
    put(chain.library("more", create=True), [later], HashEmbedder(), words=30)
    answer = chain.ask(Question(LATEST.text, libraries=("main", "more")))
    assert answer.passages[0].article == answer.citations[0].article == later
    recency = {it.article: it.parts["recency"] for it in answer.passages}
    assert 1 == recency[later] > recency[NEW] > recency[OLD] > recency[OTHER] == 0
