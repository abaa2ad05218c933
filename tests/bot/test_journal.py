"""The journal: what it keeps, for whom, and what it gives back."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from bot.journal import Choices, Entry, Journal
from retrieval.errors import ClippingsError

ENTRY = Entry(1, 10, 100, "Who?", ("guild-1", "main"))


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """A new journal."""
    return Journal(tmp_path / "new" / "journal.db")


def test_a_question_and_what_came_of_it(journal: Journal) -> None:
    """Everything comes back as it was noted."""
    entry = replace(ENTRY, id=journal.begin(ENTRY))
    assert journal.entry(entry.id) == entry
    done = replace(entry, status="answered", answer="A [1]", clippings=((1, "a", 0, 3, 7),))
    journal.end(done, (0.1, 0.5, 0.2, 0.1))
    journal.sent(entry.id, [7, 8])
    assert journal.of_message(8) == done
    assert journal.messages(entry.id) == [7, 8]
    assert journal.of_message(9) is journal.entry(99) is None
    assert journal.metrics(1) == {
        "asked": 1,
        "answered": 1,
        "took": 0.5,
        "helpful": 0,
        "unhelpful": 0,
    }


def test_a_conversation(journal: Journal) -> None:
    """The oldest first, at most so many; a circle ends."""
    first = journal.begin(ENTRY)
    second = journal.begin(replace(ENTRY, parent=first))
    third = journal.begin(replace(ENTRY, parent=second))
    assert [it.id for it in journal.conversation(third, 9)] == [first, second, third]
    assert [it.id for it in journal.conversation(third, 2)] == [second, third]
    journal._run("UPDATE questions SET parent = ? WHERE id = ?", (third, first))
    assert len(journal.conversation(third, 9)) == 3


def test_what_an_earlier_run_left(journal: Journal, tmp_path: Path) -> None:
    """Told once; later it is a failure like others."""
    number = journal.begin(ENTRY)
    journal.close()
    again = Journal(tmp_path / "new" / "journal.db")
    assert [it.id for it in again.left_open()] == [number]
    assert again.left_open() == []
    entry = again.entry(number)
    assert entry is not None
    assert entry.status == "failed"


def test_choices(journal: Journal) -> None:
    """What a server chose, as it chose it."""
    chosen = Choices((1, 2), (3,), (), "de", "short")
    journal.choose(5, chosen)
    assert journal.choices() == {5: chosen}


def test_an_addition_is_undone_once_by_its_server(journal: Journal) -> None:
    """Another server's number takes nothing."""
    number = journal.add(1, 100, ["file:///a"])
    assert journal.take_addition(number, 2) == []
    assert journal.take_addition(number, 1) == ["file:///a"]
    assert journal.take_addition(number, 1) == []


def test_only_the_owner_reads_it(journal: Journal, tmp_path: Path) -> None:
    """It holds what people asked."""
    assert (tmp_path / "new" / "journal.db").stat().st_mode & 0o077 == 0


def test_a_file_that_is_none(tmp_path: Path) -> None:
    """One plain line."""
    (tmp_path / "journal.db").write_bytes(b"no database at all, but long enough to be looked at")
    with pytest.raises(ClippingsError, match=r"the journal .* cannot be used") as error:
        Journal(tmp_path / "journal.db")
    assert isinstance(error.value.__cause__, sqlite3.Error)
