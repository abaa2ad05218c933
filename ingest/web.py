"""Sources on the web: pages by their addresses, a feed, a sitemap. Each discovers and fetches."""

import re
from collections.abc import Iterable, Mapping

from ingest.address import tidy
from ingest.answers import Page
from ingest.feeds import Entries, read_feed, read_json_feed
from ingest.fetching import Fetcher
from ingest.follows import Known
from ingest.sitemaps import read_sitemap, unpacked
from ingest.sources import Fetched, Found, Listing, Source

_MOST = 2_000  # pages of one listing, the newest first
_BELOW = 50  # sitemaps of an index
_HEAD = 4_000  # bytes that tell what a document is
_OLD = 2 * 86_400.0  # seconds: a sitemap that changed before the last look, and this, is not read
_FEED = re.compile(rb"<(rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)
_SITEMAP = re.compile(rb"<(urlset|sitemapindex)[\s>]", re.IGNORECASE)
_ADVERT = re.compile(
    r"<link\b(?=[^>]*\brel=[\"']?alternate)(?=[^>]*application/(?:rss|atom)\+xml)"
    r"[^>]*\bhref=[\"']?([^\"'\s>]+)",
    re.IGNORECASE,
)


class Urls:
    """Pages that were named, one by one; `first` is a page that was just fetched."""

    def __init__(
        self,
        addresses: Iterable[str],
        fetcher: Fetcher,
        known: Mapping[str, Known],
        first: Page | None = None,
    ) -> None:
        self._addresses, self._fetcher, self._known = list(addresses), fetcher, known
        self._first = first

    def discover(self) -> Listing:
        """The addresses, each of which is to be asked for."""
        entries = Entries()
        for address in self._addresses:
            entries.add(address, address, address, "")
        return _listing(" ".join(self._addresses[:1]), entries)

    def fetch(self, item: Found) -> Fetched:
        """See `Source`."""
        first, self._first = self._first, None
        if first:
            return Fetched(first.data, "read", first)
        return _fetch(self._fetcher, self._known, item, "read")


class Feed:
    """The pages that an RSS or Atom feed, or one in JSON, names."""

    def __init__(self, page: Page, fetcher: Fetcher, known: Mapping[str, Known]) -> None:
        self._page, self._fetcher, self._known = page, fetcher, known

    def discover(self) -> Listing:
        """Its entries: what rolled off it is not gone.

        Raises:
            ItemError: it cannot be read as a feed.
        """
        reader = read_json_feed if self._page.kind == ".json" else read_feed
        return _listing(self._page.address, reader(self._page.data, self._page.address))

    def fetch(self, item: Found) -> Fetched:
        """See `Source`."""
        return _fetch(self._fetcher, self._known, item, item.revision)


class Sitemap:
    """The pages that a sitemap lists, or the sitemaps of an index that changed after `since`."""

    def __init__(
        self, page: Page, fetcher: Fetcher, known: Mapping[str, Known], since: float = 0.0
    ) -> None:
        self._page, self._fetcher, self._known, self._since = page, fetcher, known, since

    def discover(self) -> Listing:
        """Its pages, and those of the sitemaps that it names, which are asked for here.

        Raises:
            ItemError: it, or one that it names, cannot be read as a sitemap.
        """
        entries, below = read_sitemap(unpacked(self._page.data), self._page.address)
        fresh = [(said, changed) for said, changed in below if _since(changed, self._since)]
        for address, _ in sorted(fresh, key=lambda it: it[1], reverse=True)[:_BELOW]:
            page = self._fetcher.get(tidy(address))
            if page.data:
                more, _ = read_sitemap(unpacked(page.data), page.address)
                entries.pages = more.pages | entries.pages
                entries.lost += more.lost
        listing = _listing(self._page.address, entries)
        if len(fresh) > _BELOW:
            listing.notes.append(f"names {len(fresh)} sitemaps: the newest {_BELOW} were read")
        return listing

    def fetch(self, item: Found) -> Fetched:
        """See `Source`."""
        return _fetch(self._fetcher, self._known, item, item.revision)


def source_of(
    address: str, page: Page, fetcher: Fetcher, known: Mapping[str, Known], since: float
) -> tuple[Source, str]:
    """The source that an address leads to, by what was found there, and a hint for the person.

    Args:
        address: that was asked for.
        page: what was found there.
        fetcher: asks for what it lists.
        known: pages that are known, for conditional requests.
        since: when it was last read well, in seconds since 1970.
    """
    head = page.data[:_HEAD].replace(b"\0", b"")
    if page.kind == ".gz" or _SITEMAP.search(head):
        return Sitemap(page, fetcher, known, since), ""
    if (page.kind in {".xml", ".html", ".txt"} and _FEED.search(head)) or (
        page.kind == ".json" and b"jsonfeed.org/version/" in head.replace(b"\\", b"")
    ):
        return Feed(page, fetcher, known), ""
    lines = page.data.decode("utf-8", "replace").split() if page.kind == ".txt" else []
    if lines and all(re.match(r"https?://", line) for line in lines):
        return Urls(lines, fetcher, known), ""
    hint = ""
    if page.kind == ".html" and (advert := _ADVERT.search(page.data.decode("latin-1"))):
        hint = f"is read as one article; its feed is {advert[1][:300]}"
    return Urls([address], fetcher, known, page), hint


def _fetch(fetcher: Fetcher, known: Mapping[str, Known], item: Found, revision: str) -> Fetched:
    """One page, conditionally where it was read well before."""
    page = known.get(item.uri)
    etag, modified = (page.etag, page.modified) if page else ("", "")
    answered = fetcher.get(item.uri, etag=etag, modified=modified)
    return Fetched(answered.data, revision or "read", answered)


def _listing(root: str, entries: Entries) -> Listing:
    # Revisions are times of change where a sitemap gives them: the newest pages come first.
    pages = list(entries.pages.items())
    if len(pages) > _MOST:
        pages.sort(key=lambda it: it[1][1], reverse=True)
    found = [Found(uri, uri, "", revision) for uri, (_, revision) in pages[:_MOST]]
    listing = Listing(root, found, pace=entries.pace)
    if len(pages) > _MOST:
        listing.notes.append(f"lists {len(pages):,} pages: the newest {_MOST:,} are read")
    if entries.lost:
        listing.notes.append(f"{entries.lost} of its entries have no address that can be read")
    return listing


def _since(changed: str, since: float) -> bool:
    """Whether a sitemap may hold something that changed after the last look."""
    from retrieval.dates import to_epoch, to_iso

    if not changed:
        return True
    try:
        return to_epoch(to_iso(changed)) > since - _OLD
    except ValueError:
        return True
