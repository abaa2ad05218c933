"""Pure: a text's words made comparable: stems, irregular forms and close synonyms, lands, initials."""

import re
from dataclasses import dataclass
from functools import lru_cache

from retrieval import lexicon
from retrieval.terms import terms

# What says nothing of its own in a claim: that it is said, and that a figure is round.
LIGHT = frozenset(
    terms(
        "said say says told tell tells add added stated state report reported according announced "
        "explained noted some around about approximately roughly nearly almost reportedly while "
        "also however would could may might must will when since many much several still yet "
        "already new now every per upon including another one well had mr mrs ms there us"
    )
)
# Days and months have a test of their own.
TIMES = frozenset(
    terms(
        "monday tuesday wednesday thursday friday saturday sunday january february march april june "
        "july august september october november december"
    )
)
# Verbs and nouns that lean on what stands beside them: "made an appeal", "came into force".
VAGUE = frozenset(
    terms(
        "make made take took taken put call called become became happen happened occur occurred come came "
        "go went gone get got give gave given set keep kept run hold held bring brought stand stood lie lay "
        "end ended begin began start started do did done remain time part number figure people someone way "
        "although though while unless order place total further lose lost move moved plan planned work "
        "name named area country day year thing among amid onto against"
    )
)
_NOT = re.compile(r"n['’]t$")
_RUN = re.compile(r"\b(?!The\b)[A-Z]\w+(?: (?:of |the )?[A-Z]\w+)+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: what it is compared by, whether it is written as a name, where it stands."""

    term: str
    name: bool
    start: int
    end: int


def _table(groups: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in groups.split(";"):
        first, *others = (stem for word in line.split() for stem in terms(word))
        found |= {other: found.get(first, first) for other in others if other not in found}
    return found


def _opposed(pairs: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in pairs.split(";"):
        one, other = (frozenset(_SAME.get(s, s) for s in terms(side)) for side in line.split("/"))
        for mine, its in ((one, other), (other, one)):
            found |= {term: found.get(term, frozenset()) | its for term in mine}
    return found


_SAME = _table(f"{lexicon.GROUPS};{lexicon.MORE};{lexicon.IRREGULAR}")
_AGAINST = _opposed(lexicon.OPPOSITES)
_OF_LAND = _table(lexicon.LANDS)
LANDS = frozenset(_OF_LAND.values())
_PHRASES = dict(line.split(": ", 1) for line in lexicon.PHRASES.strip().splitlines())
_WORD = re.compile(
    "|".join(rf"(?P<{stands}>\b(?:{forms})\b)" for stands, forms in _PHRASES.items())
    + r"|[^\W_]+(?:\.[^\W_]\b)*(?:['’][^\W_]+)?"
)


@lru_cache(maxsize=20_000)
def words(text: str) -> tuple[Word, ...]:
    """The words of a text that carry a meaning of their own, in order; hyphens divide words.

    A phrase that stands for a word ("stepped down") is one word.
    """
    found = []
    for match in _WORD.finditer(text):
        name = match[0][0].isupper() or match[0].isdigit()
        plain = match.lastgroup or match[0]
        if not _NOT.search(plain):  # a denial has a test of its own
            found += [Word(same(stem), name, *match.span()) for stem in terms(plain)]
    return tuple(found)


def vague(text: str, word: Word) -> bool:
    """Whether a word leans on what stands beside it; as it is written, for "came" may mean "arrived"."""
    return word.term in VAGUE or any(stem in VAGUE for stem in _single(text[word.start : word.end]))


def _single(written: str) -> list[str]:
    """The stem of one word; none of a phrase, which means what its words do not."""
    return terms(written) if " " not in written else []


def same(stem: str) -> str:
    """The stem that stands for its group."""
    return _SAME.get(stem, _ADJECTIVES.get(stem, stem))


def opposite(stem: str) -> frozenset[str]:
    """The stems that say the opposite."""
    return _AGAINST.get(stem, frozenset())


def land(stem: str) -> str:
    """The land that an adjective or a capital stands for; any other stem as it is."""
    return _OF_LAND.get(stem, stem)


# "Syrian" and "Syria" are the same in any sentence, "Damascus" only as a speaker.
_CAPITALS = frozenset(
    stem for line in lexicon.LANDS.split(";") for stem in terms(line.partition("/")[2])
)
_ADJECTIVES = {stem: to for stem, to in _OF_LAND.items() if stem not in _CAPITALS}


@lru_cache(maxsize=20_000)
def initials(text: str) -> frozenset[str]:
    """The initials of the names in a text: "United Nations" gives un."""
    found = {
        "".join(word[0] for word in run[0].split() if word[0].isupper()).casefold()
        for run in _RUN.finditer(text)
    }
    return frozenset(found | {same(it) for it in found})


def initials_of(text: str, at: int) -> str:
    """The initials of the name of several words that stands around that place; else empty."""
    run = next((run for run in _RUN.finditer(text) if run.start() <= at < run.end()), None)
    return "".join(w[0] for w in run[0].split() if w[0].isupper()).casefold() if run else ""
