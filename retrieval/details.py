"""Pure: the details of a draft held against one sentence: words, names, denials."""

import re
from dataclasses import dataclass
from itertools import pairwise

from retrieval.claims import Drafted
from retrieval.figures import figures
from retrieval.wording import LIGHT, TIMES, Word, initials, initials_of, opposite, words

_CLAUSE = re.compile(
    r",|;|\band\b|\bbut\b|\bwhile\b|\bwhere\b|\bwho\b|\bwhich\b|\bafter\b|\bwhen\b"
)
_NOT = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|far from|deny|denied|denies|"
    r"refus(?:e|ed|es)|fail(?:ed|s)? to|declin(?:e|ed|es) to|unable)\b|n['’]t\b",
    re.IGNORECASE,
)
_POINTS = re.compile(r"\b(?:he|she|him|her|them|his|its|their)\b", re.IGNORECASE)
_WHO = re.compile(r"\b(?:who|which)\s+(?:\w+\s+)?$")
LEANS = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|its|their|this|these|that|such|the)\b", re.IGNORECASE
)
_LEADS = re.compile(
    r"\b(?:in|at|from|near|to|of|by|with|for|against|under|over|into|about|as|than|between|through|past|during|since|off|across|around|along|inside|outside)\s+(?:(?:the|an?|its|their|his|her)\s+)?$"
)
_PLACE = re.compile(r"\b(?:in|at|from|near|to|of)\s+(?:the )?$")
_STOP = re.compile(r"[,;.:](?=\s|$)|\band that\b|\bbut\b|\balthough\b|\bwhile\b|\band\b")
_TURNS = (
    ("up", "down"),
    ("more", "fewer"),
    ("more", "less"),
    ("above", "below"),
    ("inside", "outside"),
    ("ahead", "behind"),
    ("all", "some"),
    ("always", "never"),
    ("better", "worse"),
    ("earlier", "later"),
    ("on", "off"),
    ("into", "out"),
    ("toward", "away"),
    ("towards", "away"),
    ("for", "against"),
    ("with", "without"),
    ("early", "late"),
)
_PLAIN = 2  # words of a subject, names aside, that may stand in what is around alone
_DIFFER = 0.3  # share of the words in common that one denies and the other does not


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


def compared(it: Drafted, sentence: str, around: frozenset[str]) -> Compared:
    """How much of the draft the sentence says; its subject may be named in what is around it."""
    held = held_by(sentence)
    subject = {w.term for w in words(it.subject)} & around if LEANS.search(sentence) else set()
    if len({w.term for w in words(it.subject) if not w.name} & subject - held) > _PLAIN:
        subject = set()  # so many words are no subject: a verb was not recognised
    mine = _content(it)
    found = [
        w.term in held
        or w.term in subject
        or initial(w, it, held)
        or (w.term in around and _pointed(it.text, w) and bool(LEANS.search(sentence)))
        for w in mine
    ]
    thin = 1.0
    cuts = [0, *(m.start() for m in _CLAUSE.finditer(it.text)), len(it.text)]
    for a, b in pairwise(cuts):
        its = [ok for w, ok in zip(mine, found, strict=True) if a <= w.start < b]
        if its:
            thin = min(thin, sum(its) / len(its))
    missing = [it.text[w.start : w.end] for w, ok in zip(mine, found, strict=True) if not ok]
    # Who "warned" or "condemned" counts as said: whether it was he has a test of its own.
    named = len(words(it.speaker)) if it.speaker and it.speaker == it.subject else 0
    share = (sum(found) + named) / (len(found) + named) if found else 0.0
    return Compared(share, thin, missing)


def _pointed(text: str, word: Word) -> bool:
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


def object_fault(it: Drafted, sentence: str, around: frozenset[str]) -> str:
    """Why what a preposition or "to" leads to is not in the sentence: to evacuate, of Mars, by the king."""
    held = held_by(sentence)
    for word in _content(it):
        if word.term in held or initial(word, it, held) or not _LEADS.search(it.text[: word.start]):
            continue
        if not (word.term in around and _pointed(it.text, word)):
            return f"the article does not say {it.text[word.start : word.end]} there"
    return ""


