"""Emails, zipped folders, JSON exports: what is read of each, and what is told."""

import json
from email.message import EmailMessage

import pytest

from ingest import zipped
from ingest.extract import extract
from retrieval.errors import ItemError
from retrieval.types import Article
from tests.ingest.material import zip_of

URI = "file:///news/a"


def one(data: bytes, kind: str) -> Article:
    """The only article in it."""
    [article] = extract(data, kind, URI + kind).articles
    return article


def mail(text: str, *, html: str = "") -> EmailMessage:
    """An email."""
    made = EmailMessage()
    made["Subject"], made["From"] = "Ein Büdget", "Ann Lee <ann@paper.example>"
    made["Date"] = "Mon, 02 Nov 2026 09:30:00 +0100"
    if text:
        made.set_content(text)
    if html:
        made.set_content(html, subtype="html")
    return made


def test_mail() -> None:
    """Subject, sender, hour and text; attachments are left out, which is told."""
    made = mail("The council approved it.\n")
    made.add_attachment(b"film", maintype="video", subtype="mp4", filename="a.mp4")
    found = extract(made.as_bytes(), ".eml", URI)
    [it] = found.articles
    assert (it.title, it.author, it.source) == ("Ein Büdget", "Ann Lee", "paper.example")
    assert (it.published, it.text) == ("2026-11-02T09:30:00+01:00", "The council approved it.")
    assert found.notes == ["its 1 attachments are left out"]
    it = one(mail("", html="<p>One &amp; all.</p><p>Two.</p><script>x</script>").as_bytes(), ".eml")
    assert it.text == "One & all.\n\nTwo."
    for data in (b"no mail", b"Subject: x\n\n", b"\0\xff"):
        with pytest.raises(ItemError):
            extract(data, ".eml", URI)


def test_zip() -> None:
    """Every file in it is read; what cannot be is told by its name; its articles have ids of their own."""
    data = zip_of(
        {
            "a.txt": "Words of a.",
            "sub/b.html": "<html><body><p>Words of b, which is a page.</p></body></html>",
            "c.jsonl": '{"id": "c", "text": "Words of c."}\n{"id": 1}',
            "d.jsonl": '{"id": "c", "text": "Other words."}',
            "empty.txt": "",
            "e.mp4": "film",
            ".hidden/f.txt": "x",
            "__MACOSX/g.txt": "x",
            "inner.zip": zip_of({"h.txt": "x"}),
        }
    )
    found = extract(data, ".zip", URI)
    assert [it.text for it in found.articles] == [
        *("Words of a.", "Words of b, which is a page.", "Words of c."),
    ]
    assert len({it.id for it in found.articles}) == 3
    assert found.problems == [
        'c.jsonl: line 2 has no "text": left out',
        "d.jsonl: the id 'c' is that of an article in c.jsonl already: left out",
        "empty.txt: is empty",
    ]


def test_zip_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken, locked, without anything to read, or far too large."""
    locked = bytearray(zip_of({"a.txt": "x"}))
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        locked[locked.find(mark) + at] |= 1
    assert extract(bytes(locked), ".zip", URI).problems == ["a.txt: is locked with a password"]
    for data, why in (
        (b"PK nothing", "cannot be read as a zip"),
        (zip_of({"a.mp4": "x"}), "no file"),
    ):
        with pytest.raises(ItemError, match=why):
            extract(data, ".zip", URI)
    monkeypatch.setattr(zipped, "_UNPACKED", 20)
    monkeypatch.setattr(zipped, "_MEMBERS", 2)
    found = extract(zip_of({"a.txt": "x" * 15, "b.txt": "x" * 15, "c.txt": "x"}), ".zip", URI)
    assert len(found.articles) == 1
    assert [it.partition(" ")[0] for it in found.problems] == ["holds", "b.txt:"]


@pytest.mark.parametrize(
    "value",
    [
        [{"id": 7, "title": "T", "text": "Words."}],
        {"articles": [{"id": "7", "headline": "T", "articleBody": "Words."}, 3]},
        {
            "status": "ok",
            "response": {
                "results": [{"id": "7", "webTitle": "T", "fields": {"bodyText": "Words."}}]
            },
        },
        [{"id": 7, "title": {"rendered": "T"}, "content": {"rendered": "<p>Words.</p>"}}],
        {"id": "7", "title": "T", "text": "Words."},
    ],
)
def test_exports(value: object) -> None:
    """However the program that wrote it names things, and wherever in it the articles are."""
    [it] = extract(json.dumps(value).encode(), ".json", URI).articles
    assert (it.id, it.title, it.text) == ("7", "T", "Words.")


def test_an_export_in_full() -> None:
    """Names, dates and addresses in their many forms; what is no article is told."""
    listed = [
        {
            "url": "https://x.example/a", "name": "T", "body": "<p>One.</p><p>Two.</p>",
            "publishedAt": "2026-11-02T09:30:00Z", "publisher": {"name": "The Paper"},
            "author": [{"name": "Ann"}, "Bo"], "inLanguage": "en",
        },
        {"url": "https://x.example/a", "text": "Again."},
        {"title": "No text"},
        {"title": "No id", "text": "Words."},
    ]  # fmt: skip
    found = extract(json.dumps({"items": listed}).encode(), ".json", URI)
    first, last = found.articles
    assert (first.text, first.source, first.author) == ("One.\n\nTwo.", "The Paper", "Ann, Bo")
    assert (first.published, first.language) == ("2026-11-02T09:30:00Z", "en")
    assert last.title == "No id"
    assert [it[:9] for it in found.problems] == ["article 2", "article 3"]
    for data in (b"[]", b"3", b"{", b'{"a": 1}', b"[" * 10_000):
        with pytest.raises(ItemError):
            extract(data, ".json", URI)
