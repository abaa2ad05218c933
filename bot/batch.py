"""Many questions in, one JSON answer out for each, in their order."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from bot import told
from bot.clean import whole
from retrieval.errors import QuestionError
from retrieval.types import Answer, Question, Turn, as_json


def batch(
    lines: Iterable[bytes],
    question: Question,
    ask: Callable[[Question], Answer],
    write: Callable[[str], None],
) -> bool:
    """Answer each line, limited as `question` is; returns whether every one could be asked.

    One that could not is answered too: abstained, with the reason.
    """
    well = True
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row: dict[str, Any] = {}
        asked = question
        try:
            row = _object(line)
            asked = _question(row, question)
            answer = ask(asked)
        except Exception as error:  # noqa: BLE001 - one bad line never stops the rest
            reason = told.reason(error)
            sys.stderr.write(told.trace(error))
            told.complain(f"line {number}: {reason}")
            answer = Answer(asked, "abstained", "", reason, "none")
            well = False
        write(json.dumps(as_json(answer) | {"id": row.get("id")}))
    return well


def _object(line: bytes) -> dict[str, Any]:
    """The line's JSON object.

    Raises:
        QuestionError: it is none.
    """
    try:
        value = json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise QuestionError("the line is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise QuestionError("the line is not valid JSON") from error
    if not isinstance(value, dict):
        raise QuestionError('the line is not a JSON object with a "question"')
    return value


def _no_constant(name: str) -> None:
    raise ValueError(name)  # NaN and its like would not be JSON in the answer either


def _question(row: dict[str, Any], limited: Question) -> Question:
    """The object's question, within those limits.

    Raises:
        QuestionError: it has none, or its history is none.
    """
    text = row.get("question")
    if not isinstance(text, str):
        raise QuestionError('the line has no "question" in words')
    turns = row.get("history")
    if turns is not None and not isinstance(turns, list):
        raise QuestionError('"history" is not a list')
    history = tuple(_turn(turn) for turn in turns or ())
    return replace(limited, text=whole(text), history=history)


def _turn(value: Any) -> Turn:
    if isinstance(value, str):
        return Turn(whole(value))
    if isinstance(value, dict):
        question, answer = value.get("question"), value.get("answer") or ""
        if isinstance(question, str) and isinstance(answer, str):
            return Turn(whole(question), whole(answer))
    raise QuestionError('a turn in "history" is neither a question nor {"question", "answer"}')


@contextmanager
def lines_of(file: str) -> Iterator[IO[bytes]]:
    """The lines of that file; "-" is standard input."""
    if file == "-":
        yield sys.stdin.buffer
    else:
        with Path(file).open("rb") as opened:
            yield opened
