"""What a person sees of answers, articles and reports."""

from collections import Counter
from dataclasses import replace

from fakes import article
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from bot import show
from bot.clean import clean
from ingest.report import Report
from retrieval.types import Answer, Citation, Question, Seconds, Span, Step, Tokens
from tests.bot.hostile import HOSTILE, harmless
from tests.bot.material import BARE, RUSSIA, SYRIA

ASKED = Question("Who opposes it?")


def answered(text: str, *citations: Citation) -> Answer:
    """An answer with those citations."""
    return Answer(ASKED, "answered", text, "", "script", citations)


def test_an_answer_and_its_clippings() -> None:
    """Each sentence once, with its number; below, where it stands and its address."""
    answer = answered(
        "The ministry called it a violation. [1]\nMoscow was deeply worried. [2]",
        Citation(1, SYRIA, 0, 35),
        Citation(2, RUSSIA, 0, 26, also=(Span(BARE, 0, 28),)),
    )
    assert show.answer(answer, 80) == (
        "The ministry called it a violation. [1]\n"
        "Moscow was deeply worried. [2]\n"
        "\n"
        "[1] Tanks cross the border · Border Dispatch · 24 August 2016\n"
        "    https://example.org/tanks\n"
        "\n"
        "[2] Powers divided · Capital Review · 25 August 2016\n"
        "    also in: A note"
    )


def test_a_sentence_in_other_words_has_its_quote_below() -> None:
    """Where the sentence is not the clipping itself, the clipping is quoted word for word."""
    answer = answered("It was condemned. [1]", Citation(1, SYRIA, 0, 56))
    assert show.answer(answer, 40) == (
        "It was condemned. [1]\n"
        "\n"
        "[1] Tanks cross the border · Border\n"
        "    Dispatch · 24 August 2016\n"
        "    https://example.org/tanks\n"
        "    “The ministry called it a violation.\n"
        "    More was said later.”"
    )


def test_another_citations_sentence_does_not_stand_for_a_quote() -> None:
    """The same words under another number are no reason to leave a quote out."""
    answer = answered("Moscow was deeply worried. [1]", Citation(2, RUSSIA, 0, 26))
    assert "“Moscow was deeply worried.”" in show.answer(answer, 80)


def test_an_abstention_is_its_reason() -> None:
    """Nothing but the reason."""
    abstained = Answer(ASKED, "abstained", "", "no article answers this", "none")
    assert show.answer(abstained, 80) == "no article answers this"


def test_colours() -> None:
    """Painted, an answer reads the same and every colour is ended on its line."""
    answer = answered("It was condemned. [1]", Citation(1, SYRIA, 0, 56))
    coloured = show.answer(answer, 40, show.painted)
    assert clean(coloured) == clean(show.answer(answer, 40))
    assert "\x1b[1;36m[1]\x1b[0m" in coloured
    for line in coloured.split("\n"):
        assert line.count("\x1b[") == 2 * line.count("\x1b[0m")


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE, st.integers(20, 100))
@example("\x9b0", "", "", "", 20)  # the beginning of a sequence, which the mark would have ended
def test_hostile_articles(text: str, title: str, source: str, sentence: str, width: int) -> None:
    """Whatever an article holds: nothing acts, and the quote's words are all there, in order."""
    it = article("x", text or "x", title=title, source=source, url=f"https://x/{source}")
    other = replace(it, title=sentence)
    cited = Citation(1, it, 0, len(it.text), also=(Span(other, 0, 1),))
    shown = show.answer(answered(f"{sentence} [1]\n{it.text} [1]", cited), width)
    assert all(harmless(line) for line in shown.split("\n"))
    assert clean(sentence) in clean(shown)
    assert clean(it.text) in clean(shown)
    shown = show.answer(answered(f"{sentence}! [1]", cited), width)
    if clean(it.text) != clean(f"{sentence}!"):
        assert f"“{clean(it.text)}”" in clean(shown)


@given(HOSTILE, HOSTILE, st.integers(20, 100))
def test_hostile_lists(text: str, title: str, width: int) -> None:
    """Lists, whole articles, reasons, steps and reports are harmless too."""
    it = article("x", text or "x", title=title, source=text, published="2016")
    step = Step(title, 0.1, (text,))
    abstained = Answer(Question(text), "abstained", "", text, title, steps=(step,))
    report = Report(problems=[text], skipped=Counter({title: 1}))
    for shown in (
        show.listing([it], width),
        show.article(it, width),
        show.answer(abstained, width),
        show.why(abstained, width),
        show.sources({text: 1, title: 2}),
        show.report(report, "main"),
    ):
        assert all(harmless(line) for line in shown.split("\n"))


def test_dates() -> None:
    """A day or a moment is written out; what is no date stays as it is."""
    assert show.day("2016-08-04") == "4 August 2016"
    assert show.day("2016-08-24T21:40:00+03:00") == "24 August 2016"
    assert show.day("someday") == "someday"
    assert show.day(None) == ""


def test_a_table_of_articles() -> None:
    """Columns stand under each other; a title is cut at the width, an id never."""
    wide = article("中" * 30, title="中文" * 40, source="S")
    lines = show.listing([SYRIA, BARE, wide], 80).split("\n")
    assert lines[0] == "a1" + " " * 24 + "2016-08-24  Border Dispatch  Tanks cross the border"
    assert lines[1] == "a3" + " " * 53 + "A note"
    assert lines[2].startswith(wide.id)
    assert lines[2].endswith("…")
    assert cell_len(lines[0]) <= 80
    assert show.listing([], 80) == ""


def test_why() -> None:
    """Every stage with its time, and the lines that explain it."""
    step = Step("search", 0.0123, ("0.5 = dense 0.5  Tanks",))
    answer = replace(answered(""), steps=(step,), seconds=Seconds(0, 0, 0.5))
    assert show.why(answer, 80) == (
        "Who opposes it?: answered by script\n"
        "search        12.3 ms\n"
        "  0.5 = dense 0.5 Tanks\n"
        "total        500.0 ms"
    )


def test_a_report() -> None:
    """What was done, what is gone, what was left alone."""
    report = Report(
        new=1,
        changed=2000,
        gone=3,
        deleted=1,
        chunks=9,
        embedded=8,
        skipped=Counter({".pdf": 2}),
        problems=["x"],
        seconds=1.25,
    )
    assert show.report(report, "main") == (
        "main: 1 article new, 2,000 changed, 0 as before\n"
        "9 chunks stored, 8 embedded, in 1.2 s\n"
        "deleted, for they are gone from where they came: 1\n"
        "gone from where they came, but kept: 2 (--prune deletes them)\n"
        "left alone, of kinds that are not read: 2 .pdf\n"
        "1 problem, told above"
    )


def test_counting() -> None:
    """One and many."""
    assert show.count(1, "library") == "1 library"
    assert show.count(1200, "library") == "1,200 libraries"


def test_a_note_stands_below_the_answer_and_tokens_in_why() -> None:
    """That sentences were dropped is told beside the answer; what the model took, in /why."""
    asked = Question("Who?")
    told = Answer(
        asked,
        "abstained",
        "",
        "No article answers this.",
        "m",
        note="1 sentence dropped.",
        tokens=Tokens(1200, 34),
    )
    assert show.answer(told, 80).endswith("1 sentence dropped.")
    assert show.why(told, 80).endswith("1,200 read, 34 written")
    plain = replace(told, note="", tokens=Tokens())
    assert show.answer(plain, 80) == "No article answers this."
    assert "written" not in show.why(plain, 80)
