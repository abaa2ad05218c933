"""Dates: what is certain becomes ISO 8601, what is not is refused."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.dates import to_epoch, to_iso

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.dates())
def test_a_day_in_iso_stays(day: date) -> None:
    """A day in ISO 8601 comes back as it stands, and its number is its first second in UTC."""
    assert to_iso(day.isoformat()) == day.isoformat()
    first = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert to_epoch(day.isoformat()) == first.timestamp()
    assert to_epoch(day.isoformat(), end_of_day=True) == first.timestamp() + 86_399


@given(st.datetimes(min_value=datetime(2, 1, 1), timezones=zones))  # noqa: DTZ001
def test_a_moment_in_iso_stays(moment: datetime) -> None:
    """A moment in ISO 8601 comes back as it stands, whatever its offset, and names that second."""
    text = moment.isoformat()
    assert to_iso(text) == text
    assert abs(to_epoch(text) - moment.timestamp()) < 1
    assert to_epoch(text, end_of_day=True) == to_epoch(text)


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["%d %B %Y", "%B %d, %Y", "%Y/%m/%d"]))
def test_a_written_day_is_understood(day: date, form: str) -> None:
    """A day with its month in words, or with the year first, is that day."""
    assert to_iso(day.strftime(form)) == day.isoformat()


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Wed, 24 Aug 2016 10:00:00 +0530", "2016-08-24T10:00:00+05:30"),
        ("Wed, 24 Aug 2016 10:00:00 GMT", "2016-08-24T10:00:00+00:00"),
        ("Wed, 24 Aug 2016 10:00:00 EST", "2016-08-24T10:00:00-05:00"),
        ("24 Aug 2016 00:00:00 -0800", "2016-08-24T00:00:00-08:00"),
    ],
)
def test_rfc_2822(text: str, iso: str) -> None:
    """The dates of feeds and mails keep their hour, midnight included, and their offset."""
    assert to_iso(text) == iso


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        (" 2016-08-24\n", "2016-08-24"),
        ("2016-03-04 10:00 UTC", "2016-03-04T10:00:00+00:00"),
        ("2016.3.4", "2016-03-04"),
        ("August 24, 2016 at 10:00 am", "2016-08-24T10:00:00"),
        ("24.12.2016", "2016-12-24"),
        ("12/24/2016", "2016-12-24"),
        ("04/04/2016", "2016-04-04"),
        ("20160824", "2016-08-24"),
        ("24 Aug 2016 10:00 CEST", "2016-08-24T10:00:00"),  # no one knows what zone that is
    ],
)
def test_what_leaves_no_choice(text: str, iso: str) -> None:
    """A date is taken where its parts can be read in one way only."""
    assert to_iso(text) == iso


@pytest.mark.parametrize(
    "text",
    [
        "",
        "August",
        "2016",
        "Aug 2016",
        "24 Aug",
        "2016-08",
        "10:30",
        "Tuesday",
        "now",
        "a while ago",
    ],
)
def test_incomplete_dates_are_refused(text: str) -> None:
    """What does not name a day is no date; today's is never put in its place."""
    with pytest.raises(ValueError, match="date"):
        to_iso(text)


@pytest.mark.parametrize(
    "text",
    ["03/04/2016", "Wed 03/04/2016", "03.04.2016 10:00", "03/04/16", "24 Aug 16", "160824"],
)
def test_ambiguous_dates_are_refused(text: str) -> None:
    """What could be two days is no date."""
    with pytest.raises(ValueError, match="two days"):
        to_iso(text)


@pytest.mark.parametrize(
    "text",
    [
        "99999-01-01",
        "24 August 20160",
        "0000-01-01",
        "2016-02-30",
        "2016-24-08",
        "9" * 400,
        "1612101500",
        "1472032800.25",
        "2016-08-24T24:00",
        "2016-08-24 or so",
    ],
)
def test_impossible_dates_are_refused(text: str) -> None:
    """Years out of range, days that no month has and bare numbers are no dates."""
    with pytest.raises(ValueError, match=r"."):
        to_iso(text)


def test_the_edges_of_time() -> None:
    """The first and the last year that can be written down have numbers too."""
    assert to_epoch("0001-01-01T00:00:00+05:00") == -62_135_596_800 - 5 * 3600
    assert to_epoch("9999-12-31", end_of_day=True) == 253_402_300_799
    assert to_epoch("9999-12-31T23:59:59-10:00") == 253_402_300_799 + 36_000


@given(st.text(max_size=30) | st.from_regex(r"[0-9a-zA-Z:/. ,+-]{1,24}", fullmatch=True))
def test_any_text_is_a_date_or_none(text: str) -> None:
    """Whatever the text: either ISO 8601 that has a number and stays as it is, or a ValueError."""
    try:
        iso = to_iso(text)
    except ValueError:
        return
    assert isinstance(to_epoch(iso), int)
    assert to_iso(iso) == iso
