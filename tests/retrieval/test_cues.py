"""Cues: what a question asks for, and what a sentence has to offer."""

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.cues import Kind, kind_of, offers
from retrieval.terms import terms

KINDS: tuple[Kind, ...] = get_args(Kind)
NOTHING: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many people died?", "number"),
        ("HOW MUCH does it cost?", "number"),
        ("How long is the tunnel?", "number"),
        ("For how few people was it built?", "number"),
        ("By what percentage did prices rise?", "number"),
        ("When did Britain vote?", "time"),
        ("In which year was it built?", "time"),
        ("What day did it begin?", "time"),
        ("Who condemned the raid?", "person"),
        ("To whom was it given?", "person"),
        ("Whose tanks were they?", "person"),
        ("Where is Jarabulus?", "place"),
        ("In which country did it happen?", "place"),
        ("Why did the ship run aground?", "reason"),
        ("What caused the fire?", "reason"),
        ("What led to the vote?", "reason"),
        ("What did Russia say?", "other"),
        ("How did it end?", "other"),
        ("Tell me of the whole thing, somewhere, whenever", "other"),
        ("", "other"),
    ],
)
def test_what_a_question_asks_for(question: str, kind: Kind) -> None:
    """Its question word tells, in any case, and only as a word of its own."""
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many died when the dam broke?", "number"),
        ("When did the man who won resign?", "time"),
        ("Who knows where it is?", "person"),
    ],
)
def test_a_question_with_two_question_words(question: str, kind: Kind) -> None:
    """Each question is of one kind: a number before a time, a time before a person, and so on."""
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("kind", "better", "worse"),
    [
        ("number", "It cost 12 francs.", "It cost a lot."),
        ("number", "Dozens were hurt.", "People were hurt."),
        ("time", "It opened on 1 June 2016.", "It opened in June."),
        ("time", "It opened in 2016.", "It opened on Monday."),
        ("time", "It opened in June.", "It opened at 5."),
        ("time", "It opened at 5.", "It opened."),
        ("person", "The prize went to Bob Dylan.", "The prize went to Dylan."),
        ("person", "The prize went to Dylan.", "The prize went to a singer."),
        ("place", "He arrived in Geneva.", "Yesterday Lavrov arrived."),
        ("place", "Yesterday Lavrov arrived.", "He arrived yesterday."),
        ("reason", "It failed because of the wind.", "It failed."),
        ("reason", "They left in order to survive.", "They left."),
    ],
)
def test_what_a_sentence_offers(kind: Kind, better: str, worse: str) -> None:
    """Numbers, dates, names, places and reasons count for the questions that ask for them."""
    assert 0 <= offers(kind, worse, NOTHING) < offers(kind, better, NOTHING) <= 1


def test_names_of_the_question_are_no_answer() -> None:
    """A name that the question has is not what it asks for, in whatever form it stands."""
    known = frozenset(terms("Who does Turkey's president accuse?"))
    assert offers("person", "He accused Turkey of it.", known) == 0
    assert offers("person", "He accused Russia of it.", known) > 0
    assert offers("place", "It began, Turkey's army said.", known) == 0


def test_the_first_word_is_no_name() -> None:
    """A capital at the beginning of a sentence is no sign of a name."""
    assert offers("person", "Tanks rolled.", NOTHING) == 0


def test_other_questions_ask_for_nothing_in_particular() -> None:
    """For a question of no kind every sentence offers the same."""
    assert offers("other", "In 2016 Dylan won because of 5 songs in Stockholm.", NOTHING) == 0


@settings(deadline=None)
@given(st.sampled_from(KINDS), st.text(), st.frozensets(st.text(max_size=5), max_size=5))
def test_an_offer_is_a_share(kind: Kind, sentence: str, known: frozenset[str]) -> None:
    """Whatever the sentence, it offers from nothing (0) to all that can be asked for (1)."""
    assert 0 <= offers(kind, sentence, known) <= 1
    assert kind_of(sentence) in KINDS
