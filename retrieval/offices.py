"""Pure: whether a draft gives a person the office that the article gives him."""

import re
from collections.abc import Iterator

from retrieval.speakers import VERBLIKE
from retrieval.types import Article
from retrieval.wording import LIGHT, land, words

_NAME = r"[A-Z][\w’'-]+(?: (?:(?:al|bin|de|der|di|la|van|von)[- ])*[A-Z][\w’'-]+)*"
# Offices of which a person has one; "head" and "leader" may stand for many.
_OFFICE = (
    r"minister|mayor|president|spokes\w+|governor|commander|senator|secretary|ambassador|king|queen|"
    r"chancellor|general|judge|captain|coach|director|chairman|chairwoman|chief|head|leader"
)
_WIDE = frozenset(w.term for w in words("director chairman chairwoman chief head leader"))
_AFTER = re.compile(rf"({_NAME}), (?:the |an? |its |their )?([^,;.]*\b(?:{_OFFICE})\b[^,;.]*)[,.]")
_LESS = re.compile(r"\b(?:former|formerly|deputy|vice|interim|acting)\b")
_OFFICES = re.compile(_OFFICE)


def office_fault(draft: str, article: Article) -> str:
    """Why the office that stands beside a name in the draft does not stand beside it in the article."""
    for match in _AFTER.finditer(draft):
        name, office = match[1], match[2]
        if VERBLIKE.search(office):
            continue  # "According to Cameron, it would be for the next prime minister to"
        last = name.rsplit(maxsplit=1)[-1]
        places = list(_around(article.text, last))
        if not places:
            continue
        places = [place for place in places if _OFFICES.search(place)] or places
        mine = [w for w in words(office) if w.term not in LIGHT]
        offices = {w.term for w in mine if _OFFICES.fullmatch(office[w.start : w.end])} - _WIDE
        names = {land(w.term) for w in mine if w.name}
        if not any(_agree(offices, names, place, name, office) for place in places):
            return f"the article does not call {name} {office}"
    return ""


def _agree(offices: set[str], names: set[str], place: str, name: str, office: str) -> bool:
    """Whether that office stands there, and no other body's than the draft's."""
    held = [w for w in words(place) if w.term not in {n.term for n in words(name)}]
    others = {land(w.term) for w in held if w.name and w.start}
    if place.startswith(("Its ", "Their ")):
        others = set()
    if not _LESS.search(office) and _LESS.search(place):
        return False
    return offices <= {w.term for w in held} and (names <= others or not others)


def _around(text: str, last: str) -> Iterator[str]:
    """What stands right before and after a name, up to a comma, a full stop or an "and"."""
    for match in re.finditer(rf"\b(?:[A-Z][\w’'-]+ )*{re.escape(last)}\b", text):
        before = re.split(
            r"[,;.:\n](?:\s|$)| and ",
            text[max(match.start() - 120, 0) : match.start()].rstrip(", "),
        )
        after = re.match(r",[^,;.]*", text[match.end() :])
        for beside in re.split(r"\band (?=an?\b|the\b)", after[0]) if after else [""]:
            yield f"{before[-1]} {match[0]} {beside}"  # "the former mayor of it and a leader of them"
