"""Pure: the number with which a quote answers, and whether another quote's counts the same thing.

Two numbers count the same thing where the words tell so: the same unit, what the question asks beside
both, the same event, time and extent. What the words leave open counts as another thing.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from retrieval.extent import (
    CAUSE,
    PEOPLE,
    PERCENT,
    causes_of,
    names_of,
    part_of,
    terms_of,
    unit_of,
    when_of,
    years_of,
)
from retrieval.figures import Figure, figures
from retrieval.neighbours import MEASURES
from retrieval.sentences import sentences
from retrieval.speakers import VERBLIKE
from retrieval.types import Citation
from retrieval.wording import LIGHT, vague, words

_ASKS = re.compile(
    r"\bhow (?P<how>many|much|long|old|far|fast|often|tall|high|deep|wide|large|big|heavy|hot|cold)\b|"
    r"\b(?:what|which) (?:the )?(?P<what>percentage|percent|share|proportion|number|amount|age)\b(?: of)?",
    re.IGNORECASE,
)
_SHARE = frozenset({"percentage", "percent", "share", "proportion"})
# A question's words from here on tell of which event, time or place.
_OF_WHICH = re.compile(
    r"\b(?:in|at|on|during|after|before|since|when|because|from|of|by|near|under)\b", re.IGNORECASE
)
_MORE_BEFORE = re.compile(
    r"\b(?:another|further|additional|extra|by)(?: (?:about|around|some))? \Z", re.IGNORECASE
)
_MORE_AFTER = re.compile(
    r"\s+(?:more|fewer|less|higher|lower|times|extra|additional|others?|of the|out of|of (?:them|whom))\b"
)
_ROUGH = re.compile(
    r"\b(?:about|around|some|roughly|approximately|nearly|almost|close to|estimated)\s+\S?\Z",
    re.IGNORECASE,
)

# What makes of a number another one: a part of it, one a year, one so far, one that is feared.
_EXTENT = re.compile(
    r"\b(?:alone|includ\w+|another|neighbouring|other|older|newer|previous(?:ly)?|earlier|former|"
    r"original(?:ly)?|initial(?:ly)?|only|first|second|average|each|every|annual(?:ly)?|daily|weekly|"
    r"monthly|yearly|per|since|until|decades?|centur(?:y|ies)|square|cubic|"
    r"an? (?:second|minute|hour|day|night|week|month|year)|(?:past|last|next) (?:\w+ )?years|"
    r"(?:department|district|province|village|town|city|county|hospital|camp|municipalit(?:y|ies)))\b",
    re.IGNORECASE,
)
_MOOD = re.compile(
    r"\b(?:could|may|might|will|would|should|if|expect\w*|likely|plan\w*|fear\w*|forecast|predict\w*|"
    r"hop\w+|not|never|no|den(?:y|ies|ied)|false|missing|trapped)\b|n['’]t\b",
    re.IGNORECASE,
)
_TIME_UNITS = terms_of("seconds minutes hours days weeks months years decades centuries")
_PERSON = "person"
_PERSON = "person"
_LOOSE = terms_of("far left leave exactly currently altogether overall moment total")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question asks to be counted; `kind` is the word after its "how", or "percent"."""

    kind: str
    core: frozenset[str]
    rest: frozenset[str]
    people: bool


@dataclass(frozen=True, slots=True)
class Count:
    """A number that answers, with all that tells whether another one counts the same thing."""

    value: float
    bound: str
    rough: bool
    unit: str
    extent: frozenset[str]
    names: frozenset[str]
    causes: frozenset[str]
    years: frozenset[int]
    when: frozenset[str]
    known: frozenset[str]
    anchors: frozenset[str]


def count_of(question: str, it: Citation) -> Count | None:
    """The number with which a quote answers; None where none does, or several do."""
    asked = _asked(question)
    if asked is None:
        return None
    found = [
        count
        for a, b in sentences(it.quote)
        for figure in figures(it.quote[a:b])
        if (count := _count(asked, question, it, it.quote[a:b], figure))
    ]
    return found[0] if len({count.value for count in found}) == 1 else None


