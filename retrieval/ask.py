"""A question checked and turned into what search needs; nothing here depends on how it is found."""

import difflib
import re
from collections.abc import Sequence

from retrieval.dates import to_epoch, to_iso
from retrieval.errors import QuestionError
from retrieval.library import Library
from retrieval.types import Filter, Question

LONGEST = 4_000  # characters: twice a Discord message


def check(question: Question) -> None:
    """Refuse what is no question.

    Raises:
        QuestionError: it has no words, or more than 4,000 characters, or names no library.
    """
    if len(question.text) > LONGEST:
        raise QuestionError(
            f"the question has {len(question.text):,} characters and may have {LONGEST:,}: "
            "ask for one thing"
        )
    if not re.search(r"[^\W_]", question.text):
        raise QuestionError("the question has no words: ask, for example, who said what about it")
    if not question.libraries:
        raise QuestionError("no library was named to ask")


def filter_for(question: Question, libraries: Sequence[Library]) -> Filter:
    """The question's limits as a search applies them; the source in any case and spelt in full.

    Raises:
        QuestionError: a date is none, or no article is from the source; the message names others.
    """
    since, until = _moment(question.since, "since"), _moment(question.until, "until")
    if since is not None and until is not None and since > until:
        period = f"since {question.since} is after until {question.until}"
        raise QuestionError(" ".join(period.split()))
    if question.source is None:
        return Filter(since, until)
    known = list(dict.fromkeys(s for library in libraries for s in library.sources()))
    wanted = question.source.strip().casefold()
    named = tuple(s for s in known if s.casefold() == wanted)
    if not named:
        folded = {s.casefold(): s for s in known}
        near = [folded[s] for s in difflib.get_close_matches(wanted, folded, n=1, cutoff=0.5)]
        some = ", ".join(dict.fromkeys(near + known[:5])) or "none has a source"
        raise QuestionError(f"no article is from {question.source[:80]!r}; sources are: {some}")
    return Filter(since, until, named)


def _moment(date: str | None, name: str) -> int | None:
    if date is None:
        return None
    try:
        return to_epoch(to_iso(date), end_of_day=name == "until")
    except (ValueError, OverflowError) as error:
        raise QuestionError(f"{name} {date[:40]!r} is no date: write it as 2016-08-24") from error


def in_sql(only: Filter) -> tuple[str, list[int | str]]:
    """The filter in SQL, from `AND` on, with its values; an article without a date is in no period."""
    clauses, values = "", list[int | str]()
    if only.since is not None:
        clauses += " AND articles.published_at >= ?"
        values.append(only.since)
    if only.until is not None:
        clauses += " AND articles.published_at <= ?"
        values.append(only.until)
    if only.sources:
        clauses += f" AND articles.source IN ({', '.join('?' * len(only.sources))})"
        values += only.sources
    return clauses, values
