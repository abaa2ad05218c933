"""Pure: the figures and dates of a draft held against one sentence of an article."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise

from retrieval.claims import Drafted
from retrieval.figures import DAYS, MONTHS, Figure, dates, figures
from retrieval.neighbours import units
from retrieval.speakers import VERBLIKE
from retrieval.wording import LIGHT, words

_LASTING = re.compile(r"\bover (?:the (?:next|last|past) )?$")
_TIME = re.compile(r" (?:hours|days|weeks|months|years|decades)\b")
_ONE_TIME = re.compile(r"\b(?:an?|one) (minute|hour|day|week|month|year|decade|century)\b")
_PEOPLE = frozenset(w.term for w in words("people persons others percent times"))
_BEFORE = 60  # days that a date without a year may lie before the article's own
_SHORT = 3  # words of a part that leans on what stands before the first figure
_DIVIDES = re.compile(r",(?! or\b)(?!\d)|\band\b|\bbut\b|\bwhile\b|\bbefore\b|;")


def figures_fault(draft: str, sentence: str, published: str | None = None) -> str:
    """Why a figure is not that of the sentence: another number, another bound, of another thing."""
    known = figures(sentence)
    if longer := _lasts(draft, sentence):
        return longer
    for mine in figures(draft):
        written = draft[mine.start : mine.end]
        if mine.value == "1" and not written.isdigit():
            continue  # "one of them" counts nothing
        same = [it for it in known if it.value == mine.value]
        if not same and _told_by_date(mine, draft, sentence, published):
            continue
        if not same:
            return f"the article does not give the figure {written}"
        if _LASTING.search(draft[: mine.start]) and _TIME.match(draft, mine.end):
            pass  # "over three months" is "during" as well
        elif mine.bound and all(it.bound != mine.bound for it in same):
            return f"the article does not say {mine.bound} than {written}"
        elif not mine.bound and all(it.bound for it in same):
            return f"the article says {same[0].bound} than {written}"
        if not mine.day and not _of_the_same(mine, draft, same, known, sentence):
            return f"in the article {written} counts something else"
    return ""


def _of_the_same(
    mine: Figure, draft: str, same: Iterable[Figure], known: Iterable[Figure], sentence: str
) -> bool:
    """Whether no other figure of the sentence stands closer to what the draft's figure counts."""
    head, rivals = _head(draft, mine), [it for it in known if it not in same]
    alike = [it for it in known if head and _head(sentence, it) == head]
    if alike and all(it in same for it in alike):
        return True
    wanted = _beside(draft, mine)
    verb = VERBLIKE.search(draft, 0, mine.start)
    if verb:  # what does it all is no help to tell its figures apart
        wanted = wanted - {w.term for w in words(draft) if w.end <= verb.start()} or wanted
    best = max(len(wanted & _beside(sentence, it)) for it in same)
    side = wanted & {"No", "Yes"}
    if side and not any(side & _beside(sentence, it) for it in same):
        return False
    kind = [it for it in rivals if not it.day and it.year == mine.year]
    others = [len(wanted & _beside(sentence, it)) for it in kind]
    return best >= max(others, default=0)


def _lasts(draft: str, sentence: str) -> str:
    """Why a time is not so long: "a decade" for "decades"."""
    for one in _ONE_TIME.finditer(draft):
        several = "centuries" if one[1] == "century" else f"{one[1]}s"
        if re.search(rf"\b{several}\b", sentence) and not re.search(rf"\b{one[1]}\b", sentence):
            return f"the article says {several} there"
    return ""


def _head(text: str, figure: Figure) -> str:
    """The word right after a figure, which it counts or measures; empty where none is."""
    following = re.match(
        r"[\s-]+(?:of (?:the )?|registered |other )?([A-Za-z]+)", text[figure.end :]
    )
    return next((w.term for w in words(following[1])), "") if following else ""


