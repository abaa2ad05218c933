"""Articles as JSON lines: each line an object with `id`, `title`, `text` and what else is known."""

import json
from dataclasses import replace

from ingest.article import Extracted, article_from
from retrieval.types import Article


def read_lines(text: str, found: Extracted) -> None:
    """Read every line that can be read; the others are told by their number."""
    first: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        told: list[str] = []
        try:
            article = _article(line, told)
        except ValueError as error:
            found.problems.append(f"line {number} {error}")
            continue
        if article.id in first:
            found.problems.append(
                f"line {number}: the id {article.id[:60]!r} is that of line {first[article.id]} "
                "already: left out"
            )
            continue
        first[article.id] = number
        found.problems += [f"line {number}: {problem}" for problem in told]
        found.articles.append(article)


def _article(line: str, told: list[str]) -> Article:
    """One line as an article.

    Raises:
        ValueError: it is none; the message goes on from "line 7".
    """
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        where = f" (character {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        msg = f"is not valid JSON{where}: left out"
        raise ValueError(msg) from error
    if not isinstance(value, dict):
        msg = "is not a JSON object: left out"
        raise ValueError(msg)  # noqa: TRY004 - what a line says, not what a caller passed
    text, article_id = value.get("text"), value.get("id")
    if isinstance(article_id, bool) or not isinstance(article_id, (str, int)) or article_id == "":
        msg = 'has no "id": left out'
        raise ValueError(msg)
    if not isinstance(text, str) or not text.strip():
        msg = 'has no "text": left out'
        raise ValueError(msg)
    title = value.get("title")
    title = title if isinstance(title, str) else ""
    try:
        f"{article_id}{title}{text}".encode()
    except UnicodeEncodeError as error:
        msg = "holds half a character (a lone surrogate): left out"
        raise ValueError(msg) from error
    article = article_from(value, text, "", told)
    # What a program gives stays as it is given, to the character.
    return replace(article, id=str(article_id), title=title if title.strip() else article.title)
