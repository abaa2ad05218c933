"""Pure: what a name, a number or a day belongs to in a draft, held against one sentence of an article.

"Turkish rebels" needs more than Turks and rebels in the sentence: where the rebels there are Syrian,
the draft has exchanged one for the other. Only words of one kind can be exchanged unseen, and so only
names, numbers, days and directions are looked at, each beside the word that it stands with.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from retrieval.claims import Drafted
from retrieval.figures import figures
from retrieval.wording import LANDS, LIGHT, TIMES, Word, land, words

_SIDES = frozenset(
    w.term
    for w in words(
        "north south east west northern southern eastern western left right upper lower inner outer"
    )
)
_HALF = re.compile(r" and a half\b")
MEASURES = frozenset(
    w.term
    for w in words(
        "seconds minutes hours days weeks months years decades centuries millimetres centimetres metres "
        "kilometres inches feet yards miles grams kilograms tonnes tons litres gallons degrees celsius "
        "fahrenheit percent dollars euros pounds francs yen roubles yuan rupees kronor pesos lira cents"
    )
)
_TIGHT = re.compile(
    r"['’]?s?(?: \([A-Z]+\))?[\s-]+(?:of\s+)?(?:(?:the|an?|its|their|his|her)\s+)?", re.IGNORECASE
)
_LINK = re.compile(
    r"\s+(?P<link>in|at|on|to|from|into|under|near|by|with|against|since|until|past|across|between|over|"
    r"through|around|off|as|than)\s+(?:(?:the|an?|its|their|his|her)\s+)?",
    re.IGNORECASE,
)
_AND = re.compile(r",?\s+and\s+(?:the\s+)?")
_JOINS = re.compile(r",?\s*(?:and|or)\s+(?:the\s+)?|,\s+(?:the\s+|an?\s+)?|\s*\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unit:
    """A word, a name of several words or a number: its terms, its kind, where it stands."""

    terms: frozenset[str]
    kind: str
    start: int
    end: int


@lru_cache(maxsize=20_000)
def units(text: str) -> tuple[Unit, ...]:
    """The words of a text with those of one name and of one number together."""
    numbers = figures(text)
    found = []
    for it in numbers:
        half = _HALF.match(text, it.end)
        found.append(
            Unit(frozenset({it.value}), "number", it.start, half.end() if half else it.end)
        )
    run: list[Word] = []
    for word in words(text):
        if (
            any(it.start <= word.start < it.end for it in found if it.kind == "number")
            or word.term in LIGHT
        ):
            continue
        if text[: word.start].endswith("(") and text[word.end : word.end + 1] == ")" and word.name:
            continue  # the initials of the name before it
        gap = text[run[-1].end : word.start] if run else ""
        if run and not (
            word.name and run[-1].name and re.fullmatch(r"[\s’'-]+(?:of (?:the )?)?", gap)
        ):
            found.append(_unit(run))
            run = []
        run.append(word)
    return tuple(sorted([*found, *([_unit(run)] if run else [])], key=lambda it: it.start))


def _unit(run: Sequence[Word]) -> Unit:
    terms = frozenset(land(word.term) if word.name else word.term for word in run)
    kind = ""
    if len(run) > 1 and all(word.name for word in run):
        terms |= {"".join(word.term[0] for word in run)}  # SDF for its forces
    if terms <= TIMES:
        kind = "time"
    elif terms <= MEASURES and not run[0].name:
        kind = "measure"
    elif terms & _SIDES and not run[0].name:
        kind = "side"
    elif run[0].name and (run[0].start or len(run) > 1 or run[0].term in LANDS):
        kind = "name"
    return Unit(terms, kind, run[0].start, run[-1].end)


def exchange_fault(it: Drafted, sentence: str) -> str:
    """Why a name, a number or a day stands with another word than in the sentence; empty where not."""
    there = units(sentence)
    mine = [u for u in units(it.text) if it.body[0] <= u.start < it.body[1]]
    for unit in mine:
        if unit.kind == "time" and (told := _day_fault(it.text, unit, sentence, there)):
            return told
    for one, other in pairwise(mine):
        if one.kind == other.kind == "name" and (
            told := _joined_fault(it.text, one, other, there, sentence)
        ):
            return told
        gap = it.text[one.end : other.start]
        link = _LINK.fullmatch(gap)
        if not link and not _TIGHT.fullmatch(gap):
            continue
        sides = [(other, one, "")] if not link else []
        for held, with_, kind in [*sides, (one, other, link["link"] if link else "")]:
            if not with_.kind or with_.kind == held.kind:
                continue
            if with_.kind == "time" and not any(with_.terms & u.terms for u in there):
                continue  # it is told otherwise there, which the test of dates has looked at
            rival = _rival(held, with_, kind.casefold(), there, sentence, it.text)
            if rival:
                return f"the article says {rival} there, not {it.text[with_.start : with_.end]}"
    return ""


def _day_fault(draft: str, unit: Unit, sentence: str, there: Sequence[Unit]) -> str:
    """Why a day is not that of its "on" or "since" in the sentence."""

    def link(text: str, at: int) -> str:
        found = re.search(r"\b(on|since|until|by|before|after|from|in)\s+(?:\w+\s+)?$", text[:at])
        return found[1] if found else ""

    mine = link(draft, unit.start)
    its = [(link(sentence, u.start), u) for u in there if u.kind == "time"]
    own = {kind for kind, u in its if u.terms & unit.terms}
    others = [u for kind, u in its if kind == mine and not u.terms & unit.terms]
    if mine and own and others and not own & {mine, ""}:
        return f"the article says {mine} {sentence[others[0].start : others[0].end]} there"
    return ""


def _joined_fault(draft: str, one: Unit, other: Unit, there: Sequence[Unit], sentence: str) -> str:
    """Why two names are not joined with "and" in the sentence, where one of them is joined to a third."""
    if not _AND.fullmatch(draft[one.end : other.start]):
        return ""
    for at, unit in enumerate(there):
        if not unit.terms & one.terms:
            continue
        near = list(_joined(there, [unit], at, sentence))
        near += [n for u in near for n in _beside(there, u, "", sentence)]
        near += [n for u in near for n in _joined(there, [u], at, sentence)]
        tied = [u for u in near if u.kind == "name" and u is not unit]
        ands = any(
            _AND.fullmatch(sentence[a.end : b.start]) for a, b in pairwise(there) if a is unit
        )
        if ands and tied and not any(u.terms & other.terms for u in tied):
            return f"the article does not join {draft[other.start : other.end]} to that"
    return ""


def _rival(
    held: Unit, mine: Unit, link: str, there: Sequence[Unit], sentence: str, draft: str
) -> str:
    """What of the same kind stands in the place of `mine` wherever the sentence has `held`."""
    own = list(_beside(units(draft), held, link, draft))
    side = mine.start > held.start
    rival = ""
    for at, place in enumerate(there):
        if not place.terms & held.terms:
            continue
        beside = [u for u in _beside(there, place, link, sentence) if u.kind == mine.kind]
        if mine.kind in {"number", "time"} and _goes_on(mine, there, sentence, side=side):
            return ""
        near = [*beside, *_joined(there, beside, at, sentence)]
        strange = [
            u
            for u in beside
            if (u.start > place.start) == side and not any(u.terms & known.terms for known in own)
        ]
        if not strange or any(u.terms & mine.terms for u in near):
            return ""
        rival = sentence[strange[0].start : strange[0].end]
    return rival


def _goes_on(mine: Unit, there: Sequence[Unit], text: str, *, side: bool) -> bool:
    """Whether it stands there after an "and", with words of the first left out: "and 271 on Friday"."""
    for unit, following in zip(there, (*there[1:], None), strict=True):
        led = re.search(r"(?:,| and| or)\s+$", text[: unit.start])
        if unit.kind != "number" or not led:
            continue
        alone = re.match(r"[,.;]|\s+(?:in|on|at|by|for|of|from)\b|\Z", text[unit.end :])
        if unit.terms & mine.terms and (side or alone):
            return True
        if alone and following and following.kind == "time" and following.terms & mine.terms:
            return True
    return False


def _beside(all_: Sequence[Unit], held: Unit, link: str, text: str) -> Iterator[Unit]:
    """What stands beside a unit, on both sides; after that preposition only, where one is given.

    "In the Turkish city of Gaziantep" names Gaziantep beside "in", too.
    """
    at = next(n for n, u in enumerate(all_) if u.start == held.start)
    if at and not link and _TIGHT.fullmatch(text[all_[at - 1].end : held.start]):
        yield all_[at - 1]
    for n in range(at, len(all_) - 1):
        gap = text[all_[n].end : all_[n + 1].start]
        found = _LINK.fullmatch(gap)
        first = found and found["link"].casefold() == link if link else _TIGHT.fullmatch(gap)
        if not (first if n == at else _TIGHT.fullmatch(gap)):
            break
        yield all_[n + 1]


def _joined(all_: Sequence[Unit], some: Sequence[Unit], at: int, text: str) -> Iterator[Unit]:
    """What is joined to one of them with "and", a comma or "known as"."""
    for a, b in pairwise(all_):
        if _JOINS.fullmatch(text[a.end : b.start]):
            yield from ([b] if a in some else []) + ([a] if b in some else [])
    for a, between, b in zip(all_, all_[1:], all_[2:], strict=False):
        gap = text[a.end : b.start]
        alike = a.kind == b.kind == "number" and ", or " in gap  # "300 votes, or 5 percent"
        if (
            a in some
            and between is not all_[at]
            and (alike or gap.endswith((" known as ", " known as the ")))
        ):
            yield b
    for u in some:  # "the main Kurdish militia in that alliance, the YPG, as"
        beside = re.match(r"[^,.;]{0,60}, (?:the |an? )?(?=[A-Z])", text[u.end :])
        if beside:
            yield from (
                b
                for b in all_
                if b.start == u.end + beside.end() and text[b.end : b.end + 1] in ",."
            )
