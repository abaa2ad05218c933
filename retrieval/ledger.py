"""The ledger of a library: which files its articles came from, and what in them was wrong."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass

from retrieval.library import Library


@dataclass(frozen=True, slots=True)
class Item:
    """One file (or page) that articles come from.

    `revision` is opaque: equal means unchanged, empty means not to be trusted. `problems` are
    lines for people: what of the item could not be read.
    """

    uri: str
    revision: str
    problems: tuple[str, ...] = ()


def known_items(library: Library) -> dict[str, Item]:
    """Every item that was ever read and not deleted since, by address."""
    rows = library.execute("SELECT uri, revision, problems FROM items")
    return {uri: Item(uri, revision, tuple(json.loads(p))) for uri, revision, p in rows}


def note(library: Library, item: Item) -> None:
    """Write an item's line, within a transaction."""
    values = (item.uri, item.revision, time.time(), json.dumps(item.problems))
    library.execute(
        "REPLACE INTO items (uri, revision, seen, problems) VALUES (?, ?, ?, ?)", values
    )


def strike(library: Library, uris: Iterable[str]) -> int:
    """Delete items with all their articles, within a transaction; returns how many articles."""
    deleted = 0
    for uri in uris:
        for article_id in articles_of(library, uri):
            library.delete(article_id)
            deleted += 1
        library.execute("DELETE FROM items WHERE uri = ?", (uri,))
    return deleted


def articles_of(library: Library, uri: str) -> dict[str, bytes]:
    """The articles that came from an item: id and fingerprint."""
    return dict(library.execute("SELECT id, fingerprint FROM articles WHERE uri = ?", (uri,)))


def owner(library: Library, article_id: str) -> str | None:
    """The item that an article came from."""
    rows = library.execute("SELECT uri FROM articles WHERE id = ?", (article_id,))
    return rows[0][0] if rows else None


def last_seen(library: Library) -> float | None:
    """When an item was last read, in seconds since 1970."""
    return library.execute("SELECT max(seen) FROM items")[0][0]  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Edits:
    """An article that was edited: what it was before each edit, and when that ended, in order.

    Times are seconds since 1970; a fingerprint differs where anything of an article does.
    """

    article: str
    fingerprints: tuple[bytes, ...]
    ended: tuple[float, ...]


def edits(library: Library) -> list[Edits]:
    """Every article that was edited since it was first read, the last edited first."""
    rows = library.execute("SELECT article, fingerprint, ended FROM history ORDER BY ended, rowid")
    found: dict[str, list[tuple[bytes, float]]] = {}
    for article, fingerprint, ended in rows:
        found.setdefault(article, []).append((fingerprint, ended))
    listed = [
        Edits(article, tuple(it for it, _ in before), tuple(at for _, at in before))
        for article, before in found.items()
    ]
    return sorted(listed, key=lambda it: -it.ended[-1])
