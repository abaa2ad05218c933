"""Reads one document in a process of its own, under limits: a program that imports nothing of ours.

    python -P apart.py KIND SECONDS MEGABYTES < document > answer.json

The answer holds `text` and what the document says of itself, or `error`: what is wrong with it.
"""

import io
import json
import posixpath
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

Read = tuple[dict[str, Any], list[str]]  # what it says of itself, and its paragraphs

_MOST = 20_000_000  # characters of text; a thousand novels' worth is no article
_UNPACKED = 500_000_000  # bytes in a packed document
_END = re.compile(r"[.!?:…][\"'”’)\]]*$")
_SHORT = 0.8  # of the longest line of a page: a line that is shorter may end its paragraph


class UnreadableError(Exception):
    """What is wrong with the document, in words for people."""


def pdf(data: bytes) -> Read:
    """A PDF: lines put together to paragraphs as well as can be told."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableError("is locked with a password")
    said = reader.metadata
    title = str(said.title or "") if said else ""
    if re.search(r"^Microsoft |\.\w{2,4}$|^untitled", title, re.IGNORECASE):
        title = ""  # a program's or a file's name is no title
    meta = {"title": title, "author": str(said.author or "") if said else ""}
    try:
        meta["date"] = said.creation_date.isoformat() if said and said.creation_date else ""
    except Exception:  # noqa: BLE001 - a date that cannot be read is none
        meta["date"] = ""
    return meta, [it for page in reader.pages for it in joined(page.extract_text().splitlines())]


def joined(lines: list[str]) -> Iterator[str]:
    """A page's lines as paragraphs."""
    longest = max(map(len, lines), default=0)
    text = ""
    for line in map(str.strip, lines):
        if re.search(r"\w-$", text) and line[:1].islower():
            text = text[:-1] + line
        else:
            text = f"{text} {line}".strip()
        if not line or (_END.search(line) and len(line) < longest * _SHORT):
            if text:
                yield text
            text = ""
    if text:
        yield text


def docx(data: bytes) -> Read:
    """A Word document: paragraphs and tables in their order."""
    import docx as library
    from docx.table import Table

    document = library.Document(io.BytesIO(unpackable(data)))
    said = document.core_properties
    meta = _said(said) | {"language": said.language}
    found = []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            found += [" | ".join(cell.text.strip() for cell in row.cells) for row in block.rows]
        elif block.style is not None and block.style.name == "Title" and not found:
            meta["title"] = block.text
        else:
            found.append(block.text)
    return meta, found


def pptx(data: bytes) -> Read:
    """Slides: the texts on them, slide by slide, and the notes below."""
    from pptx import Presentation

    show = Presentation(io.BytesIO(unpackable(data)))
    meta, found = _said(show.core_properties), []
    for slide in show.slides:
        title = slide.shapes.title
        if title is not None and not meta["title"]:
            meta["title"] = title.text_frame.text
        for shape in slide.shapes:
            if shape.has_text_frame:
                found.append(shape.text_frame.text)
            elif shape.has_table:
                found += [" | ".join(c.text for c in row.cells) for row in shape.table.rows]
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            found.append(slide.notes_slide.notes_text_frame.text)
    return meta, found


def _said(properties: Any) -> dict[str, Any]:
    """Title, author and date out of an office document's properties."""
    made = properties.created
    date = made.isoformat() if made and made.year > 2013 else ""  # noqa: PLR2004 - a template's date
    author = "" if properties.author in {"python-docx", "Steve Canny"} else properties.author
    title = "" if properties.title == "PowerPoint Presentation" else properties.title
    return {"title": title, "author": author, "date": date}


def epub(data: bytes) -> Read:
    """A book: its chapters in the order of reading."""
    from defusedxml.ElementTree import fromstring
    from lxml.html import HTMLParser, document_fromstring

    with zipfile.ZipFile(io.BytesIO(unpackable(data))) as book:
        container = fromstring(book.read("META-INF/container.xml"))
        path = next(it.get("full-path") for it in container.iter() if it.tag.endswith("}rootfile"))
        package = fromstring(book.read(path))
        names = {"title": "title", "creator": "author", "date": "date", "language": "language"}
        names["publisher"] = "source"
        meta: dict[str, Any] = {}
        files, spine = {}, []
        for element in package.iter():
            tag = element.tag.rpartition("}")[2]
            if tag in names and element.text:
                meta.setdefault(names[tag], element.text)
            elif tag == "item":
                files[element.get("id")] = element.get("href") or ""
            elif tag == "itemref" and element.get("linear") != "no":
                spine.append(element.get("idref"))
        found: list[str] = []
        parser = HTMLParser(encoding="utf-8")
        for href in (files[it] for it in spine if it in files):
            chapter = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(href)))
            root = document_fromstring(book.read(chapter), parser=parser)
            found += [
                " ".join("".join(it.itertext()).split())
                for it in root.iter("p", "h1", "h2", "h3", "h4", "li", "blockquote", "td", "pre")
                if not any(True for _ in it.iterdescendants("p", "li", "td"))
            ]
    return meta, found


def unpackable(data: bytes) -> bytes:
    """The packed document, unless it would unpack to far too much."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(it.file_size for it in packed.infolist()) > _UNPACKED:
            raise UnreadableError("unpacks to more than any document needs")
    return data


READERS: dict[str, Callable[[bytes], Read]] = {
    ".pdf": pdf,
    ".docx": docx,
    ".pptx": pptx,
    ".epub": epub,
}


def read(kind: str, data: bytes) -> dict[str, Any]:
    """The answer for one document."""
    try:
        meta, paragraphs = READERS[kind](data)
    except UnreadableError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "needs too much memory to be read"}
    except Exception as error:  # noqa: BLE001 - whatever breaks, the document is what is broken
        return {"error": f"cannot be read as {kind[1:].upper()} ({type(error).__name__})"}
    text = "\n\n".join(it.strip() for it in paragraphs if it and it.strip())
    if len(text) > _MOST:
        return {"error": "has more text than any document needs"}
    known = {name: str(value) for name, value in meta.items() if value}
    return known | {"text": text.encode("utf-8", "replace").decode()}


def limit(seconds: int, megabytes: int) -> None:
    """Let the system end this process when it takes too much, where it can."""
    try:
        import resource
    except ImportError:  # Windows: the caller ends it when its time is up
        return
    size = megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


if __name__ == "__main__":
    limit(int(sys.argv[2]), int(sys.argv[3]))
    sys.stdout.write(json.dumps(read(sys.argv[1], sys.stdin.buffer.read())))
