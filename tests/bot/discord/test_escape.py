"""Hostile text on its way to Discord: it formats nothing, links nowhere, pings nobody, and fits."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clean import clean
from bot.discord.escape import LIMIT, escape, link, pack, pieces, size

ACTIVE = st.text() | st.text(
    st.sampled_from("ab1. @<>#*_~`|[]()\\:/-+=\n\u200b\u202e\ud800🙂é&!?^{}"),
    max_size=300,
)
WORDS = st.lists(
    st.sampled_from(
        [
            *("@everyone", "@here", "<@123456789012345678>", "<@&1>", "<#1>", "```", "||", "[1]"),
            *("https://a.b", "discord.gg/x", ":smile:", "[x](http://y)", "# ", "> ", "1. ", "- "),
            *("<t:1>", "**", "</ask:1>", "word", "\n", "x" * 2100, "🙂" * 900, "\\", "~~", "-# "),
            *(">>> ", "__"),
        ]
    ),
    max_size=20,
).map(" ".join)
PINGS = re.compile(r"@(?:everyone|here)|<@[!&]?\d+>")  # what Discord looks for, escaped or not
BARE = re.compile(r"(?<!\\)(?:\\\\)*([*_~`|<\[\]])")  # a mark that is not escaped


def unescaped(text: str) -> str:
    """The text as Discord shows it."""
    return re.sub(r"\\(.)", r"\1", text.replace("@\u200b", "@"))


@settings(deadline=None)
@given(ACTIVE | WORDS)
def test_escaped_text_does_nothing(text: str) -> None:
    """No mark is left unescaped, nothing pings, and Discord shows the very words."""
    escaped = escape(text)
    assert not BARE.search(escaped)
    assert not PINGS.search(escaped)
    assert not re.search("https?://", escaped)
    assert "\n" not in escaped
    assert not re.match(r"[-+=>#]|\d+[.)]", escaped)
    assert unescaped(escaped).split() == clean(unescaped_input(text)).split()


def unescaped_input(text: str) -> str:
    """The text with what cannot be sent replaced, as `escape` does."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain words, U.S. at 12:30", "plain words, U.S. at 12:30"),
        ("1945. The war", "1945\\. The war"),
        ("- no list", "\\- no list"),
        ("*bold* _it_ `c` ||s||", "\\*bold\\* \\_it\\_ \\`c\\` \\|\\|s\\|\\|"),
        ("https://x.y", "https\\://x.y"),
        ("see [1]", "see \\[1\\]"),
        (":smile:", "\\:smile:"),
        ("discord.gg/abc", "discord\\.gg/abc"),
    ],
)
def test_examples(text: str, escaped: str) -> None:
    """What is escaped, and what is left readable."""
    assert escape(text) == escaped


@settings(deadline=None)
@given(ACTIVE | WORDS, st.integers(40, LIMIT))
def test_pieces_fit(text: str, limit: int) -> None:
    """Every piece fits, no escaped character is cut, and all words are there in their order."""
    found = pieces(f"{escape(text)} [1][2]", limit)
    assert all(0 < size(piece) <= limit or not piece for piece in found)
    for piece in found:
        assert not re.search(r"(?<!\\)(?:\\\\)*\\$", piece)
        assert not re.match(r"[-+=>#]|\d+[.)]", piece)
    shown = "".join(unescaped(piece) for piece in found)
    whole = clean(unescaped_input(text))
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", f"{whole}[1][2]")
    assert "[1][2]" in found[-1]


@settings(deadline=None)
@given(st.lists(ACTIVE | WORDS, max_size=20))
def test_packed_lines_fit(texts: list[str]) -> None:
    """Messages are never too long and never empty."""
    for message in pack([escape(text) for text in texts]):
        assert 0 < size(message) <= LIMIT
        assert message.strip()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://x.y/a(b)", "[t](<https://x.y/a%28b%29>)"),
        ("https://x.y/<script>", "[t](<https://x.y/%3Cscript%3E>)"),
        ("javascript:alert(1)", "t"),
        ("https://", "t"),
        (None, "t"),
        ("https://x.y/" + "a" * 1000, "t"),
    ],
)
def test_links(url: str | None, shown: str) -> None:
    """A link is made of a web address alone, which cannot leave its brackets."""
    assert link("t", url) == shown