def _beside(text: str, figure: Figure) -> set[str]:
    """The words that tell what a figure counts: those between the figures around it.

    What stands between two figures belongs to the first up to a comma or an "and", then to the
    second; "or" after a comma says the same thing in another measure and divides nothing.
    """
    start, end = 0, len(text)
    for other in figures(text):
        a, b = sorted((figure, other), key=lambda it: it.start)
        cut = _DIVIDES.search(text, a.end, b.start)
        if cut and other.start < figure.start:
            start = max(start, cut.start())
        elif cut and other.start > figure.start:
            end = min(end, cut.start())
    found = {w.term for w in words(text) if start <= w.start < end} - LIGHT
    found -= {w.term for w in words(text) for f in figures(text) if f.start <= w.start < f.end}
    if start and len(found) <= _SHORT and not VERBLIKE.search(text, start, end):
        # "108 deaths on Thursday and 271 on Friday": what leads to the first leads to the second.
        first = figures(text)[0].start
        found |= {w.term for w in words(text) if w.start < first} - LIGHT
    return found | {word for word in ("No", "Yes") if f" {word} " in text[start:end]}


def measure_fault(it: Drafted, sentence: str) -> str:
    """Why a number counts a thing that the sentence does not name: 2,300 feet for 2,300 metres."""
    held = {w.term for w in words(sentence)}
    mine = units(it.text)
    for unit in mine:
        if unit.kind == "measure" and unit.terms - held and it.body[0] <= unit.start < it.body[1]:
            return f"the article does not count in {it.text[unit.start : unit.end]} there"
    for one, other in pairwise(mine):
        if (
            one.kind != "number"
            or other.kind in {"name", "time", "number"}
            or not it.body[0] <= one.start < it.body[1]
        ):
            continue
        gap = it.text[one.end : other.start]
        if (
            re.fullmatch(r"[\s-]+", gap)
            and it.text[other.end : other.end + 1] != "-"
            and not other.terms & (held | _PEOPLE)
        ):
            return f"the article counts no {it.text[other.start : other.end]} there"
    return ""


def dates_fault(draft: str, sentence: str, published: str | None) -> str:
    """Why a date is not that of the sentence; a weekday there is the last one before it was published."""
    mine, its = dates(draft), dates(sentence)
    days, weekdays = _resolved(sentence, published)
    for it in mine.days - its.days - days:
        return f"the article does not give the date {it[0]} {it[1].title()}"
    loose = mine.months - its.months - {month for _, month in mine.days | days}
    if loose:
        return f"the article does not name {min(loose).title()}"
    wrong = mine.weekdays - its.weekdays - weekdays
    if wrong:
        return f"the article does not name {min(wrong).title()}"
    return ""


def _resolved(sentence: str, published: str | None) -> tuple[set[tuple[int, str]], set[str]]:
    """The days that the weekdays of a sentence fall on, and the weekdays of its days."""
    day, its = _published(published), dates(sentence)
    if day is None:
        return set(), set()
    week = [day - timedelta(days=back) for back in range(7)]
    named = {DAYS[it.weekday()]: (it.day, MONTHS[it.month - 1]) for it in week}
    return (
        {named[it] for it in its.weekdays},
        {weekday for weekday, it in named.items() if it in its.days},
    )


def _published(published: str | None) -> date | None:
    try:
        return datetime.fromisoformat(published or "").date()
    except ValueError:
        return None


def _told_by_date(mine: Figure, draft: str, sentence: str, published: str | None) -> bool:
    """Whether a figure belongs to a date that is told otherwise: as a weekday, or without its year."""
    days, _ = _resolved(sentence, published)
    if mine.day:
        return bool(days & {it for it in dates(draft).days if str(it[0]) == mine.value})
    day, its = _published(published), dates(sentence)
    return (
        mine.year
        and day is not None
        and int(float(mine.value)) == day.year
        and not any(it.year for it in figures(sentence))
        and bool(its.weekdays or (its.days & _days_near(day)))
    )


def _days_near(day: date) -> set[tuple[int, str]]:
    """The days up to one, as they are named without a year."""
    near = (day + timedelta(days=n) for n in range(-_BEFORE, 2))
    return {(it.day, MONTHS[it.month - 1]) for it in near}
