"""Many questions: every line gets its answer, in order, whatever is wrong with it."""

import io
import json
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import HashEmbedder, ScriptedChain, article, put
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot.batch import batch
from retrieval.chain import build
from retrieval.errors import QuestionError
from retrieval.library import Library
from retrieval.settings import Settings
from retrieval.types import Answer, Question, Turn
from tests.bot.material import QUESTION, RUSSIA

LIMITS = Question("", ("main",), source="Capital Review")


def ask_all(lines: list[bytes], chain: ScriptedChain | None = None) -> tuple[list[Any], bool]:
    """The answers to the lines, and whether all could be asked."""
    written: list[str] = []
    chain = chain or ScriptedChain(Settings(data="/none"), {QUESTION: [RUSSIA]})
    well = batch(lines, LIMITS, chain.ask, written.append)
    assert all(line.isascii() and "\n" not in line for line in written)
    return [json.loads(line) for line in written], well


def line(**row: Any) -> bytes:
    """One line of a file."""
    return json.dumps(row).encode() + b"\n"


def test_answers_in_order() -> None:
    """Ids come back as they were given, of whatever kind; other keys are nothing."""
    chain = ScriptedChain(Settings(data="/none"), {QUESTION: [RUSSIA]})
    answers, well = ask_all(
        [line(id="b", question=QUESTION, answers=[]), b"\n", line(id=7, question="Who won?")], chain
    )
    assert well
    assert [a["id"] for a in answers] == ["b", 7]
    assert [a["status"] for a in answers] == ["answered", "abstained"]
    assert answers[0]["citations"][0]["quote"] == "Moscow was deeply worried."
    assert all(asked.source == "Capital Review" for asked in chain.asked)


def test_history() -> None:
    """Turns are questions with or without their answers."""
    chain = ScriptedChain(Settings(data="/none"))
    history = ["plain", {"question": "q", "answer": "a"}, {"question": "r", "answer": None}]
    _, well = ask_all([line(id=1, question="and?", history=history)], chain)
    assert well
    assert chain.asked[0].history == (Turn("plain"), Turn("q", "a"), Turn("r"))


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b"{", "the line is not valid JSON"),
        (b'{"id": NaN, "question": "x"}', "the line is not valid JSON"),
        (b"[" * 100_000, "the line is not valid JSON"),
        (b"\xff\xfe", "the line is not UTF-8"),
        (b"[]", 'the line is not a JSON object with a "question"'),
        (b'{"id": "x"}', 'the line has no "question" in words'),
        (b'{"question": 7}', 'the line has no "question" in words'),
        (line(question="x", history="y"), '"history" is not a list'),
        (line(question="x", history=[7]), "a turn in"),
        (line(question="x", history=[{"answer": "a"}]), "a turn in"),
    ],
)
def test_broken_lines(broken: bytes, reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is answered with its reason and told with its number; the next goes on."""
    answers, well = ask_all([line(id=1, question=QUESTION), broken, line(id=3, question=QUESTION)])
    assert not well
    assert [a["status"] for a in answers] == ["answered", "abstained", "answered"]
    assert answers[1]["reason"].startswith(reason)
    assert answers[1]["answer"] == ""
    assert capsys.readouterr().err.startswith(f"clippings: line 2: {reason}")


def test_a_question_that_cannot_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    """Expected or not, its failure is its answer's reason, with its id and its text."""
    script = {"a": QuestionError("too long"), "b": KeyError("x")}
    chain = ScriptedChain(Settings(data="/none"), script)
    answers, well = ask_all([line(id="1", question="a"), line(id="2", question="b")], chain)
    assert not well
    assert [(a["id"], a["question"]) for a in answers] == [("1", "a"), ("2", "b")]
    assert answers[0]["reason"] == "too long"
    assert answers[1]["reason"].startswith("unexpected KeyError: 'x' (this is a bug;")
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_a_mark_of_byte_order_is_no_word() -> None:
    """A file may begin with one; half characters are replaced before the model sees them."""
    chain = ScriptedChain(Settings(data="/none"))
    answers, well = ask_all([b"\xef\xbb\xbf" + line(id=1, question="a\ud800?")], chain)
    assert well
    assert chain.asked[0].text == answers[0]["question"] == "a\ufffd?"


@given(st.lists(st.binary() | st.text().map(lambda text: line(id=text, question=text))))
def test_any_lines(lines: list[bytes]) -> None:
    """As many answers as there are lines that hold anything."""
    data = b"\n".join(each.replace(b"\n", b" ") for each in lines)
    answers, _ = ask_all(list(io.BytesIO(data)))
    assert len(answers) == sum(bool(each.strip()) for each in data.split(b"\n"))


def test_lines_of_a_file_are_asked_side_by_side() -> None:
    """So many at once and no more; the answers keep the order of the lines, failures among them."""
    written: list[str] = []
    together = threading.Barrier(3, timeout=20)

    def ask(question: Question) -> Answer:
        together.wait()  # nobody gets through before three are there
        if question.text == "4":
            raise QuestionError("too long")
        return Answer(question, "abstained", "", "no", "script")

    lines = [line(id=number, question=str(number)) for number in range(6)]
    assert not batch(lines, LIMITS, ask, written.append, 3)
    answers = [json.loads(each) for each in written]
    assert [it["id"] for it in answers] == list(range(6))
    assert [it["reason"] for it in answers] == ["no"] * 4 + ["too long", "no"]


class Recording(HashEmbedder):
    """Records how many questions are embedded together."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []

    def queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """`(n, size)` float32."""
        self.batches.append(len(texts))
        return super().queries(texts)


def test_questions_of_a_file_are_embedded_together(library: Library, tmp_path: Path) -> None:
    """In groups; each is embedded once, and what cannot be asked not at all."""
    embedder = Recording()
    put(library, (article(n, f"Report{n} on subject{n}. " * 5) for n in range(5)), embedder)
    asked = [line(id=n, question=f"What does report{n} say?") for n in range(20)]
    asked[3] = line(id=3, question="And what of it?", history=["What does report3 say?"])
    asked[5:7] = [b"{\n", line(id=6, question="x" * 100_000)]
    written: list[str] = []
    with closing(build(Settings(data=tmp_path), embedder)) as chain:
        chain.together.vector("warm")
        ahead = chain.together.ahead
        assert not batch(asked, Question(""), chain.ask, written.append, 4, ahead)
    assert len(written) == 20
    assert embedder.batches == [1, 14, 4]


def test_an_answer_is_written_before_the_next_question_is_read() -> None:
    """So that a program may talk to it line by line."""
    written: list[str] = []

    def lines() -> Any:
        for number in range(3):
            assert len(written) == number
            yield line(id=number, question="x")

    def ask(question: Question) -> Answer:
        return Answer(question, "abstained", "", "no", "script")

    assert batch(lines(), LIMITS, ask, written.append)
