"""Pure: who does what to whom in a draft, held against one sentence of an article."""

import re
from itertools import pairwise

from retrieval.claims import Drafted
from retrieval.details import LEANS, held_by, initial, without_figures
from retrieval.neighbours import units
from retrieval.speakers import subject_of
from retrieval.wording import LIGHT, TIMES, Word, words

_BY = re.compile(r"\b(?:is|are|was|were|be|been|being)\s+(?:(?:\w+ly|also|then|first|since)\s+)?$")
_IS = re.compile(r"\W*(?:is|are|was|were) (?:now |also |still )?(?:the|an?)\b")
_ISES = re.compile(r"\b(?:is|are|was|were)\b")
_LED = re.compile(r"\b(?:in|at|on|of|from|to|with|for|by|under|near)\s+(?:(?:the|an?|its|their)\s+)?$")
_AUX = re.compile(
    r"\s+(?:(?:has|have|had|is|are|was|were|will|would|can|could|may|might|should|must|also|not|been|be|"
    r"\w+ly)\s+)*"
)
_AGENT = re.compile(r" of |[^,;.]{0,60}?\bby (?!(?:[a-z]+ing|the end|early|late|\d)\b)")
_THING = re.compile(r"[Tt]he [a-z]+")
_FIRST = 4  # characters: "The "
_BE = re.compile(r"\s+(?:is|are|was|were)\s+(?:an?\s+|the\s+)?")
_AS = re.compile(r"\s+(?:as\s+)?(?:an?\s+|the\s+)|\s+as\s+")
_OWN = frozenset({w.term for w in words("owned belongs")})  # "owned by", "belongs to"
_LOOSE = frozenset({w.term for w in words("due called")})
_IT = re.compile(r"\W*(?:he|she|it|they)\b", re.IGNORECASE)
_NEAR = 4  # words before a verb in which its subject is looked for
_HE = re.compile(r"\b(?:he|she|it|they|who|which|that)\s+(?:\w+\s+)?$", re.IGNORECASE)
_AND = re.compile(r",? and\b|,? but\b|,? while\b|,? whereas\b|;|, which\b|, who\b")
_BACK = re.compile(
    r"\W*(?:and |but |while )?(?:\S+ ){0,5}(?:it|he|she|they|them|its|his|her|their|which|who)\b"
)
_ALSO = re.compile(
    r"\W*(?:and|but|who|which) (?:\w+ly )?(?:is|was|are|were|has|had|have|will|would|could|can|may|said|"
    r"took|made|gave|found|told|came|went|\w+ed)\b"
)
_ADDED = re.compile(r"\b(?:and|or|as did|as do|plus)\b")
_WAYS = re.compile(r"\b(from|to) (?:the )?([A-Z]\w+)", re.IGNORECASE)
_APART = re.compile(
    r", and\b|\band that\b|\band(?= (?:the )?[A-Z]\w+ (?:\w+ing|\w+ed|has|had|was|is)\b)|\band(?= \w+ed (?!by))|, but\b|,? while\b|,? whereas\b|;|, which\b|, who\b"
)


def order_fault(it: Drafted, sentence: str, topic: frozenset[str]) -> str:
    """Why another than the draft's subject does what it says; empty where the order agrees."""
    a, b = it.body
    at = it.text.find(it.subject, a) + len(it.subject)
    subject = {w.term for w in words(it.subject)} - LIGHT
    there = words(sentence)
    held = {w.term for w in there}
    verb = next(
        (
            w
            for w in words(it.text)
            if at <= w.start < b and w.term in held - LIGHT and not _LED.search(it.text[: w.start])
        ),
        None,
    )
    if not subject or verb is None or it.speaker == it.subject:  # who speaks has a test of his own
        return ""
    heads = [w.start for w in there if w.term in subject]
    places = [w for w in there if w.term == verb.term]
    mine = bool(_BY.search(it.text[at : verb.start]))
    its = any(
        _BY.search(sentence[: w.start]) or sentence[w.end :].startswith((" by ", " of ")) for w in places
    )
    if mine != its:  # "A was struck by B" and "B struck A"
        return _agent_fault(it.text[verb.end : b], subject, places, sentence, passive=mine)
    if _IS.match(it.text, at) and _ISES.search(sentence):
        return ""  # "A was the last to win" and "the last to win was A"
    if heads and all(head > place.start for head in heads for place in places):
        return f"in the article it is not {it.subject} of whom this is said"
    if heads and not mine:
        return _slot_fault(it.subject, subject, places, sentence)
    if heads or mine:
        return ""
    if _IT.match(sentence) and not any(_named_near(sentence[: w.start], subject) for w in places):
        return ""
    own = subject_of(sentence, 0, len(sentence))
    if own and _THING.fullmatch(it.subject) and subject <= topic and own.start <= _FIRST:
        if {w.name for w in words(own.name)} == {True}:
            return ""  # what the title tells of goes by its name here: the ship, the Ever Given
    objects = {w.term for w in words(it.text) if at <= w.start < b} - LIGHT
    turned = own is not None and bool({w.term for w in words(own.name)} & objects)
    if turned or all(_another(sentence[: w.start], subject) for w in places):
        return f"in the article another than {it.subject} does this"
    return ""


