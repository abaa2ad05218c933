"""What the page of a news article says of itself, to programs: JSON-LD first, then its metadata."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from retrieval.dates import to_iso

_ARTICLE = re.compile(r"Article$|Posting$|^Report$")  # of schema.org's types
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", re.ASCII)
_NODES = 2_000  # of a page's JSON-LD; what lies beyond is not looked at
_PUBLISHED = (
    *("article:published_time", "datePublished", "og:article:published_time", "parsely-pub-date"),
    *("sailthru.date", "dc.date.issued", "dcterms.issued", "pubdate", "publish-date", "date"),
)


def said_of_itself(page: str) -> dict[str, Any]:
    """Title, author, date with its hour, source, url and language, as far as the page gives them."""
    from lxml.etree import LxmlError
    from lxml.html import HTMLParser, document_fromstring

    try:
        root = document_fromstring(
            page.encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8")
        )
    except (LxmlError, ValueError):
        return {}
    meta = _meta(root)
    article = next(_articles(root), {})
    dates = [article.get("datePublished"), *(meta.get(name.lower()) for name in _PUBLISHED)]
    dates += root.xpath("//time[@itemprop='datePublished' or @pubdate]/@datetime")
    links = root.xpath("//link[@rel='canonical']/@href")
    language = [*root.xpath("/html/@lang"), article.get("inLanguage"), meta.get("og:locale")]
    found = {
        "title": _text(article.get("headline")) or meta.get("og:title"),
        "author": ", ".join(_names(article.get("author"))) or None,
        "date": next((date for date in map(_date, dates) if date), None),
        "source": next(_names(article.get("publisher")), None) or meta.get("og:site_name"),
        "url": next((str(it).strip() for it in [*links, meta.get("og:url")] if it), None),
        "language": next((tag for tag in map(_language, language) if tag), None),
    }
    return {name: value for name, value in found.items() if value}


def _meta(root: Any) -> dict[str, str]:
    """Every `meta` element's content by its name in small letters, the first of each."""
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        for name in ("property", "name", "itemprop"):
            if (key := element.get(name)) and (content := (element.get("content") or "").strip()):
                found.setdefault(key.strip().lower(), content)
    return found


def _articles(root: Any) -> Iterator[dict[str, Any]]:
    """The articles in a page's JSON-LD."""
    for script in root.xpath("//script[@type='application/ld+json']/text()"):
        with suppress(ValueError, RecursionError):
            waiting, seen = [json.loads(script, strict=False)], 0
            while waiting and seen < _NODES:
                node, seen = waiting.pop(0), seen + 1
                if isinstance(node, list):
                    waiting += node
                elif isinstance(node, dict):
                    kinds = node.get("@type")
                    if any(_ARTICLE.search(it) for it in _strings(kinds)):
                        yield node
                    waiting += [node[key] for key in ("@graph", "mainEntity") if key in node]


def _strings(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [it for it in values if isinstance(it, str)]


def _names(value: object) -> Iterator[str]:
    """The names of people or papers: strings, or objects with a name."""
    for it in value if isinstance(value, list) else [value]:
        if isinstance(it, dict):
            it = it.get("name")  # noqa: PLW2901 - of the same thing
        if isinstance(it, str) and it.strip() and "://" not in it:
            yield it.strip()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _date(value: object) -> str | None:
    """A date, where it is one."""
    if isinstance(value, str):
        with suppress(ValueError):
            return to_iso(value)
    return None


def _language(value: object) -> str | None:
    said = value.strip() if isinstance(value, str) else ""
    return said.replace("_", "-") if _LANGUAGE.fullmatch(said) else None
