"""Figures counted by hand; what is missing scores nothing."""

import math
from dataclasses import replace

import pytest
from fakes import article

from evals.score import area_under_risk, calibration_error, holds, score
from evals.sets import Case
from retrieval.types import Answer, Citation, Passage, Question, Span

IT = article(1, "The bridge opened on Monday. Farmers objected to the toll. Shops were glad.")
OTHER = article(2, "Nothing of the kind. Farmers objected elsewhere.")
GOLD = Span(IT, 29, 58)


def case(number: int, *, gold: bool = True, foreign: bool = False) -> Case:
    """A question about the toll."""
    return Case(
        f"q{number}", "Who?", "A", "", (GOLD,) if gold else (), ("Farmers",), foreign=foreign
    )


def answer(*spans: Span, quotes: tuple[Span, ...] = (), chance: float = 0.9) -> Answer:
    """An answer that found and quotes those places."""
    return Answer(
        Question("Who?"),
        "answered" if quotes else "abstained",
        "",
        "",
        "test",
        tuple(Citation(n, s.article, s.start, s.end) for n, s in enumerate(quotes, 1)),
        tuple(Passage(s.article, s.start, s.end, 1.0) for s in spans),
        confidence=chance,
    )


FIRST, WRONG, FOREIGN = Span(IT, 0, 80), Span(IT, 0, 28), Span(OTHER, 0, 40)


def test_passages() -> None:
    """Right first, right third, not there, not asked: ranks and gains by hand."""
    figures = score(
        [
            (case(1), answer(FIRST)),
            (case(2), answer(WRONG, FOREIGN, FIRST)),
            (case(3), answer(FOREIGN)),
            (case(4), None),
        ]
    )
    assert figures["hit@1"] == 1 / 4
    assert figures["hit@4"] == figures["hit@10"] == 2 / 4
    assert figures["mrr@10"] == pytest.approx((1 + 1 / 3) / 4)
    assert figures["ndcg@10"] == pytest.approx((1 + 1 / math.log2(4)) / 4)


def test_a_duplicate_that_is_named_is_the_same() -> None:
    """A listed passage that names the gold's place counts, but only where its own words hold the answer."""
    reprint = Span(article(3, IT.text), 0, 80)
    named = [
        replace(answer(it), passages=(Passage(it.article, it.start, it.end, 1.0, (FIRST,)),))
        for it in (reprint, FOREIGN, WRONG)
    ]
    figures = score(
        [(case(n), it) for n, it in enumerate([*named, answer(reprint), answer(FIRST)])]
    )
    assert figures["hit@10"] == 1 / 5
    assert figures["same@10"] == 3 / 5


def test_quotes() -> None:
    """The first quote, any of four, and refusals, which miss."""
    figures = score(
        [
            (case(1), answer(FIRST, quotes=(GOLD,))),
            (case(2), answer(FIRST, quotes=(WRONG, GOLD))),
            (case(3), answer(FIRST)),
            (case(4), answer(FIRST, quotes=(WRONG,))),
        ]
    )
    assert figures["first_quote"] == 1 / 4
    assert figures["any_quote"] == 2 / 4
    assert figures["answered"] == 3 / 4
    assert figures["verbatim"] == 1.0
    assert figures["quotes"] == pytest.approx(4 / 3)


def test_refusals() -> None:
    """Foreign questions are to be refused; near ones are counted apart."""
    figures = score(
        [
            (case(1), answer(FIRST, quotes=(GOLD,))),
            (case(2), answer(FIRST, chance=0.2)),
            (case(3, gold=False, foreign=True), answer(FOREIGN, chance=0.1)),
            (case(4, gold=False, foreign=True), answer(FOREIGN, quotes=(WRONG,), chance=0.6)),
            (case(5, gold=False), answer(FIRST)),
        ]
    )
    assert figures["refusal_precision"] == 1 / 2
    assert figures["refusal_recall"] == 1 / 2
    assert figures["near_refused"] == 1.0
    assert (figures["questions"], figures["foreign"], figures["near"]) == (2, 2, 1)


def test_several_articles() -> None:
    """The share of the articles with gold that are quoted."""
    two = Case("q", "Who?", "A", "", (GOLD, Span(OTHER, 21, 48)), ("Farmers",))
    figures = score([(two, answer(FIRST, quotes=(GOLD,))), (two, None)])
    assert figures["articles_quoted"] == 1 / 4


def test_calibration() -> None:
    """Certain and right costs nothing, certain and wrong everything."""
    assert calibration_error([(1.0, True), (0.0, False)]) == 0.0
    assert calibration_error([(1.0, False), (0.0, True)]) == 1.0
    assert calibration_error([(0.75, True), (0.75, False)]) == pytest.approx(0.25)
    assert calibration_error([]) == 0.0


def test_risk() -> None:
    """The least where what is wrong comes last."""
    good = area_under_risk([(0.9, True), (0.1, False)])
    bad = area_under_risk([(0.1, True), (0.9, False)])
    assert good == pytest.approx((0 + 1 / 2) / 2)
    assert bad == pytest.approx((1 + 1 / 2) / 2)


def test_holding_an_answer() -> None:
    """In any case and white space; whole sentences may hold the text instead."""
    assert holds("It cost 40\n euros.", ["40 Euros"])
    assert holds("40 euros", ["It cost 40 euros a month."])
    assert not holds("40 pounds", ["40 euros", ""])
