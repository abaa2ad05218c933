"""Whether the passages answer at all: a probability, and what it follows from."""

from dataclasses import replace

from fakes import article
from hypothesis import given
from hypothesis import strategies as st

from retrieval.clues import asked
from retrieval.gate import NAMES, evidence, probability
from retrieval.types import Passage

IT = article(1, "Farmers objected to the toll on the bridge.")
shares = st.floats(0, 1)


def passage(cosine: float, words: float) -> Passage:
    """A passage with those scores."""
    return Passage(IT, 0, len(IT.text), 0.5, parts={"cosine": cosine, "words": words})


def test_without_passages_there_is_no_answer() -> None:
    """The probability is nought."""
    assert probability(asked("toll", {"toll": 1.0}), []) == 0.0


@given(shares, shares)
def test_evidence(cosine: float, words: float) -> None:
    """As many numbers as names, each a share; the probability is one too."""
    question = asked("toll", {"toll": 1.0, "pay": 2.0})
    found = [passage(cosine, words)]
    numbers = evidence(question, found)
    assert len(numbers) == len(NAMES)
    assert all(0 <= number <= 1 for number in numbers)
    assert 0 <= probability(question, found) <= 1


@given(shares, shares)
def test_more_of_it_is_never_less_likely(cosine: float, words: float) -> None:
    """A better passage does not lower the probability."""
    question = asked("toll", {"toll": 1.0})
    weaker, better = passage(cosine / 2, words / 2), passage(cosine, words)
    assert probability(question, [better]) >= probability(question, [weaker])


def test_clear_cases() -> None:
    """Question and passage that share all, and that share nothing."""
    question = asked("Who objected to the toll?", {"object": 2.0, "toll": 3.0})
    assert probability(question, [passage(0.7, 0.7)]) > 0.9
    foreign = asked("Who won the cup?", {"won": 2.0, "cup": 3.0})
    assert probability(foreign, [replace(passage(0.05, 0.0))]) < 0.1
