"""Where paragraphs and sentences of a text begin and end, in characters."""

import re

import sentencex

Stretch = tuple[int, int]
_BLANK = re.compile(r"\n[^\S\n]*\n\s*")
_ENDED = re.compile(r"[.!?…][\"'”’)\]]*$")
_REACH = 2_000  # characters: no sentence is looked for further away
_WRAPPED = 100  # characters: text that was wrapped by hand has no line longer than this


def paragraphs(text: str) -> list[Stretch]:
    """The paragraphs, trimmed and in order.

    A blank line ends one. So does any line break where lines are longer than people wrap them.
    """
    found: list[Stretch] = []
    for start, end in _between(text, 0, len(text), _BLANK):
        block = text[start:end]
        if max(map(len, block.split("\n"))) > _WRAPPED:
            found += _between(text, start, end, re.compile(r"\n"))
        else:
            found.append((start, end))
    return [stretch for a, b in found if (stretch := _trim(text, a, b))]


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Stretch]:
    """The sentences of `text[start:end]`, trimmed and in order; none crosses a paragraph's end."""
    end = len(text) if end is None else end
    found: list[Stretch] = []
    for a, b in paragraphs(text[start:end]):
        block = text[start + a : start + b]
        for boundary in sentencex.get_sentence_boundaries("en", block):
            first = start + a + boundary["start_index"]
            stretch = _trim(text, first, start + a + boundary["end_index"])
            if stretch:
                found.append(stretch)
    return found


def whole_sentences(text: str, start: int, end: int) -> list[Stretch]:
    """The sentences that reach into `text[start:end]`, in order, each to its own ends."""
    first = start if _is_edge(text, start) else max(text.rfind("\n", 0, start), start - _REACH, 0)
    last = end if _is_edge(text, end) else (text.find("\n", end, end + _REACH) + 1 or end + _REACH)
    return [(a, b) for a, b in sentences(text, first, last) if b > start and a < end]


def sentence_before(text: str, at: int) -> Stretch | None:
    """The sentence that ends before `at` in the same paragraph, or None."""
    first = max(at - _REACH, 0)
    blocks = paragraphs(text[first : at + 1])
    if not blocks or first + blocks[-1][1] <= at:
        return None
    earlier = sentences(text, first + blocks[-1][0], at)
    return earlier[-1] if earlier else None


def _is_edge(text: str, at: int) -> bool:
    """Whether no sentence goes on across this place."""
    before = text[max(at - _REACH, 0) : at]
    left, gap = before.rstrip(), before[len(before.rstrip()) :]
    gap += text[at : at + 2]
    return not left or "\n" in gap or bool(_ENDED.search(left))


def _between(text: str, start: int, end: int, break_: re.Pattern[str]) -> list[Stretch]:
    found, at = [], start
    for match in break_.finditer(text, start, end):
        found.append((at, match.start()))
        at = match.end()
    return [*found, (at, end)]


def _trim(text: str, start: int, end: int) -> Stretch | None:
    """The stretch without white space around it; None where nothing is left."""
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    end = start + len(part.strip())
    return (start, end) if start < end else None
