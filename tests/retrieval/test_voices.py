"""Positions grouped by who holds them, the newest first; articles that differ are said to."""

import re
from dataclasses import replace

import pytest
from fakes import article

from retrieval.types import Article, Citation, Span
from retrieval.verify import Claim
from retrieval.voices import asks_for_positions, by_speaker, differing, heard

OLD = article(
    "old",
    "The ministry condemned it. Rain fell. The ministry said it was wrong.",
    published="2016-08-24",
)
NEW = article("new", "Moscow said it was worried.", published="2016-08-25")
BARE = article("bare", "Ankara said it was pleased.")


def claim(it: Article, sentence: str) -> Claim:
    """A sentence as a claim."""
    start = it.text.index(sentence)
    return Claim(sentence, (Span(it, start, start + len(sentence)),))


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("who opposes the Turkish incursion?", True),
        ("what did Biden say to the Kurds", True),
        ("how did Germany react?", True),
        ("What is Russia's position on it?", True),
        ("who won the 1998 World Cup?", False),
        ("when did the tunnel open?", False),
        ("what was found on the comet?", False),
    ],
)
def test_questions_for_positions(question: str, wanted: bool) -> None:
    """What somebody holds or says, not what happened."""
    assert asks_for_positions(question) is wanted


def test_speakers_stand_together_the_newest_first() -> None:
    """Moscow is newer than the ministry, which speaks twice; who has no date comes last."""
    first = claim(OLD, "The ministry condemned it.")
    pleased, worried = claim(BARE, BARE.text), claim(NEW, NEW.text)
    again = claim(OLD, "The ministry said it was wrong.")
    assert by_speaker([first, pleased, worried, again]) == [worried, first, again, pleased]
    assert by_speaker([]) == []


def test_who_answers_comes_before_what_is_newer() -> None:
    """A newer quote that hardly answers stands after all that do; those that do are the newest first."""
    found = (claim(OLD, "The ministry condemned it."), 0.9), (claim(NEW, NEW.text), 0.1)
    old, new = (replace(it, chance=chance) for it, chance in found)
    assert by_speaker([new, old]) == [old, new]
    assert by_speaker([old, replace(new, chance=0.5)]) == [replace(new, chance=0.5), old]


def cite(*texts: str) -> list[Citation]:
    """A citation of each text, each from an article of its own."""
    return [Citation(n, article(n, text), 0, len(text)) for n, text in enumerate(texts, 1)]


def test_articles_that_differ() -> None:
    """Different numbers are told; the same number, a date or another question are not."""
    asked = "how many people died in Osk?"
    apart = cite("The agency said 336 people died in Osk.", "At least 1,000 people died in Osk.")
    told = "The articles do not give the same number: compare [1] and [2]."
    assert differing(asked, apart) == told
    assert differing("who died in Osk?", apart) == ""
    assert differing(asked, cite("336 people died in Osk.", "Some 336 died in Osk.")) == ""
    assert differing(asked, cite("336 people died in Osk.", "Osk, 4 October 2016.")) == ""
    assert differing(asked, apart[:1]) == ""


def test_each_speaker_is_heard_before_any_twice() -> None:
    """A land's government and its ministry are one voice; what nobody is named for brings none."""
    text = (
        "The Syrian Government condemned the raid. "
        "Syria's foreign ministry said it broke the law. "
        "Russia's foreign ministry said it was worried. "
        "The raid began at dawn."
    )
    article_ = article(1, text)
    places = [m.span() for m in re.finditer(r"\S[^.]*\.", text)]
    syria, ministry, russia, nobody = (Span(article_, a, b) for a, b in places)
    assert heard(ministry, syria)
    assert not heard(russia, syria)
    assert heard(nobody, syria)
    assert not heard(syria, nobody)
