"""Pure: the names that an article is about. Its sentences leave them out; a model that is asked to name
everybody puts them in: "the tolls" become "the tolls in Haiti", "the line" the tunnel by its name.
"""

import re
from functools import lru_cache

from retrieval.claims import Drafted
from retrieval.sentences import sentences
from retrieval.types import Article
from retrieval.wording import TIMES, words

_SENTENCES = 2  # at the beginning, that tell what an article is about
_FIRST = re.compile(r"\W*([A-Z]\w+)")
_OF = re.compile(
    r"(?P<noun>\w+) (?:in|on|at|of|from|to|for|against|near|through) (?:the )?"
    r"(?P<name>(?:[A-Z]|al-[A-Z])[\w’'-]*(?: [A-Z][\w-]*)*)"
)
_BEFORE = re.compile(
    r"\b(?P<name>[A-Z][\w-]*(?:['’]s?)?(?: [A-Z][\w-]*(?:['’]s?)?)*) (?P<noun>[a-z]{3,})"
)
_POINTING = r"\b(?:the|that|this|these|those|its)\s+"
_IT = re.compile(
    r"\W*(?:(?:In|On|By|At|Since|After) [^,]{1,30},? )??(?:[Ii]t|[Hh]e|[Ss]he|[Tt]hey)\b"
)


@lru_cache(maxsize=100)
def lead(article: Article) -> frozenset[str]:
    """The names in the title and in the first two sentences."""
    begin = [article.text[a:b] for a, b in sentences(article.text)[:_SENTENCES]]
    return _terms(". ".join([article.title, *begin]), names=True) - TIMES


def pointing(sentence: str) -> bool:
    """Whether it begins with a pronoun: it may be about somebody else than the article is."""
    return bool(_IT.match(sentence))


def left_out(
    it: Drafted, sentence: str, article: Article, around: frozenset[str]
) -> frozenset[str]:
    """The names that a sentence of the article may leave out where the draft says them.

    None where it names something, before the last word that the two share, which the draft does not
    name: then it is about that. `around` are the words near it, for "the raids" on what they tell of.
    """
    mine, about = _terms(it.text), lead(article)
    shared = [w.start for w in words(sentence) if w.term in mine and not w.name]
    if (
        pointing(sentence)
        or _named(sentence, max(shared, default=0), article) - mine - about - TIMES
    ):
        return frozenset()
    pairs = [m for pattern in (_OF, _BEFORE) for m in pattern.finditer(it.text)]
    told = [m for m in pairs if re.search(_POINTING + m["noun"], sentence, re.IGNORECASE)]
    return about | around & _terms(" ".join(m["name"] for m in told))


def _named(sentence: str, end: int, article: Article) -> frozenset[str]:
    """What it names up to a place; its first word only where the article never writes that small."""
    first = _FIRST.match(sentence)
    plain = first and re.search(rf"\b{first[1].lower()}\b", article.text)
    start = first.end() if first and plain else 0
    return frozenset(
        w.term
        for w in words(sentence)
        if w.name and start <= w.start <= end and not w.term[0].isdigit()
        if not sentence[: w.start].endswith("known as ")
    )


def _terms(text: str, *, names: bool = False) -> frozenset[str]:
    return frozenset(w.term for w in words(text) if w.name or not names)
