"""Whether the passages answer at all: a probability, and what it follows from."""

from fakes import article
from hypothesis import given
from hypothesis import strategies as st

from retrieval.candidates import Candidate
from retrieval.clues import asked
from retrieval.fitted import fitted
from retrieval.gate import NAMES, evidence, probability
from retrieval.types import Passage

IT = article(1, "Farmers objected to the toll on the bridge.")
RATING = fitted("cosine").gate
shares = st.floats(0, 1)


def passage(cosine: float) -> Passage:
    """A passage with that cosine."""
    return Passage(IT, 0, len(IT.text), 0.5, parts={"cosine": cosine})


def sentence(cosine: float, odds: float = 0.0) -> Candidate:
    """Its sentence with that cosine, and the reading model's odds."""
    return Candidate(passage(cosine), 0, len(IT.text), 0.5, 0.5, cosine, odds, "")


def test_without_passages_there_is_no_answer() -> None:
    """The probability is nought."""
    assert probability(asked("toll", {"toll": 1.0}), [], [], 0, RATING) == 0.0


@given(shares, shares, st.integers(0, 10**6))
def test_evidence(cosine: float, near: float, size: int) -> None:
    """As many numbers as names, none below nought; the probability is a share."""
    question = asked("toll", {"toll": 1.0, "pay": 2.0})
    found, read = [passage(cosine)], [sentence(near)]
    numbers = evidence(question, found, read, size)
    assert len(numbers) == len(NAMES)
    assert all(number >= 0 for number in numbers)
    assert 0 <= probability(question, found, read, size, RATING) <= 1
    assert evidence(question, found, [], size)[NAMES.index("sentence")] == 0


@given(shares, shares, st.integers(1, 10**6))
def test_more_of_it_is_never_less_likely(cosine: float, near: float, size: int) -> None:
    """A better passage, a better sentence, a smaller library: none lowers the probability."""
    question = asked("toll", {"toll": 1.0})
    better = probability(question, [passage(cosine)], [sentence(near)], size, RATING)
    assert better >= probability(question, [passage(cosine / 2)], [sentence(near)], size, RATING)
    assert better >= probability(question, [passage(cosine)], [sentence(near / 2)], size, RATING)
    assert better >= probability(question, [passage(cosine)], [sentence(near)], 2 * size, RATING)


def test_clear_cases() -> None:
    """Question and passage that share all, and that share nothing."""
    question = asked("Who objected to the toll?", {"object": 2.0, "toll": 3.0})
    assert probability(question, [passage(0.7)], [sentence(0.7)], 100, RATING) > 0.9
    foreign = asked("Who won the cup?", {"won": 2.0, "cup": 3.0})
    assert probability(foreign, [passage(0.05)], [sentence(0.05)], 100, RATING) < 0.1
