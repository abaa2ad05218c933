"""Days and moments: what an article says of its date, as ISO 8601 and as a number to filter by."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

from dateutil import parser

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", re.ASCII)
_EPOCH = re.compile(r"\d{9,11}(\.\d*)?|\d{13}")

# A part that is missing takes the default's, and two numbers may be the day, the month or the year:
# readings that differ in all of these come to one day only where the text leaves no choice.
_READINGS = [
    (datetime(2000, 1, 1, 0), False, False),  # noqa: DTZ001 - the text names its zone, or none
    (datetime(2004, 2, 2, 1), True, False),  # noqa: DTZ001
    (datetime(2008, 3, 3, 2), False, True),  # noqa: DTZ001
]
_ZONES = {"UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5}
_ZONES |= {"MST": -7, "MDT": -6, "PST": -8, "PDT": -7}  # those of RFC 2822


def to_iso(text: str) -> str:
    """The date in ISO 8601: a day (`2016-08-24`) where no hour is given, else a moment.

    ISO 8601 is kept as it stands; written dates ("24 August 2016", RFC 2822) are understood. A date
    that is incomplete ("August") or could be two days ("03/04/2016") is none.

    Raises:
        ValueError: the text is not one certain date.
    """
    text = text.strip()
    first = _YEAR_FIRST.match(text)
    if first:
        text = date(*map(int, first.groups())).isoformat() + text[first.end() :]
        with suppress(ValueError):
            datetime.fromisoformat(text)
            return text
    elif _EPOCH.fullmatch(text):
        msg = "a bare number is no date"  # seconds since 1970 would be read as a day and an hour
        raise ValueError(msg)
    moments = _read(text, swapped=not first)
    if len({moment.date() for moment in moments}) > 1:
        msg = "the date is incomplete, or could be two days"
        raise ValueError(msg)
    one, two = moments[:2]
    return one.isoformat() if one == two else one.date().isoformat()


def _read(text: str, *, swapped: bool) -> list[datetime]:
    """The moment by each of the readings; without `swapped`, day and month stand where they are."""
    try:
        return [
            parser.parse(
                text,
                default=default,
                dayfirst=day and swapped,
                yearfirst=year and swapped,
                tzinfos=_zone,
            )
            for default, day, year in _READINGS
        ]
    except (ValueError, OverflowError, TypeError, ArithmeticError) as error:
        msg = "no date was recognised"
        raise ValueError(msg) from error


def _zone(name: str | None, offset: int | None) -> timezone | None:
    """The zone of that name or that many seconds; None where the name is not certain."""
    if offset is None:
        offset = 3600 * _ZONES[name] if name in _ZONES else None
    return None if offset is None else timezone(timedelta(seconds=offset))


def to_epoch(iso: str, *, end_of_day: bool = False) -> int:
    """Seconds since 1970 in UTC; a bare day is its first second, or its last with `end_of_day`.

    Raises:
        ValueError: the text is not ISO 8601.
    """
    moment = datetime.fromisoformat(iso)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    day = 86_399 if end_of_day and _DAY.fullmatch(iso) else 0
    return int(moment.timestamp()) + day
