"""Pure: hostile text made harmless for a terminal, and wrapped. Nothing is worded otherwise.

Articles and questions may hold anything: escape sequences that repaint the screen, characters that
turn the direction of reading, characters that nobody sees. None of them comes out of here.
"""

import re
import unicodedata
from functools import lru_cache

from rich.cells import cell_len

# A colour or a movement of the cursor goes whole; of any other sequence only the control character
# goes and the rest stays to be seen: text that hides words would be worse.
_CSI = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]")
_JOINERS = "\u200c\u200d"  # Persian, the scripts of India and emoji cannot be written without them
_LOOSE = re.compile(rf"(?<!\S)[{_JOINERS}]+")  # with nothing before it to join
# Format characters that are seen: the number signs of Arabic, Syriac and Kaithi.
_SEEN = {*map(chr, range(0x600, 0x606)), *"\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"}
# Characters of other kinds that are as wide as nothing, or blank without being a space.
_UNSEEN = {*"\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"}
_IGNORABLE = (range(0x2060, 0x2070), range(0xFFF0, 0xFFFC), range(0xE0000, 0xE0100))
_UNKNOWN = "\ufffd"
_FINE = re.compile(r"[\x20-\x7e]*")


def clean(text: str) -> str:
    """The text in one line: every run of white space one space, nothing that acts or hides."""
    text = " ".join(_CSI.sub("", text).split())
    if _FINE.fullmatch(text):
        return text
    # Once more white space: what hid between two spaces is gone now.
    return " ".join(_LOOSE.sub("", "".join(map(_harmless, text))).split())


@lru_cache(maxsize=4096)
def _harmless(char: str) -> str:
    """The character, or what stands in its place."""
    if char in _JOINERS or char in _SEEN:
        return char
    code, kind = ord(char), unicodedata.category(char)
    if kind in {"Cc", "Cf"} or char in _UNSEEN or any(code in known for known in _IGNORABLE):
        return ""
    if kind in {"Cs", "Co"} or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:  # noqa: PLR2004
        return _UNKNOWN
    return char


def wrap(text: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    """The cleaned text in lines of at most `width` columns, at spaces alone.

    A word that is longer keeps its line: an address can then be copied, and a script without
    spaces is left to the terminal. `first` and `rest` are put before the lines (default: alike).
    """
    lines, line = [], first
    rest = first if rest is None else rest
    empty = True
    for word in clean(text).split(" "):
        if not empty and cell_len(line) + 1 + cell_len(word) > width:
            lines.append(line)
            line, empty = rest, True
        line += word if empty else f" {word}"
        empty = False
    return [*lines, line]


def whole(text: str) -> str:
    """The text with U+FFFD for every half character, which no model and no file can take."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def shorten(text: str, width: int) -> str:
    """The cleaned text, cut to `width` columns."""
    text = clean(text)
    if cell_len(text) <= width:
        return text
    while cell_len(text) > width - 1:
        text = text[: -max((cell_len(text) - width) // 2, 1)]
    return text.rstrip() + "…"


def pad(text: str, width: int) -> str:
    """The cleaned text, cut or filled to exactly `width` columns."""
    text = shorten(text, width)
    while cell_len(text) < width:  # one by one: a joiner at its end takes the first in
        text += " "
    return text
