"""Where paragraphs and sentences of a text begin and end, in characters."""

import re

import sentencex

Stretch = tuple[int, int]
_BLANK = re.compile(r"\n[^\S\n]*\n\s*")
_REACH = 2_000  # characters: no sentence is looked for further away
# "at 8:53 p.m. Pacific time" goes on after the full stop.
_HOUR = re.compile(r"\b[ap]\.m\.\s*\Z")
_ZONE = re.compile(r"\s*(?:[A-Z][a-z]+ [Tt]ime\b|[A-Z]{2,3}T\b|GMT\b|UTC\b)")
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
        goes_on = False
        for boundary in sentencex.get_sentence_boundaries("en", block):
            stretch = _trim(block, boundary["start_index"], boundary["end_index"])
            if not stretch:
                continue
            first = found.pop()[0] if goes_on else start + a + stretch[0]
            found.append((first, start + a + stretch[1]))
            goes_on = bool(_HOUR.search(block, *stretch) and _ZONE.match(block, stretch[1]))
    return found


def whole_sentences(text: str, start: int, end: int) -> list[Stretch]:
    """The sentences that reach into `text[start:end]`, in order, each to its own ends."""
    return [(a, b) for a, b in sentences(text, *_around(text, start, end)) if b > start and a < end]


def sentence_before(text: str, at: int) -> Stretch | None:
    """The sentence that ends before `at` in the same paragraph, or None."""
    first, last = _around(text, at, at)
    blocks = [(first + a, first + b) for a, b in paragraphs(text[first:last])]
    start = next((a for a, b in blocks if a <= at < b), at)
    earlier = [(a, b) for a, b in sentences(text, first, last) if start <= a and b <= at]
    return earlier[-1] if earlier else None


def _around(text: str, start: int, end: int) -> Stretch:
    """The stretch made longer to where no sentence goes on: a blank line, or out of reach."""
    reach = max(start - _REACH, 0)
    before = [match.end() for match in _BLANK.finditer(text, reach, start)]
    after = _BLANK.search(text, end, end + _REACH)
    return (before[-1] if before else reach), (after.start() if after else end + _REACH)


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
