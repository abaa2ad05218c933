"""Verification: whatever a reader claims, a citation that is not in the text cannot exist."""

import pytest
from fakes import article
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.types import Article, Passage, Span
from retrieval.verify import Claim, Verified, verify

TEXT = "It rained.  it RAINED. Mr. Ro said: «no»."
KNOWN = [article(1, TEXT), article(2, f"Again: {TEXT}"), article(3, "Snow. Snow. Snow.")]
FOREIGN = [article(1, TEXT + " "), article("foreign", TEXT)]
PASSAGES = [
    Passage(KNOWN[0], 0, 10, 0.9, also=(Span(KNOWN[1], 7, 17),)),
    Passage(KNOWN[2], 0, 5, 0.1),
]

places = st.integers(-3, 60)
spans = st.builds(Span, st.sampled_from(KNOWN + FOREIGN), places, places)
true_spans = st.sampled_from(
    [
        *(Span(KNOWN[0], start, end) for start, end in [(0, 10), (12, 22), (0, 22), (23, 41)]),
        *(Span(KNOWN[1], start, end) for start, end in [(7, 17), (19, 29), (0, 6)]),
        *(Span(KNOWN[2], start, start + 5) for start in (0, 6, 12)),
    ]
)
any_spans = st.one_of(spans, true_spans, true_spans)


def words(span: Span) -> str:
    """What stands at a place."""
    return span.article.text[span.start : span.end]


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """A claim that may be true, or made up, or anything between."""
    cited = tuple(draw(st.lists(any_spans, max_size=3)))
    made_up = [TEXT, "It rained.", "it  rained.", "made up", " ", ""]
    text = draw(st.sampled_from([*made_up, *map(words, cited), *map(words, cited)]))
    return Claim(text, cited, tuple(draw(st.lists(any_spans, max_size=2))))


drafts = st.lists(claims(), max_size=8)


def stands(span: Span) -> bool:
    """Whether a place is one of an article that was found."""
    return span.article in KNOWN and 0 <= span.start < span.end <= len(span.article.text)


def same(text: str) -> str:
    """What is left of a text without its case and its gaps."""
    return " ".join(text.casefold().split())


@settings(deadline=None, max_examples=100)
@given(drafts)
def test_every_citation_is_in_its_article(draft: list[Claim]) -> None:
    """Each quote is its article's text at its place, and so is each recurrence of it."""
    for citation in verify(draft, PASSAGES).citations:
        assert citation.article in KNOWN
        assert citation.quote == citation.article.text[citation.start : citation.end] != ""
        assert 0 <= citation.start < citation.end <= len(citation.article.text)
        assert len(set(citation.also)) == len(citation.also)
        for span in citation.also:
            assert stands(span)
            assert same(words(span)) == same(citation.quote)


@settings(deadline=None, max_examples=100)
@given(drafts)
def test_numbers_run_without_gaps(draft: list[Claim]) -> None:
    """Citations are numbered from 1 in the order they are met; each is cited, and cited ones exist."""
    checked = verify(draft, PASSAGES)
    numbers = [citation.number for citation in checked.citations]
    cited = [number for _, its in checked.sentences for number in its]
    assert numbers == list(range(1, len(numbers) + 1)) == list(dict.fromkeys(cited))
    assert all(its and len(its) == len(set(its)) for _, its in checked.sentences)
    assert len({(c.article, c.start, c.end) for c in checked.citations}) == len(numbers)


@settings(deadline=None, max_examples=100)
@given(drafts)
def test_only_what_stands_is_kept(draft: list[Claim]) -> None:
    """A kept sentence is the very words of one of its clippings; all others are dropped, each why."""
    checked = verify(draft, PASSAGES)
    quotes = {citation.number: citation.quote for citation in checked.citations}
    for text, numbers in checked.sentences:
        assert text.strip()
        assert text in {quotes[number] for number in numbers}
    assert all(why for _, why in checked.dropped)
    kept = [text for text, _ in checked.sentences]
    assert sorted(kept + [it.text for it, _ in checked.dropped]) == sorted(it.text for it in draft)


