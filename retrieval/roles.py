"""Pure: who does what to whom in a draft, held against one sentence of an article."""

import re

from retrieval.claims import Drafted
from retrieval.details import LEANS
from retrieval.neighbours import units
from retrieval.speakers import VERBLIKE, Speaker, subject_of
from retrieval.wording import LIGHT, TIMES, Word, initials, land, words

_BY = re.compile(r"\b(?:is|are|was|were|be|been|being)\s+(?:(?:\w+ly|also|then|first|since)\s+)?$")
_IS = re.compile(r"\W*(?:is|are|was|were) (?:now |also |still )?(?:the|an?)\b")
_COPULA = re.compile(r"\b(?:is|are|was|were)\s+(?:(?:the|an?)\s+)?(?:[\w’'-]+\s+){0,2}$")
_ISES = re.compile(r"\b(?:is|are|was|were)\b")
_LED = re.compile(
    r"\b(?:in|at|on|of|from|to|with|for|by|under|near)\s+(?:(?:the|an?|its|their)\s+)?(?:\d+\s+)?$"
)
_AUX = re.compile(
    r"\s+(?:(?:has|have|had|is|are|was|were|will|would|can|could|may|might|should|must|also|not|been|be|"
    r"\w+ly)\s+)*"
)
_BY_SO_MUCH = re.compile(r" by (?:the |an? )?(?:\w+est\b|narrow|wide|large|small|\d)")
_AGENT = re.compile(r" of |[^,;.]{0,60}?\bby (?!(?:[a-z]+ing|the end|early|late|\d)\b)")
_THING = re.compile(r"[Tt]he [a-z]+")
_FIRST = 4  # characters: "The "
_OWN = frozenset({w.term for w in words("owned belongs")})  # "owned by", "belongs to"
_IT = re.compile(
    r"\W*(?:(?:in|on|by|at|since|until|during|after) [^,]{1,24},? )??(?:he|she|it|they)\b",
    re.IGNORECASE,
)
_HIS = re.compile(r"(?:his|her|its|their)\b", re.IGNORECASE)
_NEAR = 4  # words before a verb in which its subject is looked for
_HE = re.compile(r"\b(?:he|she|it|they|who|which|that)\s+(?:\w+\s+)?$", re.IGNORECASE)


def order_fault(it: Drafted, sentence: str, topic: frozenset[str]) -> str:
    """Why another than the draft's subject does what it says; empty where the order agrees.

    `topic` are the words of the article's title.
    """
    a, b = it.body
    at = it.text.find(it.subject, a) + len(it.subject)
    subject = {w.term for w in words(it.subject)} - LIGHT
    verb = _verb(it, at, sentence)
    leans = it.said and _HIS.match(it.subject)  # "he said that his country would"
    if not VERBLIKE.search(it.text, at) or subject & initials(sentence) or leans:
        return ""  # "Nicola Sturgeon, the first minister" does nothing; "the SDF" by its full name
    if not subject or verb is None or it.speaker == it.subject:  # who speaks has a test of his own
        return ""
    heads = [w.start for w in words(sentence) if w.term in subject]
    places = [w for w in words(sentence) if w.term == verb.term]
    mine = bool(_BY.search(it.text[at : verb.start]))
    nouns = it.text[verb.end :].startswith(" of ")
    passive = any(_passive(sentence, w) for w in places)
    if not nouns and mine != passive:  # "A was struck by B", "B struck A"
        return _agent_fault(it.text[verb.end : b], subject, places, sentence, passive=mine)
    if _IS.match(it.text, at) and _told_so(it.subject, sentence):
        return ""  # "A was the last to win" and "the last to win was A", "A, the last to win,"
    if heads and all(_COPULA.search(sentence[:head]) for head in heads):
        return ""  # "the last American to win it was Toni Morrison"
    if heads and all(head > place.start for head in heads for place in places):
        return f"in the article it is not {it.subject} of whom this is said"
    if heads:
        return "" if mine else _slot_fault(it.subject, subject, places, sentence)
    if mine or (_IT.match(sentence) and not any(_near(sentence, w, subject) for w in places)):
        return ""
    own = subject_of(sentence, 0, len(sentence))
    if own and _named_thing(it.subject, subject, own, topic):
        return ""
    objects = {w.term for w in words(it.text) if at <= w.start < b} - LIGHT
    turned = own is not None and bool({w.term for w in words(own.name)} & objects)
    if turned or all(_another(sentence[: w.start], subject) for w in places):
        return f"in the article another than {it.subject} does this"
    return ""


