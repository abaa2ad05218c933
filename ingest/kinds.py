"""The kinds of files that can be read, and the content types that servers give them."""

from pathlib import PurePosixPath
from urllib.parse import urlsplit

TEXTS = (".txt", ".md", ".html", ".jsonl", ".json")
KINDS = (*TEXTS, ".pdf", ".docx", ".pptx", ".epub", ".eml", ".zip")
_OFFICE = "application/vnd.openxmlformats-officedocument"
# `.xml` is a feed, a sitemap or a page, which its first element tells.
_TYPES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/xml": ".xml",
    "application/xml": ".xml",
    "application/rss+xml": ".xml",
    "application/atom+xml": ".xml",
    "application/rdf+xml": ".xml",
    "application/json": ".json",
    "application/ld+json": ".json",
    "application/feed+json": ".json",
    "application/x-ndjson": ".jsonl",
    "application/jsonl": ".jsonl",
    "application/pdf": ".pdf",
    f"{_OFFICE}.wordprocessingml.document": ".docx",
    f"{_OFFICE}.presentationml.presentation": ".pptx",
    "application/epub+zip": ".epub",
    "message/rfc822": ".eml",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
}
_UNTOLD = {"", "application/octet-stream", "binary/octet-stream"}
_PACKED = {"application/gzip", "application/x-gzip"}


def kind_of(content_type: str, address: str) -> str:
    """The kind of what a server sends; empty where it is none that can be read.

    What the server leaves open, the address's ending tells; `.gz` is a packed sitemap.
    """
    said = content_type.partition(";")[0].strip().lower()
    ending = PurePosixPath(urlsplit(address).path).suffix.lower()
    if ending == ".gz" and said in _UNTOLD | _PACKED | {"text/xml", "application/xml"}:
        return ".gz"
    if said == "text/plain" and ending in {".md", ".jsonl", ".json"}:
        return ending
    if said in _UNTOLD:
        return ending if ending in {*KINDS, ".xml"} else ""
    return _TYPES.get(said, "")
