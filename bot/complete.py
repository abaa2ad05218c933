"""What Tab completes at the prompt: commands, sources, titles, libraries."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from bot.clean import clean
from bot.session import COMMANDS, Session
from retrieval.errors import ClippingsError

_OFFERED = 50
_SHORTEST = 3  # letters of a title before a question is completed with it


class Names(Completer):
    """Completes a line from what the session's libraries hold now."""

    def __init__(self, session: Session, libraries: Callable[[], list[str]]) -> None:
        self._session, self._libraries = session, libraries
        self._known: tuple[list[tuple[str, int]], list[str]] = ([], [])

    def get_completions(self, document: Document, event: CompleteEvent) -> Iterator[Completion]:
        """See `Completer`; a library that cannot be read completes nothing."""
        before = document.text_before_cursor.lstrip()
        with suppress(ClippingsError, OSError):
            if not before.startswith("/"):
                if event.completion_requested:
                    yield from self._in_question(before)
                return
            name, space, typed = before.partition(" ")
            if not space:
                yield from _matching(COMMANDS, name)
                return
            # Of libraries there may be several; a title or a source has spaces of its own.
            typed = typed.rpartition(" ")[2] if name == "/library" else typed.lstrip()
            yield from _matching(self._arguments(name), typed)

    def _arguments(self, command: str) -> Iterable[str]:
        if command == "/sources":
            return ["all", *(s for library in self._session.libraries for s in library.sources())]
        if command == "/articles":
            return self._titles()
        if command == "/library":
            return self._libraries()
        return ["all"] if command == "/since" else []

    def _titles(self) -> list[str]:
        """All titles, read again only where a library changed: this is asked at every key."""
        libraries = self._session.libraries
        state = [(library.id, library.number()) for library in libraries]
        if self._known[0] != state:
            titles = [it.title for library in libraries for it in library.listing()]
            self._known = state, titles
        return self._known[1]

    def _in_question(self, before: str) -> Iterator[Completion]:
        """A title, by its beginning, however many words of it are typed."""
        starts = [at for at in range(len(before)) if at == 0 or before[at - 1] == " "]
        for start in starts:
            typed = before[start:]
            if len(typed.strip()) >= _SHORTEST:
                yield from _matching(self._titles(), typed)


def _matching(names: Iterable[str], typed: str) -> Iterator[Completion]:
    wanted = typed.casefold()
    fitting = (name for name in dict.fromkeys(names) if name.casefold().startswith(wanted))
    for name in islice(fitting, _OFFERED):
        yield Completion(clean(name), start_position=-len(typed))
