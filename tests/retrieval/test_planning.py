"""A model's plan, checked; a conversation cut to fit; what calls cost; what is merged by rank."""

import sqlite3
from pathlib import Path

import pytest
from fakes import article

from retrieval.planning import by_rank, plan
from retrieval.prompting import conversation, material, prompt, shown, trimmed, version
from retrieval.spending import Spending, key_of
from retrieval.types import Passage, Question, Tokens, Turn


def passage(number: int) -> Passage:
    """A passage that is told apart by its chunk."""
    it = article(number)
    return Passage(it, 0, len(it.text), 1.0, chunk=number, library="main")


def test_rankings_are_merged_by_rank() -> None:
    """What two searches find comes before what one finds; the first's scores stay."""
    one, two, three = passage(1), passage(2), passage(3)
    assert by_rank([[one, two], [three, two]], 3) == [two, one, three]
    assert by_rank([[one, two]], 1) == [one]
    assert by_rank([], 3) == []


def test_a_first_question_is_asked_as_it_is() -> None:
    """Only searches are taken from the plan, and only those that have to do with it."""
    asked = Question("Which city fell first, Manbij or Jarabulus?")
    said = "Question: Who?\nSearch: Manbij fell\n- Search: Jarabulus fell\nSearch: weather\nSearch: a city"
    made = plan(said, asked, asked.text)
    assert made.text == asked.text
    assert made.searches == (asked.text, "Manbij fell", "Jarabulus fell")


@pytest.mark.parametrize(
    "said", ["", "I cannot plan.", "Search:", "Question:\n\n", "Search: \x00 ???"]
)
def test_a_plan_that_is_none(said: str) -> None:
    """The question as the rules make it is asked and searched for."""
    made = plan(said, Question("And why?", history=(Turn("Who came?"),)), "Who came? And why?")
    assert (made.text, made.searches) == ("Who came? And why?", ("Who came? And why?",))


def test_a_conversation_fits_its_budget() -> None:
    """The last turns stay, the oldest go; an answer that is too long is cut."""
    turns = [Turn(f"Question {n}?", "word " * 50) for n in range(20)]
    kept = trimmed(turns, 200)
    assert kept[-1].question == "Question 19?"
    assert sum(len(t.question) + len(t.answer) for t in kept) <= 800
    assert len(kept) < 5
    told = conversation(Question("And then?", history=tuple(turns)), 200)
    assert told.endswith("Last question: And then?")
    assert "Question 3?" not in told


def test_material_is_cut_to_fit() -> None:
    """Whole passages, the best first; at least one."""
    found = [passage(n) for n in range(1, 30)]
    assert material(found, 300).count("<passage ") < 4
    assert material(found, 1).count("<passage ") == 1


def test_prompts_have_versions() -> None:
    """A digest of the text, which `/why` shows."""
    assert prompt("answer").startswith("You answer a question")
    name, digest = version("answer").split()
    assert name == "answer.md"
    assert len(digest) == 8
    assert shown("a\u200bb [3] <x>") == "ab (3) ‹x›"


def test_a_budget_counts_by_the_day(tmp_path: Path) -> None:
    """All processes together; the next day begins anew."""
    day = ["2016-08-24"]
    ledger = Spending(tmp_path, today=lambda: day[0])
    assert ledger.left(10)
    ledger.spend(Tokens(6, 4))
    assert not Spending(tmp_path, today=lambda: day[0]).left(10)
    assert ledger.left(11)
    assert ledger.left(None)
    day[0] = "2016-08-25"
    assert ledger.left(10)
    assert not ledger.left(0)


def test_what_was_said_is_kept_and_the_oldest_goes(tmp_path: Path) -> None:
    """A thousand answers at most."""
    ledger = Spending(tmp_path)
    for number in range(1_005):
        ledger.keep(f"k{number}", f"said {number}")
    assert ledger.known("k1004") == "said 1004"
    assert ledger.known("k0") is None
    with sqlite3.connect(tmp_path / "model.db") as db:
        assert db.execute("SELECT count(*) FROM said").fetchone() == (1_000,)
    db.close()
    assert key_of("m", [("a", "b")], [("lib", 1)]) != key_of("m", [("a", "b")], [("lib", 2)])


def test_a_ledger_that_cannot_be_used_loses_no_question(tmp_path: Path) -> None:
    """Nothing is remembered, and a budget that cannot be counted is taken to be used up."""
    (tmp_path / "model.db").write_bytes(
        b"this is no database at all, but long enough to be read" * 20
    )
    ledger = Spending(tmp_path)
    ledger.spend(Tokens(1, 1))
    ledger.keep("k", "v")
    assert ledger.known("k") is None
    assert not ledger.left(5)
    assert ledger.left(None)
