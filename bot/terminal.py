"""The prompt on a terminal: editing, history, completion, Ctrl-C. Only this imports its toolkit."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.patch_stdout import patch_stdout

from bot.clean import shorten, whole
from bot.screen import width

_BREAK = re.compile(r"\s*[\r\n]\s*")
_WAITING = "working (Ctrl-C abandons it)"


class Remembered(FileHistory):
    """Input history in a file that only its owner reads; a line that cannot be kept is let go."""

    def store_string(self, string: str) -> None:
        """Append one line."""
        with suppress(OSError):
            super().store_string(whole(string))


def history(file: Path) -> History:
    """The history in that file; in memory alone where the file cannot be used."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        file.chmod(0o600)  # it may be there from before
    except OSError:
        return InMemoryHistory()
    return Remembered(str(file))


def reader(file: Path, completer: Completer, before: Callable[[], str]) -> Callable[[], str | None]:
    """Reads a line at a time: Ctrl-C clears the line, Ctrl-D on an empty one ends (None).

    `before` gives what stands before the cursor.
    """
    prompt: PromptSession[str] = PromptSession(
        history=history(file),
        completer=completer,
        key_bindings=_keys(),
    )

    def read() -> str | None:
        while True:
            try:
                with patch_stdout(raw=True):  # what a thread says meanwhile stands above the line
                    return prompt.prompt(before)
            except KeyboardInterrupt:
                continue
            except EOFError:
                return None

    return read


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add(Keys.BracketedPaste)
    def _(event: KeyPressEvent) -> None:
        """What is pasted is one line, however many it was."""
        event.current_buffer.insert_text(_BREAK.sub(" ", event.data))

    return keys


def write(text: str) -> None:
    """Show a reply."""
    sys.stdout.write(f"{text}\n\n")
    sys.stdout.flush()


@contextmanager
def notice() -> Iterator[tuple[Callable[[], None], Callable[[str], None]]]:
    """Gives what tells that an answer takes a while, and what shows a sentence of it as it comes.

    Both share one line, which is cleared at the end. A sentence that comes after that, from work
    that was abandoned, is not shown.
    """
    told = over = False

    def tell(text: str = _WAITING) -> None:
        nonlocal told
        if not over:
            told = True
            sys.stdout.write(f"\r\x1b[K{text}" if text != _WAITING else text)
            sys.stdout.flush()

    try:
        yield tell, lambda sentence: tell(shorten(sentence, width() - 1))
    finally:
        over = True
        if told:
            sys.stdout.write("\r\x1b[K")
            sys.stdout.flush()
