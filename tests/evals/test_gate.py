"""Floors hold, come down only when told to, and the answers over the examples stay above theirs."""

import json
from pathlib import Path

from evals import gate
from evals.measure import ask
from evals.score import score
from evals.sets import load

CASES = Path(gate.__file__).parent / "cases"
FIGURES = {"hit@1": 0.9, "calibration_error": 0.02, "refusal_recall": 1.0}


def test_floors_are_held_against() -> None:
    """Below a floor, above a ceiling, other data, no floors: one line each."""
    floors = gate.moved(None, FIGURES, "d", lower=False)
    assert gate.below(floors, FIGURES, "d") == []
    worse = FIGURES | {"hit@1": 0.88, "calibration_error": 0.05}
    assert gate.below(floors, worse, "d") == [
        "hit@1 is 0.8800, its floor 0.9000",
        "calibration_error is 0.0500, its floor 0.0200",
    ]
    assert "not what the floors were measured on" in gate.below(floors, FIGURES, "e")[0]
    assert "no floors are kept" in gate.below(None, FIGURES, "d")[0]


def test_two_questions_may_tip() -> None:
    """Of those that a figure counts; three may not, and no quote may be other than the article's words."""
    counts = {"questions": 200, "foreign": 50}
    floors = gate.moved(None, FIGURES | {"verbatim": 1.0}, "d", lower=False)
    near = {"hit@1": 0.89, "refusal_recall": 0.96, "calibration_error": 0.02, "verbatim": 1.0}
    assert gate.below(floors, near | counts, "d") == []
    assert gate._slack("refusal_precision", counts) == gate._slack("refusal_recall", counts) == 0.04
    far = {"hit@1": 0.885, "refusal_recall": 0.94, "calibration_error": 0.04, "verbatim": 0.9999}
    assert len(gate.below(floors, far | counts, "d")) == 4


def test_floors_come_down_only_when_told_to() -> None:
    """Raising keeps what was better; lowering takes what is."""
    floors = gate.moved(None, FIGURES, "d", lower=False)
    worse = FIGURES | {"hit@1": 0.88, "calibration_error": 0.05}
    assert gate.moved(floors, worse, "d", lower=False) == floors
    assert gate.moved(floors, worse, "d", lower=True)["floors"]["hit@1"] == 0.88
    better = gate.moved(floors, FIGURES | {"hit@1": 0.95}, "d", lower=False)
    assert better["floors"]["hit@1"] == 0.95


def test_the_cases_hold_their_floors() -> None:
    """Every question over the example articles, with the real model."""
    cases = load(CASES)
    floors = json.loads(gate.FILE.read_text("utf-8"))[cases.name]
    figures = score(ask(cases))
    assert gate.below(floors, figures, cases.digest) == []
    assert figures["verbatim"] == 1.0


def test_the_cases_are_many_and_of_every_kind() -> None:
    """At least 150, each id once, each group with its share."""
    cases = load(CASES).cases
    assert len(cases) == len({case.id for case in cases}) >= 150
    assert len({case.kind for case in cases}) >= 20
    for group in "AB":
        assert sum(case.group == group for case in cases) > 100
