"""Numbers that count the same thing are compared; those of another event, time or part are not."""

from itertools import permutations

import pytest
from fakes import article

from retrieval.types import Citation
from retrieval.voices import differing

DIED = "how many people died in Haiti?"
TOLL = (
    "PORT-AU-PRINCE - Haiti's civil protection agency said on Sunday that Hurricane Matthew had "
    "killed 336 people, and it cautioned that its count was still far from complete."
)
TALLY = (
    "At least 1,000 people died in Haiti when Hurricane Matthew struck last week, according to a "
    "news agency tally on Sunday of figures supplied by local officials."
)
CHOLERA = (
    "The disease first appeared in Haiti in 2010, months after an earthquake devastated the capital, "
    "and has since killed about 10,000 people."
)
PART = (
    "Kedner Frenel, the most senior representative of the central government in Grand'Anse, said 522 "
    "people had been killed in that department alone."
)


def told(question: str, *texts: str) -> str:
    """What is told of these quotes, each of an article of its own that says no more."""
    cited = [
        Citation(n, article(n, text, title="", published="2016-10-10"), 0, len(text))
        for n, text in enumerate(texts, 1)
    ]
    return differing(question, cited).partition("compare ")[2]


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (DIED, TOLL, TALLY),
        ("How many people did Hurricane Matthew kill in Haiti?", TOLL, TALLY),
        ("how many dead has the hurricane left in haiti so far", TOLL, TALLY),
        (
            "how many were killed in the Osk fire?",
            "The Osk fire killed 30.",
            "The Osk fire killed 41.",
        ),
        (
            "How many people were injured in Osk?",
            "Police said 12 people were injured in Osk.",
            "The mayor said 19 people had been wounded in Osk.",
        ),
        (
            "how long is the Lorn Bridge?",
            "The Lorn Bridge is 300 metres long.",
            "The Lorn Bridge, which measures 320 metres, opened.",
        ),
        (
            "how much did the Lorn Bridge cost?",
            "The Lorn Bridge cost $12 million.",
            "Officials said the Lorn Bridge cost 15 million dollars.",
        ),
        (
            "what percentage voted for Quill in Osk?",
            "In Osk 54 percent voted for Quill.",
            "The commission said 61% voted for Quill in Osk.",
        ),
        (
            "how many houses burned in Osk?",
            "The agency said 40 houses burned in Osk.",
            "Residents said 90 houses had burned in Osk.",
        ),
    ],
)
def test_numbers_of_the_same_thing_are_compared(question: str, one: str, other: str) -> None:
    """Whoever says them and in whichever order they stand."""
    assert told(question, one, other) == told(question, other, one) == "[1] and [2]."


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (DIED, TALLY, CHOLERA),
        (DIED, TOLL, CHOLERA),
        (DIED, TOLL, PART),
        ("How many people did Matthew kill in Cuba?", TOLL, TALLY),
        ("who died in Haiti?", TOLL, TALLY),
        # another measured thing
        (DIED, "In Haiti 336 people died.", "In Haiti 60,000 people were staying in shelters."),
        (
            DIED,
            "In Haiti 336 people died.",
            "In Haiti 90 people were injured and two towns flooded.",
        ),
        (
            "how long is the Lorn Bridge?",
            "The Lorn Bridge is 300 metres long.",
            "The Lorn Bridge took 4 years.",
        ),
        ("how many houses burned in Osk?", "In Osk 40 houses burned.", "In Osk 90 cars burned."),
        # another time
        (DIED, "In Haiti 336 people died.", "In Haiti 90 people died in 2008."),
        (DIED, "In Haiti 336 people died.", "In Haiti 90 people died last year."),
        (DIED, "In Haiti 336 people died.", "In Haiti 90 people have died since 2010."),
        (DIED, "In Haiti 336 people died.", "In Haiti 90 people die every year."),
        (DIED, "In Haiti 336 people died on Tuesday.", "In Haiti 90 people died on Friday."),
        # another cause or place
        (DIED, "The storm killed 336 people in Haiti.", "The flu killed 90 people in Haiti."),
        (DIED, "In Haiti 336 people died.", "In Haiti 90 people died in Jeremie."),
        ("how many people died?", "In Osk 336 people died.", "In Varn 90 people died."),
        ("how many people died?", "The agency said 336 people died.", "Some 1,000 people died."),
        # a part, another kind, a plan, a fear
        (DIED, "In Haiti 336 people died.", "In Haiti 90 young people died."),
        (DIED, "In Haiti 336 people died.", "In Haiti another 90 people died."),
        (DIED, "In Haiti 336 people died.", "In Haiti 900 people may have died."),
        (DIED, "In Haiti 336 people died.", "In Haiti 900 people have not died."),
        # no contradiction
        (DIED, "In Haiti at least 300 people died.", "In Haiti 336 people died."),
        (DIED, "In Haiti about 350 people died.", "In Haiti 336 people died."),
        (DIED, "In Haiti fewer than 400 people died.", "In Haiti 336 people died."),
        (DIED, "In Haiti 340 people died.", "In Haiti 336 people died."),
        (
            "how fast was it in Osk?",
            "In Osk it was 145 miles an hour.",
            "In Osk it was 230 kilometres an hour.",
        ),
    ],
)
def test_other_numbers_are_not(question: str, one: str, other: str) -> None:
    """No line is better than a wrong one."""
    assert told(question, one, other) == told(question, other, one) == ""


def test_the_marks_are_those_of_the_numbers_that_differ() -> None:
    """What counts something else, or says the same as one of them, is not among them."""
    quotes = (TALLY, CHOLERA, TOLL, PART)
    for order in permutations(quotes):
        a, b = sorted((order.index(TALLY) + 1, order.index(TOLL) + 1))
        assert told(DIED, *order) == f"[{a}] and [{b}]."
    same = "In Haiti Hurricane Matthew killed 336 people."
    assert told(DIED, TOLL, same, TALLY) == "[1] and [3]."


def test_two_numbers_of_one_quote_tell_nothing() -> None:
    """Which of them is meant cannot be told."""
    series = "In Haiti 108 people died on Thursday and 271 people died on Friday."
    assert told(DIED, series, "In Haiti 336 people died.") == ""
