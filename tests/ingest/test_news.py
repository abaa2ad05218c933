"""What news pages say of themselves: title, author, hour, paper, language, address; and their furniture."""

import json

import pytest

from ingest.extract import extract
from ingest.news import said_of_itself
from retrieval.types import Article

BODY = (
    "<p>The council read the report on the budget on Monday, and members spoke for an hour.</p>" * 3
)
LD = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "x"},
        {
            "@type": ["Thing", "NewsArticle"],
            "headline": "A budget passes",
            "datePublished": "2026-11-02T08:15:00+01:00",
            "dateModified": "2026-11-03T08:15:00+01:00",
            "author": [{"@type": "Person", "name": "Ann Lee"}, {"name": "Bo Ek"}],
            "publisher": {"@type": "Organization", "name": "The Paper"},
            "inLanguage": "en-GB",
        },
    ],
}

BROKEN = '<script type="application/ld+json">{"@type": "NewsArticle", broken</script>'
SOON = '<script type="application/ld+json">{"@type":"Article","datePublished":"soon"}</script>'


def page(head: str, body: str = BODY, lang: str = "") -> str:
    """A news page."""
    return f"<html{lang}><head>{head}</head><body><article>{body}</article></body></html>"


def one(html: str) -> Article:
    """The article of a page."""
    [article] = extract(html.encode(), ".html", "https://paper.example/a").articles
    return article


def test_json_ld() -> None:
    """All that a program is told of an article is taken from there."""
    it = one(page(f'<script type="application/ld+json">{json.dumps(LD)}</script>'))
    assert (it.title, it.source, it.language) == ("A budget passes", "The Paper", "en-GB")
    assert it.published == "2026-11-02T08:15:00+01:00"
    assert "Ann Lee" in (it.author or "")
    assert "Bo Ek" in (it.author or "")


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2026-11-02T08:15:00Z">',
        '<meta itemprop="datePublished" content="2026-11-02T08:15:00Z">',
        '<meta name="parsely-pub-date" content="2026-11-02T08:15:00Z">',
        f'{BROKEN}<meta name="DC.date.issued" content="2026-11-02T08:15:00Z">',
        f'{SOON}<meta name="date" content="2026-11-02T08:15:00Z">',
    ],
)
def test_the_hour(head: str) -> None:
    """From wherever the page gives it; what is no date is passed over."""
    assert one(page(head)).published == "2026-11-02T08:15:00Z"


def test_the_hour_in_the_text() -> None:
    """A `time` element that says it is the article's date."""
    time = '<time itemprop="datePublished" datetime="2026-11-02T08:15:00+00:00">Monday</time>'
    assert one(page("", time + BODY)).published == "2026-11-02T08:15:00+00:00"


def test_language_and_address() -> None:
    """Of the page's own element, or what it tells social networks."""
    it = one(page('<link rel="canonical" href="https://paper.example/b">', lang=' lang="de"'))
    assert (it.language, it.url) == ("de", "https://paper.example/b")
    assert one(page('<meta property="og:locale" content="pt_BR">')).language == "pt-BR"
    assert one(page("", lang=' lang="not a language"')).language is None


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("12:04", "12:05 GMT"),
        ("Updated at 9.30 a.m.", "Last updated: 10:15 PM"),
        ("5 minutes ago", "2 hours ago"),
        ("1,204 shares", "1.3k shares"),
        ("Comments: 3", "Comments: 14"),
        ("4 min read", "5 min read"),
    ],
)
def test_furniture_is_no_text(first: str, then: str) -> None:
    """Clocks and counts change while the article does not."""
    pages = [one(page("", f"<p>{line}</p>{BODY}<p>{line}</p>")) for line in (first, then)]
    assert pages[0] == pages[1]
    assert first not in pages[0].text


@pytest.mark.parametrize("line", ["12 people died.", "The vote: 12:9.", "He has 3 shares in it."])
def test_numbers_that_mean_something_stay(line: str) -> None:
    """A line that says more than a clock is the article's."""
    assert line in one(page("", f"{BODY}<p>{line}</p>")).text


def test_what_is_broken_says_nothing() -> None:
    """No page, however broken, ends the reading of what it says of itself."""
    deep = '{"@graph":' * 5_000 + "1" + "}" * 5_000
    for text in ("", "<", "<!--", "<html><head><meta content=x><link rel=canonical>", "\0"):
        assert said_of_itself(text) == {}
    ld = f'<script type="application/ld+json">{deep}</script>'
    assert said_of_itself(page(ld)) == {}


def test_deep_pages() -> None:
    """Ten thousand elements in each other neither crash nor hang it."""
    deep = "<div>" * 10_000 + BODY + "</div>" * 10_000
    for html in (page("", deep), page("", "<b><i>" * 10_000 + BODY), "<table><tr><td>" * 10_000):
        try:
            extract(html.encode(), ".html", "https://paper.example/a")
        except Exception as error:  # noqa: BLE001 - a plain line is all that may come of it
            assert type(error).__name__ == "ItemError"  # noqa: PT017
