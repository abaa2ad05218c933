"""Pure: a text's words made comparable: stems, irregular forms and close synonyms, lands, initials.

The groups are written by hand. A word stands in one group alone, and only where exchanging it does
not change what a sentence of news claims.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from retrieval.terms import terms

# Forms that the stemmer does not bring together, and words that news uses for the same.
_GROUPS = """
begin began begun start launch
end ended finish stop
take took taken capture seize
kill killed die died death deaths dead
fall fell fallen drop dropped
rise rose risen increase
give gave given
go went gone
come came
send sent
leave left quit
lose lost
win won award awarded
lead led
meet met
strike struck hit
shoot shot
build built construction
hold held
choose chose chosen choice decision
bring brought
make made
find found
become became
run ran
keep kept
write wrote
stay remain stayed
back support backed favour
help aid assist
big large huge giant
town city
deal accord agreement treaty pact
outcome result
probe spacecraft craft
ship vessel
fix repair repaired
postpone put postponed delayed delay
troops soldiers soldier
worry worried concern concerned fear
warn caution
free release refloat
journey voyage trip
need require
want wish
way path
many numerous
percent per-cent
dollar dollars
kilometre kilometer km
metre meter
centre center
programme program
expect due planned plan
target goal
country countries nation
carry carried
"""
# Land, the adjective, the capital that stands for its government.
_LANDS = """
Syria Syrian Syrians Damascus
Russia Russian Russians Moscow Kremlin
Turkey Turkish Turks Ankara
America American Americans Washington US USA
Germany German Germans Berlin
France French Paris
Britain British UK London
Italy Italian Rome
Switzerland Swiss Bern
Egypt Egyptian Egyptians Cairo
China Chinese Beijing
Japan Japanese Tokyo
India Indian Indians Delhi
Haiti Haitian Haitians
Colombia Colombian Colombians Bogota
Iran Iranian Tehran
Iraq Iraqi Baghdad
Israel Israeli Jerusalem
Spain Spanish Madrid
Ukraine Ukrainian Kyiv Kiev
Poland Polish Warsaw
Greece Greek Athens
Europe European
Kurd Kurds Kurdish
Scotland Scottish Scots
"""
# Words that cannot both be true of a thing: one of each side.
_OPPOSITES = """
reject refuse oppose condemn denounce deny / accept support approve welcome praise agree confirm
rise increase grow gain / fall decline shrink decrease
win / lose
leave / stay join
open / close
higher more larger bigger longer / lower fewer less smaller shorter
first / last
north northern / south southern
east eastern / west western
begin / end
largest biggest most highest / smallest least lowest
before / after
allow permit / ban forbid prohibit
succeed success / fail failure
safe / dangerous
enough sufficient / insufficient
"""
# What says nothing of its own in a claim: that it is said, and that a figure is round.
LIGHT = frozenset(
    terms(
        "said say says told tell tells add added stated state report reported according announced "
        "explained noted some around about approximately roughly nearly almost reportedly while "
        "also however would could may might must will when since many much several still yet "
        "already new now including another one well had mr mrs ms there us"
    )
)
# Days and months have a test of their own.
TIMES = frozenset(
    terms(
        "monday tuesday wednesday thursday friday saturday sunday january february march april june "
        "july august september october november december"
    )
)
_RUN = re.compile(r"\b[A-Z]\w+(?: (?:of |the )?[A-Z]\w+)+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: what it is compared by, whether it is written as a name, where it stands."""

    term: str
    name: bool
    start: int
    end: int


def _table(groups: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in groups.strip().splitlines():
        first, *others = (stem for word in line.split() for stem in terms(word))
        found |= {other: found.get(first, first) for other in others if other not in found}
    return found


def _opposed(pairs: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in pairs.strip().splitlines():
        one, other = (frozenset(_SAME.get(s, s) for s in terms(side)) for side in line.split("/"))
        found |= dict.fromkeys(one, other) | dict.fromkeys(other, one)
    return found


_SAME = _table(_GROUPS)
_AGAINST = _opposed(_OPPOSITES)
_OF_LAND = _table(_LANDS)
LANDS = frozenset(_OF_LAND.values())


@lru_cache(maxsize=20_000)
def words(text: str) -> tuple[Word, ...]:
    """The words of a text that carry a meaning of their own, in order; hyphens divide words."""
    found = []
    for match in re.finditer(r"[^\W_]+(?:\.[^\W_]\b)*(?:['’][^\W_]+)?", text):
        name = match[0][0].isupper() or match[0].isdigit()
        found += [Word(same(stem), name, *match.span()) for stem in terms(match[0])]
    return tuple(found)


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
    terms(
        "Damascus Moscow Kremlin Ankara Washington Berlin Paris London Rome Bern Cairo Beijing Tokyo "
        "Delhi Bogota Tehran Baghdad Jerusalem Madrid Kyiv Kiev Warsaw Athens"
    )
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
