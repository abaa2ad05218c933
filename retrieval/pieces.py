"""Pure: a drafted sentence cut into pieces, each of which one sentence of an article may support."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise

from retrieval.claims import Drafted, read
from retrieval.speakers import VERBLIKE
from retrieval.terms import terms

_JOINT = re.compile(
    r",? (?:and(?! a half)|but|while|whereas|although|though|adding|noting)(?: that)? |; |, (?:who|which) |, (?=[a-zA-Z“\"])|"
    r" (?=(?:with|as an?|against|where|during|in order to|including|by(?= \d)) )"
)
_ADDS = re.compile(r",? (?:while |but |and )?(?:adding|noting|added|noted)(?: that)? ")
_LEAD = re.compile(
    r"\A(?:as|although|though|since|when|where|with|while) (?=(?:the|an?|no|its|their)\b)|\s+(?:and|but)\Z"
)
_WHEN = re.compile(
    r"(?:by|on|in|at|since|until|during) (?:that |the |early |late |mid)?(?:\w+day|\w+ing|afternoon|night|end|time|then|\d{4}|"
    r"\d{1,2} [A-Z][a-z]+|[A-Z][a-z]+ \d{1,2}),? "
)
_MOST = 3  # pieces of a sentence
_JOINTS = 7
_LEAST = 2  # words with a meaning that a piece must have beside its subject
_OWN = re.compile(
    r"(?:the|an?|its|their|his|her|they|he|she|it|there|some|all|most|many|several|no|both|other|(?:two|three|four|five|six|seven|eight|nine|ten)(?! others?)|[A-Z]\w+|\d+)\b|"
    r"[a-z]{3,}s (?:said|were|are|had|have|will|told|\w+ed)\b"
)


def pieces(it: Drafted) -> Iterator[list[Drafted]]:
    """The sentence whole, then in two pieces, then in three; each piece has its subject and speaker."""
    yield [it]
    adds = _ADDS.search(it.text)
    if adds and it.speaker:
        first, more = (
            it.text[: adds.start()] + ".",
            f"{it.speaker} said that {it.text[adds.end() :]}",
        )
        yield [read(text, 0, len(text)) for text in (first, more)]
    a, b = it.body
    joints = [m for m in _JOINT.finditer(it.text, a, b) if a < m.start() and m.end() < b][:_JOINTS]
    for count in range(1, _MOST):
        for chosen in combinations(joints, count):
            ends = [(a, a), *(m.span() for m in chosen), (b, b)]
            slices = [(x[1], y[0]) for x, y in pairwise(ends)]
            found = [_piece(it, *place) for place in slices]
            if all(found):
                yield [piece for piece in found if piece]


def _piece(it: Drafted, start: int, end: int) -> Drafted | None:
    """The part of it as a sentence of its own; None where it says too little."""
    text = _LEAD.sub("", it.text[start:end]).strip(" ,;.")
    named = it.subject and it.subject in text
    own = set(terms(text)) - set(terms(it.subject))
    if text == it.subject:  # its verb was not recognised
        return read(f"{text}.", 0, len(text) + 1) if len(terms(text)) > _LEAST else None
    if len(own) < (1 if named and start == it.body[0] else _LEAST):
        return None
    if it.subject and not named and not _speaks_for_itself(text):
        text = f"{it.subject} {text}"
        return replace(it, text=f"{text}.", body=(0, len(text)))
    piece = read(f"{text}.", 0, len(text) + 1)
    subject = it.subject if named else piece.subject
    return replace(
        piece, subject=subject, speaker=piece.speaker or it.speaker, said=piece.said or it.said
    )


def _speaks_for_itself(text: str) -> bool:
    """Whether it has a subject of its own: it begins with a noun and has a verb after it."""
    lead = _WHEN.match(text)
    text = text[lead.end() :] if lead else text
    return bool(_OWN.match(text)) and bool(VERBLIKE.search(text.partition(" ")[2]))
