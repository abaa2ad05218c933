"""Hostile text comes out harmless, and no word is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bot.clean import clean, pad, shorten, whole, wrap
from tests.bot.hostile import HOSTILE, harmless


@given(HOSTILE)
def test_nothing_that_acts_comes_out(text: str) -> None:
    """Whatever goes in, one line of visible characters comes out, and it stays as it is."""
    assert harmless(clean(text))
    assert clean(clean(text)) == clean(text)


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"], max_codepoint=0x24F)))
def test_words_stay_as_they_are(text: str) -> None:
    """Of plain text, only the white space changes."""
    assert clean(text) == " ".join(text.replace("\u034f", "").split())


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("a \x1b[31mred\x1b[0m word", "a red word"),
        ("\x1b]0;title\x07rest", "]0;titlerest"),
        ("\x9b2Jgone", "gone"),
        ("over\x08\x08write", "overwrite"),
        ("line\r\nbreak\u2028again", "line break again"),
        ("user\u202egnp.exe", "usergnp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🚒", "👩\u200d🚒"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\U000e0041\U000e0042tag", "tag"),
        ("private \ue000, none \ufffe, half \ud800", "private \ufffd, none \ufffd, half \ufffd"),
        ("[bold]markup[/bold]", "[bold]markup[/bold]"),
        (" \u200b \u200b ", ""),
    ],
)
def test_known_tricks(hostile: str, shown: str) -> None:
    """Escapes, overrides and unseen characters go; joiners and look-alike markup stay."""
    assert clean(hostile) == shown


@given(HOSTILE, st.integers(10, 90))
def test_wrapping_only_breaks_at_spaces(text: str, width: int) -> None:
    """Joined again, the lines are the text; a line is too long only where one word is."""
    lines = wrap(text, width, "  ")
    assert " ".join(line.removeprefix("  ") for line in lines) == clean(text)
    assert all(cell_len(line) <= width or " " not in line[2:] for line in lines)


@given(HOSTILE, st.integers(2, 40))
def test_cut_text_fits(text: str, width: int) -> None:
    """A cut or filled text has the columns it is to have."""
    assert cell_len(shorten(text, width)) <= width
    assert cell_len(pad(text, width)) == width


@given(HOSTILE)
def test_half_characters_go(text: str) -> None:
    """What models and files are given can be encoded."""
    assert "\ufffd" in whole(text + "\ud800")
    whole(text).encode()
