"""Bytes of a known kind to articles; what reads a kind is imported when its first file comes."""

import re
from typing import Any

from ingest.article import TITLE, Extracted, article_from, said
from ingest.decode import decode
from ingest.jsonlines import read_lines
from ingest.markup import from_html, from_markdown, front_matter
from retrieval.errors import ItemError

_BINARY = {".pdf", ".docx", ".pptx", ".epub", ".eml"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_HEADER = re.compile(r"(title|date|published|source|author|url|id):[^\S\n]*(.*)\n", re.IGNORECASE)


def extract(data: bytes, kind: str, uri: str) -> Extracted:
    """Read one item of a kind that `kinds.KINDS` names.

    Raises:
        ItemError: there is no article in it, or it is not text.
    """
    if not data:
        raise ItemError("is empty")
    found = Extracted()
    if kind == ".zip":
        from ingest.zipped import read_zip

        read_zip(data, uri, found, extract)
        return found
    if kind in _BINARY:
        meta, body = _unpacked(data, kind, found)
        found.articles.append(article_from(meta, _clean(body).strip(), uri, found.problems))
        return found
    text, encoding = decode(data, markup=kind == ".html")
    if not text.strip():
        raise ItemError("is empty")
    if encoding != "utf-8":
        found.notes.append(f"is not UTF-8: read as {encoding}")
    if kind == ".jsonl":
        read_lines(text, found)
        return found
    if kind == ".json":
        from ingest.exports import read_export

        read_export(text, uri, found)
        return found
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    meta, body = _parts(text, kind, found)
    if not body.strip():
        raise ItemError("has no text")
    found.articles.append(article_from(meta, body.strip(), uri, found.problems))
    return found


def _unpacked(data: bytes, kind: str, found: Extracted) -> tuple[dict[str, Any], str]:
    """What a document or an email says of itself, and its text."""
    if kind == ".eml":
        from ingest.mail import from_mail

        meta, body, attached = from_mail(data)
        if attached:
            found.notes.append(f"its {attached} attachments are left out")
        return meta, body
    from ingest.documents import from_document

    return from_document(data, kind)


def _clean(text: str) -> str:
    """A text without what no text holds: control characters and halves of characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", lines).encode("utf-8", "replace").decode()


def _parts(text: str, kind: str, found: Extracted) -> tuple[dict[str, Any], str]:
    """What the item says of itself, and its text."""
    if kind == ".html":
        return from_html(text)
    meta, body, problem = front_matter(text)
    if problem:
        found.problems.append(problem)
    if kind == ".md":
        title, body = from_markdown(body, said(meta, "title") or "")
        return meta | {"title": title}, body
    if not meta:
        meta, body = _header(body)
    if not meta.get("title"):
        meta["title"] = _first_line(body)
    return meta, body


def _header(text: str) -> tuple[dict[str, Any], str]:
    """Lines such as `Title: ...` at the top of a text, up to a blank line."""
    meta: dict[str, Any] = {}
    at = 0
    while match := _HEADER.match(text, at):
        meta[match[1].lower()] = match[2].strip()
        at = match.end()
    blank = re.compile(r"[^\S\n]*\n").match(text, at)
    return (meta, text[at:]) if "title" in meta and blank else ({}, text)


def _first_line(body: str) -> str:
    """The first line where it looks like a headline: short, alone, and no sentence."""
    first, _, rest = body.strip().partition("\n")
    alone = not rest or rest.startswith("\n") or not rest.split("\n", 1)[0].strip()
    sentence = re.search(r"[.!?…][\"'”’)]?$", first.strip())
    return first.strip() if rest and alone and len(first) <= TITLE and not sentence else ""
