"""What kind of thing a question asks for, and how much of that kind a sentence offers. Pure."""

import re
from collections.abc import Callable
from typing import Literal

from retrieval.terms import terms

Kind = Literal["number", "time", "person", "place", "reason", "other"]

_ASKS: list[tuple[Kind, re.Pattern[str]]] = [
    (
        "number",
        re.compile(
            r"\bhow (?:many|much|long|old|far|tall|high|large|big|fast|often|deep|heavy|hot|cold)\b|"
            r"\bhow \w+ people\b|"
            r"\b(?:what|which) (?:percentage|percent|number|amount|age|share|proportion)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "time",
        re.compile(
            r"\bwhen\b|"
            r"\b(?:what|which) (?:year|date|day|month|century|decade|time|era|period)\b",
            re.IGNORECASE,
        ),
    ),
    ("person", re.compile(r"\bwho(?:m|se)?\b", re.IGNORECASE)),
    (
        "place",
        re.compile(
            r"\bwhere\b|\b(?:what|which) (?:country|city|state|place|town|river|region|area|"
            r"location|continent|county|province|village)\b",
            re.IGNORECASE,
        ),
    ),
    ("reason", re.compile(r"\bwhy\b|\bwhat (?:caused|reason|led)\b", re.IGNORECASE)),
]

_NAME = re.compile(r"\b[A-Z][\w’'-]+")
_DIGIT = re.compile(r"\d")
_NUMBER_WORD = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|"
    r"thousands?|millions?|billions?|half|third|quarter|percent|per cent|twice|once|several|many)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:1\d{3}|20\d{2})s?\b")
_DAY = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|centur(?:y|ies)|decades?|today|yesterday)\b"
)
_SPOT = re.compile(r"\b(?:in|at|near|to|from|on|of) (?:the )?[A-Z]")
_BECAUSE = re.compile(
    r"\b(?:because|since|due to|caused?|reasons?|therefore|so that|in order to|"
    r"to (?:prevent|avoid|reduce|protect)|result(?:ed|ing|s)?|led to|owing|thus)\b",
    re.IGNORECASE,
)


def kind_of(question: str) -> Kind:
    """What a question asks for, by the words that it is asked with."""
    return next((kind for kind, asks in _ASKS if asks.search(question)), "other")


def offers(kind: Kind, sentence: str, known: frozenset[str]) -> float:
    """How much of that kind a sentence offers, from 0 to 1; names the question has give nothing.

    `known` are the question's terms.
    """
    return _OFFERS[kind](sentence, known) if kind in _OFFERS else 0.0


def _number(sentence: str, _: frozenset[str]) -> float:
    return float(bool(_DIGIT.search(sentence) or _NUMBER_WORD.search(sentence)))


def _time(sentence: str, _: frozenset[str]) -> float:
    year, day, digit = (bool(p.search(sentence)) for p in (_YEAR, _DAY, _DIGIT))
    return (4 * year + 2 * day + digit) / 7


def _person(sentence: str, known: frozenset[str]) -> float:
    return min(_new_names(sentence, known), 3) / 3


def _place(sentence: str, known: frozenset[str]) -> float:
    return (min(_new_names(sentence, known), 2) / 2 + bool(_SPOT.search(sentence))) / 2


def _reason(sentence: str, _: frozenset[str]) -> float:
    return float(bool(_BECAUSE.search(sentence)))


def _new_names(sentence: str, known: frozenset[str]) -> int:
    """Capitalised words that the question does not have; the first word is no sign of a name."""
    names = (match for match in _NAME.finditer(sentence) if match.start() > 0)
    own = (terms(match[0]) for match in names)
    return sum(bool(its) and not known.intersection(its) for its in own)


_OFFERS: dict[Kind, Callable[[str, frozenset[str]], float]] = {
    "number": _number,
    "time": _time,
    "person": _person,
    "place": _place,
    "reason": _reason,
}
