"""Pure: what a number of a sentence counts, and whose, when and of what the sentence tells."""

import re

from retrieval.figures import Figure, dates, figures
from retrieval.neighbours import MEASURES
from retrieval.speakers import VERBLIKE, speaker_of
from retrieval.wording import LANDS, LIGHT, TIMES, same, words

_CUT = re.compile(
    r",(?!\d)|[;:()]| [–—-] |\b(?:and|but|while|which|who|whom|whose|that|after|before|when)\b"
)
_STOP = re.compile(
    r"[^\w\s'’-]|\b(?:in|at|on|of|to|from|by|for|with|as|since|during|near|after|when)\b"
)
_DATELINE = re.compile(r"\A[A-Z][A-Z'’ -]{2,}(?:, [A-Z]\w+)? [–—-] ")
_OWN_NAME = re.compile(r"(?:\b(in|of|from|at|for|near) (?:the )?)?((?:[A-Z][\w’'.-]*\s?)+)\Z")
_MONEY = {"$": "dollars", "£": "pounds", "€": "euros"}
_SAID_ON = re.compile(
    r"\b(?:said|says|told|added|announced|reported|tally|toll|count)\b[^,]{0,30}? on [A-Z][a-z]+day\b"
)
_ABOUT_OTHERS = re.compile(r"\b(?:died|dead|die|live|lives|lived|who|that|which)\b")
_LAST_YEAR = re.compile(r"\blast year\b", re.IGNORECASE)
_CAUSES = """
storm hurricane cyclone typhoon tornado; quake earthquake tremor; tsunami; flood floods
flooding; landslide mudslide; avalanche; volcano eruption; disease cholera ebola virus covid malaria
measles flu influenza epidemic pandemic outbreak infection fever; hunger famine starvation drought;
heat heatwave; fire blaze wildfire; blast explosion bomb bombing bomber; shooting gunman gunmen;
crash collision derailment; attack raid airstrike shelling offensive; war fighting clash clashes
conflict; stampede crush; sinking shipwreck capsized; collapse; poisoning; execution
"""


def terms_of(text: str) -> frozenset[str]:
    """The words of a text as they are compared."""
    return frozenset(it.term for it in words(text))


CAUSE = {term: family.split()[0] for family in _CAUSES.split(";") for term in terms_of(family)}
PEOPLE = terms_of("people persons dead deaths fatalities victims lives casualties")
PERCENT = terms_of("percent percentage")


def unit_of(sentence: str, figure: Figure) -> tuple[str, frozenset[str]]:
    """What a number counts, and the words between: "young" of "30 young people"."""
    sign = sentence[max(figure.start - 1, 0) : figure.start]
    if sign in _MONEY:
        return same(next(iter(terms_of(_MONEY[sign])))), frozenset()
    if sentence[figure.end : figure.end + 1] == "%":
        return min(PERCENT), frozenset()
    stops = (p.search(sentence, figure.end + 1) for p in (_STOP, VERBLIKE, _ABOUT_OTHERS))
    end = min((it.start() for it in stops if it), default=len(sentence))
    found = [w.term for w in words(sentence[figure.end : end])]
    if found and found[0] in MEASURES:
        return found[0], frozenset()
    return (found[-1], frozenset(found[:-1])) if found else (min(PEOPLE), frozenset())


def part_of(sentence: str, figure: Figure) -> str:
    """The part of a sentence that a number stands in, between commas and words that join."""
    cuts = list(_CUT.finditer(sentence))
    start = max((it.end() for it in cuts if it.end() <= figure.start), default=0)
    end = min((it.start() for it in cuts if it.start() >= figure.end), default=len(sentence))
    return sentence[start:end]


def names_of(sentence: str, article: str) -> frozenset[str]:
    """The names in a sentence, but for the one who says it."""
    plain = _DATELINE.sub(lambda it: " " * len(it[0]), sentence)
    speaker = speaker_of(plain, 0, len(plain))
    own = _OWN_NAME.search(speaker.name) if speaker else None
    if speaker and own and not own[1] and speaker.start >= 0:
        a, b = speaker.start + own.start(2), speaker.start + own.end(2)
        plain = plain[:a] + " " * (b - a) + plain[b:]
    first = len(plain) - len(plain.lstrip())
    return frozenset(
        w.term
        for w in words(plain)
        if w.name
        and not plain[w.start].isdigit()
        and w.term not in LIGHT | TIMES
        and w.term not in CAUSE
        and (w.start > first or w.term in LANDS or not _common(plain[w.start : w.end], article))
    )


def _common(word: str, article: str) -> bool:
    """Whether an article writes a word small as well."""
    return bool(re.search(rf"\b{re.escape(word.lower())}\b", article))


def causes_of(found: frozenset[str]) -> frozenset[str]:
    """What people die of, by family, that is among these words."""
    return frozenset(CAUSE[it] for it in found if it in CAUSE)


def years_of(sentence: str, published: str | None) -> frozenset[int]:
    """The years that a sentence names; else that of its article."""
    own = {int(float(it.value)) for it in figures(sentence) if it.year}
    day = re.match(r"\d{4}", published or "")
    if day and (_LAST_YEAR.search(sentence) or not own):
        own.add(int(day[0]) - bool(_LAST_YEAR.search(sentence)))
    return frozenset(own)


def when_of(sentence: str) -> frozenset[str]:
    """The days and months that a sentence names, but for those on which somebody said so."""
    its = dates(_SAID_ON.sub(" ", sentence))
    return its.weekdays | its.months | {f"{day} {month}" for day, month in its.days}
