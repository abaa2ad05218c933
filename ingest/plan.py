"""Pure decisions: what was found, held against what is known; nothing here reads or writes."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from ingest.sources import Found, Listing
from retrieval.ledger import Item
from retrieval.types import Article

_VERSION = b"\x01"  # of the fingerprint: a new one reads every article as changed


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with the items of one source.

    `read` are new or may have changed, `same` have not, `gone` are known and no longer listed.
    `deletable` tells whether `gone` may be believed, `problem` why not.
    """

    read: tuple[Found, ...]
    same: tuple[tuple[Item, str], ...]  # with their names for people
    gone: tuple[str, ...]
    deletable: bool
    problem: str | None = None


def make_plan(listing: Listing, known: Mapping[str, Item]) -> Plan:
    """Decide, item by item, by address and revision.

    Deletion is believed only from a source that lists everything and could; one that suddenly
    lists nothing is taken for broken.
    """
    read, same = [], []
    for found in listing.found:
        item = known.get(found.uri)
        if item and item.revision and item.revision == found.revision:
            same.append((item, found.name))
        else:
            read.append(found)
    listed = {found.uri for found in listing.found}
    below = [uri for uri in known if uri.startswith(listing.root)] if listing.complete else []
    gone = tuple(uri for uri in below if uri not in listed)
    if gone and not listed:
        problem = f"lists nothing now, but {len(gone)} files of it are known: nothing was deleted"
        return Plan(tuple(read), tuple(same), gone, deletable=False, problem=problem)
    return Plan(tuple(read), tuple(same), gone, deletable=True)


def fingerprint(article: Article) -> bytes:
    """16 bytes that differ where anything of the article does.

    Empty fields are left out, so that a field to come does not make every article look changed.
    """
    digest = hashlib.sha256(_VERSION)
    for name in sorted(field.name for field in fields(article)):
        value = getattr(article, name)
        if value:
            data = str(value).encode()
            digest.update(f"{name}:{len(data)}:".encode() + data)
    return digest.digest()[:16]


def missing(before: Iterable[str], now: Iterable[str]) -> tuple[str, ...]:
    """The ids of articles that an item held before and does not hold now."""
    there = set(now)
    return tuple(article_id for article_id in before if article_id not in there)
