"""A model that names everything where the article does not: the names are known, not made up."""

import pytest
from fakes import article

from retrieval.claims import read
from retrieval.lead import lead, left_out
from retrieval.support import support
from retrieval.types import Span

NEWS = (
    "PORT AVEN - Storm Ellen killed 40 people in Norland on Sunday, the interior ministry said. The Ever "
    "Bright, a container ship, ran aground at Port Aven. Roads were blocked by fallen trees. The tolls "
    "differ by town. The shelters in Westmark are full. It overtakes the Sorrow Bridge, which is older. In "
    "1965 the ministry moved to the coast and opened a school for pilots. Walls at Cape O'at may show "
    "how high the water stood. The pump was stopped at 1:19 p.m. local time. The mayor, an engineer, said "
    "60 boats were missing and that it would take a week to find them. The first ferries are due on 3 May. "
    "The fund gives farmers help for decades. A second storm is now highly likely, Rolf Dahl said. The "
    "index lost more than 8 percent at noon before recovering to close about 3 percent lower. Mayors of "
    "9 of the 12 towns reported a total of 31 deaths. The pact asks all states to spend more. "
    "The lighthouse has stood for centuries."
)
STORM = article(
    3, NEWS, title="The Aven pact and the toll of a storm in Norland", published="2016-10-10"
)


def why(text: str) -> str:
    """Why a sentence about the storm is dropped; empty where it is kept."""
    return support(read(text, 0, len(text)), [Span(STORM, 0, len(NEWS))]).why


def test_what_an_article_is_about() -> None:
    """The names of its title and of its beginning, no days."""
    assert {"norland", "ellen", "bright", "aven"} <= lead(STORM)
    assert not {"sunday", "westmark", "sorrow"} & lead(STORM)


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("Roads were blocked by fallen trees.", True),
        ("The shelters in Westmark are full.", False),  # it names where
        ("It overtakes the bridge.", False),  # it points to something else, perhaps
    ],
)
def test_when_they_may_be_left_out(sentence: str, left: bool) -> None:
    """Only by a sentence that names nothing itself and points to nobody."""
    text = "Roads, shelters and the bridge in Norland are full or blocked by fallen trees."
    found = left_out(read(text, 0, len(text)), sentence, STORM, frozenset())
    assert ("norland" in found) is left


@pytest.mark.parametrize(
    "text",
    [
        "Roads in Norland were blocked by fallen trees.",
        "Ellen killed 40 people in Norland on Sunday, the interior ministry said.",
        "The Ever Bright is a container ship.",
        "The ministry opened a school for pilots in 1965.",
        "The mayor said it would take a week to find the 60 missing boats.",
        "The first ferries to Norland are due on 3 May.",
        "The Aven pact asks all states to spend more.",
        "Mayors of 9 of the 12 towns in Norland reported 31 deaths altogether.",
    ],
)
def test_what_is_borne_out(text: str) -> None:
    """Names put in, a time that stands before two verbs, "due to" with a verb, a ship called Ever."""
    assert why(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "The shelters in Norland are full.",
        "Port Aven overtakes the Sorrow Bridge.",
        "Walls at Cape O'at show how high the water stood.",
        "The Ever Bright was stopped at 1:19 p.m. local time.",
        "The fund gives farmers help for a decade.",
        "The lighthouse has stood for a century.",
        "Rolf Dahl said there would be a second storm.",
        "The index lost about 3 percent at noon and closed more than 8 percent lower.",
        "Mayors of all 12 towns reported a total of 31 deaths.",
        "The Aven pact obliges all states to spend more.",
        "Roads everywhere in Norland were blocked by fallen trees.",
        "The Sorrow Bridge took as long as the ferries.",
    ],
)
def test_what_is_not(text: str) -> None:
    """Another place, another thing, "may" left out, "likely" left out, figures exchanged, all for some."""
    assert why(text)
