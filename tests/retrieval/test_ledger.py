"""The ledger: which items the articles came from."""

import time

from fakes import HashEmbedder, article, put

from retrieval import ledger
from retrieval.ledger import Item
from retrieval.library import Library


def test_items_come_back(library: Library) -> None:
    """An item is what was last noted of it, its problems in order, whatever they hold."""
    items = [
        Item("file:///a", "r1"),
        Item("file:///b", "", ("line 3: “no” title", "line 4: \ud800\x00")),
    ]
    with library.transaction():
        for item in [Item("file:///a", "r0", ("old",)), *items]:
            ledger.note(library, item)
    assert ledger.known_items(library) == {item.uri: item for item in items}


def test_an_item_is_struck_with_its_articles(library: Library, embedder: HashEmbedder) -> None:
    """Striking an item deletes its articles alone, and counts them; an unknown one is nothing."""
    put(library, [article(1), article(2)], embedder)
    with library.transaction():
        for number in (1, 2):
            ledger.note(library, Item(f"test:a{number}", "r"))
    assert ledger.owner(library, "a1") == "test:a1"
    assert list(ledger.articles_of(library, "test:a2")) == ["a2"]
    with library.transaction():
        assert ledger.strike(library, ["test:a1", "test:none"]) == 1
    assert list(ledger.known_items(library)) == ["test:a2"]
    assert [it.id for it in library.listing()] == ["a2"]
    assert ledger.owner(library, "a1") is None


def test_an_item_without_a_line_is_known_by_its_articles(
    library: Library, embedder: HashEmbedder
) -> None:
    """Killed between an item's articles and its line, a run leaves an item that has to be read again."""
    put(library, [article(1), article(2)], embedder)
    with library.transaction():
        ledger.note(library, Item("test:a2", "r"))
    known = {"test:a1": Item("test:a1", ""), "test:a2": Item("test:a2", "r")}
    assert ledger.known_items(library) == known
    with library.transaction():
        assert ledger.strike(library, ["test:a1"]) == 1
    assert list(ledger.known_items(library)) == ["test:a2"]


def test_when_an_item_was_last_read(library: Library) -> None:
    """An empty ledger has no last time; afterwards it is that of the newest line."""
    assert ledger.last_seen(library) is None
    before = time.time()
    with library.transaction():
        ledger.note(library, Item("u", "r"))
    seen = ledger.last_seen(library)
    assert seen is not None
    assert before <= seen <= time.time()
