"""Follow-ups: a question that leans on another is asked together with it, any other as it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.followup import leaning_part, leans, standalone, words_of
from retrieval.types import Question, Turn

FIRST = "Who condemned the Turkish incursion into Syria?"
FULL = "Which singer won the literature prize in Stockholm?"


def asked(*texts: str) -> str:
    """What the last of the questions is asked as, after the others."""
    *earlier, last = texts
    return standalone(Question(last, history=tuple(Turn(text, "Some answer.") for text in earlier)))


LEANING = [
    "and Russia?",
    "why?",
    "what about the Kurds?",
    "What of the Kurds?",
    "How about Russia then?",
    "But when?",
    "Or Iran?",
    "since when?",
    "How many?",
    "Why not?",
    "WHY?!",
    "  and   Russia ?",
    "What did they say?",
    "Did he resign?",
    "What happened there?",
    "Is that true?",
    "Who wrote those?",
]
STANDING = [
    FIRST,
    FULL,
    "Why did Turkey send tanks into Syria?",
    "When did the Gotthard base tunnel open?",
    "Android phones: who sells them in Asia and Africa?",
    "Orlando: how many people died?",
    "Butter prices rose, why?",
    "Who said that the ceasefire in Syria failed because of its terms?",
    "Who said that Assad resigned?",
    "Whitehall?",
]


@pytest.mark.parametrize("text", LEANING)
def test_what_leans_is_asked_with_the_question_before(text: str) -> None:
    """People's ways to go on, and pronouns without much else, take the question before along."""
    assert leans(text)
    assert asked(FIRST, text) == f"{FIRST} {' '.join(text.split())}"


@pytest.mark.parametrize("text", STANDING)
def test_what_stands_alone_stays(text: str) -> None:
    """A full question is asked as it is, whatever was asked before."""
    assert not leans(text)
    assert asked(FIRST, "and Russia?", text) == text


@pytest.mark.parametrize("text", LEANING)
def test_without_history_there_is_nothing_to_lean_on(text: str) -> None:
    """The first question of a conversation is asked in its own words."""
    assert asked(text).split() == text.split()


def test_it_leans_on_the_last_that_stood_alone() -> None:
    """A row of follow-ups goes back to the full question that began it, and no further."""
    assert asked(FULL, FIRST, "and Russia?", "why?") == f"{FIRST} and Russia? why?"


def test_a_row_of_follow_ups_alone() -> None:
    """Where nothing stood alone, all of it is asked together."""
    assert asked("why?", "and Russia?", "but when?") == "why? and Russia? but when?"


def test_the_answers_are_not_asked() -> None:
    """What was answered plays no part: the words of a question are a person's own."""
    history = (Turn(FIRST, "Damascus did."), Turn("why?", "It was a violation."))
    text = standalone(Question("and Russia?", history=history))
    assert text == f"{FIRST} why? and Russia?"


questions = st.one_of(st.sampled_from(LEANING + STANDING), st.text(max_size=30))


@settings(deadline=None)
@given(st.lists(questions, min_size=1, max_size=6))
def test_nothing_is_lost_or_made_up(texts: list[str]) -> None:
    """Whatever is asked, the result is the last questions of the conversation in their order."""
    words = asked(*texts).split()
    ends = [" ".join(texts[at:]).split() for at in range(len(texts))]
    assert words in ends
    if not leans(texts[-1]):
        assert words == texts[-1].split()


def test_what_a_question_says_itself() -> None:
    """Where it leans, its own words tell more; where it stands alone, each word is there once."""
    history = (Turn("who opposes the Turkish incursion?"),)
    leaning = Question("what about Germany?", history=history)
    text = standalone(leaning)
    assert leaning_part(leaning, text) == "what about Germany?"
    words = words_of(text, leaning_part(leaning, text))
    assert words.count("germani") == 3
    assert words.count("turkish") == 1
    alone = Question("who opposes the Turkish incursion?")
    assert leaning_part(alone, standalone(alone)) == ""
    assert words_of(alone.text, "") == ("oppos", "turkish", "incurs")
