"""Sitemaps: lists of pages, news sitemaps among them, and lists of such lists."""

import zlib
from typing import Any

from ingest.feeds import Entries
from retrieval.errors import ItemError

_MOST = 50_000_000  # bytes, unpacked; sitemaps.org allows 50 MB and 50,000 pages
_GZIP = 31  # zlib's name for the format


def unpacked(data: bytes) -> bytes:
    """A sitemap that may be packed with gzip.

    Raises:
        ItemError: it is larger than any sitemap may be, or broken.
    """
    if data[:2] == b"\x1f\x8b":
        try:
            data = zlib.decompressobj(_GZIP).decompress(data, _MOST + 1)
        except zlib.error as error:
            raise ItemError("is packed, and broken") from error
    if len(data) > _MOST:
        raise ItemError("is too large for a sitemap")
    return data


def read_sitemap(data: bytes, address: str) -> tuple[Entries, list[tuple[str, str]]]:
    """The pages that a sitemap lists, and the sitemaps (address, time of change) of an index.

    Args:
        data: the whole of it, unpacked.
        address: that it was found at.

    Raises:
        ItemError: it cannot be read as a sitemap.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise ItemError(
            "declares entities of its own, as no sitemap needs to: it is not read"
        ) from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise ItemError("cannot be read as a sitemap") from error
    found, below = Entries(), list[tuple[str, str]]()
    for child in root:
        said = _said(child)
        changed = said.get("lastmod") or said.get("publication_date") or "listed"
        if _name(child) == "sitemap":
            below.append((said.get("loc", ""), said.get("lastmod", "")))
        elif _name(child) == "url":
            found.add(said.get("loc", ""), address, said.get("title", ""), changed)
    return found, below


def _said(entry: Any) -> dict[str, str]:
    """The texts of an entry by the names of their elements, the first of each."""
    said: dict[str, str] = {}
    for element in entry.iter():
        said.setdefault(_name(element), (element.text or "").strip())
    return said


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].lower()
