"""Text, Markdown and web pages as articles; what cannot be used is told in a line."""

from pathlib import Path

import pytest

from ingest.article import Extracted
from ingest.extract import extract
from ingest.kinds import TEXTS
from retrieval.errors import ItemError
from retrieval.types import Article

URI = "file:///news/2016/The%20Strike.txt"


def one(text: str, kind: str) -> Article:
    """The article in a text that nothing is wrong with."""
    found = extract(text.encode(), kind, URI)
    assert (found.problems, found.notes) == ([], [])
    [article] = found.articles
    return article


def told(text: str, kind: str) -> tuple[Article, list[str]]:
    """The article in a text, and what is wrong with it."""
    found = extract(text.encode(), kind, URI)
    return found.articles[0], found.problems


def test_markdown_with_front_matter() -> None:
    """Every field that is known is taken, under any of its names; the text is what is below."""
    article = one(
        "---\nid: strike-1\nTitle: 'Harbour: the strike'\ndate: 24 August 2016\nsite: The Wire\n"
        "link: https://example.org/a?b=1\nauthors: [Ann Lee, Bo Ek]\nmood: grim\n---\n\n"
        "# Harbour: the strike\n\nThe **harbour** [closed](http://x.org) on\nMonday.\n\n"
        "## Why\n\n- Pay &amp; hours\n- `rules`\n\n> *No*, he said.\n",
        ".md",
    )
    assert article == Article(
        id="strike-1",
        title="Harbour: the strike",
        text="The harbour closed on Monday.\n\nWhy\n\nPay & hours\n\nrules\n\nNo, he said.",
        url="https://example.org/a?b=1",
        published="2016-08-24",
        source="The Wire",
        author="Ann Lee, Bo Ek",
    )


@pytest.mark.parametrize(
    ("front", "title", "text"),
    [
        ("", "Heading", "Body."),
        ("---\ntitle:\n---\n", "Heading", "Body."),
        ("---\ntitle: {a: b}\n---\n", "Heading", "Body."),
        ("---\n---\n", "Heading", "Body."),
        ("---\ntitle: HEADING\n---\n", "HEADING", "Body."),
        ("---\ntitle: Another\n---\n", "Another", "Heading\n\nBody."),
        ("---\nheadline: Another\n...\n", "Another", "Heading\n\nBody."),
    ],
)
def test_a_heading_is_title_or_text(front: str, title: str, text: str) -> None:
    """A first heading becomes the title where there is none, and else stays in the text."""
    article = one(f"{front}# Heading\n\nBody.", ".md")
    assert (article.title, article.text) == (title, text)


def test_markdown_keeps_every_word() -> None:
    """Tables, code, tags and pictures leave their words, comments and scripts leave nothing."""
    text = one(
        "# T\n\n|a|b|\n|-|-|\n|c|d|\n\n```\ncode <here>\n```\n\n<div>tag</div><!-- x -->\n\n"
        "![the mole](m.png)\n\n<script>alert(1)</script>\n\nline one  \nline two\n\n"
        "<p>open\n\n<!-- never closed\n\nlost",
        ".md",
    ).text
    blocks = ["a", "b", "c", "d", "code <here>", "tag", "the mole", "line one\nline two", "open"]
    assert text == "\n\n".join(blocks)


def test_text_with_header_lines() -> None:
    """Lines such as `Title: ...` up to a blank one are fields; without a title they are text."""
    article = one("Title: Strike\r\nBy: x\r\n", ".txt")
    assert article.text == "Title: Strike\nBy: x"
    head = "TITLE: Strike\nSource: The Wire\nURL: https://x.org/\nDate: 2016-08-24T10:00:00Z\n"
    article = one(f"{head}\n\nThe harbour closed.\n\nTitle: no field", ".txt")
    assert (article.title, article.source, article.url) == ("Strike", "The Wire", "https://x.org/")
    assert article.published == "2016-08-24T10:00:00Z"
    assert article.text == "The harbour closed.\n\nTitle: no field"
    assert one("Source: a man in the harbour\n\nSaid it.", ".txt").text.startswith("Source: a man")


def test_text_without_header_lines() -> None:
    """A short first line alone is the title and stays in the text; else the first words are."""
    article = one("Harbour closes\n\nThe harbour closed on Monday.\r\rIt rained.", ".txt")
    assert article.title == "Harbour closes"
    assert article.text == "Harbour closes\n\nThe harbour closed on Monday.\n\nIt rained."
    assert one("The harbour closed.\n\nIt rained.", ".txt").title == "The harbour closed."
    long = one("word, " * 60, ".txt").title
    assert long.startswith("word, word")
    assert long.endswith("word …")
    assert len(long) < 130


