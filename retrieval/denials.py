"""Pure: whether a draft denies what a sentence of an article says, or says its opposite."""

import re

from retrieval.claims import Drafted
from retrieval.wording import LIGHT, opposite, words

_NOT = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|far from|deny|denied|denies|"
    r"refus(?:e|ed|es)|fail(?:ed|s)? to|declin(?:e|ed|es) to|unable)\b|n['’]t\b",
    re.IGNORECASE,
)
_WHO = re.compile(r"\b(?:who|which)\s+(?:\w+\s+)?$")
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
    ("same", "differs"),
    ("same", "different"),
)
_DIFFER = 0.3  # share of the words in common that one denies and the other does not


def polarity_fault(it: Drafted, sentence: str) -> str:
    """Why one denies what the other says, or says its opposite; empty where they agree."""
    draft, sentence = _plain(it.text), _plain(sentence)
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


def _plain(text: str) -> str:
    """The text without "No" as the name of a side in a vote, at the same places."""
    return re.sub(r"(?<=[a-z] )No\b", "Na", text)


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
