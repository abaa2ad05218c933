"""The prompt's loop: reads lines, writes replies. Where they come from and go to is the caller's."""

import sys
from collections.abc import Callable, Iterator

from bot import told
from bot.session import Session, reply
from bot.worker import Abandoned


def loop(session: Session, *, read: Callable[[], str | None], write: Callable[[str], None]) -> bool:
    """Reply to every line until there are no more (`read` gives None) or one of them is `/quit`.

    What fails is told in one line, and the session goes on. Returns whether nothing failed.
    """
    well = True
    while not session.left and (line := read()) is not None:
        if not line.strip():
            continue
        try:
            text = reply(session, line)
        except Abandoned as stopped:
            text = str(stopped)
        except Exception as error:  # noqa: BLE001 - nothing that a person types ends the session
            text = told.line(error)
            well = False
        if text:
            write(text)
    return well


def piped(session: Session) -> bool:
    """The loop with a pipe's lines, as plain text. Returns whether nothing failed."""
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="replace")
    lines: Iterator[str] = iter(sys.stdin)

    def write(text: str) -> None:
        sys.stdout.write(f"{text}\n\n")
        sys.stdout.flush()

    return loop(session, read=lambda: next(lines, None), write=write)
