"""An article out of what an item says of itself; what of it cannot be used is told."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from retrieval.dates import to_iso
from retrieval.types import Article

_ALIASES = {
    "title": ("title", "headline"),
    "published": ("published", "date"),
    "source": ("source", "publisher", "site"),
    "url": ("url", "link"),
    "author": ("author", "authors", "by"),
    "id": ("id",),
    "language": ("language", "lang", "inLanguage"),
}
TITLE = 120  # characters: a line that is longer is no title


@dataclass(slots=True)
class Extracted:
    """The articles of one item. `problems` lose something, `notes` do not; lines for people."""

    articles: list[Article] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def article_from(meta: dict[str, Any], text: str, uri: str, problems: list[str]) -> Article:
    """An article of what an item says of itself; what cannot be used is left out and told.

    An article without a title is called by its first words. One without an id gets one from its
    item's name and address, which is the same in every run.
    """
    article = Article(
        id=said(meta, "id") or id_of(uri),
        title=said(meta, "title") or _lead(text),
        text=text,
        source=said(meta, "source"),
        author=said(meta, "author"),
        language=said(meta, "language"),
    )
    url, published = said(meta, "url"), said(meta, "published")
    if url:
        if re.fullmatch(r"https?://[^\s<>\"\\^`{|}]+", url):
            article = replace(article, url=url)
        else:
            problems.append("its url is no web address: stored without it")
    if published:
        try:
            article = replace(article, published=to_iso(published))
        except ValueError as error:
            problems.append(
                f"its date {published[:40]!r} cannot be used ({error}): stored without it"
            )
    return article


def said(meta: dict[str, Any], field: str) -> str | None:
    """What a field of an article is said to be, under any of the names that people give it."""
    return _said(next((meta[name] for name in _ALIASES[field] if meta.get(name)), None))


def _said(value: object) -> str | None:
    """A field in one line of visible characters; None where there is nothing to see."""
    if isinstance(value, list):  # of names; a list within it may unfold without end
        value = ", ".join(str(part) for part in value if isinstance(part, (str, int, float)))
    if value is None or isinstance(value, dict):
        return None
    visible = "".join(c if unicodedata.category(c) not in {"Cc", "Cs"} else " " for c in str(value))
    return " ".join(visible.split()) or None


def _lead(text: str) -> str:
    """The first words of a text, as many as a headline has."""
    first = text.strip().split("\n", 1)[0]
    words = " ".join(first.split())
    if len(words) <= TITLE:
        return words
    lead = words[:TITLE].rsplit(" ", 1)[0]
    return (lead.rstrip(",;:—–- ") or lead) + " …"


def id_of(uri: str) -> str:
    """The id of an article by its item's address: the same in every run."""
    name = PurePosixPath(unquote(uri)).stem
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60] or "article"
    return f"{slug}-{hashlib.sha256(uri.encode()).hexdigest()[:8]}"
