"""Many questions in, one JSON answer out for each, in their order."""

import json
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from bot import told
from bot.clean import whole
from retrieval.ask import check
from retrieval.errors import QuestionError
from retrieval.followup import standalone
from retrieval.types import Answer, Question, Turn, as_json

if TYPE_CHECKING:
    from concurrent.futures import Future

In = TypeVar("In")
Out = TypeVar("Out")
AT_ONCE = 4  # questions of a file that are asked side by side
_GROUP = 16  # whose vectors are made in one batch


def batch(
    lines: Iterable[bytes],
    question: Question,
    ask: Callable[[Question], Answer],
    write: Callable[[str], None],
    at_once: int = 1,
    ahead: Callable[[list[str]], None] = lambda _: None,
) -> bool:
    """Answer each line, limited as `question` is; returns whether every one could be asked.

    One that could not is answered too: abstained, with the reason. With `at_once` of 1 each answer is
    written before the next line is read; otherwise so many lines are asked side by side, and `ahead`
    hears of the questions of some lines before the first of these is asked.
    """
    well = True
    full: Iterator[tuple[int, bytes]]
    full = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    full = full if at_once == 1 else _announced(full, ahead)
    for number, answer, id_, error in _each(full, lambda it: _asked(*it, question, ask), at_once):
        if error:
            sys.stderr.write(told.trace(error))
            told.complain(f"line {number}: {answer.reason}")
            well = False
        write(json.dumps(as_json(answer) | {"id": id_}))
    return well


def _announced(
    full: Iterator[tuple[int, bytes]], ahead: Callable[[list[str]], None]
) -> Iterator[tuple[int, bytes]]:
    """The lines; the questions of each group are told, as they stand alone, before its first line."""
    while group := list(islice(full, _GROUP)):
        texts = []
        for _, line in group:
            with suppress(QuestionError):
                asked = _question(_object(line), Question(""))
                check(asked)
                texts.append(standalone(asked))
        ahead(texts)
        yield from group


def _each(items: Iterable[In], work: Callable[[In], Out], at_once: int) -> Iterator[Out]:
    """What `work` makes of each, in order."""
    if at_once == 1:
        yield from map(work, items)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(at_once) as pool:
        waiting: deque[Future[Out]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > at_once:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _asked(
    number: int, line: bytes, question: Question, ask: Callable[[Question], Answer]
) -> tuple[int, Answer, Any, Exception | None]:
    """A line's number, its answer, its id, and why it could not be asked."""
    row: dict[str, Any] = {}
    asked = question
    try:
        row = _object(line)
        asked = _question(row, question)
        return number, ask(asked), row.get("id"), None
    except Exception as error:  # noqa: BLE001 - one bad line never stops the rest
        answer = Answer(asked, "abstained", "", told.reason(error), "none")
        return number, answer, row.get("id"), error


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
