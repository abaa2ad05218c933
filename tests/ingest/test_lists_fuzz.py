"""Feeds and sitemaps: what they list, the bombs in them, and that none of any shape ends a run."""

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingest.answers import Page
from ingest.feeds import Entries, read_feed, read_json_feed
from ingest.sitemaps import read_sitemap, unpacked
from ingest.sources import Listing
from ingest.web import source_of
from retrieval.errors import ItemError
from tests.ingest.wire import fetcher

BASE = "https://paper.example/feeds/a"
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>P</title>
<entry><title>One</title><link rel="alternate" href="../one?utm_source=x"/><id>1</id>
<updated>2026-11-02T09:30:00Z</updated></entry>
<entry><title>Two</title><link href="javascript:alert(1)"/><id>urn:2</id></entry></feed>"""


def test_atom() -> None:
    """Addresses are made whole and tidy; what is no address is counted."""
    found = read_feed(ATOM.encode(), BASE)
    assert list(found.pages) == ["https://paper.example/one"]
    assert found.pages["https://paper.example/one"][0] == "One"
    assert found.lost == 1


def test_revisions() -> None:
    """An entry's revision changes with its time of change, or else with its words."""
    first, later = (
        read_feed(ATOM.replace("09:30", hour).encode(), BASE).pages for hour in ("09:30", "10:30")
    )
    assert first != later
    assert read_feed(ATOM.encode(), BASE).pages == first


@pytest.mark.parametrize(
    ("channel", "pace"),
    [
        ("<ttl>90</ttl>", 5_400),
        ("<ttl>soon</ttl>", 0),
        ("<ttl>99999999</ttl>", 0),
        (
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>",
            1_800,
        ),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
            86_400,
        ),
        ("", 0),
    ],
)
def test_paces(channel: str, pace: float) -> None:
    """How often a feed asks to be looked at."""
    ns = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    text = f'<rss version="2.0" {ns}><channel><title>P</title>{channel}</channel></rss>'
    assert read_feed(text.encode(), BASE).pace == pace


def test_a_json_feed() -> None:
    """The same in JSON."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": 1, "url": "/a", "title": "A"}, 3, {"id": 2}],
    }
    found = read_json_feed(json.dumps(feed).encode(), BASE)
    assert (list(found.pages), found.lost) == (["https://paper.example/a"], 2)


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{LAUGHS}]>'
FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("head", [BOMB, FILE])
def test_bombs(head: str, encoding: str) -> None:
    """Entities that unfold without end, or read files, are refused before they are looked at."""
    feed = f"{head}<rss version='2.0'><channel><title>&a9;&a;</title></channel></rss>"
    with pytest.raises(ItemError, match="declares entities"):
        read_feed(feed.encode(encoding), BASE)
    sitemap = f"{head}<urlset><url><loc>https://x.example/&a9;&a;</loc></url></urlset>"
    with pytest.raises(ItemError, match=r"declares entities|cannot be read"):
        read_sitemap(sitemap.encode(encoding), BASE)


def test_a_body_is_never_a_name() -> None:
    """A feed that is the name of a file, or an address, opens neither."""
    for data in (b"/etc/passwd", b"http://127.0.0.1/feed", b"file:///etc/passwd"):
        with pytest.raises(ItemError, match="cannot be read as a feed"):
            read_feed(data, BASE)


@pytest.mark.parametrize("tag", ["rss", "feed", "urlset", "sitemapindex"])
def test_deep(tag: str) -> None:
    """Ten thousand elements in each other."""
    data = f"<{tag}>{'<a>' * 10_000}".encode()
    for read in (read_feed, read_sitemap):
        with pytest.raises(ItemError):
            read(data, BASE)
    with pytest.raises(ItemError):
        read_sitemap(f"{data.decode()}{'</a>' * 10_000}</{tag}>".encode() * 2, BASE)


def test_packed_without_end() -> None:
    """A packed sitemap unpacks to no more than a sitemap may have."""
    import gzip

    assert unpacked(gzip.compress(b"<urlset/>")) == b"<urlset/>"
    with pytest.raises(ItemError, match="too large"):
        unpacked(gzip.compress(b"\0" * 60_000_000, 1))
    with pytest.raises(ItemError, match="broken"):
        unpacked(b"\x1f\x8bnothing")


_PIECES = [
    "<rss version='2.0'>",
    "</rss>",
    "<channel>",
    "</channel>",
    "<item>",
    "</item>",
    "<link>",
    "</link>",
    "<title>",
    "</title>",
    "<guid>",
    "</guid>",
    "<ttl>9</ttl>",
    "<pubDate>",
    "<feed xmlns='http://www.w3.org/2005/Atom'>",
    "<entry>",
    "</entry>",
    "<link href='",
    "'/>",
    "<updated>",
    "https://x.example/a",
    "http://[::1",
    "//",
    "?utm_source=x",
    "#",
    "&amp;",
    "&lt;",
    "&#0;",
    "&#xD800;",
    "&nosuch;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?xml version='1.0' encoding='utf-16'?>",
    "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>",
    "</urlset>",
    "<url>",
    "</url>",
    "<loc>",
    "</loc>",
    "<sitemapindex>",
    "<lastmod>2026-13-45</lastmod>",
    '{"items":[',
    '{"url":"',
    '"}',
    "]}",
    "jsonfeed.org/version/",
    "\x00",
    "\ufeff",
    "é",
    "<!DOCTYPE x [",
    "]>",
    "2026-11-02",
]
_soup = st.lists(st.sampled_from(_PIECES) | st.text(max_size=6), max_size=30).map("".join)
_bytes = st.binary(max_size=200) | st.builds(
    lambda text, encoding: text.encode(encoding, "replace"),
    _soup,
    st.sampled_from(["utf-8", "utf-16", "cp1252", "utf-32"]),
)


def _read_map(data: bytes, base: str) -> Entries:
    return read_sitemap(unpacked(data), base)[0]


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=_bytes, read=st.sampled_from([read_feed, read_json_feed, _read_map]))
@example(data=b"<rss><channel><item><link>http://[</link>", read=read_feed)
@example(data=b'{"items": {"a": 1}}', read=read_json_feed)
@example(data=b"<urlset><url><loc/></url></urlset>", read=_read_map)
def test_any_list_is_read_or_told(data: bytes, read: Callable[[bytes, str], Entries]) -> None:
    """What comes of any bytes are addresses that may be asked for, or one plain line."""
    try:
        found, line = read(data, BASE), ""
    except ItemError as error:
        found, line = Entries(), str(error)
    assert "\n" not in line
    assert found.pace >= 0
    for address, (title, revision) in found.pages.items():
        assert address.startswith(("http://", "https://"))
        assert address.isascii()
        assert "\n" not in title
        assert isinstance(revision, str)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=_bytes, kind=st.sampled_from([".xml", ".html", ".txt", ".json", ".md", ".pdf"]))
def test_any_answer_is_a_source(data: bytes, kind: str) -> None:
    """Whatever an address leads to is taken for something, and lists or tells."""

    def never(_host: str, _port: int) -> list[str]:
        raise OSError

    page = Page(200, BASE, data, kind)
    source, hint = source_of(BASE, page, fetcher(resolver=never), {}, 0.0)
    assert "\n" not in hint
    try:
        listing, line = source.discover(), ""
    except ItemError as error:
        listing, line = Listing(BASE), str(error)
    assert "\n" not in line
    assert not listing.complete
