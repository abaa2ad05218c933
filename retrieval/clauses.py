"""Pure: how the words of a draft stand together, held against one sentence of an article."""

import re
from itertools import pairwise

from retrieval.claims import Drafted
from retrieval.details import held_by, initial, without_figures
from retrieval.speakers import VERBLIKE
from retrieval.wording import LIGHT, TIMES, words

_BE = re.compile(r"\s+(?:is|are|was|were)\s+(?:an?\s+|the\s+)?")
_AS = re.compile(r"\s+(?:as\s+)?(?:an?\s+|the\s+)|\s+as\s+")
_MANY = 6  # words of a clause of which one may be elsewhere
_AND = re.compile(r",? and\b|,? but\b|,? while\b|,? whereas\b|;|, which\b|, who\b")
_BACK = re.compile(
    r"\W*(?:and |but |while )?(?:\S+ ){0,5}(?:it|he|she|they|them|its|his|her|their|which|who)\b"
)
# Words of a later clause for what an earlier one names: "to clear them", "the figure was 55 percent".
_SAME_AS = re.compile(r"\b(?:them|him|the (?:figure|share|number|rate|total|same))\b")
_THEM = re.compile(r"\bthem\b")
_FIRST = re.compile(r"(?:In|On|By|At|Since|During) (?:[A-Z]?\w+ ){0,3}?(?:\d{4}|\w+day)\b")
_ALSO = re.compile(
    r"\W*(?:and|but|who|which) (?:\w+ly )?(?:is|was|are|were|has|had|have|will|would|could|can|may|said|"
    r"took|made|gave|found|told|came|went|\w+ed)\b"
)
_ONE = r"(?:the )?[A-Z][\w’'-]*(?: (?:of )?[A-Z][\w’'-]*)*"
_NAMES = re.compile(rf"({_ONE}) and ({_ONE})")
_LIST = re.compile(rf"{_ONE}(?:(?:,| and|, and|, but| or) {_ONE})+")
_ADDED = re.compile(r"\b(?:and|or|as did|as do|plus)\b")
_WAYS = re.compile(r"\b(from|to) (?:the )?([A-Z]\w+)", re.IGNORECASE)
_APART = re.compile(
    r", and\b|\band that\b|\band(?= (?:the )?[A-Z]\w+ (?:\w+ing|\w+ed|has|had|was|is)\b)|\band(?= \w+ed (?!by))|, but\b|,? while\b|,? whereas\b|;|, which\b|, who\b"
)


def clause_fault(it: Drafted, sentence: str) -> str:
    """Why its words are put together out of two clauses that say different things."""
    cuts = [0]
    for m in _APART.finditer(sentence):
        if VERBLIKE.search(sentence, cuts[-1], m.start()):  # a list has none before its "and"
            cuts.append(m.start())
    cuts.append(len(sentence))
    clauses: list[set[str]] = []
    for a, b in pairwise(cuts):
        own = {w.term for w in words(sentence[a:b])}
        them = _THEM.search(sentence, a, b)
        if clauses and (_BACK.match(sentence, a) or _SAME_AS.search(sentence, a, b)):
            # "and it said", "which delayed", "to clear them": about what stands before
            own |= {t for t in clauses[-1] if them or (not t[0].isdigit() and t not in TIMES)}
        elif clauses and _ALSO.match(sentence, a):
            own |= {w.term for w in words(it.subject)} & clauses[
                0
            ]  # "and was sold": the same subject
        clauses.append(own)
    lead = sentence.partition(" that ")[0] if " and that " in sentence else ""
    lead = "" if lead.endswith(" and") else lead
    shared = {w.term for w in words(lead)}  # "X said on Friday that ... and that ..."
    if when := _FIRST.match(sentence):
        shared |= {w.term for w in words(when[0])}  # "In 1965 he moved, and he recorded ..."
    clauses = [own | shared for own in clauses]
    whole = set().union(*clauses)
    mine = [0, *(m.start() for m in _AND.finditer(it.text)), len(it.text)]
    for a, b in pairwise(mine):
        start, end = max(a, it.body[0]), min(b, it.body[1])
        its = {w.term for w in words(it.text) if start <= w.start < end} & whole - LIGHT
        # One plain word of many may be what the other clause tells of.
        loose = 1 if len(its) >= _MANY else 0
        firm = {w.term for w in words(it.text) if w.name or w.term.isdigit()}
        firm |= {w.term for w in words(it.subject)}
        if its and not any(
            len(its - clause) <= loose and not (its - clause) & firm for clause in clauses
        ):
            return "it puts together what the article says of different things"
    return ""


def predicate_fault(it: Drafted, sentence: str) -> str:
    """Why the sentence does not say that the subject is that: "to call the mayor a fraud"."""
    mine, its = words(it.text), words(sentence)
    for one, other in pairwise(mine):
        if not _BE.fullmatch(it.text[one.end : other.start]):
            continue
        for a, b in pairwise(its):
            if (a.term, b.term) == (one.term, other.term) and _AS.fullmatch(
                sentence[a.end : b.start]
            ):
                return f"the article does not say that {it.text[one.start : one.end]} is that"
    return ""


def joined_fault(it: Drafted, sentence: str) -> str:
    """Why two names that are joined with "and" are not together there: another stands with the second."""
    pairs = [(_terms(m[1]), _terms(m[2])) for m in _NAMES.finditer(sentence)]
    held = held_by(sentence)
    for match in _NAMES.finditer(it.text):
        one, other = _terms(match[1]), _terms(match[2])
        if not (one and other and one | other <= held) or _together(one, other, sentence):
            continue
        if any(other in pair and one not in pair for pair in pairs):
            return f"the article does not put {match[1]} and {match[2]} together"
    return ""


def _together(one: set[str], other: set[str], sentence: str) -> bool:
    """Whether both names stand in one list."""
    return any(one | other <= _terms(m[0]) for m in _LIST.finditer(sentence))


def _terms(text: str) -> set[str]:
    return {w.term for w in words(text)}


def added_fault(it: Drafted, sentence: str) -> str:
    """Why a thing that is joined on with "and" is not in the sentence, or the way goes to where it came from."""
    held = held_by(sentence)
    for joint in _ADDED.finditer(it.text, *it.body):
        following = [w for w in without_figures(it.text) if joint.end() <= w.start < it.body[1]]
        first, after = (*following[:2], None, None)[:2]
        if first is None or first.term in held or initial(first, it, held):
            continue
        whole = after and re.fullmatch(r" of (?:the )?", it.text[first.end : after.start])
        if not (after and whole and after.term in held):  # "stocks of food" for "food reserves"
            return f"the article does not add {it.text[first.start : first.end]}"
    ways = {(m[1].casefold(), m[2]) for m in _WAYS.finditer(sentence)}
    for way in _WAYS.finditer(it.text):
        turned = "from" if way[1].casefold() == "to" else "to"
        if (turned, way[2]) in ways and (way[1].casefold(), way[2]) not in ways:
            return f"the article says {turned} {way[2]} there"
    return ""
