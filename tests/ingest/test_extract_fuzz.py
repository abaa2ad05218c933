"""Whatever a file holds, reading it gives articles that can be stored, or one plain line."""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingest.extract import extract
from ingest.kinds import TEXTS
from ingest.plan import fingerprint
from retrieval.dates import to_epoch
from retrieval.errors import ItemError
from retrieval.types import Article

_TAGS = (
    "<p>|</p>|<html>|</html>|<body>|<article>|<div>|<!--|-->|<script>|</script>|<?php|"
    "<![CDATA[|&#xD800;|&amp;|<table><tr><td>|<meta charset=utf-16>|"
    '<meta charset="shift_jis">|<meta property="article:published_time" content="|">|'
    "<title>|<time datetime=|http://x.org/|http://[::1|<base href=//[>|"
    "<link rel=canonical href='http://['>|"
    '<script type="application/ld+json">{"@type":"NewsArticle","author":[1]}</script>'
)
_JSON = '{|}|[|]|"id":|"text":|"published":|"url":|"\\ud800"|"x"|1e999|NaN|:|,'
_MARKS = (
    "---\n|...\n|title: |Title: x\n|id: 1\n|date: |# |* |> |```|`|_|~|\\|'|&a|*a|!!binary |"
    '<<: |? |"\\UFFFFFFFF"'
)
_OTHERS = (
    "2016-08-24|2016-13-45T99:99|August|03/04/2016|\n\n|\n|\r\n|"
    "words of an article that is read here. |\x00|\x1b|\ufeff|\u2028|é|東京|😀"
)
_pieces = f"{_TAGS}|{_JSON}|{_MARKS}|{_OTHERS}".split("|")
_soup = st.lists(st.sampled_from(_pieces) | st.text(max_size=8), max_size=30).map("".join)
_encodings = st.sampled_from(["utf-8", "utf-16", "utf-8-sig", "cp1252", "shift_jis", "koi8-r"])
_WORDS = "<p>words of an article that is read here, with commas. </p>" * 8
_page = _soup.map(lambda s: f"<html><head>{s}</head><body><article>{_WORDS}{s}</article></html>")
_texts = st.builds(lambda text, encoding: text.encode(encoding, "replace"), _soup, _encodings)
_spoilt = st.builds(
    lambda text, at, junk: text.encode("utf-8", "replace")[:at] + junk,
    _soup,
    st.integers(0, 99),
    st.binary(max_size=20),
)
_anything = (
    st.binary(max_size=300) | _texts | _spoilt | _page.map(lambda s: s.encode("utf-8", "replace"))
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=_anything, kind=st.sampled_from([*TEXTS, ".eml", ".zip"]))
@example(data=b"<html><head><!-- never closed", kind=".md")
@example(data=b"</html><!-- below the page -->", kind=".md")
@example(data=b"<!-- x -->\x08" + b"words " * 99, kind=".md")
@example(data=b"> " * 2_000 + b"deep", kind=".md")
@example(data=b"---\ntitle: &a [*a]\n---\nx", kind=".md")
@example(data=b'{"id": "1", "text": "x", "published": "0001-01-01T00:00+14:00"}', kind=".jsonl")
@example(data="—".encode() * 200, kind=".txt")
def test_anything_is_read_or_told(data: bytes, kind: str) -> None:
    """No bytes of any kind end a run: what comes of them can be stored, or a line tells why not."""
    try:
        found = extract(data, kind, "file:///a/b%FF.md")
    except ItemError as error:
        found, lines = None, [str(error)]
    else:
        lines = found.problems + found.notes
    for article in found.articles if found else ():
        _can_be_stored(article, kind)
    for line in lines:
        assert line.encode()
        assert "\n" not in line


def _can_be_stored(article: Article, kind: str) -> None:
    assert article.id
    assert article.title.strip()
    assert article.text.strip()
    assert fingerprint(article)
    assert repr(article).encode()
    assert article.published is None or isinstance(to_epoch(article.published), int)
    for field in (article.url, article.source, article.author):
        assert field is None or field == " ".join(field.split()) != ""
    if kind not in {".jsonl", ".json"}:
        assert article.text == article.text.strip()
        assert article.title == " ".join(article.title.split())