def test_a_web_page() -> None:
    """The article alone is taken of a page, with its title, day, author, source and address."""
    body = "".join(f"<p>Paragraph {n} tells of the harbour, and at length.</p>" for n in range(9))
    article = one(
        '<!doctype html><html lang="en"><head><title>Strike | Wire</title>'
        '<meta property="og:title" content="Harbour strike"><meta name="author" content="Ann Lee">'
        '<meta property="og:site_name" content="The Wire">'
        '<meta property="article:published_time" content="2016-08-24">'
        '<link rel="canonical" href="https://example.org/strike"></head><body>'
        f"<nav><a href='/'>Home</a></nav><article><h1>Harbour strike</h1>{body}</article>"
        "<footer>All rights reserved</footer><script>track()</script></body></html>",
        ".html",
    )
    assert (article.title, article.author, article.source) == (
        *("Harbour strike", "Ann Lee"),
        "The Wire",
    )
    assert (article.url, article.published) == ("https://example.org/strike", "2016-08-24")
    parts = article.text.split("\n\n")
    assert parts[-9:] == [f"Paragraph {n} tells of the harbour, and at length." for n in range(9)]
    assert "rights" not in article.text
    assert "track" not in article.text


def test_an_id_is_the_same_in_every_run() -> None:
    """Without an id an article is named by its file, and another file gives another id."""
    first, again = one("Words.", ".txt"), one("Other words.", ".txt")
    assert first.id == again.id
    assert first.id.startswith("the-strike-")
    other = extract(b"Words.", ".txt", URI.replace("2016", "2017")).articles[0]
    assert other.id != first.id
    assert extract(b"Words.", ".txt", "file:///%FF").articles[0].id.startswith("article-")


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ("date: August", "its date 'August' cannot be used (the date is incomplete"),
        ("date: 2016-13-45", "its date '2016-13-45' cannot be used ("),
        ("date: yesterday", "its date 'yesterday' cannot be used (no date was recognised)"),
        ("url: javascript:alert(1)", "its url is no web address: stored without it"),
        ("url: https://a b", "its url is no web address: stored without it"),
        ("a: [", "its front matter is no YAML, line 3: stored without it"),
        ("a: '\\", "its front matter is no YAML, line 3: stored without it"),
        ('a: "\\UFFFFFFFF"', "its front matter is no YAML: stored without it"),
        ("[" * 600, "its front matter is no YAML: stored without it"),
        ("a: *none", "its front matter is no YAML, line 2: stored without it"),
        ("- a\n- b", "its front matter names no fields"),
    ],
)
def test_a_field_that_cannot_be_used_is_told(fields: str, problem: str) -> None:
    """A bad date, address or front matter costs itself alone, and one line says so."""
    article, problems = told(f"---\n{fields}\n---\nThe body.", ".md")
    assert article.text == "The body."
    assert (article.published, article.url) == (None, None)
    [line] = problems
    assert line.startswith(problem)
    assert "\n" not in line


def test_front_matter_cannot_unfold_without_end() -> None:
    """A few lines of YAML that name each other do not become gigabytes."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    front = "\n".join([*lines, "title: *a11", "author: *a11", "id: *a11"])
    article, problems = told(f"---\n{front}\n---\nThe body.", ".md")
    assert (article.title, article.author, problems) == ("The body.", None, [])


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe \x00"])
def test_an_empty_file_is_told(kind: str, data: bytes) -> None:
    """A file without a letter in it, with a byte order mark or not, says that it is empty."""
    with pytest.raises(ItemError, match=r"^is empty$"):
        extract(data, kind, URI)


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("---\ntitle: T\n---\n", ".md", "has no text"),
        ("<!-- nothing -->", ".md", "has no text"),
        ("Title: T\n\n", ".txt", "has no text"),
        ("<html><body></body></html>", ".html", "is a web page without an article's text"),
        ("<" * 9_999, ".html", "is a web page without an article's text"),
        ("<div>" * 99_999, ".html", "is a web page without an article's text"),
    ],
)
def test_a_file_without_an_article_is_told(text: str, kind: str, message: str) -> None:
    """Headers, tags or comments alone make no article."""
    with pytest.raises(ItemError) as error:
        extract(text.encode(), kind, URI)
    assert str(error.value) == message


@pytest.mark.parametrize("kind", TEXTS)
def test_a_wrong_encoding_is_noted(kind: str) -> None:
    """What is not UTF-8 is read where it can be told, and a note says as what."""
    text = "Le café était fermé à Genève, où l’été fut très long cette année-là. " * 9
    if kind.startswith(".json"):
        text = f'{{"id": "1", "text": "{text}"}}'
    if kind == ".html":
        text = f"<html><body><article><p>{text}</p></article></body></html>"
    found: Extracted = extract(text.encode("cp1252"), kind, URI)
    assert "café était fermé à Genève, où l’été" in found.articles[0].text
    assert found.notes == ["is not UTF-8: read as cp1252"]
    assert found.problems == []


def test_the_examples_are_read_without_a_word() -> None:
    """Each example article has a title, a date and a source."""
    folder = Path(__file__).parents[2] / "examples" / "articles"
    for file in sorted(folder.iterdir()):
        found = extract(file.read_bytes(), file.suffix, file.as_uri())
        assert (found.problems, found.notes) == ([], [])
        for article in found.articles:
            assert all([article.title, article.text, article.published, article.source])
