"""Whole transcripts of the prompt: what is typed, and everything that is written."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import HashEmbedder, ScriptedChain, article, put

from bot import told
from bot.repl import loop
from bot.session import Session, greeting, limits
from bot.worker import Abandoned
from retrieval.errors import VectorsError
from retrieval.library import Library
from retrieval.types import Question, Turn
from tests.bot.material import QUESTION

Talk = Callable[..., str]
ANSWER = """\
The ministry called it a violation. [1]
Moscow was deeply worried. [2]

[1] Tanks cross the border · Border Dispatch · 24 August 2016
    https://example.org/tanks

[2] Powers divided · Capital Review · 25 August 2016"""


@pytest.fixture
def session(main: Library, chain: ScriptedChain) -> Session:
    """A session over the three articles."""
    return Session(chain.ask, chain.library, Question("", ("main",)))


@pytest.fixture
def talk(session: Session) -> Talk:
    """Types lines; gives the transcript, with a `>` before what was typed."""

    def types(*lines: str) -> str:
        waiting, transcript = list(lines), []

        def read() -> str | None:
            if not waiting:
                return None
            transcript.append(f"> {waiting[0]}")
            return waiting.pop(0)

        loop(session, read=read, write=transcript.append)
        return "\n".join(transcript)

    return types


def test_three_lines(talk: Talk) -> None:
    """A question, why, and leaving; what comes after that is not read."""
    assert talk(QUESTION, "/why", "/quit", "Who?") == (
        f"> {QUESTION}\n"
        f"{ANSWER}\n"
        "> /why\n"
        "Who opposes it?: answered by script\n"
        "search       250.0 ms\n"
        "  0.875 = dense 0.5 + bm25 0.375 Title 1\n"
        "total        750.0 ms\n"
        "> /quit"
    )


def test_a_question_that_nothing_answers(talk: Talk) -> None:
    """The reason stands alone; empty lines are nothing."""
    assert talk("", "   ", "Who won?") == (
        "> \n>    \n> Who won?\nno article answers this; the nearest is: Title 1"
    )


def test_the_conversation_is_held(talk: Talk, session: Session, chain: ScriptedChain) -> None:
    """Each question brings the turns before it, until `/new`."""
    talk(QUESTION, "and why?", "/new", "and when?")
    assert chain.asked[0].history == ()
    (first,) = chain.asked[1].history
    assert first.question == QUESTION
    assert first.answer == "The ministry called it a violation. [1]\nMoscow was deeply worried. [2]"
    cited = [span.article.text[span.start : span.end] for span in first.cited]
    assert cited == ["The ministry called it a violation.", "Moscow was deeply worried."]
    assert chain.asked[2].history == ()
    assert session.question.history == (Turn("and when?"),)


def test_sources(talk: Talk, session: Session, chain: ScriptedChain) -> None:
    """The list; one of them alone, in any case; a wrong name changes nothing; all again."""
    assert talk(
        "/sources",
        "/sources capital review",
        "/sources",
        "/sources Capitol",
        "Who?",
        "/sources all",
        "Who?",
    ) == (
        "> /sources\n"
        "1  Border Dispatch\n"
        "1  Capital Review\n"
        "> /sources capital review\n"
        "only Capital Review is asked; /sources all ends that\n"
        "> /sources\n"
        "1  Border Dispatch\n"
        "1  Capital Review\n"
        "only Capital Review is asked; /sources all ends that\n"
        "> /sources Capitol\n"
        "clippings: no article is from 'Capitol'; sources are: Capital Review, Border Dispatch\n"
        "> Who?\n"
        "no article answers this; the nearest is: Title 1\n"
        "> /sources all\n"
        "all sources are asked\n"
        "> Who?\n"
        "no article answers this; the nearest is: Title 1"
    )
    assert [asked.source for asked in chain.asked] == ["Capital Review", None]


def test_since(talk: Talk, session: Session, chain: ScriptedChain) -> None:
    """A written date is understood, a wrong one changes nothing, `all` ends it."""
    assert talk("/since", "/since 24 August 2016", "/since soon", "Who?", "/since all") == (
        "> /since\n"
        "articles of all dates are asked\n"
        "> /since 24 August 2016\n"
        "only articles since 24 August 2016 are asked; /since all ends that\n"
        "> /since soon\n"
        "clippings: 'soon' is no date: write it as 2016-08-24\n"
        "> Who?\n"
        "no article answers this; the nearest is: Title 1\n"
        "> /since all\n"
        "articles of all dates are asked"
    )
    assert chain.asked[0].since == "2016-08-24"


def test_articles(talk: Talk) -> None:
    """All, those with the words, and a single one whole."""
    assert talk(
        "/articles", "/articles aug 2016", "/articles POWERS  divided", "/articles x y"
    ) == (
        "> /articles\n"
        "a2  2016-08-25  Capital Review   Powers divided\n"
        "a1  2016-08-24  Border Dispatch  Tanks cross the border\n"
        "a3                               A note\n"
        "> /articles aug 2016\n"
        "a2  2016-08-25  Capital Review   Powers divided\n"
        "a1  2016-08-24  Border Dispatch  Tanks cross the border\n"
        "> /articles POWERS  divided\n"
        "Powers divided · Capital Review · 25 August 2016\n"
        "\n"
        "Moscow was deeply worried. Nothing else was known.\n"
        "> /articles x y\n"
        "clippings: no title, source or date has all of: x y"
    )


def test_many_articles(talk: Talk, main: Library) -> None:
    """A long list is cut, and says so."""
    put(main, [article(f"n{n:03}") for n in range(100)], HashEmbedder())
    last = talk("/articles").split("\n")[-1]
    assert last == "and 53 more: /articles WORDS shows fewer"


def test_libraries(talk: Talk, data: Path, chain: ScriptedChain, session: Session) -> None:
    """Shown and switched; one that is not there changes nothing; a source that ends is told."""
    other = Library(data / "libraries" / "other", create=True)
    put(other, [article(9)], HashEmbedder())
    assert talk(
        "/library",
        "/library nowhere",
        "/sources Capital Review",
        "/library other main",
        "/library other",
        "Who?",
    ) == (
        "> /library\n"
        "asked: main (3 articles)\n"
        "> /library nowhere\n"
        "clippings: no library 'nowhere' (there are: main, other); make it with: "
        "clippings ingest PATH --library nowhere\n"
        "> /sources Capital Review\n"
        "only Capital Review is asked; /sources all ends that\n"
        "> /library other main\n"
        "asked: other (1 article), main (3 articles)\n"
        "> /library other\n"
        "asked: other (1 article)\n"
        "all sources are asked: none here is Capital Review\n"
        "> Who?\n"
        "no article answers this; the nearest is: Title 1"
    )
    assert chain.asked[0].libraries == ("other",)


@pytest.mark.parametrize(
    ("typed", "near"),
    [("/sorces", "/sources"), ("/wy", "/why"), ("/exit", "/quit"), ("/sources/", "/sources")],
)
def test_unknown_commands(talk: Talk, typed: str, near: str) -> None:
    """One line, with the nearest command."""
    assert talk(typed) == (
        f"> {typed}\nclippings: no command {typed}: did you mean {near}? /help lists them all"
    )


def test_errors_go_on(talk: Talk, chain: ScriptedChain) -> None:
    """What is expected to fail, what is not, and what was abandoned: one line each."""
    chain.script = {
        "a?": VectorsError("the vectors \x1b[31mbroke"),
        "b?": KeyError("x\ny"),
        "c?": Abandoned("abandoned"),
        "d?": OSError(28, "No space left on device", "/data/x"),
    }
    assert talk("/why", "a?", "b?", "c?", "d?", "/new") == (
        "> /why\n"
        "clippings: nothing was answered yet: ask a question first\n"
        "> a?\n"
        "clippings: the vectors broke\n"
        "> b?\n"
        "clippings: unexpected KeyError: 'x\\ny' (this is a bug; clippings --debug, before the "
        "command, shows where)\n"
        "> c?\n"
        "abandoned\n"
        "> d?\n"
        "clippings: no space left on device: /data/x\n"
        "> /new\n"
        "a new conversation"
    )


def test_an_abandoned_question_was_not_asked(
    talk: Talk, chain: ScriptedChain, session: Session
) -> None:
    """Neither failed nor abandoned questions enter the conversation."""
    chain.script = {"a?": Abandoned("abandoned"), "b?": VectorsError("broke")}
    talk("a?", "b?")
    assert session.question.history == ()
    assert session.last is None


def test_pasted_lines_are_one_question(talk: Talk, chain: ScriptedChain) -> None:
    """Line breaks become spaces; half characters do not reach the model."""
    talk("Who opposes\r\n  it\ud800 ?")
    assert chain.asked[0].text == "Who opposes it\ufffd ?"


def test_whether_all_went_well(session: Session) -> None:
    """The loop tells whether a line failed; an abstention did not."""
    lines = iter(["Who?", None])
    assert loop(session, read=lambda: next(lines), write=lambda _: None)
    lines = iter(["/nonsense", None])
    assert not loop(session, read=lambda: next(lines), write=lambda _: None)


def test_help_names_every_command(talk: Talk) -> None:
    """With what it takes."""
    shown = talk("/help")
    for name in ("/sources [NAME|all]", "/since [DATE|all]", "/library [NAME...]", "/quit"):
        assert name in shown
    assert all(len(line) <= 80 for line in shown.split("\n"))


def test_words_around_the_prompt(session: Session, talk: Talk) -> None:
    """The greeting names the libraries; the prompt names the limits."""
    assert greeting(["main", "b"]) == (
        "Ask main, b a question. /help lists the commands, Ctrl-D leaves."
    )
    assert limits(session) == ""
    talk("/since 2016-08-24", "/sources border dispatch")
    assert limits(session) == "Border Dispatch, since 2016-08-24"


def test_debug_shows_where(
    talk: Talk, chain: ScriptedChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --debug, the stack trace stands before the line."""
    loud = logging.getLogger("clippings.loud")
    loud.setLevel(logging.DEBUG)
    monkeypatch.setattr(told, "log", loud)
    chain.script = {"b?": KeyError("x")}
    assert "Traceback (most recent call last)" in talk("b?")
