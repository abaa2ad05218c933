"""Pure: the details of a draft held against one sentence: words, names, denials."""

import re
from dataclasses import dataclass
from itertools import pairwise

from retrieval.claims import Drafted
from retrieval.figures import figures
from retrieval.speakers import VERBLIKE
from retrieval.wording import LANDS, LIGHT, TIMES, VAGUE, Word, initials, initials_of, vague, words

_CLAUSE = re.compile(
    r",|;|\band\b|\bbut\b|\bwhile\b|\bwhere\b|\bwho\b|\bwhich\b|\bafter\b|\bwhen\b|\bto\b|\bby\b"
)
LEANS = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|its|their|this|these|that|such|the)\b", re.IGNORECASE
)
_LEADS = re.compile(
    r"\b(?:in|at|from|near|to|of|by|with|for|against|under|over|into|about|as|than|between|through|past|during|since|off|across|around|along|inside|outside)\s+(?:(?:the|an?|its|their|his|her)\s+)?$"
)
RUN = re.compile(r"(?:[A-Z][\w’'-]+ )+[A-Z]\w+")
_CLOCK = re.compile(r"[ap]\.m|local|time|GMT|UTC")  # beside a figure, which has a test of its own
DIRECT = 0.4  # share of what is said of the subject that must stand in the sentence itself
LITTLE = 0.3  # weight of a word that leans on others
VERB = 0.8  # weight of a verb; chosen, like the shares in `support`, on A and either half of C
_PLAIN = 2  # words of a subject, names aside, that may stand in what is around alone


@dataclass(frozen=True, slots=True)
class Compared:
    """Shares from 0 to 1 of a draft's words that a sentence has: of all, of its poorest clause."""

    share: float
    thin: float
    missing: list[str]


def _content(it: Drafted) -> list[Word]:
    """The words of what is said; figures have a test of their own, and so have dates."""
    a, b = it.body
    return [w for w in without_figures(it.text) if a <= w.start < b]


def without_figures(text: str) -> list[Word]:
    """The words of a text that have no test of their own: no figures, days, months, "said"."""
    places = [(f.start, f.end) for f in figures(text)]
    return [
        w
        for w in words(text)
        if w.term not in LIGHT
        and w.term not in TIMES
        and not any(a <= w.start < b for a, b in places)
    ]


def held_by(sentence: str) -> frozenset[str]:
    """What the words of a sentence are compared with."""
    return frozenset(w.term for w in words(sentence)) | initials(sentence)


def named_by(it: Drafted, sentence: str, around: frozenset[str]) -> frozenset[str]:
    """What a sentence holds, and the words of a name that it gives short: "the council" for its name."""
    held = held_by(sentence)
    if re.search(r"\b(?:the|that|this) (?:country|nation)\b", sentence, re.IGNORECASE):
        held |= LANDS & around
    for run in RUN.finditer(it.text):
        first = words(run[0])[:-1]
        if _short(run[0].split()[-1], sentence) and all(w.term in around for w in first):
            held |= {w.term for w in first}
    return held


def _short(last: str, sentence: str) -> bool:
    """Whether a name's last word stands for all of it: "the council", or "Matthew" alone."""
    alone = (m.start() for m in re.finditer(rf"\b{last}\b", sentence))
    return bool(re.search(rf"\bthe {last}\b", sentence, re.IGNORECASE)) or any(
        not re.search(r"[A-Z][\w’'-]* $", sentence[:at]) for at in alone
    )


def compared(
    it: Drafted,
    sentence: str,
    around: frozenset[str],
    topic: frozenset[str] = frozenset(),
    lead: frozenset[str] = frozenset(),
) -> Compared:
    """How much of the draft the sentence says; its subject may be named in what is around it.

    `topic`: words of many sentences of the article; `lead`: names that a sentence may leave out.
    """
    held = named_by(it, sentence, around)
    subject = {w.term for w in words(it.subject)} & around if LEANS.search(sentence) else set()
    if len({w.term for w in words(it.subject) if not w.name} & subject - held) > _PLAIN:
        subject = set()  # so many words are no subject: a verb was not recognised
    mine = _content(it)
    found = [
        w.term in held
        or w.term in subject
        or (w.name and w.term in lead)
        or initial(w, it, held)
        or (w.term in around and pointed(it.text, w) and bool(LEANS.search(sentence)))
        for w in mine
    ]
    thin = 1.0
    cuts = [0, *(m.start() for m in _CLAUSE.finditer(it.text)), len(it.text)]
    for a, b in pairwise(cuts):
        its = [ok for w, ok in zip(mine, found, strict=True) if a <= w.start < b]
        if its and not (len(its) == 1 and _vague(it.text, mine, a, b)):
            thin = min(thin, sum(its) / len(its))
    missing = [it.text[w.start : w.end] for w, ok in zip(mine, found, strict=True) if not ok]
    # Who "warned" or "condemned" counts as said: whether it was he has a test of its own.
    named = len(words(it.speaker)) if it.speaker and it.speaker == it.subject else 0
    weights = [
        _weight(it.text, w) if ok else _missed(it.text, w, topic)
        for w, ok in zip(mine, found, strict=True)
    ]
    known = sum(weight for weight, ok in zip(weights, found, strict=True) if ok)
    share = (known + named) / (sum(weights) + named) if found else 0.0
    return Compared(share, thin if _direct(it, mine, held) else 0.0, missing)


def _direct(it: Drafted, mine: list[Word], held: frozenset[str]) -> bool:
    """Whether enough of what is said of the subject stands in the sentence itself, not around it."""
    about = {w.term for w in words(it.subject)}
    rest = [w for w in mine if w.term not in about]
    own = sum(_weight(it.text, w) for w in rest if w.term in held)
    return own >= DIRECT * sum(_weight(it.text, w) for w in rest)


def _missed(text: str, word: Word, topic: frozenset[str]) -> float:
    """How much a word counts that is not there: little where it is the topic, or says little."""
    return LITTLE if vague(text, word) or word.term in topic else _weight(text, word)


def _weight(text: str, word: Word) -> float:
    """How much a word counts: a verb is put in other words more often than a thing."""
    if word.term in VAGUE or _CLOCK.fullmatch(text[word.start : word.end]):
        return LITTLE
    return VERB if not word.name and VERBLIKE.fullmatch(text[word.start : word.end]) else 1.0


def _vague(text: str, mine: list[Word], start: int, end: int) -> bool:
    """Whether all words of a clause lean on what stands beside them."""
    return all(vague(text, w) for w in mine if start <= w.start < end)


def pointed(text: str, word: Word) -> bool:
    """Whether it stands alone after "the", as what was named before does: "the ship", not "the old ship"."""
    if re.search(r"['’]s$", text[word.start : word.end]):
        return not _LEADS.search(text[: word.start])  # "Rosetta's signal" for "the signal"
    before = re.search(r"\b(?:the|this|that|its|their)\s+$", text[: word.start], re.IGNORECASE)
    following = re.match(r"\s+(\w+)", text[word.end :])
    after = following[1] if following else ""
    heavy = [w for w in words(after) if w.term not in LIGHT and w.term not in TIMES]
    return bool(before) and not word.name and (not heavy or after.endswith("ed"))


def initial(word: Word, it: Drafted, held: frozenset[str]) -> bool:
    """Whether a word of a name stands in the sentence by the name's initials."""
    return word.name and initials_of(it.text, word.start) in held