def differ(one: Count, other: Count) -> bool:
    """Whether two numbers count the same thing, and cannot both be right."""
    alike = (
        one.unit == other.unit
        and one.extent == other.extent
        and one.causes == other.causes
        and one.years == other.years
        and (not one.when or not other.when or bool(one.when & other.when))
    )
    told = one.names <= other.known and other.names <= one.known and one.anchors & other.anchors
    return alike and bool(told) and not _agree(one, other) and not _agree(other, one)


def _agree(one: Count, other: Count) -> bool:
    """Whether the first, as it is worded, leaves room for the second."""
    mine, its = one.value, other.value
    apart = abs(mine - its) / max(abs(mine), abs(its), 1e-9)
    if one.bound:
        return its >= mine if one.bound == "more" else its <= mine
    rounded = float(f"{its:.{_digits(mine)}g}") == mine
    return mine == its or (one.rough and apart <= 0.1) or (rounded and apart <= 0.05)  # noqa: PLR2004


def _digits(value: float) -> int:
    """How many digits of a number are more than its size."""
    return max(len(f"{value:.10g}".replace(".", "").strip("0")), 1)


@lru_cache(maxsize=200)
def _asked(question: str) -> _Asked | None:
    asks = _ASKS.search(question)
    if asks is None:
        return None
    kind = (asks["how"] or asks["what"]).casefold()
    plain = _ASKS.sub(lambda match: " " * len(match[0]), question)
    cut = _OF_WHICH.search(plain, asks.end())
    own = [w for w in words(plain) if w.term not in LIGHT | _LOOSE]
    core = {w.term for w in own if w.start < (cut.start() if cut else len(plain))}
    first = next((w.term for w in words(plain) if w.start >= asks.end()), "")
    said = {w.term for w in own if not vague(plain, w) and w.term not in MEASURES}
    people = first in PEOPLE or bool(VERBLIKE.match(plain[asks.end() :].lstrip()))
    kind = "percent" if kind in _SHARE else kind
    return _Asked(kind, frozenset(core & said), frozenset(said - core), people)


def _count(
    asked: _Asked, question: str, it: Citation, sentence: str, figure: Figure
) -> Count | None:
    """The number as what it counts, where that is what is asked for."""
    written = sentence[figure.start : figure.end]
    if figure.day or (figure.year and "," not in written) or ":" in figure.value:
        return None
    before, after = sentence[: figure.start], sentence[figure.end :]
    unit, beside = unit_of(sentence, figure)
    if not _fits(asked, unit) or _MORE_BEFORE.search(before) or _MORE_AFTER.match(after):
        return None
    names, own, title = names_of(sentence, it.article.text), terms_of(sentence), it.article.title
    part, of_title, of_question = part_of(sentence, figure), terms_of(title), terms_of(question)
    # The title tells of which event or place where the sentence names no other.
    told = frozenset() if names - of_question - of_title else of_title - asked.core
    told |= own & frozenset(CAUSE)
    if asked.core - terms_of(part) - names - told or asked.rest - own - told:
        return None
    causes = causes_of(own) or causes_of(of_title)
    return Count(
        value=float(figure.value),
        bound=figure.bound,
        rough=bool(_ROUGH.search(before)),
        unit=_PERSON if unit in PEOPLE else unit,
        extent=beside
        | {m[0].casefold() for m in _EXTENT.finditer(sentence)}
        | {m[0].casefold() for m in _MOOD.finditer(part)},
        names=names,
        causes=causes,
        years=years_of(sentence, it.article.published),
        when=when_of(sentence),
        known=own | of_title | of_question,
        anchors=names_of(sentence, "") | names_of(title, "") | causes,
    )


def _fits(asked: _Asked, unit: str) -> bool:
    """Whether what a number counts is of the kind that the question asks for."""
    if asked.kind == "percent":
        return unit in PERCENT
    if asked.kind in {"old", "age"}:
        return unit in _TIME_UNITS
    if asked.kind in {"many", "number", "amount"} and asked.people:
        return unit in PEOPLE
    if asked.kind in {"many", "number"}:
        return unit in asked.core
    return unit in MEASURES
