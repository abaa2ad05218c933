"""`clippings ask`: one question, or a file of them."""

import json
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from bot import opening, show, told
from bot.batch import AT_ONCE, batch, lines_of
from bot.clean import whole
from bot.screen import paint, width
from retrieval.ask import filter_for
from retrieval.types import Question
from retrieval.types import as_json as plain_values


def limits(
    libraries: Sequence[str], *, since: str | None, until: str | None, source: str | None
) -> Question:
    """A question that lacks nothing but its text."""
    names = tuple(dict.fromkeys(libraries))
    return Question("", names, since=since, until=until, source=source)


def one(text: str, limited: Question, *, as_json: bool) -> None:
    """Ask one question and show what comes of it.

    Raises:
        ClippingsError: it cannot be asked.
    """
    with closing(opening.chain(once=True)) as chain:
        answer = chain.ask(replace(limited, text=whole(text)))
    if as_json:
        told.say(json.dumps(plain_values(answer)))
    else:
        told.say(show.answer(answer, width(), paint(sys.stdout)))


def many(file: str, limited: Question) -> bool:
    """Ask every line of a file; returns whether every one could be asked.

    Raises:
        ClippingsError: none can be asked, for a library or a limit is not there.
        OSError: the file cannot be read.
    """
    with lines_of(file) as lines, closing(opening.chain()) as chain:
        libraries = [chain.library(name) for name in limited.libraries]
        for library in libraries:
            library.require(chain.embedder.identity)
        filter_for(limited, libraries)
        # Whoever writes into a pipe may wait for each answer; a chat model may have no room for several.
        whole_file = file != "-" and Path(file).is_file()
        at_once = AT_ONCE if whole_file and chain.writer is None else 1
        return batch(lines, limited, chain.ask, told.say, at_once, chain.together.ahead)