@settings(deadline=None, max_examples=100)
@given(drafts)
def test_what_is_true_is_kept_once(draft: list[Claim]) -> None:
    """A claim is kept exactly if all that it cites stands, its words do, and are not said before."""
    expected: list[str] = []
    for claim in draft:
        true = claim.text.strip() and claim.text in map(words, claim.spans)
        new = same(claim.text) not in map(same, expected)
        if true and new and all(map(stands, claim.spans)):
            expected.append(claim.text)
    assert [text for text, _ in verify(draft, PASSAGES).sentences] == expected


@settings(deadline=None)
@given(drafts)
def test_what_stands_passes_again(draft: list[Claim]) -> None:
    """What came through once comes through unchanged: nothing true is lost on the way."""
    first = verify(draft, PASSAGES)
    spans_of = {c.number: Span(c.article, c.start, c.end) for c in first.citations}
    also_of = {c.number: c.also for c in first.citations}
    again = [
        Claim(text, tuple(spans_of[n] for n in numbers), also_of[numbers[0]])
        for text, numbers in first.sentences
    ]
    second = verify(again, PASSAGES)
    assert second.sentences == first.sentences
    assert second.citations == first.citations
    assert second.dropped == ()


def claim(it: Article, text: str, *also: Span, start: int | None = None) -> Claim:
    """A claim that cites the first place where its words stand, or a place of its own."""
    start = it.text.find(text) if start is None else start
    return Claim(text, (Span(it, start, start + len(text)),), also)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (Claim("It rained.", ()), "it cites nothing"),
        (claim(KNOWN[0], "  ", start=10), "it cites nothing"),
        (claim(FOREIGN[1], "It rained."), "it cites an article that was not found"),
        (claim(FOREIGN[0], "It rained."), "it cites an article that was not found"),
        (claim(KNOWN[0], "It rained.", start=40), "it cites a place that is not in the article"),
        (claim(KNOWN[0], "It rained.", start=-4), "it cites a place that is not in the article"),
        (Claim("x", (Span(KNOWN[0], 5, 5),)), "it cites a place that is not in the article"),
        (claim(KNOWN[0], "It rained.", start=12), "its words are not those of the article"),
        (claim(KNOWN[0], "It poured.", start=0), "its words are not those of the article"),
        (claim(KNOWN[0], "it rained.", start=0), "its words are not those of the article"),
    ],
)
def test_why_a_claim_is_dropped(wrong: Claim, why: str) -> None:
    """Each fault is told by its name; the claims around it stand."""
    checked = verify([wrong, claim(KNOWN[2], "Snow.")], PASSAGES)
    assert checked.dropped == ((wrong, why),)
    assert checked.answer == "Snow. [1]"


def test_one_false_clipping_spoils_a_claim() -> None:
    """A claim with a true clipping and one that does not exist is dropped whole."""
    true, false = Span(KNOWN[0], 0, 10), Span(FOREIGN[1], 0, 10)
    assert verify([Claim("It rained.", (true, false))], PASSAGES).citations == ()


def test_nothing_is_said_twice() -> None:
    """The same words in other capitals and with other gaps are the same; the first stay."""
    draft = [claim(KNOWN[0], "It rained."), claim(KNOWN[0], "it RAINED.")]
    checked = verify(draft, PASSAGES)
    assert checked.answer == "It rained. [1]"
    assert checked.dropped == ((draft[1], "it says the same again"),)


def test_recurrences_are_kept_with_the_first_clipping() -> None:
    """Where else the words stand is named by the first clipping alone, later mentions included."""
    snow, rain = Span(KNOWN[2], 0, 5), Span(KNOWN[0], 0, 10)
    elsewhere, nowhere = Span(KNOWN[1], 7, 17), Span(KNOWN[1], 0, 6)
    draft = [
        Claim("Snow.", (snow, rain)),
        Claim("It rained.", (rain,), (elsewhere, nowhere)),
        Claim("Mr.", (rain, Span(KNOWN[0], 23, 26))),
    ]
    checked = verify(draft, PASSAGES)
    assert checked.answer == "Snow. [1][2]\nIt rained. [2]\nMr. [2][3]"
    assert [citation.also for citation in checked.citations] == [(), (elsewhere,), ()]


def test_nothing_in_nothing_out() -> None:
    """No claims, or no passages, make no answer."""
    assert verify([], PASSAGES) == Verified((), (), ())
    assert verify([claim(KNOWN[0], "It rained.")], []).answer == ""