def names_fault(it: Drafted, sentence: str, around: frozenset[str]) -> str:
    """Why a name is not that of the sentence; one that a pronoun of its may point to is."""
    held = held_by(sentence)
    a, b = it.body
    at = it.text.find(it.subject, a) if it.subject else a
    for word in words(it.text):
        if not a <= word.start < b or not word.name or word.term[0].isdigit():
            continue
        if word.term in held or initial(word, it, held) or not it.text[: word.start].strip(' "“'):
            continue
        if word.term in around and _pointed(it.text, word):
            continue
        pronoun = LEANS if at <= word.start < at + len(it.subject) else _POINTS
        place = _PLACE.search(it.text[: word.start])
        if word.term not in around or place or not pronoun.search(sentence):
            return f"the article does not name {it.text[word.start : word.end]} there"
    return ""


def subject_fault(it: Drafted, sentence: str, around: frozenset[str]) -> str:
    """Why the sentence is not about the draft's subject; empty where it is, or points back to it."""
    held = held_by(sentence)
    if it.subject == it.speaker:  # who speaks has a test of his own
        return ""
    mine = [w for w in words(it.subject) if w.term not in LIGHT and not w.term[0].isdigit()]
    missing = [w for w in mine if w.term not in held and not initial(w, it, held)]
    if not missing or (len(missing) < len(mine) and not any(w.name for w in missing)):
        return ""
    if LEANS.search(sentence) and all(w.term in around for w in missing):
        return ""
    return f"the article does not say this of {it.subject}"


def polarity_fault(it: Drafted, sentence: str) -> str:
    """Why one denies what the other says, or says its opposite; empty where they agree."""
    draft = it.text
    mine, its = {w.term for w in words(draft)}, {w.term for w in words(sentence)}
    against = sorted(term for term in mine - its if opposite(term) & (its - mine))
    if against:
        return "the article says the opposite of " + ", ".join(against)
    if turned := _turned(draft, sentence):
        return f"the article does not say “{turned}” there"
    common = {w.term for w in words(draft) if w.start >= it.body[0]} & its - LIGHT
    heads = (_denied(draft, 1) ^ _denied(sentence, 1)) & common
    # "if they did not" leaves out what is denied, which a draft may say.
    short = "if" in draft.split() and any(
        not _under(sentence, no) for no in _NOT.finditer(sentence)
    )
    if heads and not short and not _denied(draft) & _denied(sentence):
        return "the article says the opposite of " + ", ".join(sorted(heads)[:4])
    differ = set[str]() if short else (_denied(draft) ^ _denied(sentence)) & common
    alone = bool(_NOT.search(draft)) and not _NOT.search(sentence)
    if differ and (alone or len(differ) >= _DIFFER * len(common)):
        return "the article says the opposite of " + ", ".join(sorted(differ)[:4])
    return ""


def _turned(draft: str, sentence: str) -> str:
    """A small word that turns the meaning and that the sentence lacks, having its opposite."""
    mine, its = (set(re.findall(r"[a-z]+", text.casefold())) for text in (draft, sentence))
    if "than" in mine - its and not its & {"over", "under", "above", "below"}:
        return "than"
    pairs = [pair for one, other in _TURNS for pair in ((one, other), (other, one))]
    return next((a for a, b in pairs if a in mine - its and b in its - mine), "")


def _denied(text: str, most: int = 99) -> set[str]:
    """The words that stand under a negation: from it to the end of its clause."""
    found: set[str] = set()
    for match in _NOT.finditer(text):
        under = _under(text, match)
        # "people who did not know him to start here" denies that they know, not that they start.
        found |= set(under[: min(most, 2 if _WHO.search(text[: match.start()]) else most)])
    return found


def _under(text: str, no: re.Match[str]) -> list[str]:
    """The words from a negation to the end of its clause; none after "if they did not"."""
    stop = _STOP.search(text, no.end())
    end = stop.start() if stop else len(text)
    return [w.term for w in words(text) if no.end() <= w.start < end]
