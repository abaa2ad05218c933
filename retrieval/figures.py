"""Pure: the figures of a text, in digits or words, with what is said beside them."""

import re
from dataclasses import dataclass
from functools import lru_cache

_SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
_SMALL += " fifteen sixteen seventeen eighteen nineteen twenty"
_WORDS = {word: value for value, word in enumerate(_SMALL.split())}
_WORDS |= {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}
_WORDS |= {"ninety": 90, "twice": 2, "double": 2, "dozen": 12, "both": 2}
_TIMES = {"hundred": 100, "thousand": 1_000, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_TENS = tuple(word for word, value in _WORDS.items() if value >= 20 and value % 10 == 0)  # noqa: PLR2004
_ONES = tuple(word for word, value in _WORDS.items() if 0 < value < 10)  # noqa: PLR2004
_NUMBER = re.compile(
    rf"(?P<digits>\d+(?:,\d{{3}})+(?:\.\d+)?|\d+[.:]\d+|\d+)|"
    rf"\b(?P<tens>{'|'.join(_TENS)})[\s-](?P<ones>{'|'.join(_ONES)})\b|"
    rf"\b(?P<word>{'|'.join(_WORDS)}|half an?(?= (?:dozen|million|billion|hundred|thousand)\b))\b",
    re.IGNORECASE,
)
_HALF = re.compile(r" and a half\b")
_CLOCK = re.compile(r"(?:[01]\d|2[0-4])[0-5]\d")  # "1220 GMT"
_ZONE = re.compile(r" (?:GMT|UTC|local time)\b")
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_FACTOR = re.compile(rf"[\s-]?({'|'.join(_TIMES)}|m|bn|k)\b", re.IGNORECASE)
_SHORT = {"m": "million", "bn": "billion", "k": "thousand"}
_OVER = re.compile(
    r"(?:more than|over|above|at least|exceed(?:ing|s|ed)?|beyond|no fewer than)\s+\S{0,3}$",
    re.IGNORECASE,
)
_OR_MORE = re.compile(r" or (?:more|over|above)\b")
_UNDER = re.compile(
    r"(?:fewer than|less than|under|below|at most|up to|as \w+ as|no more than)\s+\S{0,3}$",
    re.IGNORECASE,
)
_MONTHS = "January February March April May June July August September October November December"
MONTHS = tuple(month.casefold() for month in _MONTHS.split())
_MONTH = rf"(?P<month>{'|'.join(_MONTHS.split())})"
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}|"
    rf"{_MONTH.replace('month', 'month2')} (?P<day2>\d{{1,2}})(?!\d))(?:,? (?P<year>\d{{4}}))?"
)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = re.compile(r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number: its value as it is compared, "more" or "less" than it or neither, its place.

    `day` where it is that of a month, `year` where it looks like a year.
    """

    value: str
    bound: str
    start: int
    end: int
    day: bool = False
    year: bool = False


@dataclass(frozen=True, slots=True)
class Dates:
    """The days, months and years of a text: (day, month), and all weekdays and months named."""

    days: frozenset[tuple[int, str]]
    weekdays: frozenset[str]
    months: frozenset[str]


@lru_cache(maxsize=20_000)
def figures(text: str) -> tuple[Figure, ...]:
    """The numbers of a text, in order; "12 billion" and "$12bn" are the same."""
    found = []
    of_dates = [match.span() for match in _DATE.finditer(text)]
    for match in _NUMBER.finditer(text):
        end = match.end()
        plain = (match["digits"] or "").replace(",", "")
        if _CLOCK.fullmatch(plain) and _ZONE.match(text, end):
            plain = f"{plain[:2]}:{plain[2:]}"
        named = [
            _WORDS.get(match[it].casefold(), 0.5) for it in ("tens", "ones", "word") if match[it]
        ]
        value: float | str = sum(named) if named else plain
        if ":" not in str(value):
            value = float(value)
            if half := _HALF.match(text, end):
                value, end = value + 0.5, half.end()
            factor = _FACTOR.match(text, end)
            if factor:
                name = factor[1].casefold()
                value *= _TIMES[_SHORT.get(name, name)]
                end = factor.end()
            value = f"{value:g}" if value < 1e6 else f"{value:.0f}"  # noqa: PLR2004 - as printed
        before = text[max(match.start() - 24, 0) : match.start()]
        over = _OVER.search(before) or _OR_MORE.match(text, end)
        bound = "more" if over else "less" if _UNDER.search(before) else ""
        year = bool(_YEAR.fullmatch(plain))
        day = not year and any(a <= match.start() < b for a, b in of_dates)
        found.append(Figure(str(value), bound, match.start(), end, day, year))
    return tuple(found)


@lru_cache(maxsize=20_000)
def dates(text: str) -> Dates:
    """The dates that a text names."""
    days = {
        (int(match["day"] or match["day2"]), (match["month"] or match["month2"]).casefold())
        for match in _DATE.finditer(text)
    }
    months = {m for m in MONTHS if re.search(rf"\b{m.title()}\b", text)}
    weekdays = {match[0].casefold() for match in _DAY.finditer(text)}
    return Dates(frozenset(days), frozenset(weekdays), frozenset(months))
