"""Bytes to text: UTF-8 where it is, another encoding where it can be told, an error where not."""

import codecs
import re

from retrieval.errors import ItemError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_HALF = re.compile(r"[\ud800-\udfff]")
_LOOKED_AT = 200_000  # bytes that are enough to tell an encoding

# What texts were saved in before UTF-8; others are not guessed at.
_COMMONEST = "cp1252"  # wins where the bytes fit others no better
_LEGACY = [_COMMONEST, "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"]
_LEGACY += ["cp1258", "koi8_r", "koi8_u", "cp874", "cp932", "euc_jp", "gb18030", "big5", "cp949"]


def decode(data: bytes, *, markup: bool = False) -> tuple[str, str]:
    """The text, and the encoding it was in (`utf-8` with or without a byte order mark).

    Args:
        data: the whole of a file.
        markup: whether a `charset=` near its top may name the encoding.

    Raises:
        ItemError: it is not text, or in an encoding that cannot be told.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _attempt(data, encoding)
            if text is not None:
                return text, encoding.removesuffix("-sig")
    text = _attempt(data, "utf-8")
    if text is not None:
        return text, "utf-8"
    named = _CHARSET.search(data[:2_000]) if markup else None
    if named:
        text = _attempt(data, named[1].decode("ascii"))
        if text is not None:
            return text, named[1].decode("ascii").lower()
    if b"\x00" in data[:_LOOKED_AT]:
        raise ItemError("is not text")
    guess = _guess(_beginning(data))
    text = _attempt(data, guess) if guess else None
    if text is None:
        raise ItemError("is not text, or in an encoding that cannot be told: save it as UTF-8")
    return text, guess.replace("_", "-")


def _beginning(data: bytes) -> bytes:
    """As much as is looked at, cut between words: half a character would tell nothing."""
    head = data[:_LOOKED_AT]
    if len(head) == len(data):
        return data
    return head[: max(head.rfind(b"\n"), head.rfind(b" ")) + 1] or head


def _guess(data: bytes) -> str:
    """The encoding that these bytes look most like; empty where they look like none."""
    from charset_normalizer import from_bytes

    matches = from_bytes(data, cp_isolation=_LEGACY)
    best = matches.best()
    if best is None:
        return ""
    equal = [match for match in matches if match.chaos <= best.chaos]
    common = any(_COMMONEST in match.could_be_from_charset for match in equal)
    return _COMMONEST if common else best.encoding


def _attempt(data: bytes, encoding: str) -> str | None:
    """The text in that encoding; None where it is none, or where too much of it is no writing."""
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None
    if _HALF.search(text):  # some codecs make half characters, which no file can hold
        return None
    controls = len(_CONTROL.findall(text[:_LOOKED_AT]))
    return text if controls * 100 <= min(len(text), _LOOKED_AT) else None
