"""Bytes to text: every encoding that can be told is read, and the others are named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decode import decode
from retrieval.errors import ItemError

_TOLD = [
    ("cp1252", "Le café était fermé à Genève, où l’été fut long."),
    ("cp1252", "Många människor på gatan såg när båten sjönk utanför Göteborg."),
    ("cp1252", "The minister said: “We can’t wait — São Paulo needs help.”"),
    ("cp1252", "Café"),
    (
        "cp1250",
        "Żołnierze weszli do miasta w środę. Władze ogłosiły, że ewakuacja ludności zakończy się, ale ludzie już uciekają.",
    ),
    ("cp1251", "Москва приняла решение о переговорах. Встреча состоится в Женеве."),
    ("koi8-r", "Москва приняла решение о переговорах. Встреча состоится в Женеве."),
    ("cp932", "東京で会議が開かれた。大臣は水曜日に話し合いを続けると述べた。"),
    ("gb18030", "北京今天举行会议。部长表示谈判将于周三在日内瓦继续进行。"),
    ("cp949", "서울에서 회의가 열렸다. 장관은 수요일에 협상이 계속될 것이라고 말했다."),
]


@given(st.text())
def test_utf8_is_read_as_it_is(text: str) -> None:
    """UTF-8 comes back to the character, with a byte order mark before it or not."""
    if "\x00" in text or sum(not c.isprintable() for c in text) * 100 > len(text):
        text = "words"
    text = text.lstrip("\ufeff")
    assert decode(text.encode()) == (text, "utf-8")
    assert decode(text.encode("utf-8-sig")) == (text, "utf-8")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_byte_order_mark_tells(encoding: str) -> None:
    """A file that begins with the mark of an encoding is read by it."""
    assert decode("Düsseldorf, 東京".encode(encoding)) == ("Düsseldorf, 東京", encoding)


@pytest.mark.parametrize(("encoding", "text"), _TOLD)
def test_other_encodings_are_told_by_their_letters(encoding: str, text: str) -> None:
    """A sentence or two in the encodings of old is enough to read them to the character."""
    assert decode(text.encode(encoding)) == (text, encoding)
    for before in ("", " "):  # the part that is looked at ends within a character, or does not
        long = before + f"{text}\n" * 9_999
        assert decode(long.encode(encoding))[0] == long


def test_a_page_may_name_its_encoding() -> None:
    """In markup `charset=` is believed before letters are counted, but not against UTF-8."""
    page = '<meta charset="iso-8859-7"><p>Αθήνα</p>'
    assert decode(page.encode("iso-8859-7"), markup=True) == (page, "iso-8859-7")
    assert decode(page.encode(), markup=True) == (page, "utf-8")
    for lie in ("no-such-thing", "rot13", "hex", "utf-8"):
        wrong = f"<meta charset={lie}><p>{_TOLD[0][1]}</p>"
        assert decode(wrong.encode("cp1252"), markup=True) == (wrong, "cp1252")


@pytest.mark.parametrize("codec", ["unicode_escape", "raw_unicode_escape"])
def test_no_half_characters_come_of_a_named_codec(codec: str) -> None:
    """A page that names a codec of Python's own does not smuggle in what no file can hold."""
    text, encoding = decode(f"<meta charset={codec}> \\ud800 é".encode("latin-1"), markup=True)
    assert encoding == "cp1252"
    text.encode()


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9,
        bytes(range(256)),
        "No mark before it".encode("utf-16-le"),
        b"\xff\xfe\x00",
        b"\x01\x02\x03\x04" * 99,
        b"PK\x03\x04" + b"\x00" * 99,
    ],
)
def test_what_is_no_text_is_told(data: bytes) -> None:
    """Pictures, archives and the like are refused in one plain line."""
    with pytest.raises(ItemError, match=r"^is not text"):
        decode(data)
