"""Pure: the details of a draft held against one sentence: words, figures, dates, names, denials, order."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from retrieval.claims import Drafted
from retrieval.figures import DAYS, MONTHS, Figure, dates, figures
from retrieval.wording import LIGHT, Word, initials, words

_CLAUSE = re.compile(r",|;|\band\b|\bbut\b|\bwhile\b|\bwhere\b|\bwho\b|\bwhich\b|\bafter\b|\bwhen\b")
_NOT = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|far from|deny|denied|denies|"
    r"refus(?:e|ed|es)|fail(?:ed|s)? to|unable)\b|n['’]t\b",
    re.IGNORECASE,
)
_STOP = re.compile(r"[,;.:](?=\s|$)|\band that\b|\bbut\b|\balthough\b|\bwhile\b|\band\b")
_LEANS = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|its|their|this|these|that|such|the)\b", re.IGNORECASE
)
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being|got)\b[^,]{0,40}$|\bby\b")
_DIFFER = 0.25  # share of the words in common that one denies and the other does not
_BESIDE = 3  # words around a figure that tell what it counts
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Compared:
    """Shares from 0 to 1 of a draft's words that a sentence has: of all, of its poorest clause."""

    share: float
    thin: float
    missing: list[str]


def _content(it: Drafted) -> list[Word]:
    """The words of what is said; figures have a test of their own, and so have dates."""
    a, b = it.body
    return [
        w
        for w in words(it.text)
        if a <= w.start < b and w.term not in LIGHT and not w.term[0].isdigit()
    ]


def held_by(sentence: str) -> frozenset[str]:
    """What the words of a sentence are compared with."""
    return frozenset(w.term for w in words(sentence)) | initials(sentence)


def compared(it: Drafted, sentence: str, around: frozenset[str]) -> Compared:
    """How much of the draft the sentence says; its subject may be named in what is around it."""
    held = held_by(sentence)
    subject = {w.term for w in words(it.subject)} & around if _LEANS.search(sentence) else set()
    mine = _content(it)
    found = [w.term in held or w.term in subject or _initial(w, it, held) for w in mine]
    thin = 1.0
    cuts = [0, *(m.start() for m in _CLAUSE.finditer(it.text)), len(it.text)]
    for a, b in zip(cuts, cuts[1:], strict=False):
        its = [ok for w, ok in zip(mine, found, strict=True) if a <= w.start < b]
        if len(its) > 1:
            thin = min(thin, sum(its) / len(its))
    missing = [it.text[w.start : w.end] for w, ok in zip(mine, found, strict=True) if not ok]
    return Compared(sum(found) / len(found) if found else 0.0, thin, missing)


def _initial(word: Word, it: Drafted, held: frozenset[str]) -> bool:
    """Whether a word of a name stands in the sentence by the name's initials."""
    return word.name and bool(initials(it.text) & held)


def figures_fault(draft: str, sentence: str) -> str:
    """Why a figure is not that of the sentence: another number, another bound, of another thing."""
    known = figures(sentence)
    for mine in figures(draft):
        written = draft[mine.start : mine.end]
        if mine.value == "1" and not written.isdigit():
            continue  # "one of them" counts nothing
        same = [it for it in known if it.value == mine.value]
        if not same:
            return f"the article does not give the figure {written}"
        if mine.bound and all(it.bound != mine.bound for it in same):
            return f"the article does not say {mine.bound} than {written}"
        if not _of_the_same(mine, draft, same, known, sentence):
            return f"in the article {written} counts something else"
    return ""


def _of_the_same(
    mine: Figure, draft: str, same: Iterable[Figure], known: Iterable[Figure], sentence: str
) -> bool:
    """Whether no other figure of the sentence stands closer to what the draft's figure counts."""
    wanted = _beside(draft, mine)
    best = max(len(wanted & _beside(sentence, it)) for it in same)
    others = [len(wanted & _beside(sentence, it)) for it in known if it not in same]
    return best >= max(others, default=0)


