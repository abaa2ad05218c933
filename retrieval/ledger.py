"""The ledger of a library: which files its articles came from, and what in them was wrong.

It also knows which articles people took out: following brings those back no more.
"""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass

from retrieval.library import Library

_OUT = "out "  # and the article's id: a fact of the library, of which the value is the item


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
    """Every item that was ever read and not deleted since, by address.

    One whose articles are stored but which has no line yet, because a run was killed between, is
    among them with an empty revision: it may be gone by now, and its articles with it.
    """
    rows = library.execute(
        "SELECT uri, revision, problems FROM items UNION ALL SELECT DISTINCT uri, '', '[]'"
        " FROM articles WHERE NOT EXISTS (SELECT 1 FROM items WHERE items.uri = articles.uri)"
    )
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


def keep_out(library: Library, article_ids: Iterable[str]) -> None:
    """Note that people take these articles out, within a transaction and before they are deleted."""
    for article_id in article_ids:
        library.put(_OUT + article_id, owner(library, article_id) or "-")


def let_in(library: Library, article_id: str) -> None:
    """Somebody adds the article again, within a transaction."""
    library.execute("DELETE FROM meta WHERE key = ?", (_OUT + article_id,))


def kept_out(library: Library, article_id: str) -> bool:
    """Whether people took the article out and nobody added it again since."""
    return bool(library.get(_OUT + article_id))


def items_kept_out(library: Library) -> set[str]:
    """The items that articles came from which people took out."""
    rows = library.execute(
        "SELECT value FROM meta WHERE key >= ? AND key < ?", (_OUT, _OUT + "\U0010ffff")
    )
    return {uri for (uri,) in rows}


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
