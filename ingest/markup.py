"""Markdown and web pages as plain text, with what they say of themselves."""

import re
from typing import Any

from ingest.news import said_of_itself
from retrieval.errors import ItemError

_FENCE = re.compile(r"\A---[^\S\n]*\n(.*?)^(?:---|\.\.\.)[^\S\n]*$\n?", re.DOTALL | re.MULTILINE)
_FRONT = 20_000  # characters: a longer front matter is not one
# Lines that change while the article does not: clocks, and counts of readers.
_FURNITURE = re.compile(
    r"((last )?(updated|modified|published)( at| on)?:? )?(just now|(an?|\d+) (second|minute|min|hour|hr|day)s? ago"
    r"|\d{1,2}[:.]\d{2}([:.]\d{2})?( ?[ap]\.?m\.?)?( ?[A-Z]{2,4})?)\.?"
    r"|[\d.,]+ ?[kKmM]? (shares?|comments?|views?|likes?|reads?|reactions?|readers?|retweets?)"
    r"|(shares?|comments?|views?|likes?):? ?[\d.,]+ ?[kKmM]?|\d+[- ]min(ute)?s? read",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"(?=</(p|div|h\d|li|tr|blockquote|figure)>)|<br\s*/?>", re.IGNORECASE)
_APART = "\n\n"
_NESTING = 100  # quotes in quotes: what lies deeper is left out


def front_matter(text: str) -> tuple[dict[str, Any], str, str | None]:
    """The YAML between `---` lines at the top, the text below it, and what is wrong with it."""
    match = _FENCE.match(text)
    if not match or len(match[1]) > _FRONT:
        return {}, text, None
    import yaml

    body = text[match.end() :]
    try:
        meta = yaml.load(match[1], Loader=yaml.BaseLoader)  # noqa: S506 - makes strings alone
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 2}" if mark else ""
        return {}, body, f"its front matter is no YAML{where}: stored without it"
    if not isinstance(meta, dict):
        return ({}, body, "its front matter names no fields") if meta else ({}, body, None)
    return {str(key).lower(): value for key, value in meta.items()}, body, None


def from_markdown(text: str, title: str) -> tuple[str, str]:
    """The first heading of the first rank, and the text without markup.

    The heading is left out of the text where it is, or becomes, the title.
    """
    from markdown_it import MarkdownIt

    heading, blocks = "", []
    tokens = MarkdownIt("commonmark", {"maxNesting": _NESTING}).enable("table").parse(text)
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "inline":
            words = _inline(token.children or []).strip()
            if before and before.type == "heading_open" and before.tag == "h1" and not heading:
                heading = words
                if not title or title.casefold() == words.casefold():
                    continue
            blocks.append(words)
        elif token.type in {"fence", "code_block"}:
            blocks.append(token.content.strip("\n"))
        elif token.type == "html_block":
            blocks.append(without_tags(token.content))
    return title or heading, "\n\n".join(block for block in blocks if block.strip())


def _inline(children: list[Any]) -> str:
    words = []
    for child in children:
        if child.type in {"text", "code_inline"}:
            words.append(child.content)
        elif child.type == "softbreak":
            words.append(" ")
        elif child.type == "hardbreak":
            words.append("\n")
        elif child.type == "image":
            words.append(_inline(child.children or []))
    return "".join(words)


def without_tags(html: str) -> str:
    """The words of a piece of HTML, its blocks set apart."""
    from lxml.html import document_fromstring

    # What is cut off in it is mended.
    root = document_fromstring(f"<div>{_BLOCK.sub(_APART, html)}</div>")
    words = "".join(root.xpath("//text()[not(ancestor::script or ancestor::style)]"))
    return re.sub(r"\s*\n\s*\n\s*", "\n\n", words).strip()


def from_html(text: str) -> tuple[dict[str, Any], str]:
    """The article of a web page and its title, author, date, source, address and language.

    Raises:
        ItemError: there is no article's text in it.
    """
    from trafilatura import bare_extraction

    try:
        page = bare_extraction(
            text, with_metadata=True, include_comments=False, include_tables=True
        )
    except Exception as error:  # whatever breaks in it breaks for this page alone
        raise ItemError(f"cannot be read as a web page ({type(error).__name__})") from error
    if page is None or not (page.text or "").strip():
        raise ItemError("is a web page without an article's text")
    # What the page tells programs holds the hour, which trafilatura leaves out.
    own = said_of_itself(text)
    meta = {
        "title": page.title or own.get("title"),
        "author": page.author or own.get("author"),
        "date": own.get("date") or page.date,
        "source": page.sitename or own.get("source"),
        "url": next((it for it in (own.get("url"), page.url) if it and "://" in it), None),
        "language": own.get("language"),
    }
    lines = [
        line for line in page.text.strip().split("\n") if not _FURNITURE.fullmatch(line.strip())
    ]
    # Its paragraphs are lines: set them apart as all other kinds do.
    return meta, re.sub(r"\n+", "\n\n", "\n".join(lines).strip())
