"""Days and moments: what an article says of its date, as ISO 8601 and as a number to filter by."""

import re
from datetime import UTC, datetime, time

from dateutil import parser

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMERIC = re.compile(r"\s*(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b")


def to_iso(text: str) -> str:
    """The date in ISO 8601: a day (`2016-08-24`) where no hour is given, else a moment.

    ISO 8601 is kept as it stands; written dates ("24 August 2016", RFC 2822) are understood.
    A date that is incomplete ("August") or could be two days ("03/04/2016") is none.

    Raises:
        ValueError: the text is not one certain date.
    """
    text = text.strip()
    if re.match(r"\d{4}-\d{2}-\d{2}", text):
        datetime.fromisoformat(text)
        return text
    numeric = _NUMERIC.match(text)
    if numeric and int(numeric[1]) <= 12 and int(numeric[2]) <= 12 and numeric[1] != numeric[2]:
        msg = "the day and the month could be swapped"
        raise ValueError(msg)
    # A part that is missing takes the default's: two defaults that differ in all show it.
    try:
        one, two = (
            parser.parse(text, default=datetime(y, m, m)) for y, m in ((2000, 1), (2004, 2))
        )
    except (parser.ParserError, OverflowError) as error:
        msg = "no date was recognised"
        raise ValueError(msg) from error
    if one != two:
        msg = "the date is incomplete"
        raise ValueError(msg)
    return one.date().isoformat() if one.time() == time() else one.isoformat()


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
