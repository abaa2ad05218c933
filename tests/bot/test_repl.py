"""Whole transcripts of the prompt: what is typed, and everything that is written."""

import logging

import pytest
from fakes import ScriptedChain

from bot import told
from bot.repl import loop
from bot.session import Session
from bot.worker import Abandoned
from retrieval.errors import VectorsError
from retrieval.types import Turn
from tests.bot.material import ANSWER, QUESTION, Talk


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


def test_debug_shows_where(
    talk: Talk, chain: ScriptedChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --debug, the stack trace stands before the line."""
    loud = logging.getLogger("clippings.loud")
    loud.setLevel(logging.DEBUG)
    monkeypatch.setattr(told, "log", loud)
    chain.script = {"b?": KeyError("x")}
    assert "Traceback (most recent call last)" in talk("b?")