def _beside(text: str, figure: Figure) -> set[str]:
    """The words that tell what a figure counts: those of its clause, near to it."""
    before = [w.term for w in words(text) if w.end <= figure.start and w.term not in LIGHT]
    after = [w.term for w in words(text) if w.start >= figure.end and w.term not in LIGHT]
    return {*before[-_BESIDE:], *after[:_BESIDE]}


def dates_fault(draft: str, sentence: str, published: str | None) -> str:
    """Why a date is not that of the sentence; the day it was published on is told by weekdays too."""
    mine, its = dates(draft), dates(sentence)
    day, weekday = _published(published)
    today = day if weekday in its.weekdays else None
    for it in mine.days - its.days:
        if it != today:
            return f"the article does not give the date {it[0]} {it[1].title()}"
    loose = mine.months - its.months - {month for _, month in mine.days}
    if loose:
        return f"the article does not name {min(loose).title()}"
    wrong = mine.weekdays - its.weekdays
    if wrong and not (weekday in wrong and day in its.days):
        return f"the article does not name {min(wrong).title()}"
    return ""


def _published(published: str | None) -> tuple[tuple[int, str] | None, str]:
    try:
        moment = datetime.fromisoformat(published or "")
    except ValueError:
        return None, ""
    return (moment.day, MONTHS[moment.month - 1]), DAYS[moment.weekday() % _WEEK]


def names_fault(it: Drafted, sentence: str, around: frozenset[str]) -> str:
    """Why a name is not that of the sentence; one that its pronouns may point to is."""
    held = held_by(sentence)
    subject = {w.term for w in words(it.subject)}
    leans = bool(_LEANS.search(sentence))
    a, b = it.body
    first = True
    for word in words(it.text):
        if not a <= word.start < b or not word.name or word.term[0].isdigit():
            first = first and word.start < a
            continue
        known = word.term in held or _initial(word, it, held) or (leans and word.term in around)
        opening, first = first and word.start == a, False
        if known or (opening and word.term not in subject):
            continue
        if not known:
            return f"the article does not name {it.text[word.start : word.end]} there"
    return ""


def polarity_fault(draft: str, sentence: str) -> str:
    """Why one denies what the other says; empty where they deny the same."""
    mine, its = {w.term for w in words(draft)}, {w.term for w in words(sentence)}
    common = (mine & its) - LIGHT
    differ = (_denied(draft) ^ _denied(sentence)) & common
    if common and len(differ) >= max(_DIFFER * len(common), 1):
        return "the article says the opposite of " + ", ".join(sorted(differ)[:4])
    return ""


def _denied(text: str) -> set[str]:
    """The words that stand under a negation: from it to the end of its clause."""
    found: set[str] = set()
    for match in _NOT.finditer(text):
        stop = _STOP.search(text, match.end())
        end = stop.start() if stop else len(text)
        found |= {w.term for w in words(text) if match.end() <= w.start < end}
    return found


def order_fault(it: Drafted, sentence: str) -> str:
    """Why another than the draft's subject does what it says; empty where the order agrees."""
    a, b = it.body
    at = it.text.find(it.subject, a) + len(it.subject)
    subject = [w.term for w in words(it.subject) if w.term not in LIGHT]
    rest = [w for w in words(it.text) if at <= w.start < b and w.term not in LIGHT]
    if not subject or not rest:
        return ""
    there = words(sentence)
    heads = [w.start for w in there if w.term in subject]
    verb = next((w for w in rest if any(w.term == o.term for o in there)), None)
    if verb is None:
        return ""
    places = [w.start for w in there if w.term == verb.term]
    between = it.text[at : verb.start]
    passive = _PASSIVE.search(between) or _PASSIVE.search(sentence[: places[-1]][-40:])
    if heads and not passive and all(head > place for head in heads for place in places):
        return f"in the article it is not {it.subject} of whom this is said"
    return ""


