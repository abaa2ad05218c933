"""`clippings chat`: puts the session, the loop and the terminal or pipe together."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot import opening
from bot.repl import loop, piped
from bot.screen import paint, width
from bot.session import Session, greeting, limits
from bot.worker import Interrupts, Warming, in_background, leave
from retrieval.library import library_names
from retrieval.types import Answer, Question

if TYPE_CHECKING:
    from retrieval.chain import Chain


def chat(names: Sequence[str]) -> bool:
    """Talk until the person leaves; returns whether nothing failed that a pipe should know of.

    Raises:
        ClippingsError: a library cannot be opened.
    """
    for name in names:
        opening.library(name).close()  # told at once, before a prompt invites questions
    chain = Warming(opening.chain)
    session = Session(
        ask=lambda question: chain.get().ask(question),
        library=lambda name: chain.get().library(name),
        question=Question("", tuple(dict.fromkeys(names))),
        width=width,
    )
    if sys.stdin.isatty() and sys.stdout.isatty():
        _typed(session, chain)
        return True
    return piped(session)


def _typed(session: Session, chain: "Warming[Chain]") -> None:
    """The loop on a terminal; the chain gets ready while the first question is being typed."""
    from bot import terminal
    from bot.complete import Names

    interrupts = Interrupts()

    def patiently(question: Question) -> Answer:
        with terminal.notice() as (waiting, heard):
            return interrupts.patiently(lambda: chain.get().ask(question, heard), waiting)

    session.ask, session.paint = patiently, paint(sys.stdout)

    def prompt() -> str:
        return f"{limits(session)}> "

    data = opening.settings().data
    completer = Names(session, lambda: library_names(data))
    read = terminal.reader(data / "chat_history", completer, prompt)
    with interrupts.caught():
        # What fails in it fails again, and is told, when the first question is asked.
        in_background(lambda: chain.get().warm())
        terminal.write(greeting(session.question.libraries))
        loop(session, read=read, write=terminal.write)
    leave(0)