def _told_so(subject: str, sentence: str) -> bool:
    """Whether the sentence says what somebody is: with a verb, or beside the name."""
    last = re.escape(subject.rsplit(maxsplit=1)[-1])
    return bool(
        _ISES.search(sentence) or re.search(rf"\b{last}, (?:an?|the|its|their)\b", sentence)
    )


def _verb(it: Drafted, at: int, sentence: str) -> Word | None:
    """The first word after the subject that the sentence has too, and that no preposition leads to."""
    held = {w.term for w in words(sentence)} - LIGHT
    acts = VERBLIKE.search(
        it.text, at
    )  # not what stands beside the subject: "mayors in the department"
    start = acts.start() if acts else at
    rest = (w for w in words(it.text) if start <= w.start < it.body[1] and w.term in held)
    return next(
        (w for w in rest if not w.term[0].isdigit() and not _LED.search(it.text[: w.start])), None
    )


def _passive(sentence: str, verb: Word) -> bool:
    after = sentence[verb.end :]
    return bool(_BY.search(sentence[: verb.start])) or (
        after.startswith((" by ", " of ")) and not _BY_SO_MUCH.match(after)
    )


def _named_thing(name: str, subject: set[str], own: Speaker, topic: frozenset[str]) -> bool:
    """Whether "the ship" is what the title tells of, which goes by its name in the sentence."""
    plain = _THING.fullmatch(name) and subject <= topic and own.start <= _FIRST
    return bool(plain) and all(w.name for w in words(own.name))


def _agent_fault(
    rest: str, subject: set[str], places: list[Word], sentence: str, *, passive: bool
) -> str:
    """Why the one who does it in the draft is not who does it in the sentence, which turns it round.

    `rest` is what follows the verb in the draft; `passive` whether the draft says "by".
    """
    for verb in places:
        before = {land(w.term) for w in words(sentence) if w.end <= verb.start}
        by = _AGENT.match(sentence, verb.end)
        after = {land(w.term) for w in words(sentence) if by and w.start >= by.end()}
        if passive:
            agent = re.search(r"\bby ", rest)
            named = next((u for u in units(rest) if agent and u.start >= agent.end()), None)
            wrong = (
                named is not None and named.kind == "name" and not named.terms & (before | after)
            )
            wrong = wrong and verb.term not in _OWN
        else:
            wrong = by is not None and bool(after) and not {land(t) for t in subject} & after
        if not wrong:
            return ""
    return "in the article another does this"


def _slot_fault(name: str, subject: set[str], places: list[Word], sentence: str) -> str:
    """Why the name right before the verb, which is its subject there, is not the draft's."""
    for verb in places:
        before = [u for u in units(sentence) if u.end <= verb.start]
        last = before[-1] if before else None
        if (
            last is None
            or last.kind != "name"
            or not _AUX.fullmatch(sentence[last.end : verb.start])
        ):
            return ""
        joined = len(before) > 1 and re.fullmatch(
            r",? (?:and|or) (?:the )?", sentence[before[-2].end : last.start]
        )
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


def _near(sentence: str, verb: Word, subject: set[str]) -> bool:
    return _named_near(sentence[: verb.start], subject)


def _named_near(before: str, subject: set[str]) -> bool:
    """Whether another's name stands right before a verb and may be its subject."""
    return any(
        w.name and not w.term.isdigit() and w.term not in subject | TIMES
        for w in words(before)[-_NEAR:]
        if not _LED.search(before[: w.start]) and not re.search(r", \w|\band\b", before[w.end :])
    )
