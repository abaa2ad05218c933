"""Feeds: RSS, Atom and JSON Feed, as a list of pages and a pace."""

import hashlib
import io
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from ingest.address import Refused, tidy
from retrieval.errors import ItemError

_MOST = 10_000_000  # bytes: a larger feed is none
_PERIODS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800}  # of the RSS syndication module


@dataclass(slots=True)
class Entries:
    """Pages that a feed or sitemap names: address, title and revision; its pace in seconds, or 0.

    `lost` counts entries without an address that could be asked for.
    """

    pages: dict[str, tuple[str, str]] = field(default_factory=dict)
    pace: float = 0.0
    lost: int = 0

    def add(self, address: str, base: str, title: str, revision: str) -> None:
        """Take an entry in, the first of those with its address."""
        try:
            page = tidy(urljoin(base, address.strip()) if address.strip() else "")
        except (Refused, ValueError):
            self.lost += 1
            return
        self.pages.setdefault(page, (" ".join(title.split())[:200], revision))


def read_feed(data: bytes, address: str) -> Entries:
    """An RSS or Atom feed.

    Args:
        data: the whole of it.
        address: that relative links in it start from.

    Raises:
        ItemError: it cannot be read as a feed.
    """
    if len(data) > _MOST:
        raise ItemError(f"is too large for a feed ({len(data) / 1e6:.0f} MB)")
    if re.search(rb"<!ENTITY", data.replace(b"\0", b""), re.IGNORECASE):
        raise ItemError("declares entities of its own, as no feed needs to: it is not read")
    import feedparser

    try:
        # Bytes alone would be taken for the name of a file that is to be opened.
        parsed = feedparser.parse(
            io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # whatever breaks in it breaks for this feed alone
        raise ItemError(f"cannot be read as a feed ({type(error).__name__})") from error
    if not parsed.entries and (parsed.bozo or not parsed.get("version")):
        raise ItemError("cannot be read as a feed")
    found = Entries(pace=_pace(parsed.feed))
    for entry in parsed.entries:
        link = _text(entry.get("link")) or _text(entry.get("id"))
        found.add(link, address, _text(entry.get("title")), _revision(entry))
    return found


def read_json_feed(data: bytes, address: str) -> Entries:
    """A feed in JSON (jsonfeed.org).

    Raises:
        ItemError: it is none.
    """
    try:
        feed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ItemError("is not valid JSON") from error
    found = Entries()
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise ItemError("cannot be read as a feed")
    for item in items:
        if not isinstance(item, dict):
            found.lost += 1
            continue
        changed = [_text(item.get(k)) for k in ("id", "date_modified", "date_published", "title")]
        body = [_text(item.get(k)) for k in ("summary", "content_text", "content_html")]
        found.add(_text(item.get("url")), address, changed[3], digest(*changed, *body))
    return found


def digest(*parts: str) -> str:
    """A short hash of texts."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def _revision(entry: Any) -> str:
    """What changes when an entry does: its time of change where it has one, else its words."""
    said = [_text(entry.get(name)) for name in ("id", "updated", "published", "title")]
    return digest(*said, "" if said[1] else _text(entry.get("summary")))


def _pace(feed: Any) -> float:
    """How often the feed asks to be looked at, in seconds; 0 where it does not say."""
    minutes = _text(feed.get("ttl"))
    if minutes.isdecimal() and len(minutes) < 6:  # noqa: PLR2004 - digits
        return float(minutes) * 60
    period = _PERIODS.get(_text(feed.get("sy_updateperiod")).lower(), 0)
    times = _text(feed.get("sy_updatefrequency"))
    often = int(times) if times.isdecimal() and int(times[:4]) > 0 else 1
    return period / often


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
