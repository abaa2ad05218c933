"""`clippings chat` with a pipe: whole transcripts, on standard output alone."""

from pathlib import Path

import pytest
from fakes import HashEmbedder, ScriptedChain, article, put

from bot import opening
from retrieval.errors import VectorsError
from retrieval.library import Library
from retrieval.types import Question
from tests.bot import scripted
from tests.bot.material import ANSWER, NOT_ANSWERED, QUESTION, Run


def test_a_transcript(run: Run, main: Library, chain: ScriptedChain) -> None:
    """A reply for every line that says something, an empty line after each; no prompt, no colour."""
    done = run("chat", stdin=f"{QUESTION}\n\n/since 2016-08-24\r\nWho won?\n/new")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        f"{ANSWER}\n"
        "\n"
        "only articles since 24 August 2016 are asked; /since all ends that\n"
        "\n"
        f"{NOT_ANSWERED}\n"
        "\n"
        "a new conversation\n"
        "\n"
    )
    assert chain.asked[1].since == "2016-08-24"
    assert [turn.question for turn in chain.asked[1].history] == [QUESTION]


def test_leaving(run: Run, main: Library, chain: ScriptedChain) -> None:
    """What stands after `/quit` is not read; a pipe without lines is left at once."""
    done = run("chat", stdin=f"/quit\n{QUESTION}\n")
    assert (done.code, done.out, chain.asked) == (0, "", [])
    done = run("chat")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_a_line_that_fails(run: Run, main: Library, chain: ScriptedChain) -> None:
    """It is told in one line, the rest is answered, and the exit code is 1."""
    chain.script = {"a?": VectorsError("the vectors broke")}
    done = run("chat", stdin="a?\n/wy\nWho won?\n")
    assert done.code == 1
    assert done.out == (
        "clippings: the vectors broke\n"
        "\n"
        "clippings: no command /wy: did you mean /why? /help lists them all\n"
        "\n"
        f"{NOT_ANSWERED}\n"
        "\n"
    )


def test_a_chain_that_comes_late(
    run: Run, main: Library, chain: ScriptedChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it could not be built for one question, the next one tries again."""
    tried = []

    def late() -> ScriptedChain:
        tried.append(1)
        if len(tried) == 1:
            raise VectorsError("not yet")
        return chain

    monkeypatch.setattr(opening, "chain", late)
    done = run("chat", stdin="Who won?\nWho won?\nWho won?\n")
    assert done.out == f"clippings: not yet\n\n{NOT_ANSWERED}\n\n{NOT_ANSWERED}\n\n"
    assert len(tried) == 2


def test_libraries(run: Run, main: Library, chain: ScriptedChain, data: Path) -> None:
    """Those named are asked, once each; one that is not there ends it before anything is read."""
    put(Library(data / "libraries" / "b", create=True), [article(9)], HashEmbedder())
    options = ("--library", "b", "--library", "main", "--library", "b")
    done = run("chat", *options, stdin="/library\nWho?\n")
    assert done.out.startswith("asked: b (1 article), main (3 articles)\n")
    assert chain.asked == [Question("Who?", ("b", "main"))]
    done = run("chat", "--library", "main", "--library", "c", stdin="Who?\n")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("clippings: no library 'c' (there are: b, main)")


def test_bytes_that_are_no_text(run: Run, main: Library, chain: ScriptedChain) -> None:
    """They are replaced, and nothing ends."""
    done = run("chat", stdin=b"Who \xff won?\n\x00\n")
    assert (done.code, done.err) == (0, "")
    assert [asked.text for asked in chain.asked] == ["Who \ufffd won?", "\x00"]


def test_a_process(process: Run, main: Library) -> None:
    """The same from a process of its own."""
    done = process("chat", stdin=f"{QUESTION}\n/quit\n", program=(str(Path(scripted.__file__)),))
    assert (done.code, done.out, done.err) == (0, f"{ANSWER}\n\n", "")
