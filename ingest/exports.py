"""Articles out of JSON as programs export it: lists of objects, wherever in it they lie."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ingest.article import Extracted, article_from, id_of
from ingest.markup import without_tags
from retrieval.errors import ItemError

# By our own names, those of WordPress, JSON Feed, schema.org, NewsAPI and the Guardian.
_NAMES = {
    "text": (
        *("text", "articleBody", "content_text", "bodyText", "fulltext", "full_text", "body"),
        *("content", "content_html", "html", "selftext", "description", "summary", "excerpt"),
    ),
    "title": ("title", "headline", "webTitle", "name", "subject"),
    "published": (
        *("published", "date", "datePublished", "publishedAt", "published_at", "pubDate"),
        *("date_published", "webPublicationDate", "created_at", "created", "timestamp"),
    ),
    "url": ("url", "link", "webUrl", "permalink", "web_url"),
    "source": ("source", "publisher", "site", "site_name", "publication"),
    "author": ("author", "authors", "byline", "by", "creator"),
    "language": ("language", "lang", "inLanguage"),
}
_DEPTH = 4  # objects in objects in which articles are looked for
_TAG = re.compile(r"</?(p|br|div|h\d|ul|ol|li|a|em|strong|span|figure)\b[^>]*>", re.IGNORECASE)


def read_export(text: str, uri: str, found: Extracted) -> None:
    """Put the articles of a JSON document into `found`; what is none is told by its number.

    Args:
        text: the whole document.
        uri: its address, for articles that have neither id nor address.
        found: takes the articles.

    Raises:
        ItemError: it is not JSON, or there is no article in it.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ItemError("is not valid JSON") from error
    listed = _objects(value, 0)
    if not listed:
        raise ItemError("holds no articles: objects with a title and a text are looked for")
    first: dict[str, int] = {}
    for number, it in enumerate(listed, start=1):
        told: list[str] = []
        meta = dict(_fields(it))
        words = meta.pop("text", "")
        if not words.strip():
            found.problems.append(f"article {number} has no text: left out")
            continue
        article = article_from(meta, words, "", told)
        article = replace(article, id=_id(it, article.url, uri, number))
        if article.id in first:
            same = f"the id {article.id[:60]!r} is that of article {first[article.id]} already"
            found.problems.append(f"article {number}: {same}: left out")
            continue
        first[article.id] = number
        found.problems += [f"article {number}: {problem}" for problem in told]
        found.articles.append(article)


def _id(it: dict[str, Any], url: str | None, uri: str, number: int) -> str:
    """Its own id, or one of its address, or one of its place."""
    own = it.get("id")
    if isinstance(own, str | int) and not isinstance(own, bool) and str(own).strip():
        return str(own).encode("utf-8", "replace").decode().strip()
    return id_of(url or f"{uri}#{number}")


def _objects(value: Any, depth: int) -> list[dict[str, Any]]:
    """The longest list of objects that look like articles, or the one object that does."""
    if depth > _DEPTH:
        return []
    if isinstance(value, list):
        return [it for it in value if isinstance(it, dict)] if any(map(_looks, value)) else []
    if not isinstance(value, dict):
        return []
    below = [found for it in value.values() if (found := _objects(it, depth + 1))]
    if (below and max(map(len, below)) > 1) or not _looks(value):
        return max(below, key=len, default=[])
    return [value]


def _looks(it: Any) -> bool:
    """Whether it has a text that could be an article's."""
    return isinstance(it, dict) and "text" in dict(_fields(it))


def _fields(it: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What the object says, by our names."""
    more = it.get("fields")
    every = {**more, **it} if isinstance(more, dict) else it
    for name, theirs in _NAMES.items():
        said = (_plain(every.get(key)) for key in theirs)
        if value := next((words for words in said if words), ""):
            yield name, value


def _plain(value: Any) -> str:
    """A value as text, without tags; names out of lists and objects."""
    if isinstance(value, dict):
        return _plain(value.get("rendered") or value.get("name") or value.get("text"))
    if isinstance(value, list):
        return ", ".join(filter(None, (_plain(it) for it in value if not isinstance(it, list))))
    if not isinstance(value, str):
        return ""
    words = value.encode("utf-8", "replace").decode()
    return without_tags(words) if _TAG.search(words) else words
