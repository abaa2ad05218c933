"""What other programs rely on: the answer as JSON, with the keys that were promised."""

import json
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from fakes import article
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.types import (
    Answer,
    Article,
    Citation,
    Passage,
    Question,
    Seconds,
    Span,
    Status,
    as_json,
)

# The form of an answer as the design fixes it: a key may be added, none renamed or left out.
PROMISED: dict[str, type | tuple[type, ...]] = {
    "id": (str, type(None)),
    "question": str,
    "status": str,
    "answer": str,
    "reason": str,
    "reader": str,
    "citations": list,
    "passages": list,
    "seconds": dict,
}
CITATION: dict[str, type | tuple[type, ...]] = {
    "number": int,
    "article_id": str,
    "title": str,
    "url": (str, type(None)),
    "published": (str, type(None)),
    "source": (str, type(None)),
    "quote": str,
    "start": int,
    "end": int,
}
PASSAGE: dict[str, type | tuple[type, ...]] = {
    "article_id": str,
    "text": str,
    "start": int,
    "end": int,
    "score": float,
}
SECONDS: dict[str, type | tuple[type, ...]] = {"retrieve": float, "read": float, "total": float}

maybe = st.none() | st.text(max_size=9)
articles = st.builds(
    Article, st.text(max_size=9), maybe.map(str), st.text(), maybe, maybe, maybe, maybe
)
numbers = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """An answer of any content."""
    cited, passages = list[Citation](), list[Passage]()
    for number, it in enumerate(draw(st.lists(articles, max_size=3)), 1):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(it.text))] * 2)))
        also = (Span(it, start, end),) * draw(st.integers(0, 2))
        cited.append(Citation(number, it, start, end, also))
        passages.append(Passage(it, start, end, draw(numbers), also))
    question = Question(draw(st.text()), id=draw(maybe))
    status: Status = "answered" if cited else "abstained"
    seconds = Seconds(draw(numbers), draw(numbers), draw(numbers))
    text, reason, reader = draw(st.text()), draw(st.text()), draw(st.text())
    return Answer(question, status, text, reason, reader, tuple(cited), tuple(passages), seconds)


def has(found: dict[str, Any], promised: dict[str, type | tuple[type, ...]]) -> None:
    """Each promised key is there, with a value of its type."""
    assert found.keys() >= promised.keys()
    for key, kind in promised.items():
        assert isinstance(found[key], kind), key


@settings(deadline=None)
@given(answers())
def test_every_answer_keeps_the_form(answer: Answer) -> None:
    """All promised keys are there, with their types; what is read back is what was written."""
    written = as_json(answer)
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    has(written, PROMISED)
    has(written["seconds"], SECONDS)
    for citation in written["citations"]:
        has(citation, CITATION)
    for passage in written["passages"]:
        has(passage, PASSAGE)


@settings(deadline=None)
@given(answers())
def test_places_count_characters_of_the_article(answer: Answer) -> None:
    """Who holds the articles finds every quote and passage at the place that the JSON gives."""
    written = as_json(answer)
    for citation, own in zip(written["citations"], answer.citations, strict=True):
        assert citation["quote"] == own.article.text[citation["start"] : citation["end"]]
    for passage, it in zip(written["passages"], answer.passages, strict=True):
        assert passage["text"] == it.article.text[passage["start"] : passage["end"]]


def test_an_answer_in_full() -> None:
    """An answer with one clipping that recurs elsewhere, key by key."""
    it = article(1, "It rained. It snowed.", url="https://a.example", source="A")
    other = article(2, "So: It rained.", published="2016-08-24")
    here, there = Span(it, 0, 10), Span(other, 4, 14)
    question = Question("What?", id="q1")
    answer = Answer(
        question,
        "answered",
        "It rained. [1]",
        "",
        "quotes",
        (Citation(1, it, here.start, here.end, also=(there,)),),
        (Passage(it, 0, 21, 0.123456789, also=(there,)),),
        Seconds(0.25, 0.5, 0.75),
    )
    known = {"title": "Title 2", "url": None, "published": "2016-08-24", "source": None}
    also = [{"article_id": "a2", "start": 4, "end": 14} | known]
    own = {"title": "Title 1", "url": "https://a.example", "published": None, "source": "A"}
    place = {"article_id": "a1", "start": 0}
    passage = place | {"end": 21, "text": "It rained. It snowed.", "score": 0.123457, "also": also}
    assert as_json(answer) == {
        "id": "q1",
        "question": "What?",
        "status": "answered",
        "answer": "It rained. [1]",
        "reason": "",
        "reader": "quotes",
        "confidence": 0.0,
        "citations": [
            place
            | own
            | {"number": 1, "end": 10, "quote": "It rained.", "speaker": None, "also": also}
        ],
        "passages": [passage],
        "seconds": {"retrieve": 0.25, "read": 0.5, "total": 0.75},
    }


def test_an_abstention_has_the_same_keys() -> None:
    """A refusal has the same keys as an answer, without clippings, and says why."""
    written = as_json(Answer(Question("What?"), "abstained", "", "nothing answers", "quotes"))
    has(written, PROMISED)
    assert written["status"] == "abstained"
    assert written["citations"] == written["passages"] == []


@pytest.mark.parametrize("name", ["text", "quote", "start"])
def test_values_cannot_be_changed(name: str) -> None:
    """A clipping stays what it is: no part of it can be set afterwards."""
    citation = Citation(1, article(1), 0, 3)
    with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
        setattr(citation, name, 1)
    assert citation.quote == citation.article.text[:3]
