"""Pure: text made so that Discord shows it and does nothing else, and cut to Discord's size.

Discord counts characters; we count UTF-16 units, of which there are never fewer.
"""

import re

from bot.clean import clean, whole

LIMIT = 2_000  # of one message
_BLANK = "\u200b"  # between @ and everyone: what pings does not stand there any more
_EVERYONE = re.compile(r"@(?=everyone|here)")
# Marks of format and of mentions; what would be a link, an emoji's name or an invitation.
_ACTIVE = re.compile(r"[\\*_~`|<\[\]@]|:(?=//|[\w+~-]{1,64}:)|\.(?=gg/)")
_FIRST = re.compile(r"[-+=>#]|\d+(?=[.)])")  # what makes a list, a quote or a heading at the start
_ATOM = re.compile(r"\\.|\[\d+\]|.", re.DOTALL)  # what is never cut in two
_ADDRESS = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
_LONGEST_ADDRESS = 900
_IN_ADDRESS = {ord(char): f"%{ord(char):02X}" for char in '<>()[]\\"`*|@ '}


def size(text: str) -> int:
    """How much of a message the text takes, in UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text)


def escape(text: str) -> str:
    """The text in one line, so that it cannot format, link or ping, wherever it is put."""
    text = _EVERYONE.sub(f"@{_BLANK}", clean(whole(text)))
    return _started(_ACTIVE.sub(r"\\\g<0>", text))


def _started(escaped: str) -> str:
    """Escaped text that may stand at the start of a line."""
    first = _FIRST.match(escaped)
    if first is None:
        return escaped
    if first[0].isdigit():
        return f"{first[0]}\\{escaped[first.end() :]}"
    return f"\\{escaped}"


def link(label: str, url: str | None) -> str:
    """The escaped label, a link where there is a web address that Discord can take."""
    address = "".join(clean(url or "").split()).translate(_IN_ADDRESS)
    if not label or not _ADDRESS.match(address) or size(address) > _LONGEST_ADDRESS:
        return label
    return f"[{label}](<{address}>)"


def pieces(text: str, limit: int = LIMIT) -> list[str]:
    """Escaped text in pieces of at most that size: at spaces, or within a word that is longer.

    Nothing is cut in the middle of an escaped character or of a number in brackets.
    """
    found: list[str] = []
    piece, used = "", 0
    for word in text.split(" "):
        needed = size(word)
        if used and used + 1 + needed <= limit:
            piece, used = f"{piece} {word}", used + 1 + needed
            continue
        if used:
            found.append(piece)
        word = _started(word) if found else word  # noqa: PLW2901
        *full, piece = _atoms(word, limit) if needed + 1 > limit else [word]
        found += full
        used = size(piece)
    return [*found, piece]


def _atoms(word: str, limit: int) -> list[str]:
    """A long word in pieces, each a bit shorter than the limit so that its start can be escaped."""
    found: list[str] = []
    piece, used = "", 0
    for atom in _ATOM.findall(word):
        needed = size(atom)
        if used + needed >= limit:
            found.append(piece)
            piece = _started(atom)
            used = size(piece)
        else:
            piece, used = piece + atom, used + needed
    return [*found, piece]


def pack(lines: list[str], limit: int = LIMIT) -> list[str]:
    """Lines put together to messages of at most that size; a line that is longer is cut first."""
    found: list[str] = []
    message = ""
    for line in lines:
        mark = "> " if line.startswith("> ") else ""
        for piece in pieces(line.removeprefix(mark), limit - len(mark)):
            joined = f"{message}\n{mark}{piece}" if message else f"{mark}{piece}"
            if size(joined) > limit:
                found.append(message.strip("\n"))
                joined = f"{mark}{piece}"
            message = joined
    found.append(message.strip("\n"))
    return [part for part in found if part.strip()]
