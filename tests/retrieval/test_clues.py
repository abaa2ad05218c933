"""Clues: numbers that are finite, in their bounds and in their places for whatever is asked."""

import math

import numpy as np
import pytest
from fakes import article
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.clues import NAMES, Asked, asked, clues, words_of
from retrieval.sentences import whole_sentences
from retrieval.terms import terms
from retrieval.types import Passage

SHARES = ["passage_cover", "cover", "cover_before", "cover_after", "fresh", "offers", "first"]
vocabulary = [
    "Syria",
    "the",
    "raid",
    "2016",
    "U.S.",
    "Mr. Ro",
    "because",
    "Why?",
    "end.",
    "…",
    "\n",
]
texts = st.lists(st.sampled_from(vocabulary), max_size=20).map(" ".join)


@st.composite
def questions(draw: st.DrawFn) -> Asked:
    """A question with weights as small or large as they come."""
    text = draw(texts)
    weights = st.floats(1e-6, 1e3)
    return asked(text, {word: draw(weights) for word in dict.fromkeys(terms(text))})


@st.composite
def found(draw: st.DrawFn) -> list[Passage]:
    """Passages, the best first, with the parts of their scores or without."""
    scores = sorted(draw(st.lists(st.floats(-1, 1), max_size=4)), reverse=True)
    parts = st.sampled_from([{}, {"cosine": 0.5}, {"cosine": -0.5, "words": 1.0}])
    made = []
    for number, score in enumerate(scores):
        it = article(number, draw(texts), title=draw(texts))
        start = draw(st.integers(0, len(it.text)))
        end = draw(st.integers(start, len(it.text)))
        made.append(Passage(it, start, end, score, parts=draw(parts)))
    return made


def rows_of(question: Asked, passages: list[Passage]) -> NDArray[np.float32]:
    """The clues of all sentences of these passages."""
    places = [whole_sentences(p.article.text, p.start, p.end) for p in passages]
    return clues(question, passages, places)


def column(rows: NDArray[np.float32], name: str) -> list[float]:
    """One clue of all rows."""
    return [float(value) for value in rows[:, NAMES.index(name)]]


@settings(deadline=None)
@given(questions(), found())
def test_clues_are_in_their_bounds(question: Asked, passages: list[Passage]) -> None:
    """A row for each sentence, float32, all of it finite; shares from 0 to 1, lags never negative."""
    rows = rows_of(question, passages)
    sentences = [whole_sentences(p.article.text, p.start, p.end) for p in passages]
    assert rows.shape == (sum(map(len, sentences)), len(NAMES))
    assert rows.dtype == np.float32
    assert np.isfinite(rows).all()
    for name in SHARES:
        assert all(0 <= value <= 1 for value in column(rows, name))
    assert all(value >= 0 for name in ("lag", "length") for value in column(rows, name))
    assert sum(column(rows, "first")) == sum(map(bool, sentences))


@settings(deadline=None)
@given(questions(), found())
def test_neighbours_only_add(question: Asked, passages: list[Passage]) -> None:
    """With its title and a neighbour a sentence never covers less of the question than alone."""
    rows = rows_of(question, passages)
    for wider in ("cover_before", "cover_after"):
        pairs = zip(column(rows, "cover"), column(rows, wider), strict=True)
        assert all(alone <= together + 1e-6 for alone, together in pairs)


@settings(deadline=None)
@given(questions(), st.frozensets(st.sampled_from(terms(" ".join(vocabulary)))))
def test_cover_is_a_share_of_the_weights(question: Asked, held: frozenset[str]) -> None:
    """All of the question's words cover it whole, none cover nothing, more never cover less."""
    assert question.cover(question.words) == (1 if question.words else 0)
    assert question.cover(frozenset()) == 0
    assert 0 <= question.cover(held) <= question.cover(held | question.words) <= 1


def test_each_number_is_in_its_place() -> None:
    """The clues of two sentences, counted by hand."""
    it = article(1, "Tanks crossed at dawn. Syria condemned the raid in 2016.", title="The raid")
    best = article(2, "Other.", title="Other")
    question = asked("When was the raid in Syria?", {"raid": 1.0, "syria": 3.0})
    passages = [
        Passage(best, 0, 6, 0.9, parts={"cosine": 0.8, "words": 0.7}),
        Passage(it, 0, len(it.text), 0.5, parts={"cosine": 0.4, "words": 0.3}),
    ]
    _, first, second = rows_of(question, passages)
    whole = {"passage_cosine": 0.4, "passage_words": 0.3, "passage_cover": 1.0, "lag": 0.4}
    whole |= {"cosine": 0.4, "reading": 0.0}
    expected = {"cover": 0, "cover_before": 0.25, "cover_after": 1, "length": math.log1p(3)}
    expected |= {"fresh": 3 / 12, "offers": 0, "first": 1}
    assert dict(zip(NAMES, first, strict=True)) == pytest.approx(whole | expected)
    expected = {"cover": 1, "cover_before": 1, "cover_after": 1, "length": math.log1p(4)}
    expected |= {"fresh": 2 / 12, "offers": 5 / 7, "first": 0}
    assert dict(zip(NAMES, second, strict=True)) == pytest.approx(whole | expected)


def test_the_question_decides_what_is_fresh_and_asked_for() -> None:
    """What a question says itself is not fresh; what it asks for is told by its kind."""
    assert asked("Who was it?", {}).kind == "person"
    it = article(1, "Syria condemned the raid.", title="News")
    passage = Passage(it, 0, len(it.text), 1.0)
    unknown, known = asked("What?", {}), asked("What of Syria?", {"syria": 1.0})
    (more,), (less,) = (column(rows_of(q, [passage]), "fresh") for q in (unknown, known))
    assert more > less


def test_no_passages_have_no_clues() -> None:
    """Of nothing there are no rows, in the shape that others expect."""
    assert rows_of(asked("Why?", {}), []).shape == (0, len(NAMES))


def test_words_are_terms_each_once() -> None:
    """The words of a text are its terms, without order."""
    assert words_of("The raid, the RAIDS of Syria") == {"raid", "syria"}
