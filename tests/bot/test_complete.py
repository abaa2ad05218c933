"""What Tab offers at the prompt."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import HashEmbedder, ScriptedChain, article, put
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from bot.complete import Names
from bot.session import COMMANDS, Session
from retrieval.errors import LibraryError
from retrieval.library import Library

Offer = Callable[..., list[str]]


@pytest.fixture
def names(session: Session) -> Names:
    """The completer of a session over the three articles."""
    return Names(session, lambda: ["main", "other", "old"])


@pytest.fixture
def offer(names: Names) -> Offer:
    """The lines that may come of what was typed, at a key or at Tab."""

    def offers(typed: str, *, tab: bool = True) -> list[str]:
        event = CompleteEvent(completion_requested=tab, text_inserted=not tab)
        found = names.get_completions(Document(typed), event)
        return [typed[: len(typed) + it.start_position] + it.text for it in found]

    return offers


def test_commands(offer: Offer) -> None:
    """By their beginning, at every key."""
    assert offer("/") == list(COMMANDS)
    assert offer("/so", tab=False) == ["/sources"]
    assert offer("  /S") == ["  /sources", "  /since"]
    assert offer("/x") == []


def test_sources(offer: Offer) -> None:
    """Those of the libraries that are asked, in any case, and `all`."""
    assert offer("/sources ") == [
        "/sources all",
        "/sources Border Dispatch",
        "/sources Capital Review",
    ]
    assert offer("/sources capital r") == ["/sources Capital Review"]


def test_titles(offer: Offer) -> None:
    """After `/articles`, the newest first."""
    assert offer("/articles ") == [
        "/articles Powers divided",
        "/articles Tanks cross the border",
        "/articles A note",
    ]
    assert offer("/articles  tanks CROSS") == ["/articles  Tanks cross the border"]


def test_libraries(offer: Offer) -> None:
    """Each of several."""
    assert offer("/library o") == ["/library other", "/library old"]
    assert offer("/library main ot") == ["/library main other"]


def test_other_arguments(offer: Offer) -> None:
    """`/since` knows one word; the others take none."""
    assert offer("/since ") == ["/since all"]
    assert offer("/why ") == []


def test_a_title_in_a_question(offer: Offer) -> None:
    """From three letters on, and only when Tab asks for it: what is typed is mostly no title."""
    assert offer("what of tan") == ["what of Tanks cross the border"]
    assert offer("what of Tanks cross ") == ["what of Tanks cross the border"]
    assert offer("what of ta") == []
    assert offer("what of tan", tab=False) == []
    assert offer("") == []


def test_titles_follow_the_library(offer: Offer, main: Library) -> None:
    """A new article is offered at once."""
    assert offer("/articles N") == []
    put(main, [article(9, title="New here")], HashEmbedder())
    assert offer("/articles N") == ["/articles New here"]


def test_hostile_names(offer: Offer, main: Library) -> None:
    """Nothing that acts on a terminal is offered; of very many names, the first fifty are."""
    many = [article(f"n{n}", title=f"New {n}") for n in range(99)]
    put(main, [*many, article(9, title="Evil\x1b[2J\u202e title")], HashEmbedder())
    assert offer("/articles evil") == ["/articles Evil title"]
    assert len(offer("/articles new")) == 50


def test_libraries_that_are_asked(offer: Offer, session: Session, data: Path) -> None:
    """After a change of libraries, theirs alone."""
    put(Library(data / "libraries" / "other", create=True), [article(9)], HashEmbedder())
    assert offer("/articles Title") == []
    session.question = type(session.question)("", ("other",))
    assert offer("/articles ") == ["/articles Title 9"]
    assert offer("/sources ") == ["/sources all"]


@pytest.mark.parametrize("error", [LibraryError("damaged"), OSError(5, "I/O error")])
def test_what_cannot_be_read(
    offer: Offer, chain: ScriptedChain, session: Session, error: Exception
) -> None:
    """It completes nothing, and the prompt goes on."""

    def broken(name: str) -> Library:
        raise error

    session.library = broken
    assert offer("/sources ") == []
    assert offer("what of tan") == []
    assert offer("/so") == ["/sources"]