def _agent_fault(
    rest: str, subject: set[str], places: list[Word], sentence: str, *, passive: bool
) -> str:
    """Why the one who does it in the draft is not who does it in the sentence, which turns it round.

    `rest` is what follows the verb in the draft; `passive` whether the draft says "by".
    """
    for verb in places:
        before = {w.term for w in words(sentence) if w.end <= verb.start}
        by = _AGENT.match(sentence, verb.end)
        after = {w.term for w in words(sentence) if by and w.start >= by.end()}
        if passive:
            agent = re.search(r"\bby ", rest)
            named = next((u for u in units(rest) if agent and u.start >= agent.end()), None)
            wrong = named is not None and named.kind == "name" and not named.terms & (before | after)
            wrong = wrong and verb.term not in _OWN
        else:
            wrong = by is not None and not subject & after and bool(after)
        if not wrong:
            return ""
    return "in the article another does this"


def _slot_fault(name: str, subject: set[str], places: list[Word], sentence: str) -> str:
    """Why the name right before the verb, which is its subject there, is not the draft's."""
    for verb in places:
        before = [u for u in units(sentence) if u.end <= verb.start]
        last = before[-1] if before else None
        if last is None or last.kind != "name" or not _AUX.fullmatch(sentence[last.end : verb.start]):
            return ""
        joined = len(before) > 1 and re.fullmatch(r",? (?:and|or) (?:the )?", sentence[before[-2].end : last.start])
        if joined or last.terms & subject or _LED.search(sentence[: last.start]):
            return ""
    return f"in the article another than {name} does this" if places else ""


def _another(before: str, subject: set[str]) -> bool:
    """Whether another's name stands right before the verb, or nothing that points back."""
    if _HE.search(before):
        return False
    near = words(before)[-_NEAR:]
    start = near[0].start if near else 0
    return _named_near(before, subject) or not LEANS.search(before[max(start - 8, 0) :])


def _named_near(before: str, subject: set[str]) -> bool:
    """Whether another's name stands right before a verb and may be its subject."""
    return any(
        w.name and not w.term.isdigit() and w.term not in subject | TIMES
        for w in words(before)[-_NEAR:]
        if not _LED.search(before[: w.start]) and not re.search(r", \w|\band\b", before[w.end :])
    )


def clause_fault(it: Drafted, sentence: str) -> str:
    """Why its words are put together out of two clauses that say different things."""
    cuts = [0, *(m.start() for m in _APART.finditer(sentence)), len(sentence)]
    clauses: list[set[str]] = []
    for a, b in pairwise(cuts):
        own = {w.term for w in words(sentence[a:b])}
        if clauses and _BACK.match(sentence, a):
            own |= {t for t in clauses[-1] if not t[0].isdigit() and t not in TIMES}  # "and it said", "which delayed": about what stands before
        elif clauses and _ALSO.match(sentence, a):
            own |= {w.term for w in words(it.subject)} & clauses[
                0
            ]  # "and was sold": the same subject
        clauses.append(own)
    whole = set().union(*clauses)
    mine = [0, *(m.start() for m in _AND.finditer(it.text)), len(it.text)]
    for a, b in pairwise(mine):
        start, end = max(a, it.body[0]), min(b, it.body[1])
        its = {w.term for w in words(it.text) if start <= w.start < end} & whole - LIGHT
        if its and not any(its <= clause for clause in clauses):
            return "it puts together what the article says of different things"
    return ""


def predicate_fault(it: Drafted, sentence: str) -> str:
    """Why the sentence does not say that the subject is that: "to call the mayor a fraud"."""
    mine, its = words(it.text), words(sentence)
    for one, other in pairwise(mine):
        if not _BE.fullmatch(it.text[one.end : other.start]):
            continue
        for a, b in pairwise(its):
            if (a.term, b.term) == (one.term, other.term) and _AS.fullmatch(sentence[a.end : b.start]):
                return f"the article does not say that {it.text[one.start : one.end]} is that"
    return ""


def exchange_fault(it: Drafted, sentence: str) -> str:
    """Why one word of it stands in the place of another: "as a novelist" for "as a songwriter"."""
    mine = [w.term for w in without_figures(it.text) if w.start >= it.body[0]]
    its = [w.term for w in without_figures(sentence)]
    pairs = {(a, c): b for a, b, c in zip(its, its[1:], its[2:], strict=False)}
    for a, b, c in zip(mine, mine[1:], mine[2:], strict=False):
        if b in _LOOSE:
            continue
        other = pairs.get((a, c))
        if other and b not in held_by(sentence) and other not in mine:
            return f"the article says {other} there, not {b}"
    return ""


def added_fault(it: Drafted, sentence: str) -> str:
    """Why a thing that is joined on with "and" is not in the sentence, or the way goes to where it came from."""
    held = held_by(sentence)
    for joint in _ADDED.finditer(it.text, *it.body):
        word = next((w for w in without_figures(it.text) if w.start >= joint.end()), None)
        if (
            word
            and word.term not in held
            and not initial(word, it, held)
            and word.start < it.body[1]
        ):
            return f"the article does not add {it.text[word.start : word.end]}"
    ways = {(m[1].casefold(), m[2]) for m in _WAYS.finditer(sentence)}
    for way in _WAYS.finditer(it.text):
        other = "from" if way[1].casefold() == "to" else "to"
        if (other, way[2]) in ways and (way[1].casefold(), way[2]) not in ways:
            return f"the article says {other} {way[2]} there"
    return ""
