"""Pure: the names and the subject of a draft held against one sentence of an article."""

import re
from difflib import get_close_matches

from retrieval.claims import Drafted
from retrieval.details import LEANS, RUN, initial, named_by, pointed, without_figures
from retrieval.speakers import subject_of
from retrieval.wording import TIMES, Word, vague, words

_POINTS = re.compile(r"\b(?:he|she|him|her|them|his|its|their)\b", re.IGNORECASE)
# What may stand for a name: a pronoun, or "the ship" where the sentence begins.
_LEANS_BACK = re.compile(
    r"\b(?:[Hh]e|[Ss]he|[Ii]t|[Tt]hey|him|her|them|[Hh]is|[Ii]ts|[Tt]heir|this)\b|^(?:\W*\w+,? ){0,3}[Tt](?:he|his|hat) "
)
_ALIKE = 0.8  # of two spellings of a name: Kublai, Khublai
_THERE = re.compile(r"(?<!\bthat)(?<!\band)(?<=[a-z]) there\b")
_PLACE = re.compile(r"\b(?:[Ii]n|[Aa]t|[Ff]rom|[Nn]ear|[Tt]o|[Oo]f)\s+(?:the )?(?:[A-Z][\w-]* )*$")


def names_fault(
    it: Drafted, sentence: str, around: frozenset[str], lead: frozenset[str] = frozenset()
) -> str:
    """Why a name is not that of the sentence; one that a pronoun of its may point to is.

    `lead` are the names that the article is about, which a sentence of it may leave out.
    """
    held = named_by(it, sentence, around)
    a, b = it.body
    at = it.text.find(it.subject, a) if it.subject else a
    for word in words(it.text):
        if not a <= word.start < b or not word.name or word.term[0].isdigit():
            continue
        if word.term in TIMES:  # dates have a test of their own
            continue
        if word.term in held or initial(word, it, held) or not it.text[: word.start].strip(' "“'):
            continue
        if word.term in around and (pointed(it.text, word) or _THERE.search(sentence)):
            continue
        if word.term in lead and _left_out(it.text, word, sentence):
            continue
        pronoun = LEANS if at <= word.start < at + len(it.subject) else _POINTS
        place = _PLACE.search(it.text[: word.start])
        if word.term not in around or place or not pronoun.search(sentence):
            return f"the article does not name {it.text[word.start : word.end]} there"
    return ""


def _left_out(text: str, word: Word, sentence: str) -> bool:
    """Whether the sentence may leave that name out.

    Not where a pronoun stands for it there ("of it", "of Rosetta"), nor where it has another part of
    the name ("the older Gotthard tunnel").
    """
    led = re.search(r"\b([a-z]+) (?:the )?(?:[A-Z][\w-]* )*$", text[: word.start])
    if led and re.search(rf"\b{led[1]} (?:it|him|her|them)\b", sentence):
        return False
    run = next((m[0] for m in RUN.finditer(text) if m.start() <= word.start < m.end()), "")
    own = {w.term for w in words(run)}
    return not any(w.name and w.term in own for w in words(sentence))


def _another(its: str, mine: str) -> bool:
    """Whether a subject is named in full, and is another."""
    named = [w for w in words(its) if w.name and not w.term[0].isdigit()]
    own = {w.term for w in words(mine)}
    return len(named) == len(words(its)) > 0 and not any(
        w.term in own or get_close_matches(w.term, own, 1, _ALIKE) for w in named
    )


def subject_fault(
    it: Drafted, sentence: str, around: frozenset[str], lead: frozenset[str] = frozenset()
) -> str:
    """Why the sentence is not about the draft's subject; empty where it is, or points back to it."""
    held = named_by(it, sentence, around | lead)
    if it.subject == it.speaker:  # who speaks has a test of his own
        return ""
    mine = [
        w
        for w in without_figures(it.subject)
        if not vague(it.subject, w) and not w.term[0].isdigit()
        if not (w.term in lead and _PLACE.search(it.subject[: w.start]))
    ]
    missing = [w for w in mine if w.term not in held and not initial(w, it, held)]
    if not missing or (len(missing) < len(mine) and not any(w.name for w in missing)):
        return ""
    head = re.search(
        rf"\bth(?:e|is|ese|at|ose) {re.escape(it.subject.split()[-1])}\b", sentence, re.IGNORECASE
    )
    if head and all(w.name and w.term in lead for w in missing):
        return ""  # "the movement" for "the FARC movement"
    own = subject_of(sentence, 0, len(sentence))
    # "In 2014 it released a lander, Philae": what begins with a pronoun is about that.
    led = own and _LEANS_BACK.search(sentence[: own.start])
    if own and not led and any(w.name for w in missing) and _another(own.name, it.subject):
        return f"the article says this of {own.name}"
    pointing = _LEANS_BACK if any(w.name for w in missing) else LEANS
    if pointing.search(sentence) and all(w.term in around for w in missing):
        return ""
    return f"the article does not say this of {it.subject}"
