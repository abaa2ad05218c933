"""Questions: what is none is refused in one plain line; limits become what search can apply."""

from pathlib import Path

import pytest
from fakes import HashEmbedder, article, put
from proofs import one_line

from retrieval.ask import LONGEST, check, filter_for
from retrieval.errors import QuestionError
from retrieval.library import Library
from retrieval.types import Filter, Question

DAY = 1_471_996_800  # 24 August 2016
SOURCES = ["BBC News", "BBC News", "The Guardian", "Straßenblatt", "Reuters", "dpa", "AFP", "EFE"]


@pytest.fixture
def sourced(library: Library, embedder: HashEmbedder) -> Library:
    """A library of articles from several sources, and one from none."""
    made = [article(n, source=source) for n, source in enumerate(SOURCES)]
    put(library, [*made, article("none")], embedder)
    return library


@pytest.mark.parametrize("text", ["", " \n\t", "???", "… — !", "___", "🚀", "\u0301", "\x00"])
def test_a_question_without_words(text: str) -> None:
    """What holds neither a letter nor a digit is no question."""
    with pytest.raises(QuestionError, match="has no words") as error:
        check(Question(text))
    one_line(error)


@pytest.mark.parametrize("text", ["why?", "2016", "東京", "x" * LONGEST, " é "])
def test_what_is_a_question(text: str) -> None:
    """One word of any script is enough, and four thousand characters are not too many."""
    check(Question(text))


def test_a_question_that_is_too_long() -> None:
    """One character more is refused, with both numbers."""
    with pytest.raises(QuestionError, match=r"4,001 characters and may have 4,000") as error:
        check(Question("x" * (LONGEST + 1)))
    one_line(error)


def test_a_question_to_no_library() -> None:
    """A question has to name a library."""
    with pytest.raises(QuestionError, match="no library") as error:
        check(Question("why?", libraries=()))
    one_line(error)


def test_no_limits(sourced: Library) -> None:
    """A question without limits looks at everything."""
    assert filter_for(Question("why?"), [sourced]) == Filter()


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2016-08-24", None, Filter(since=DAY)),
        (None, "2016-08-24", Filter(until=DAY + 86_399)),
        ("2016-08-24", "2016-08-24", Filter(DAY, DAY + 86_399)),
        ("24 August 2016", "August 24, 2016", Filter(DAY, DAY + 86_399)),
        (None, "2016-08-24T00:00:00", Filter(until=DAY)),
        ("2016-08-24T02:00:00+02:00", "2016-08-24T00:00Z", Filter(DAY, DAY)),
        ("1969-12-31", None, Filter(since=-86_400)),
        ("0001-01-01", "9999-12-31", Filter(-62_135_596_800, 253_402_300_799)),
    ],
)
def test_periods(since: str | None, until: str | None, expected: Filter) -> None:
    """Days are taken whole, the last one to its end; moments to the second, in their own zone."""
    assert filter_for(Question("why?", since=since, until=until), []) == expected


@pytest.mark.parametrize("name", ["since", "until"])
@pytest.mark.parametrize("date", ["", "August", "03/04/2016", "2016-02-30", "x" * 999, "a\nb", "0"])
def test_a_date_that_is_none(name: str, date: str) -> None:
    """What is no certain day is refused under its limit's name, with how to write it."""
    limits = {name: date}
    with pytest.raises(QuestionError, match=f"^{name} .* is no date: write it as 2016-") as error:
        filter_for(Question("why?", **limits), [])  # type: ignore[arg-type]
    assert len(one_line(error)) < 100


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2016-08-25", "2016-08-24"),
        ("2016-08-24T10:00:01", "2016-08-24T10:00:00"),
        ("25 Aug\n2016 ", "2016-08-24\n"),
    ],
)
def test_a_period_that_ends_before_it_begins(since: str, until: str) -> None:
    """Nothing can lie in it, so it is refused rather than answered from nothing."""
    with pytest.raises(QuestionError, match=r"^since .* is after until") as error:
        filter_for(Question("why?", since=since, until=until), [])
    one_line(error)


@pytest.mark.parametrize(
    ("asked", "found"),
    [("bbc news", "BBC News"), (" BBC NEWS ", "BBC News"), ("STRAßENBLATT", "Straßenblatt")],
)
def test_a_source_in_any_case(asked: str, found: str, sourced: Library) -> None:
    """A source is found however its capitals are typed, and searched for as it is spelt."""
    assert filter_for(Question("why?", source=asked), [sourced]) == Filter(sources=(found,))


def test_a_source_that_libraries_spell_differently(
    sourced: Library, tmp_path: Path, embedder: HashEmbedder
) -> None:
    """Every spelling of a source in any of the libraries is searched, each named once."""
    other = Library(tmp_path / "libraries" / "other", create=True)
    put(other, [article(1, source="BBC NEWS"), article(2, source="BBC News")], embedder)
    only = filter_for(Question("why?", source="bbc news"), [sourced, other])
    assert only == Filter(sources=("BBC News", "BBC NEWS"))
    other.close()


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [("The Gaurdian", "The Guardian"), ("guardian", "The Guardian"), ("REUTER", "Reuters")],
)
def test_a_source_that_is_unknown(asked: str, nearest: str, sourced: Library) -> None:
    """The message names the source that was likely meant, whatever its case, then the busiest."""
    with pytest.raises(QuestionError, match="no article is from") as error:
        filter_for(Question("why?", source=asked), [sourced])
    message = one_line(error)
    assert message.split("sources are: ")[1].startswith(f"{nearest}, BBC News, ")
    assert message.count("BBC News") == 1


def test_a_source_that_is_like_none(sourced: Library) -> None:
    """A few of the sources are named, the busiest first, and a long name is cut short."""
    with pytest.raises(QuestionError) as error:
        filter_for(Question("why?", source="\n" + "z" * 5_000), [sourced])
    message = one_line(error)
    assert len(message) < 250
    assert "sources are: BBC News, " in message


def test_a_source_where_there_are_none(library: Library) -> None:
    """A library whose articles name no source says so."""
    with pytest.raises(QuestionError, match="none has a source") as error:
        filter_for(Question("why?", source="BBC"), [library])
    one_line(error)
